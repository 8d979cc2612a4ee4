//! Parses the header fields of a part that describe its content (RFC 2045, RFC 2183).

use super::header::{ContentDisposition, ContentType, HeaderBlock, TransferEncoding, file_name};

/// The header fields that determine how a part is read.
#[derive(Clone, Debug)]
pub(super) struct PartHeader {
    content_type: Option<ContentType>,
    disposition: Option<ContentDisposition>,
    /// The transfer encoding by which the body of the part is decoded.
    pub(super) encoding: TransferEncoding,
    /// The `Content-ID` of the part without angle brackets; empty if there is none.
    pub(super) content_id: String,
    /// Whether the part has the header field `Content-Location`, by which the HTML of the mail can refer to it.
    pub(super) has_location: bool,
    /// Whether the header has any `Content-` field. With such a field the header is that of a part rather than
    /// that of a mail.
    pub(super) is_of_part: bool,
}

impl PartHeader {
    /// Parses the header of a part.
    pub(super) fn parse(header: &[u8]) -> Self {
        let header = HeaderBlock::parse_part(header);
        let is_content = |name: &str| name.get(..8).is_some_and(|name| name.eq_ignore_ascii_case("content-"));
        let id = header.raw("content-id").map(|id| String::from_utf8_lossy(id).into_owned());
        Self {
            content_type: header.content_type(),
            disposition: header.content_disposition(),
            encoding: header.transfer_encoding(),
            content_id: id.unwrap_or_default().trim().trim_matches(['<', '>', ' ']).to_owned(),
            has_location: header.raw("content-location").is_some(),
            is_of_part: header.fields().any(|(name, _)| is_content(name)),
        }
    }

    /// Returns the declared type and subtype in lower case; `None` if no type is declared.
    pub(super) fn stated_type(&self) -> Option<(&str, &str)> {
        let stated = self.content_type.as_ref()?;
        Some((&stated.kind, &stated.subtype))
    }

    /// Returns the value of a parameter of the `Content-Type` field.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref()?.parameters.get(name)
    }

    /// Returns the declared charset label; `None` if none is declared.
    pub(super) fn charset(&self) -> Option<&str> {
        self.content_type.as_ref()?.charset()
    }

    /// Returns the boundary of a multipart without trailing spaces; `None` if none is declared. If the boundary
    /// is empty, lines of `--` alone separate the parts.
    pub(super) fn boundary(&self) -> Option<&[u8]> {
        match self.content_type.as_ref()?.boundary() {
            Some(boundary) => Some(boundary.trim_ascii_end()),
            None => self.parameter("boundary").map(|_| &[] as &[u8]),
        }
    }

    /// Returns whether the sender wants the part to be separate from the text.
    pub(super) fn is_attachment(&self) -> bool {
        self.disposition.as_ref().is_some_and(ContentDisposition::is_attachment)
    }

    /// Returns the file name of the part, trimmed and not empty; `None` if it has none.
    pub(super) fn file_name(&self) -> Option<&str> {
        file_name(self.disposition.as_ref(), self.content_type.as_ref())
    }
}
