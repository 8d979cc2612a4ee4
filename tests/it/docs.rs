//! Documents that must say what the code says.

use dropmail_tui::app::command::TABLE;
use std::fmt::Write;
use std::path::Path;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_readme_lists_the_keys_of_the_table() {
    let mut rows = String::from("| keys | what they do |\n|---|---|\n");
    for row in TABLE {
        let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`").replace('|', "\\|")).collect();
        writeln!(rows, "| {} | {} |", keys.join(" "), row.help).unwrap();
    }
    let readme = read("README.md");
    let between = readme.split("<!-- keys -->\n").nth(1).and_then(|rest| rest.split("<!-- /keys -->").next());
    assert_eq!(between, Some(rows.as_str()), "put this between the key marks of README.md:\n{rows}");
}

#[test]
fn every_picture_that_the_readme_shows_is_there() {
    let readme = read("README.md");
    let pictures = readme.split("](screenshots/").skip(1).filter_map(|rest| rest.split(')').next());
    for picture in pictures {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(picture);
        assert!(path.is_file(), "{} is missing: run the screenshots example", path.display());
    }
}
