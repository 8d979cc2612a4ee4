//! Build script that sorts and packs the keyword lists in `assets/words`, converts the weights in `assets/models` to
//! Rust source code, and lists the characters that look like ASCII.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo passes values to a build script in environment variables"
)]

#[path = "src/model/compile.rs"]
mod model;
#[path = "src/words/compile.rs"]
mod words;

use std::path::Path;
use unicode_security::skeleton;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/words");
    println!("cargo:rerun-if-changed=src/model");
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
    std::fs::write(Path::new(&out).join("ordinary.txt"), ordinary)?;
    for name in ["codes", "links"] {
        let path = format!("assets/models/{name}.txt");
        println!("cargo:rerun-if-changed={path}");
        let rust = model::rust(&std::fs::read_to_string(path)?)?;
        std::fs::write(Path::new(&out).join(format!("model_{name}.rs")), rust)?;
    }
    Ok(std::fs::write(Path::new(&out).join("look_alikes.rs"), look_alikes())?)
}

/// Returns a Rust array expression with the ranges of the characters that look like ASCII characters (UTS 39).
fn look_alikes() -> String {
    let looks_ascii = |c: char| skeleton(c.encode_utf8(&mut [0; 4])).all(|shown| shown.is_ascii());
    let mut ranges: Vec<(char, char)> = Vec::new();
    for c in ('\0'..=char::MAX).filter(|c| looks_ascii(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(c) => *last = c,
            _ => ranges.push((c, c)),
        }
    }
    let pairs = ranges
        .iter()
        .map(|(first, last)| format!("('{}', '{}')", first.escape_unicode(), last.escape_unicode()));
    format!("&[{}]", pairs.collect::<Vec<_>>().join(", "))
}
