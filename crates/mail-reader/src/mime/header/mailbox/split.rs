//! Splits a mailbox list into entries, and each entry into tokens.

// This file exceeds 300 lines because the rules for the end of an entry depend on each other.

use super::list_entry::{MailboxListEntry, MailboxToken, is_local_part};
use super::next;
use crate::mime::header::encoded_word::word_len;

/// Maximum number of tokens in one entry of a mailbox list; further tokens are dropped.
const MAX_TOKENS: usize = 2_000;

/// Maximum number of bytes that are searched for a source route, or for an address after white space. An SMTP path is
/// never longer (RFC 5321, section 4.5.3.1.3).
const MAX_ROUTE_BYTES: usize = 256;

/// After an address without a domain, at most this many list entries are searched for an address with a domain. If
/// there is none, the address without a domain becomes part of a name.
const MAX_NEAR_ENTRIES: usize = 20;

/// Returns the entries of a mailbox list, in order.
pub(super) fn entries(value: &[u8]) -> impl Iterator<Item = MailboxListEntry<'_>> {
    let mut list = MailboxListSplitter {
        value,
        at: 0,
        closers: None,
        quotes_ended: false,
        last_address: memchr::memrchr2(b'@', b'<', value),
        last_semicolon: memchr::memrchr(b';', value),
        group: None,
    };
    std::iter::from_fn(move || list.next_entry())
}

struct MailboxListSplitter<'a> {
    value: &'a [u8],
    at: usize,
    /// The byte offsets of each opening parenthesis and its closing parenthesis, sorted by the offset of the opening
    /// parenthesis. `None` until the first opening parenthesis is reached.
    closers: Option<Vec<(u32, u32)>>,
    /// Whether the rest of the value is known to contain no closing quotation mark, so that the search for one need not
    /// be repeated.
    quotes_ended: bool,
    last_address: Option<usize>,
    last_semicolon: Option<usize>,
    /// The name of a group that has been opened, but in which no member has been found yet; `None` if there is no such
    /// group.
    group: Option<MailboxListEntry<'a>>,
}

impl<'a> MailboxListSplitter<'a> {
    fn rest(&self) -> &'a [u8] {
        self.value.get(self.at..).unwrap_or_default()
    }

    /// Skips `before` bytes, returns the next `len` bytes, and skips `after` more bytes.
    fn take(&mut self, before: usize, len: usize, after: usize) -> &'a [u8] {
        let start = self.at + before;
        self.at = start + len + after;
        self.value.get(start..start + len).unwrap_or_default()
    }

    fn next_entry(&mut self) -> Option<MailboxListEntry<'a>> {
        let mut entry = MailboxListEntry::default();
        while let Some(&byte) = self.rest().first() {
            match byte {
                b',' | b';' => {
                    self.at += 1;
                    if entry.is_empty() {
                        // An empty group such as `Undisclosed recipients:;`.
                        match self.group.take().filter(|_| byte == b';') {
                            Some(group) => return Some(group),
                            None => continue,
                        }
                    }
                    self.group = None;
                    if entry.has_address() || self.ends_names(&entry) {
                        return Some(entry);
                    }
                    entry.push(MailboxToken::Atom(if byte == b',' { b"," } else { b";" }));
                }
                b':' if self.opens_group(&entry) => {
                    self.at += 1;
                    self.group = Some(std::mem::take(&mut entry).into_group());
                }
                b'@' if entry.is_empty() && self.route().is_some() => {
                    self.at += self.route().unwrap_or(1);
                }
                // `Bo <bo@x.example> Cy <cy@x.example>`: two entries without a comma.
                _ if entry.len() < MAX_TOKENS
                    && entry.has_full_address()
                    && next::begins(self.rest(), &entry) =>
                {
                    return Some(entry);
                }
                // In `Bo <bo@x.example> <cy@x.example>`, the comma between two entries is missing.
                b'<' if entry.has_bracketed_address()
                    && self.bracket().is_some_and(|(_, text)| text.contains(&b'@')) =>
                {
                    return Some(entry);
                }
                _ => {
                    let token = self.token(byte);
                    if entry.len() < MAX_TOKENS {
                        entry.push(token);
                    }
                }
            }
        }
        if entry.is_empty() { self.group.take() } else { Some(entry) }
    }

    /// Returns the length in bytes of a source route at the current position, such as `@a.example,@b.example:` (RFC
    /// 5322, section 4.4). Returns `None` if no route without angle brackets starts there.
    fn route(&self) -> Option<usize> {
        let rest = self.rest();
        let is_route =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'@' | b'.' | b'-' | b',' | b' ');
        let near = rest.get(..MAX_ROUTE_BYTES).unwrap_or(rest);
        let end = near.iter().position(|byte| !is_route(byte))?;
        let domains = near.get(..end)?.split(|byte| *byte == b',');
        let all = domains.map(<[u8]>::trim_ascii).all(|domain| domain.len() > 1 && domain.starts_with(b"@"));
        (all && near.get(end) == Some(&b':')).then_some(end + 1)
    }

    /// Returns whether the list continues with an address without angle brackets, possibly preceded by addresses
    /// without a domain.
    fn goes_on_with_bare_address(&self) -> bool {
        let rest = self.rest();
        let near = rest.get(..MAX_ROUTE_BYTES).unwrap_or(rest);
        let entries = near.split(|byte| matches!(byte, b',' | b';')).map(<[u8]>::trim_ascii);
        for next in entries.take(MAX_NEAR_ENTRIES) {
            let word = next.iter().position(u8::is_ascii_whitespace).unwrap_or(next.len());
            let is_bare = |byte: &u8| !matches!(byte, b'<' | b'"');
            if next.iter().all(is_bare) && next.get(..word).is_some_and(|word| word.contains(&b'@')) {
                return true;
            }
            if !is_local_part(next) {
                return false;
            }
        }
        false
    }

    /// Returns whether a comma or semicolon after a mailbox list entry without an address ends the entry rather than
    /// being part of a name. This is the case if no other address follows, if the entry has too many tokens, or if it
    /// is an address without a domain before an address without angle brackets.
    fn ends_names(&self, entry: &MailboxListEntry<'_>) -> bool {
        entry.len() >= MAX_TOKENS
            || self.last_address.is_none_or(|last| last < self.at)
            || entry.local_part().is_some() && self.goes_on_with_bare_address()
    }

    /// Returns whether the colon at the current position follows the name of a group. Words must precede the colon, and
    /// the group must end with a `;` or at the end of the list.
    fn opens_group(&self, entry: &MailboxListEntry<'_>) -> bool {
        let rest = self.value.get(self.at + 1..).unwrap_or_default();
        let closed = self.last_semicolon.is_some_and(|last| last > self.at);
        let is_digit =
            |at: Option<usize>| at.and_then(|at| self.value.get(at)).is_some_and(u8::is_ascii_digit);
        if is_digit(self.at.checked_sub(1)) && is_digit(Some(self.at + 1)) {
            // A time of day contains a colon: `at 10:30 <ana@x.example>`.
            return false;
        }
        !entry.has_address() && !entry.is_empty() && (closed || rest.trim_ascii_start().is_empty())
    }

    fn token(&mut self, byte: u8) -> MailboxToken<'a> {
        let rest = self.rest();
        match byte {
            b'"' => self.quoted().unwrap_or_else(|| {
                self.at += 1;
                MailboxToken::Blank
            }),
            b'(' => match self.closer() {
                Some(end) => MailboxToken::Comment(self.take(1, end - self.at - 1, 1)),
                None => MailboxToken::Atom(self.take(0, 1, 0)),
            },
            b'<' => match self.bracket() {
                Some((len, content)) => {
                    self.at += len;
                    MailboxToken::Bracket(content)
                }
                // This `<` does not start an address, as in `<<ana@x.example>>` or `I <3 mail`.
                None => match rest.get(1) {
                    Some(b'<') | None => {
                        self.at += 1;
                        MailboxToken::Blank
                    }
                    Some(_) => MailboxToken::Atom(self.take(0, 1, 0)),
                },
            },
            b'>' => {
                self.at += 1;
                MailboxToken::Blank
            }
            b'\\' => {
                let len = usize::from(rest.len() > 1);
                MailboxToken::Atom(self.take(len, 1, 0))
            }
            b'=' if word_len(rest).is_some() => {
                let len = word_len(rest).unwrap_or(1);
                MailboxToken::Word(self.take(0, len, 0))
            }
            _ if byte.is_ascii_whitespace() => {
                let len = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
                self.take(0, len, 0);
                MailboxToken::Blank
            }
            b'[' => {
                // A bracket after an `@` starts a domain literal such as `ana@[192.0.2.1]` (RFC 5321, section
                // 4.1.3); any other bracket is text.
                let near = rest.get(..80).unwrap_or(rest);
                let literal = memchr::memchr(b']', near)
                    .filter(|&end| self.at > 0 && self.value.get(self.at - 1) == Some(&b'@') && end > 1);
                MailboxToken::Atom(self.take(0, literal.map_or(1, |end| end + 1), 0))
            }
            _ => {
                let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;:\"()<>\\[=".contains(byte);
                let len = rest.iter().skip(1).position(ends).map_or(rest.len(), |at| at + 1);
                MailboxToken::Atom(self.take(0, len, 0))
            }
        }
    }

    /// Reads a quoted string. Returns `None` if the closing quotation mark is missing, or so far away that the string
    /// would contain several mailbox list entries.
    fn quoted(&mut self) -> Option<MailboxToken<'a>> {
        if self.quotes_ended {
            return None;
        }
        let rest = self.rest();
        let (mut end, mut escaped) = (1, false);
        loop {
            match rest.get(end) {
                None => {
                    self.quotes_ended = true;
                    return None;
                }
                Some(_) if escaped => escaped = false,
                Some(b'\\') => escaped = true,
                Some(b'"') => break,
                Some(_) => {}
            }
            end += 1;
        }
        if holds_entries(rest.get(1..end)?) {
            let next = rest.get(end + 1..).unwrap_or_default().trim_ascii_start();
            if !matches!(next.first(), None | Some(b'<' | b'(' | b',' | b';' | b'@')) {
                return None;
            }
        }
        Some(MailboxToken::Quoted(self.take(1, end - 1, 1)))
    }

    /// Returns the length in bytes and the content of the address in angle brackets at the current position;
    /// `None` if there is no such address. If the closing bracket is missing, the content extends to the next
    /// space or comma, and must contain an `@`.
    fn bracket(&self) -> Option<(usize, &'a [u8])> {
        let rest = self.rest().get(1..)?;
        let end = memchr::memchr2(b'<', b'>', rest).unwrap_or(rest.len());
        let content = rest.get(..end)?;
        if rest.get(end) == Some(&b'>') {
            return Some((end + 2, content));
        }
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b'"');
        let start = content.len() - content.trim_ascii_start().len();
        let end = content.iter().skip(start).position(ends).map_or(content.len(), |at| start + at);
        let content = content.get(..end)?;
        content.contains(&b'@').then_some((end + 1, content))
    }

    /// Returns the byte offset of the closing parenthesis for the opening parenthesis at the current position; `None`
    /// if the closing parenthesis is missing.
    fn closer(&mut self) -> Option<usize> {
        let value = self.value;
        let closers = self.closers.get_or_insert_with(|| pairs(value));
        let at = u32::try_from(self.at).ok()?;
        let found = closers.binary_search_by_key(&at, |&(open, _)| open).ok()?;
        closers.get(found).and_then(|&(_, close)| usize::try_from(close).ok())
    }
}

/// Finds all pairs of parentheses in a header field value. Returns their byte offsets, sorted by the offset of the
/// opening parenthesis.
fn pairs(value: &[u8]) -> Vec<(u32, u32)> {
    let (mut open, mut found, mut escaped) = (Vec::new(), Vec::new(), false);
    for (at, byte) in (0..=u32::MAX).zip(value) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'(' => open.push(at),
            b')' => found.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
    }
    found.sort_unstable();
    found
}

/// Returns whether a string contains an address in angle brackets that is followed by a comma. Such a string consists
/// of more than one mailbox list entry.
fn holds_entries(text: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', text) else { return false };
    let open = memchr::memrchr(b'<', text.get(..at).unwrap_or_default()).is_some();
    let tail = text.get(at..).unwrap_or_default();
    let close = memchr::memchr(b'>', tail).and_then(|close| tail.get(close + 1..));
    open && close.is_some_and(|tail| tail.trim_ascii_start().starts_with(b","))
}
