//! What the header of a part says of its content (RFC 2045, RFC 2183).

use super::header::{ContentDisposition, ContentType, HeaderBlock, TransferEncoding, file_name};

/// The fields of a part's header that decide how the part is read.
#[derive(Clone, Debug)]
pub(super) struct PartHeader {
    content_type: Option<ContentType>,
    disposition: Option<ContentDisposition>,
    /// How the body is encoded for transfer.
    pub(super) encoding: TransferEncoding,
    /// The `Content-ID` without brackets; empty where there is none.
    pub(super) content_id: String,
    /// Whether there is a `Content-Location`.
    pub(super) has_location: bool,
    /// Whether any field is about content, so that the header is one of a part rather than of a mail.
    pub(super) is_of_part: bool,
}

impl PartHeader {
    /// Reads a header.
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

    /// The type and subtype in lower case, as they are stated; `None` where no type is stated.
    pub(super) fn stated_type(&self) -> Option<(&str, &str)> {
        let stated = self.content_type.as_ref()?;
        Some((&stated.kind, &stated.subtype))
    }

    /// A parameter of the type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref()?.parameters.get(name)
    }

    /// The declared charset.
    pub(super) fn charset(&self) -> Option<&str> {
        self.content_type.as_ref()?.charset()
    }

    /// The boundary of a multipart, without blanks at its end; `None` where none is stated. It may be empty:
    /// then lines of nothing but `--` divide the multipart.
    pub(super) fn boundary(&self) -> Option<&[u8]> {
        match self.content_type.as_ref()?.boundary() {
            Some(boundary) => Some(boundary.trim_ascii_end()),
            None => self.parameter("boundary").map(|_| &[] as &[u8]),
        }
    }

    /// Whether the part is to be set apart from the text.
    pub(super) fn is_attachment(&self) -> bool {
        self.disposition.as_ref().is_some_and(ContentDisposition::is_attachment)
    }

    /// The file name, trimmed and not empty.
    pub(super) fn file_name(&self) -> Option<&str> {
        file_name(self.disposition.as_ref(), self.content_type.as_ref())
    }
}
