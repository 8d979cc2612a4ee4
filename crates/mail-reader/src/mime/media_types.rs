//! Finds the media type for a file name, and the file extension for a media type.

use crate::packed::packed_text;
use std::path::Path;
use std::sync::LazyLock;

/// The sorted lines of the table that `build.rs` creates. Each line contains a key, a tab and a value. If the key is a
/// file extension, the value is its media type; if the key is a media type, the value is its file extension.
static LINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    static TEXT: LazyLock<String> = LazyLock::new(|| packed_text!("media_types"));
    TEXT.lines().collect()
});

/// Returns the most common media type for the extension of a file name; `None` if the extension is unknown.
pub fn media_type_of_name(name: &str) -> Option<&'static str> {
    find(Path::new(name).extension()?.to_str()?)
}

/// Returns the first known file extension for a media type; `None` if the media type is unknown.
pub(super) fn extension_of(media_type: &str) -> Option<&'static str> {
    find(media_type).filter(|_| media_type.contains('/'))
}

/// Returns the value in the table line with this key; `None` if there is no such line.
fn find(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    let split = |line: &&'static str| line.split_once('\t').unwrap_or_default();
    let at = LINES.binary_search_by(|line| split(line).0.cmp(key.as_str())).ok()?;
    LINES.get(at).map(|line| split(line).1)
}

#[cfg(test)]
mod tests {
    use super::{extension_of, media_type_of_name};

    #[test]
    fn the_table_has_what_the_crate_mime_guess_returns() {
        for extension in mime_guess::get_extensions("*", "*").unwrap() {
            let name = format!("a.b.{extension}");
            let expected = mime_guess::from_path(&name).first_raw();
            assert_eq!(media_type_of_name(&name), expected, "{extension}");
            assert_eq!(media_type_of_name(&name.to_uppercase()), expected, "{extension}");
            for media_type in mime_guess::from_ext(extension).iter_raw() {
                let expected = mime_guess::get_mime_extensions_str(media_type).unwrap();
                assert_eq!(extension_of(media_type), expected.first().copied(), "{media_type}");
            }
        }
    }

    #[test]
    fn names_and_types_that_are_not_known_have_none() {
        for name in ["", "README", ".pdf", "a.", "a.nosuchextension", "a.image/png"] {
            assert_eq!(media_type_of_name(name), None, "{name}");
        }
        for media_type in ["", "png", "image", "image/", "*/*", "image/nosuchtype"] {
            assert_eq!(extension_of(media_type), None, "{media_type}");
        }
    }
}
