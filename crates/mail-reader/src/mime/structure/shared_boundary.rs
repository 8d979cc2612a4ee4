//! Keeps an attached mail whole if it has the same boundary as the multipart that contains the mail.
//!
//! Programs that always use the same boundary create such mails when they forward their own mails. RFC 2046 forbids
//! shared boundaries, because a delimiter line could belong to either of the two multiparts. As in
//! [`boundary`](super::super::boundary), the inner multipart ends first.

use super::{Delimiter, MAX_DEPTH, PartHeader, StructureScan, part_start};
use std::borrow::Cow;
use std::ops::Range;

impl StructureScan<'_> {
    /// Opens the attached mail that starts at the byte offset `start` if it is a multipart with the same boundary as an
    /// open multipart. From then on, the delimiter lines of the attached mail neither start nor end MIME parts; they
    /// remain content of the MIME part with the index `part`.
    pub(super) fn open_shared_boundary(&mut self, start: usize, part: usize) {
        let header = self.header_at(start, true).1;
        self.open_if_shared(&header, part);
    }

    /// Processes a delimiter line inside an attached mail without starting or ending a MIME part. If the line is
    /// followed by a multipart with the same boundary as an open multipart, opens that multipart too.
    pub(super) fn skip_inner_delimiter(&mut self, line: &Range<usize>, delimiter: Delimiter) {
        while self.open.len() > delimiter.level + 1 {
            let _inner = self.open.pop();
        }
        if delimiter.closes {
            let _closed = self.open.pop();
            return;
        }
        let Some(part) = self.open.innermost().map(|open| open.part) else { return };
        let (body, header) = self.header_at(line.end, false);
        if matches!(header.stated_type(), Some(("message", "rfc822" | "global" | "news"))) {
            self.open_shared_boundary(body, part);
        } else {
            self.open_if_shared(&header, part);
        }
    }

    fn open_if_shared(&mut self, header: &PartHeader, part: usize) {
        if let (Some(("multipart", _)), Some(boundary)) = (header.stated_type(), header.boundary())
            && self.open.contains(boundary)
            && self.open.len() < MAX_DEPTH
        {
            self.open.push_content(part, Cow::Owned(boundary.to_vec()));
        }
    }

    /// Parses the header at the byte offset `start`, and returns the offset of the body after it and the parsed header.
    /// `is_mail` is `true` for the header of an attached mail, and `false` for that of a MIME part.
    fn header_at(&self, start: usize, is_mail: bool) -> (usize, PartHeader) {
        let is_delimiter = |line: &[u8]| self.open.delimiter(line).is_some();
        let body = part_start::body_start(self.raw, start, self.line_end, is_mail, is_delimiter);
        (body, PartHeader::parse(self.raw.get(start..body).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{bodies, multipart};

    #[test]
    fn an_attached_mail_with_the_boundary_of_its_multipart_is_whole() {
        let mut mail = "Subject: innermost\n\nwords".to_owned();
        for level in 1..4 {
            mail = multipart(
                "b",
                &format!(
                    "--b\n\nlevel {level}\n--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n\
                     --b\nContent-Type: message/rfc822\n\n{mail}\n--b--"
                ),
            );
        }
        let raw = multipart(
            "b",
            &format!("--b\n\nsee\n--b\nContent-Type: message/rfc822\n\n{mail}\n--b\n\nlast\n--b--\n"),
        );
        assert_eq!(bodies(&raw), ["see", &mail, "last"]);
    }

    #[test]
    fn the_outer_multipart_still_ends_an_attached_mail() {
        let mail = multipart("b", "--b\n\none\n");
        let inner = format!("--b\n\nsee\n--b\nContent-Type: message/rfc822\n\n{mail}");
        let raw = multipart(
            "o",
            &format!("--o\nContent-Type: multipart/mixed; boundary=b\n\n{inner}--o\n\nlast\n--o--\n"),
        );
        assert_eq!(bodies(&raw), ["see", mail.trim_end(), "last"]);
    }
}
