//! Joins the sections of continued parameters, and decodes the values (RFC 2231, sections 3 and 4).

use super::Parameter;
use super::scan::ParameterSection;
use crate::mime::charset::{self, Charset};
use crate::mime::header::encoded_word;
use std::collections::HashMap;

/// The forms in which one parameter may occur in a header field: plain, percent-encoded, and in numbered sections.
#[derive(Default)]
struct Forms {
    plain: Option<ParameterSection>,
    extended: Option<ParameterSection>,
    sections: Vec<ParameterSection>,
}

/// Joins the sections of each continued parameter, and decodes the values. The returned parameters are in the
/// order in which their names first occur.
pub(super) fn join(sections: Vec<ParameterSection>, raw_charset: Charset) -> Vec<Parameter> {
    let mut order: Vec<String> = Vec::new();
    let mut forms: HashMap<String, Forms> = HashMap::new();
    for section in sections {
        if !forms.contains_key(&section.name) {
            order.push(section.name.clone());
        }
        let form = forms.entry(section.name.clone()).or_default();
        match (section.number, section.extended) {
            (Some(_), _) => form.sections.push(section),
            (None, true) => form.extended = form.extended.take().or(Some(section)),
            (None, false) => form.plain = form.plain.take().or(Some(section)),
        }
    }
    let found = order.into_iter().filter_map(|name| {
        let form = forms.remove(&name)?;
        let (raw, text) = form.decode(raw_charset)?;
        Some(Parameter { name, raw, text })
    });
    found.collect()
}

impl Forms {
    /// Decodes a parameter from the first of its forms that yields valid text, in the order percent-encoded, numbered
    /// sections, plain. Returns the bytes and the text of its value.
    fn decode(mut self, raw_charset: Charset) -> Option<(Vec<u8>, String)> {
        // Sections may be out of order. A missing section does not affect the other ones.
        self.sections.sort_by_key(|section| section.number);
        self.sections.dedup_by_key(|section| section.number);
        let whole = self.extended.map(|section| decode(&[section], raw_charset));
        let joined = (!self.sections.is_empty()).then(|| decode(&self.sections, raw_charset));
        let plain = self.plain.map(|section| decode(&[section], raw_charset));
        let mut forms = [whole, joined, plain].into_iter().flatten();
        let first = forms.next()?;
        let is_poor = |(_, text): &(Vec<u8>, String)| text.trim().is_empty() || text.contains('\u{fffd}');
        if is_poor(&first) { Some(forms.find(|other| !is_poor(other)).unwrap_or(first)) } else { Some(first) }
    }
}

/// Joins and decodes the sections of a parameter value. Returns the bytes of the value without percent-encoding, and
/// its text.
fn decode(sections: &[ParameterSection], raw_charset: Charset) -> (Vec<u8>, String) {
    let mut label: Option<Vec<u8>> = None;
    let mut runs: Vec<(bool, Vec<u8>)> = Vec::new();
    for (at, section) in sections.iter().enumerate() {
        let mut value = section.value.as_slice();
        // The charset should be in the first section, but some programs put it into a later one, or omit the
        // mark for extended values.
        let marked = section.extended || at == 0;
        let mut extended = section.extended;
        if label.is_none()
            && marked
            && let Some((charset, rest)) = split_charset(value, section.extended)
        {
            (label, value, extended) = (Some(charset.to_vec()), rest, true);
        }
        // Encoded words are not allowed in parameters, but they do occur.
        let extended = extended && memchr::memmem::find(value, b"=?").is_none();
        let value = if extended { percent_decoded(value) } else { value.to_vec() };
        match runs.last_mut() {
            Some((kind, run)) if *kind == extended => run.extend_from_slice(&value),
            _ => runs.push((extended, value)),
        }
    }
    let label = label.filter(|label| !label.is_empty());
    let label = label.as_deref().map(String::from_utf8_lossy);
    let mut text = String::new();
    for (extended, run) in &runs {
        if *extended {
            text.push_str(&charset::decode(run, label.as_deref()).text);
        } else {
            text.push_str(&encoded_word::decode_text(run, raw_charset));
        }
    }
    (runs.into_iter().flat_map(|(_, run)| run).collect(), text)
}

/// Splits a parameter value of the form `charset'language'text` into its charset and its text; `None` if the value does
/// not have this form. If the value is not marked as extended (RFC 2231), the charset must be known and the language
/// empty.
fn split_charset(value: &[u8], extended: bool) -> Option<(&[u8], &[u8])> {
    let first = value.iter().take(64).position(|&byte| byte == b'\'')?;
    let charset = value.get(..first)?;
    let rest = value.get(first + 1..)?;
    let second = rest.iter().take(40).position(|&byte| byte == b'\'');
    let known = std::str::from_utf8(charset).ok().and_then(Charset::from_label).is_some();
    match second {
        Some(at) if extended && (known || charset.is_empty()) => Some((charset, rest.get(at + 1..)?)),
        Some(at) if extended && is_language(rest.get(..at)?) && !charset.contains(&b'%') => {
            Some((charset, rest.get(at + 1..)?))
        }
        Some(0) if known => Some((charset, rest.get(1..)?)),
        _ if extended && known => Some((charset, rest)),
        _ => None,
    }
}

fn is_language(tag: &[u8]) -> bool {
    tag.len() <= 12 && tag.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let digit = |at: usize| value.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(value.len()), 0);
    while let Some(&byte) = value.get(at) {
        let pair = if byte == b'%' { digit(at + 1).zip(digit(at + 2)) } else { None };
        if let Some((high, low)) = pair {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    out
}
