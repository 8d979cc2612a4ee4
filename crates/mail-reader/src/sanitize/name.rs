//! Makes file names safe: one path component that is valid on every system.

use super::text;

/// Maximum length in bytes of a file name; a longer name is truncated. File systems allow 255, so a suffix such
/// as ` (2)` can be added.
pub const MAX_BYTES: usize = 200;

/// Maximum length in bytes of an extension that is preserved when a name is truncated.
const MAX_EXTENSION: usize = 16;

/// The file name that is used if nothing safe remains of a name.
const FALLBACK_NAME: &str = "attachment";

/// Names that Windows reserves for devices, whatever the extension is.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

pub(super) fn clean(name: &str) -> String {
    let shown = text::clean(name);
    // The sender means the last component of a path; its directories must not be followed.
    let last = shown.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let spelled: String = last.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    let cut = shorten(trim(&spelled));
    let cut = trim(&cut);
    if cut.is_empty() {
        return FALLBACK_NAME.to_owned();
    }
    if is_device(cut) { format!("_{cut}") } else { cut.to_owned() }
}

fn is_allowed(c: char) -> bool {
    !matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{fffd}' | '\u{2400}'..='\u{2421}')
}

/// Removes what is unsafe at the ends of a name. Leading dots hide a file, leading dashes read as options, and
/// Windows drops trailing dots and spaces.
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

/// Truncates a name at a character boundary, but preserves its extension.
fn shorten(name: &str) -> String {
    if name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if (1..=MAX_EXTENSION).contains(&extension.len()) => (stem, extension),
        _ => (name, ""),
    };
    let room = MAX_BYTES - extension.len() - usize::from(!extension.is_empty());
    let end = stem.floor_char_boundary(room);
    let stem = stem.get(..end).unwrap_or_default();
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}
