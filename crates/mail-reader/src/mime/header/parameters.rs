//! Parses the parameters of a field (RFC 2045, 5.1) with charsets and continuations (RFC 2231), in the forms
//! that occur in real mail.

mod extended;
mod scan;

use crate::mime::charset::Charset;

/// Maximum number of parameters of one field, where each piece of a parameter counts; further ones are dropped.
const MAX_PARAMETERS: usize = 2_000;

/// The decoded parameters of one field; if a name occurs several times, the first parameter counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::mime) struct Parameters(Vec<Parameter>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Parameter {
    name: String,
    raw: Vec<u8>,
    text: String,
}

impl Parameters {
    /// Parses the text after the first `;` of a field. `raw_charset` is the charset of raw 8-bit text in it.
    pub(super) fn parse(value: &[u8], raw_charset: Charset) -> Self {
        let pieces: Vec<_> = scan::Pieces::new(value).take(MAX_PARAMETERS).collect();
        Self(extended::join(pieces, raw_charset))
    }

    /// Returns the decoded value of a parameter by its lower-case name.
    pub(in crate::mime) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|one| one.text.as_str())
    }

    /// Returns the bytes of a parameter, joined and unescaped but not decoded.
    pub(in crate::mime) fn raw(&self, name: &str) -> Option<&[u8]> {
        self.find(name).map(|one| one.raw.as_slice())
    }

    /// Returns whether the header field has no parameters.
    pub(in crate::mime) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|one| one.name == name)
    }
}
