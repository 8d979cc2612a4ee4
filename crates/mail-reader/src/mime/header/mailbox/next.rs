//! Detects where the next mailbox starts in a mailbox list without a comma before that mailbox.

use super::list_entry::MailboxListEntry;

/// Maximum number of bytes that are searched for the address of the next mailbox. An SMTP path is never longer (RFC
/// 5321, section 4.5.3.1.3).
const MAX_DISTANCE_BYTES: usize = 256;

/// Words that mailing lists write between the author's address and the list's address.
const CONNECTIVES: [&[u8]; 2] = [b"via ", b"on behalf of "];

/// Returns whether another mailbox begins at `rest`, the text directly after a mailbox list entry that contains an
/// address.
pub(super) fn begins(rest: &[u8], entry: &MailboxListEntry<'_>) -> bool {
    let near = rest.get(..MAX_DISTANCE_BYTES).unwrap_or(rest);
    let is_word = near.first().is_some_and(|byte| !byte.is_ascii_whitespace() && !b"(<>".contains(byte));
    if !is_word || !entry.ends_a_word() {
        return false;
    }
    if is_address(word_at(near)) {
        return true;
    }
    // Checked first, because the search for an address takes longer.
    if !entry.ends_with_address() {
        return false;
    }
    let Some(address) = address_after(near) else { return false };
    // `ann@a.example Ann <ann@a.example>`, `ann@a.example via Forum <forum@list.example>`,
    // `ann@a.example Ann bob@b.example Bob`
    let is_name = |first: &[u8]| {
        !address.in_brackets
            || first.eq_ignore_ascii_case(address.text)
            || CONNECTIVES.iter().any(|words| near.starts_with(words))
    };
    !entry.first_address().is_some_and(is_name)
}

struct NextAddress<'a> {
    text: &'a [u8],
    in_brackets: bool,
}

/// Returns the first e-mail address before the next comma or semicolon; `None` if no address precedes that delimiter.
fn address_after(near: &[u8]) -> Option<NextAddress<'_>> {
    let mut at = 0;
    while let Some(rest) = near.get(at..)
        && let Some(byte) = rest.first()
    {
        let closed = |close: u8| rest.iter().skip(1).position(|&byte| byte == close).map(|end| end + 2);
        at += match byte {
            b',' | b';' => return None,
            b'<' => {
                let text = rest.get(1..closed(b'>').unwrap_or(rest.len() + 1) - 1)?;
                return text.contains(&b'@').then_some(NextAddress { text, in_brackets: true });
            }
            b'"' => closed(b'"').unwrap_or(1),
            b'(' => closed(b')').unwrap_or(1),
            _ => match word_at(rest) {
                b"" => 1,
                word if is_address(word) => return Some(NextAddress { text: word, in_brackets: false }),
                word => word.len(),
            },
        };
    }
    None
}

/// Returns the start of `text` up to the next delimiter; empty if `text` starts with a delimiter.
fn word_at(text: &[u8]) -> &[u8] {
    let is_delimiter = |byte: &u8| byte.is_ascii_whitespace() || b",;:\"()<>\\[".contains(byte);
    let end = text.iter().position(is_delimiter).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Returns whether a word is an address without brackets rather than an encoded word (RFC 2047).
fn is_address(word: &[u8]) -> bool {
    let at = memchr::memchr(b'@', word);
    at.is_some_and(|at| at > 0 && at + 1 < word.len()) && !word.starts_with(b"=?")
}
