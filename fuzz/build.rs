//! Compiles the word lists, as the build script of the main crate does.

#![expect(clippy::disallowed_methods, reason = "what cargo tells a build script stands in the environment")]

#[path = "../src/mail_codes/words/compile.rs"]
mod words;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let rust = words::to_rust(|list| {
        let path = Path::new("assets/words").join(list).with_extension("txt");
        println!("cargo:rerun-if-changed={}", path.display());
        Ok(std::fs::read_to_string(path)?)
    })?;
    Ok(std::fs::write(Path::new(&out).join("words.rs"), rust)?)
}
