//! Build script that compresses large, rarely needed tables: the transliteration to ASCII, rare charsets, and the media
//! types of file extensions.

#![expect(
    clippy::disallowed_methods,
    reason = "Cargo passes values to a build script in environment variables"
)]

use miniz_oxide::deflate::compress_to_vec;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

/// File names of the tables in `src/mime/charset` that the build script compresses.
const CHARSET_TABLES: [&str; 4] = ["cns11643.txt", "cns11643-rare.txt", "jisx0213.txt", "single_byte.txt"];
/// Compression level; 10 is the highest level of the `miniz_oxide` crate.
const LEVEL: u8 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    for table in CHARSET_TABLES {
        let path = Path::new("src/mime/charset").join(table);
        println!("cargo:rerun-if-changed={}", path.display());
        write(&out, table, &std::fs::read(path)?)?;
    }
    write(&out, "media_types.txt", media_types().as_bytes())?;
    write(&out, "letters.txt", letters().as_bytes())
}

/// Compresses `text`, the content of the table file `table`, and writes the result to the folder `out`.
fn write(out: &Path, table: &str, text: &[u8]) -> Result<(), Box<dyn Error>> {
    let path = out.join(table).with_extension("deflate");
    Ok(std::fs::write(path, compress_to_vec(text, LEVEL))?)
}

/// Returns the table of ASCII replacements, one line per code point. A line that contains only a tab means that the
/// replacement is empty; an empty line means that there is no replacement.
fn letters() -> String {
    let mut lines = String::new();
    for c in (0..=u32::from(char::MAX)).map(char::from_u32) {
        let letters = c.and_then(deunicode::deunicode_char);
        // Some replacements contain line breaks.
        let letters = letters.filter(|letters| letters.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        lines.push_str(match letters {
            Some("") => "\t",
            Some(letters) => letters,
            None => "",
        });
        lines.push('\n');
    }
    lines.truncate(lines.trim_end_matches('\n').len());
    lines
}

/// Returns sorted lines that map each file extension to a media type, and each media type to a file extension.
fn media_types() -> String {
    let mut values = BTreeMap::new();
    for extension in mime_guess::get_extensions("*", "*").into_iter().flatten() {
        let types = mime_guess::from_ext(extension);
        values.extend(types.first_raw().map(|first| (extension.to_ascii_lowercase(), first)));
        for media_type in types.iter_raw() {
            let extensions = mime_guess::get_mime_extensions_str(media_type).unwrap_or_default();
            values.extend(extensions.first().map(|first| (media_type.to_ascii_lowercase(), *first)));
        }
    }
    let lines: Vec<_> = values.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
    lines.concat()
}
