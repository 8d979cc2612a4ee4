//! Sanitises file names. The result is a single path component that is valid on every operating system.

use super::text;

/// Maximum length of a file name in bytes; longer names are truncated. File systems allow 255 bytes, so a suffix such
/// as ` (2)` still fits.
pub const MAX_BYTES: usize = 200;

/// Maximum length in bytes of a file extension that is preserved when a file name is truncated. A longer extension is
/// truncated with the rest of the name.
const MAX_EXTENSION_BYTES: usize = 16;

/// The file name to use if no characters of the original name remain after sanitising.
const FALLBACK_NAME: &str = "attachment";

/// Device names that Windows reserves, with or without a file extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

pub(super) fn clean(name: &str) -> String {
    let shown = text::clean(name);
    // If the name is a path, the sender means its last component. The directories of the path must not be
    // used.
    let last = shown.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let spelled: String = last.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    // A character such as a variation selector is dropped if the character that it belongs to was replaced or cut off.
    let cut = text::clean(&shorten(trim(&text::clean(&spelled))));
    let cut = trim(&cut);
    if cut.is_empty() {
        return FALLBACK_NAME.to_owned();
    }
    if is_device(cut) { format!("_{cut}") } else { cut.to_owned() }
}

fn is_allowed(c: char) -> bool {
    !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{fffd}' | '\u{2400}'..='\u{2421}')
}

/// Removes unsafe characters from both ends of a file name. Leading dots would hide the file, leading dashes could be
/// mistaken for command-line options, and trailing dots and spaces are ignored by Windows.
fn trim(name: &str) -> &str {
    name.trim_start_matches(|c: char| c == '.' || c == '-' || c == '~' || c.is_whitespace())
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    DEVICES.contains(&stem.as_str())
        || numbered.is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
}

/// Truncates a file name to the maximum length at a character boundary while preserving its extension.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if (1..=MAX_EXTENSION_BYTES).contains(&extension.len()) => (stem, extension),
        _ => (name, ""),
    };
    let max_stem_bytes = MAX_BYTES - extension.len() - usize::from(!extension.is_empty());
    let end = stem.floor_char_boundary(max_stem_bytes);
    let stem = stem.get(..end).unwrap_or_default();
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}
