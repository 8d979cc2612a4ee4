//! Build script that sorts and packs the keyword lists in `assets/words`.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo passes values to a build script in environment variables"
)]

#[path = "src/words/compile.rs"]
mod words;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/words");
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let files = words::pack(|list| {
        let path = Path::new("assets/words").join(list).with_extension("txt");
        println!("cargo:rerun-if-changed={}", path.display());
        Ok(std::fs::read_to_string(path)?)
    })?;
    for (name, bytes) in files {
        std::fs::write(Path::new(&out).join(name), bytes)?;
    }
    let path = "assets/words/ordinary.txt";
    println!("cargo:rerun-if-changed={path}");
    let ordinary = words::ordinary(&std::fs::read_to_string(path)?);
    Ok(std::fs::write(Path::new(&out).join("ordinary.rs"), ordinary)?)
}
