//! Tests that each file that `Cargo.toml` lists for the Linux packages exists or can be generated.

use std::path::Path;
use std::process::Command;

#[cfg(unix)]
#[test]
fn every_packaged_file_exists_or_is_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let program = env!("CARGO_BIN_EXE_dropmail-tui");
    let prepared =
        Command::new(root.join("packaging/prepare.sh")).arg(program).arg(folder.path()).output().unwrap();
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    let manifest: toml::Value =
        toml::from_str(&std::fs::read_to_string(root.join("Cargo.toml")).unwrap()).unwrap();
    let deb = &manifest["package"]["metadata"]["deb"];
    let assets = deb["assets"].as_array().unwrap();
    let sources: Vec<&str> = assets.iter().map(|asset| asset[0].as_str().unwrap()).collect();
    for source in &sources {
        let path = match source.strip_prefix("target/package/") {
            // The packaging scripts generate this file from the sources of the dependencies.
            Some("THIRD-PARTY.txt") => continue,
            Some(name) => folder.path().join(name),
            None if *source == "target/release/dropmail-tui" => continue,
            // The source is a file name pattern; the documentation tests check the matching files.
            None if source.ends_with("/*.md") => root.join(source.trim_end_matches("*.md")),
            None => root.join(source),
        };
        let length =
            std::fs::metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).len();
        assert!(length > 100, "{source} is empty");
    }
    for prepared in std::fs::read_dir(folder.path()).unwrap() {
        let name = prepared.unwrap().file_name().into_string().unwrap();
        assert!(sources.contains(&format!("target/package/{name}").as_str()), "no package contains {name}");
    }
    let licence = deb["license-file"][0].as_str().unwrap();
    assert!(root.join(licence).is_file());
    let man = std::fs::read_to_string(folder.path().join("dropmail-tui.1")).unwrap();
    assert!(
        man.contains(".SH KEYS") && man.contains(".TH"),
        "the manual page has a title and a section for the keys"
    );
}
