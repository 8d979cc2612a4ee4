//! Parses an entry of a mailbox list. Determines which tokens form the name and which the e-mail address.

// This file exceeds 300 lines because the forms of a mailbox exclude each other, so they are tried in one
// place.

use crate::mime::charset::Charset;
use crate::mime::header::{encoded_word, lexer};

/// Number of tokens at the end of a mailbox list entry that are searched for an address in angle brackets. An address
/// farther from the end is not found.
const MAX_BRACKET_DISTANCE_TOKENS: usize = 8;

/// A token in an entry of a mailbox list, without its delimiters.
#[derive(Debug, Clone, Copy)]
pub(super) enum MailboxToken<'a> {
    /// A run of characters up to the next delimiter.
    Atom(&'a [u8]),
    /// A quoted string. The value is its content, including any escape sequences.
    Quoted(&'a [u8]),
    /// An encoded word (RFC 2047), not yet decoded.
    Word(&'a [u8]),
    /// A comment. The value is its content without the parentheses.
    Comment(&'a [u8]),
    /// An address in angle brackets. The value is the content of the brackets.
    Bracket(&'a [u8]),
    /// A run of white space.
    Blank,
}

/// An entry of a mailbox list, which is usually the text between two commas.
#[derive(Debug, Default)]
pub(super) struct MailboxListEntry<'a> {
    tokens: Vec<MailboxToken<'a>>,
    /// Whether the mailbox list entry contains an address without angle brackets.
    bare: bool,
    /// Whether the mailbox list entry contains an address in angle brackets.
    bracketed: bool,
    /// Whether the mailbox list entry is the name of a group rather than a mailbox.
    group: bool,
}

impl<'a> MailboxListEntry<'a> {
    pub(super) fn push(&mut self, token: MailboxToken<'a>) {
        match token {
            MailboxToken::Blank if self.tokens.is_empty() => return,
            MailboxToken::Atom(text) => self.bare |= self.completes_address(text),
            MailboxToken::Bracket(text) => self.bracketed |= !text.trim_ascii().is_empty(),
            MailboxToken::Quoted(_)
            | MailboxToken::Word(_)
            | MailboxToken::Comment(_)
            | MailboxToken::Blank => {}
        }
        self.tokens.push(token);
    }

    /// Converts the mailbox list entry to the name of a group. A group has no address.
    pub(super) fn into_group(self) -> Self {
        Self { group: true, ..self }
    }

    /// Returns whether the mailbox list entry contains anything other than delimiters.
    pub(super) fn has_content(&self) -> bool {
        self.tokens.iter().any(|token| match token {
            MailboxToken::Atom(text) => !matches!(*text, b"," | b";"),
            MailboxToken::Quoted(text)
            | MailboxToken::Word(text)
            | MailboxToken::Comment(text)
            | MailboxToken::Bracket(text) => !text.trim_ascii().is_empty(),
            MailboxToken::Blank => false,
        })
    }

    /// Returns whether the mailbox list entry starts with an address in angle brackets.
    pub(super) fn begins_with_bracket(&self) -> bool {
        matches!(self.tokens.first(), Some(MailboxToken::Bracket(_)))
    }

    /// Returns the address if the mailbox list entry consists only of an address without a domain, such as `root` (RFC
    /// 5321, section 4.1.1.3), and comments. Returns `None` for any other entry.
    pub(super) fn local_part(&self) -> Option<&'a [u8]> {
        if self.group {
            return None;
        }
        let mut words = self
            .tokens
            .iter()
            .filter(|token| !matches!(token, MailboxToken::Blank | MailboxToken::Comment(_)));
        match (words.next(), words.next()) {
            (Some(MailboxToken::Atom(text)), None) if is_local_part(text) => Some(text),
            _ => None,
        }
    }

    /// Returns whether the mailbox list entry contains an address with a domain, with or without angle brackets.
    pub(super) fn has_full_address(&self) -> bool {
        let is_full =
            |token: &MailboxToken<'_>| matches!(token, MailboxToken::Bracket(text) if text.contains(&b'@'));
        self.bare || self.bracketed && self.tokens.iter().rev().take(MAX_BRACKET_DISTANCE_TOKENS).any(is_full)
    }

    /// Returns whether the mailbox list entry ends with an address, ignoring comments.
    pub(super) fn ends_with_address(&self) -> bool {
        let mut words = self
            .tokens
            .iter()
            .filter(|token| !matches!(token, MailboxToken::Blank | MailboxToken::Comment(_)));
        let is_address = |token: &MailboxToken<'_>| {
            matches!(token, MailboxToken::Bracket(_))
                || matches!(token, MailboxToken::Atom(text) if text.contains(&b'@'))
        };
        words.next_back().is_some_and(is_address)
    }

    /// Returns the address without angle brackets at the start of the mailbox list entry; `None` if the entry does not
    /// start with such an address.
    pub(super) fn first_address(&self) -> Option<&'a [u8]> {
        match self.tokens.first() {
            Some(MailboxToken::Atom(text)) if text.contains(&b'@') => Some(text),
            _ => None,
        }
    }

    /// Returns whether text appended to the mailbox list entry would start a new word.
    pub(super) fn ends_a_word(&self) -> bool {
        matches!(
            self.tokens.last(),
            Some(MailboxToken::Blank | MailboxToken::Comment(_) | MailboxToken::Bracket(_))
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn has_bracketed_address(&self) -> bool {
        self.bracketed
    }

    /// Returns whether the mailbox list entry contains an address. If so, the next comma ends the entry.
    pub(super) fn has_address(&self) -> bool {
        self.bare || self.bracketed || self.is_quoted_address()
    }

    /// Returns whether the mailbox list entry would contain an address with characters before and after the `@` if
    /// `text` were appended.
    fn completes_address(&self, text: &[u8]) -> bool {
        let Some(at) = memchr::memchr(b'@', text) else { return false };
        at > 0 || matches!(self.tokens.last(), Some(MailboxToken::Atom(_) | MailboxToken::Quoted(_)))
    }

    /// Returns whether the mailbox list entry consists of an address in quotation marks, such as `"ana@x.example"`.
    fn is_quoted_address(&self) -> bool {
        let mut words = self
            .tokens
            .iter()
            .filter(|token| !matches!(token, MailboxToken::Blank | MailboxToken::Comment(_)));
        let Some(MailboxToken::Quoted(text)) = words.next() else { return false };
        words.next().is_none() && is_address(text)
    }

    /// Returns the decoded name and the decoded address of the mailbox list entry; either of them may be empty.
    pub(super) fn resolve(&self, raw_charset: Charset) -> (String, String) {
        let Some((range, address)) = self.address() else { return self.without_address(raw_charset) };
        let mut name = self.name(&range, raw_charset);
        // Text that ends in a colon before a bare address is the name of an unclosed group, not the name of the
        // mailbox.
        if name.ends_with(':') && !self.has_bracketed_address() {
            name.clear();
        }
        (name, cleaned(&address, raw_charset))
    }

    /// Returns the range of tokens that contain the address, and the bytes of the address. Angle brackets that contain
    /// an `@` take precedence over a bare address, which takes precedence over angle brackets without an `@`. Returns
    /// `None` if the mailbox list entry has no address.
    fn address(&self) -> Option<(std::ops::Range<usize>, Vec<u8>)> {
        let bracket = |is_match: fn(&[u8]) -> bool| {
            let found = self.tokens.iter().enumerate().rev().find_map(|(at, token)| {
                let MailboxToken::Bracket(text) = token else { return None };
                is_match(text).then_some((at, text))
            });
            found.map(|(at, text)| (at..at + 1, text.to_vec()))
        };
        bracket(|text| text.contains(&b'@'))
            .or_else(|| self.bare_address())
            .or_else(|| bracket(|text| !text.trim_ascii().is_empty()))
    }

    /// Returns the range of tokens that contain an address without angle brackets, and the bytes of the address. White
    /// space may surround the `@`. Returns `None` if the mailbox list entry has no such address.
    fn bare_address(&self) -> Option<(std::ops::Range<usize>, Vec<u8>)> {
        let at = self
            .tokens
            .iter()
            .position(|token| matches!(token, MailboxToken::Atom(text) if text.contains(&b'@')))?;
        let is_part = |token: &MailboxToken<'_>| {
            matches!(token, MailboxToken::Atom(text) if *text != b",")
                || matches!(token, MailboxToken::Quoted(_))
        };
        let before = self.tokens.get(..at)?;
        let mut start = at - before.iter().rev().take_while(|token| is_part(token)).count();
        let behind = self.tokens.get(at..)?;
        let mut end = at + behind.iter().take_while(|token| is_part(token)).count();
        let text = |start: usize, end: usize| {
            let mut text = Vec::new();
            for token in self.tokens.get(start..end).unwrap_or_default() {
                match token {
                    MailboxToken::Atom(atom) => text.extend_from_slice(atom),
                    MailboxToken::Quoted(inner) => text.extend([b"\"", *inner, b"\""].concat()),
                    MailboxToken::Word(_)
                    | MailboxToken::Comment(_)
                    | MailboxToken::Bracket(_)
                    | MailboxToken::Blank => {}
                }
            }
            text
        };
        // An `@` with white space around it: `ana @ x.example`.
        let is_word = |at: usize| self.tokens.get(at).is_some_and(is_part);
        let bare = text(start, end);
        if bare.starts_with(b"@") && start >= 2 && is_word(start - 2) {
            start -= 2;
        }
        if bare.ends_with(b"@") && is_word(end + 1) {
            end += 2;
        }
        while let Some(more) = self.label_after(end) {
            end = more;
        }
        let bare = text(start, end);
        (!bare.starts_with(b"@") && !bare.ends_with(b"@")).then_some((start..end, bare))
    }

    /// Searches for the next label of a domain, starting at the token with the index `end`. Returns the index of the
    /// first token after the label; `None` if no label follows. Comments or spaces may separate the labels (RFC 5322,
    /// section 4.4), as in `ana@x (home) . example`.
    fn label_after(&self, end: usize) -> Option<usize> {
        let next = |from: usize| {
            let tokens = self.tokens.iter().enumerate().skip(from);
            let mut words = tokens
                .skip_while(|(_, token)| matches!(token, MailboxToken::Blank | MailboxToken::Comment(_)));
            let (at, MailboxToken::Atom(text)) = words.next()? else { return None };
            (*text != b",").then_some((at, *text))
        };
        match next(end)? {
            (dot, b".") => next(dot + 1).map(|(label, _)| label + 1),
            (label, text) => text.starts_with(b".").then_some(label + 1),
        }
    }

    /// Returns the decoded name in the mailbox list entry: all words outside the address or, if there are none, the
    /// comments.
    fn name(&self, address: &std::ops::Range<usize>, raw_charset: Charset) -> String {
        let (mut phrase, mut comments) = (Vec::new(), Vec::new());
        for (at, token) in self.tokens.iter().enumerate() {
            match token {
                _ if address.contains(&at) => phrase.push(b' '),
                MailboxToken::Atom(text) | MailboxToken::Word(text) | MailboxToken::Bracket(text) => {
                    phrase.extend_from_slice(text);
                }
                MailboxToken::Quoted(text) => phrase.extend(unescaped(text)),
                MailboxToken::Blank => phrase.push(b' '),
                // For readers, a comment inside a name belongs to the name: `Ana Rivera (Billing)
                // <ana@x.example>`.
                MailboxToken::Comment(text) if at < address.start && !phrase.trim_ascii().is_empty() => {
                    phrase.extend([b"(".as_slice(), &unescaped(text), b")"].concat());
                }
                MailboxToken::Comment(text) => comments.extend([unescaped(text).as_slice(), b" "].concat()),
            }
        }
        let phrase = if phrase.trim_ascii().is_empty() { comments } else { phrase };
        let name = encoded_word::decode_text(phrase.trim_ascii(), raw_charset);
        name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).to_owned()
    }

    /// Returns the name and the address of a mailbox list entry in which [`Self::address`] finds no address. The
    /// address may be inside a name, a comment or an encoded word, or may be missing.
    fn without_address(&self, raw_charset: Charset) -> (String, String) {
        let hidden = self.tokens.iter().enumerate().find_map(|(at, token)| {
            let (MailboxToken::Comment(text) | MailboxToken::Quoted(text)) = token else { return None };
            is_address(text).then_some((at, text))
        });
        if let Some((at, text)) = hidden {
            return (self.name(&(at..at + 1), raw_charset), cleaned(text, raw_charset));
        }
        if let Some(text) = self.local_part()
            && let Some(at) = self.tokens.iter().position(|token| matches!(token, MailboxToken::Atom(_)))
        {
            return (self.name(&(at..at + 1), raw_charset), cleaned(text, raw_charset));
        }
        let name = self.name(&(0..0), raw_charset);
        let Some(at) = name.find('@') else { return (name, String::new()) };
        let (before, behind) = name.split_at(at);
        let is_edge = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | '"' | '(' | ')');
        let start = before.rfind(is_edge).map_or(0, |edge| {
            edge + before.get(edge..).and_then(|c| c.chars().next()).map_or(1, char::len_utf8)
        });
        let end = at + behind.find(is_edge).unwrap_or(behind.len());
        match name.get(start..end).filter(|address| is_address(address.as_bytes())) {
            Some(address) => {
                let name = format!(
                    "{} {}",
                    name.get(..start).unwrap_or_default(),
                    name.get(end..).unwrap_or_default()
                );
                let name = name.trim_matches(|c: char| is_edge(c)).to_owned();
                (name, address.to_owned())
            }
            None => (name, String::new()),
        }
    }
}

/// Returns whether a word is probably the local part of an address without a domain. All its characters must be allowed
/// in a local part (RFC 5322, section 3.2.3). Its first character must be a lowercase letter or a digit, unlike that of
/// a person's name.
pub(super) fn is_local_part(text: &[u8]) -> bool {
    let is_atext = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(byte);
    text.iter().all(is_atext)
        && text.first().is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Returns whether a string is exactly one e-mail address.
fn is_address(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let at = memchr::memrchr(b'@', text);
    at.is_some_and(|at| at > 0 && at + 1 < text.len()) && !text.iter().any(u8::is_ascii_whitespace)
}

/// Returns an e-mail address without its source route (RFC 5322, section 4.4), URL scheme, comments and white
/// space.
fn cleaned(text: &[u8], raw_charset: Charset) -> String {
    let text = if text.contains(&b'(') { lexer::without_comments(text) } else { text.to_vec() };
    let text = encoded_word::decode_text(&text, raw_charset);
    let text = text.trim();
    let text = match text.rfind(':') {
        Some(colon) if text.starts_with('@') => text.get(colon + 1..).unwrap_or(text),
        _ => text,
    };
    let scheme = text.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let text = if scheme { text.get(7..).unwrap_or(text) } else { text };
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '\''));
    // `Ana Rivera [ana@a.example]`, unlike `ana@[192.0.2.1]`
    let in_brackets = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let text = in_brackets.filter(|text| text.contains('@')).unwrap_or(text);
    if text.contains('@') && !text.contains('"') {
        text.chars().filter(|c| !c.is_whitespace()).collect()
    } else {
        text.to_owned()
    }
}

/// Decodes the escape sequences in a quoted string or comment (RFC 5322, section 3.2.1).
fn unescaped(text: &[u8]) -> Vec<u8> {
    let (mut out, mut bytes) = (Vec::with_capacity(text.len()), text.iter().peekable());
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => out.extend(bytes.next()),
            b'\r' | b'\n' => {}
            _ => out.push(byte),
        }
    }
    out
}
