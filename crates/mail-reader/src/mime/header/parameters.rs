//! Parses the parameters of a header field (RFC 2045, section 5.1) in the forms that occur in mails, including charsets
//! and continuations (RFC 2231).

mod extended;
mod scan;

use crate::mime::charset::Charset;

/// Maximum number of parameters of one header field; further parameters are dropped. Each section of a continued
/// parameter counts as one parameter.
const MAX_PARAMETERS: usize = 2_000;

/// The decoded parameters of one header field. Of several parameters with the same name, only the first is stored.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::mime) struct Parameters(Vec<Parameter>);

#[derive(Clone, PartialEq, Eq, Debug)]
struct Parameter {
    name: String,
    raw: Vec<u8>,
    text: String,
}

impl Parameters {
    /// Parses the parameters of a header field. `value` is the part of the field value after the first `;`.
    /// `raw_charset` is the charset of raw 8-bit text in the parameters.
    pub(super) fn parse(value: &[u8], raw_charset: Charset) -> Self {
        let pieces: Vec<_> = scan::Pieces::new(value).take(MAX_PARAMETERS).collect();
        Self(extended::join(pieces, raw_charset))
    }

    /// Returns the decoded value of the parameter with this lowercase name; `None` if there is no such
    /// parameter.
    pub(in crate::mime) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|one| one.text.as_str())
    }

    /// Returns the bytes of the value of the parameter with this lowercase name: its sections are joined and unescaped,
    /// but not decoded. Returns `None` if there is no such parameter.
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
