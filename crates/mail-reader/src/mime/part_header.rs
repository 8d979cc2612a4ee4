//! Parses the header fields that describe the content of a MIME part (RFC 2045, RFC 2183).

use super::header::{ContentDisposition, ContentType, HeaderBlock, TransferEncoding, file_name};

/// The header fields that determine how the content of a MIME part is decoded and displayed.
#[derive(Clone, Debug)]
pub(super) struct PartHeader {
    content_type: Option<ContentType>,
    disposition: Option<ContentDisposition>,
    /// The transfer encoding of the MIME part's body.
    pub(super) encoding: TransferEncoding,
    /// The `Content-ID` of the MIME part, without angle brackets; empty if the part has no `Content-ID`.
    pub(super) content_id: String,
    /// Whether the MIME part has a `Content-Location` header field, to which the HTML of the mail may refer.
    pub(super) has_location: bool,
    /// Whether the name of at least one header field starts with `Content-`. If so, the header is that of a MIME part
    /// rather than a mail.
    pub(super) is_of_part: bool,
}

impl PartHeader {
    /// Parses the header of a MIME part.
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

    /// Returns the declared media type in lowercase, as top-level type and subtype; `None` if the header declares no
    /// media type.
    pub(super) fn stated_type(&self) -> Option<(&str, &str)> {
        let stated = self.content_type.as_ref()?;
        Some((&stated.kind, &stated.subtype))
    }

    /// Returns the value of the parameter `name` in the `Content-Type` header field; `None` if there is no such
    /// parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref()?.parameters.get(name)
    }

    /// Returns the declared charset label; `None` if the header declares no charset.
    pub(super) fn charset(&self) -> Option<&str> {
        self.content_type.as_ref()?.charset()
    }

    /// Returns the declared boundary of a multipart, without trailing spaces; `None` if the header declares no
    /// boundary. The boundary may be empty, in which case each delimiter line is just `--`.
    pub(super) fn boundary(&self) -> Option<&[u8]> {
        match self.content_type.as_ref()?.boundary() {
            Some(boundary) => Some(boundary.trim_ascii_end()),
            None => self.parameter("boundary").map(|_| &[] as &[u8]),
        }
    }

    /// Returns whether the sender wants the MIME part to be an attachment, separate from the text.
    pub(super) fn is_attachment(&self) -> bool {
        self.disposition.as_ref().is_some_and(ContentDisposition::is_attachment)
    }

    /// Returns the file name of the MIME part, trimmed and non-empty; `None` if the part has no file name.
    pub(super) fn file_name(&self) -> Option<&str> {
        file_name(self.disposition.as_ref(), self.content_type.as_ref())
    }
}
