//! Build script that converts the keyword lists in `assets/words` to Rust source code.

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
    let rust = words::to_rust(|list| {
        let path = Path::new("assets/words").join(list).with_extension("txt");
        println!("cargo:rerun-if-changed={}", path.display());
        Ok(std::fs::read_to_string(path)?)
    })?;
    Ok(std::fs::write(Path::new(&out).join("words.rs"), rust)?)
}
