//! Lays out the raw mail, with a line number before each line.

use super::Role;
use super::page::LineBuilder;
use super::wrap::StyledText;
use crate::sanitize::SafeText;

/// Maximum number of displayed bytes per raw mail. The rest is replaced by a note.
const MAX_RAW_BYTES: usize = 2 << 20;
/// Maximum number of displayed bytes per line of a raw mail; longer lines are truncated.
const MAX_LINE_BYTES: usize = 200 << 10;

pub(super) fn lay_out(page: &mut LineBuilder, raw: &[u8]) {
    let shown = raw.get(..MAX_RAW_BYTES).unwrap_or(raw);
    let count = 1 + memchr::memchr_iter(b'\n', shown).count();
    let digits = count.to_string().len();
    let body = shown.strip_suffix(b"\n").unwrap_or(shown);
    for (index, line) in body.split(|&byte| byte == b'\n').enumerate() {
        if page.is_full() || raw.is_empty() {
            break;
        }
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let cut = line.get(..MAX_LINE_BYTES).unwrap_or(line);
        let number = SafeText::new(&format!("{:>digits$} ", index + 1));
        let number = StyledText { text: number, role: Role::LinkMark, link: None };
        page.push_raw(&number, &SafeText::new(&String::from_utf8_lossy(cut)));
        if cut.len() < line.len() {
            page.note("This line is too long; the rest of it is left out.");
        }
    }
    if shown.len() < raw.len() {
        page.note("Only the first 2 MiB are shown; save the mail to read all of it.");
    }
    if raw.is_empty() {
        page.note("This mail is empty.");
    }
}
