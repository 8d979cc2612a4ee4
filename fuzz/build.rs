//! The word lists, as the build script of the crate itself sorts them.

#[path = "../src/domain/extract/words/compile.rs"]
mod words;

use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::var("OUT_DIR")?;
    let rust = words::to_rust(|list| {
        let path = Path::new("assets/words").join(list).with_extension("txt");
        println!("cargo:rerun-if-changed={}", path.display());
        Ok(std::fs::read_to_string(path)?)
    })?;
    Ok(std::fs::write(Path::new(&out).join("words.rs"), rust)?)
}
