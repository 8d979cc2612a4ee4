//! Finds the MIME parts of a mail in one pass, as byte ranges of the raw mail (RFC 2046, section 5.1).
//!
//! Only a boundary of an open multipart can end a part, so content that looks like a boundary never splits a part. An
//! attached mail is a single part, whose bytes are scanned separately when it is opened. The run time is linear in the
//! size of the mail, regardless of the nesting depth.

// This file exceeds 300 lines because the scan is one loop over lines and boundaries.

use super::boundary::{Delimiter, OpenMultiparts};
use super::header::HeaderBlock;
use super::lines::LineEnd;
use super::part_header::PartHeader;
use super::{part_start, preface};
use std::borrow::Cow;
use std::ops::Range;

/// Maximum number of MIME parts in a mail. Once this number is reached, the rest of the mail becomes content of the
/// last part.
pub(super) const MAX_PARTS: usize = 10_000;
/// Maximum nesting depth of multiparts. A more deeply nested multipart is not split into its parts.
pub(super) const MAX_DEPTH: usize = 250;
/// For at most this many multiparts in a mail, the boundary is guessed from the preamble if the declared boundary never
/// occurs. Further multiparts of this kind are not split into their parts.
const MAX_GUESSES: usize = 16;

/// The kind of a MIME part, which determines how the scan treats the part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PartKind {
    /// The MIME part is a multipart, which contains other parts.
    Multipart,
    /// The MIME part is declared as a multipart, but contains no delimiter line.
    Unsplit,
    /// The MIME part is an attached mail (RFC 2046, section 5.2.1; RFC 6532, section 3.7).
    Mail,
    /// The MIME part is of any other kind, and contains no other parts.
    Leaf,
}

/// A MIME part, stored as byte ranges of the raw mail.
#[derive(Clone, Debug)]
pub(super) struct RawPart {
    /// The header of the MIME part, including the empty line that ends it.
    pub(super) header: Range<usize>,
    /// The body of the MIME part, still in its transfer encoding. The body of a multipart includes all of its
    /// parts.
    pub(super) body: Range<usize>,
    /// Number of multiparts that contain the MIME part.
    pub(super) depth: usize,
    /// Index of the multipart that directly contains the MIME part; `None` for the mail itself.
    pub(super) parent: Option<usize>,
    /// The kind of the MIME part, such as a multipart or an attached mail.
    pub(super) kind: PartKind,
    /// The media type of the MIME part in lowercase. If the header declares none, `message/rfc822` for a part of a
    /// digest, and `text/plain` for any other part.
    pub(super) media_type: String,
    /// The parsed header fields that describe the content of the MIME part, such as its transfer encoding and file
    /// name.
    pub(super) fields: PartHeader,
}

/// A limit that was reached during the scan for MIME parts. Content beyond the limit was not split into parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScanLimit {
    /// The mail contains more than [`MAX_PARTS`] MIME parts.
    Parts,
    /// The multiparts in the mail are nested more deeply than [`MAX_DEPTH`].
    Depth,
}

/// All MIME parts of a mail in order, as byte ranges of the raw mail. The first part is the mail itself.
#[derive(Debug)]
pub(super) struct Structure<'a> {
    raw: &'a [u8],
    /// The kind of line endings in the mail.
    pub(super) line_end: LineEnd,
    /// The MIME parts of the mail. A part precedes the parts that it contains.
    pub(super) parts: Vec<RawPart>,
    /// Whether the mail starts with a header field. If `false`, the whole mail is treated as text.
    pub(super) has_header: bool,
    /// The limits that were reached during the scan, without duplicates.
    pub(super) limits: Vec<ScanLimit>,
}

impl<'a> Structure<'a> {
    /// Finds the MIME parts of a mail. Every input yields at least one part.
    pub(super) fn scan(raw: &'a [u8]) -> Self {
        let start = preface::end(raw);
        let mut scan = StructureScan {
            raw,
            line_end: LineEnd::detect(raw.get(start..).unwrap_or_default()),
            parts: Vec::new(),
            open: OpenMultiparts::default(),
            leaf: None,
            guesses: 0,
            limits: Vec::new(),
        };
        scan.run(start);
        let StructureScan { line_end, parts, limits, .. } = scan;
        let header = parts.first().and_then(|mail| raw.get(mail.header.clone()));
        let has_header = header.is_some_and(|header| !header.trim_ascii().is_empty());
        Self { raw, line_end, parts, has_header, limits }
    }

    /// Returns the header of the mail itself, as opposed to that of a MIME part or an attached mail.
    pub(super) fn header(&self) -> HeaderBlock<'a> {
        let header = self.parts.first().and_then(|mail| self.raw.get(mail.header.clone()));
        HeaderBlock::parse_mail(header.unwrap_or_default())
    }

    /// Returns the bytes in a range of the raw mail; empty if the range is outside the mail.
    pub(super) fn bytes(&self, range: &Range<usize>) -> &'a [u8] {
        self.raw.get(range.clone()).unwrap_or_default()
    }

    /// Returns the body of a MIME part, still in its transfer encoding.
    pub(super) fn body(&self, part: &RawPart) -> &'a [u8] {
        self.bytes(&part.body)
    }
}

struct StructureScan<'a> {
    raw: &'a [u8],
    line_end: LineEnd,
    parts: Vec<RawPart>,
    open: OpenMultiparts<'a>,
    /// Index of the current MIME part, which extends to the next delimiter line; `None` if the current part
    /// is a multipart.
    leaf: Option<usize>,
    guesses: usize,
    limits: Vec<ScanLimit>,
}

impl StructureScan<'_> {
    fn run(&mut self, start: usize) {
        let mut at = self.begin_part(start, None);
        loop {
            while let Some((line, delimiter)) = self.next_delimiter(at) {
                at = if let Some(guessed) = self.guess_boundary(delimiter.level + 1) {
                    guessed
                } else if !delimiter.closes && self.parts.len() >= MAX_PARTS {
                    self.note(ScanLimit::Parts);
                    return self.end_parts(0, self.raw.len());
                } else {
                    self.follow(&line, delimiter)
                };
            }
            match self.guess_boundary(0) {
                Some(guessed) => at = guessed,
                None => return self.end_parts(0, self.raw.len()),
            }
        }
    }

    /// Finds the next delimiter line of an open multipart at or after the byte offset `from`; `None` if there
    /// is no such line.
    fn next_delimiter(&mut self, from: usize) -> Option<(Range<usize>, Delimiter)> {
        if self.open.len() == 0 {
            return None;
        }
        let mut from = from;
        loop {
            let start = self.line_end.next_dashes(self.raw, from)?;
            let line = self.line_end.line(self.raw, start);
            if let Some(found) = self.open.delimiter(self.raw.get(line.clone()).unwrap_or_default()) {
                if !self.open.is_content(found.level) {
                    return Some((line, found));
                }
                self.skip_inner_delimiter(&line, found);
            } else {
                self.consider(&line);
            }
            from = line.end;
        }
    }

    /// Records a line in the preamble of a multipart as a possible delimiter line if the line is followed by the header
    /// of a MIME part. The boundary in such a line is used if the declared boundary never occurs.
    fn consider(&mut self, line: &Range<usize>) {
        let raw = self.raw;
        let next = raw.get(line.end..).unwrap_or_default();
        let text = raw.get(line.clone()).unwrap_or_default().trim_ascii_end();
        let Some(open) = self.open.innermost().filter(|open| open.children == 0 && open.candidate.is_none())
        else {
            return;
        };
        if text.len() > 2 && part_start::is_content_field(next) {
            open.candidate = Some(line.start);
        }
    }

    /// If no part was found with the declared boundary of the innermost multipart, replaces the boundary with the one
    /// found in the preamble. Returns the byte offset at which the scan continues; `None` if nothing was replaced.
    fn guess_boundary(&mut self, level: usize) -> Option<usize> {
        if self.guesses >= MAX_GUESSES || self.open.len() <= level {
            return None;
        }
        let start = self.open.innermost().filter(|open| open.children == 0)?.candidate.take()?;
        let line = self.raw.get(self.line_end.line(self.raw, start))?;
        let boundary = line.strip_prefix(b"--")?.trim_ascii_end();
        self.guesses += 1;
        self.open.replace_boundary(Cow::Owned(boundary.to_vec()));
        Some(start)
    }

    /// Processes a delimiter line: ends the MIME parts before it, and starts the next part unless the line closes the
    /// multipart. Returns the byte offset at which the scan continues.
    fn follow(&mut self, line: &Range<usize>, delimiter: Delimiter) -> usize {
        self.end_parts(delimiter.level + 1, line.start);
        if delimiter.closes {
            // From this line on, the same boundary may belong to an outer multipart.
            self.open.release(delimiter.level);
            return line.end;
        }
        let parent = self.open.innermost().map(|open| {
            open.children += 1;
            open.part
        });
        self.begin_part(line.end, parent)
    }

    /// Ends the current MIME part and all open multiparts whose index is at least `level`. `end` is the byte offset of
    /// the delimiter line that follows.
    fn end_parts(&mut self, level: usize, end: usize) {
        if let Some(leaf) = self.leaf.take() {
            self.end_part(leaf, end);
        }
        while self.open.len() > level {
            let Some(open) = self.open.pop() else { return };
            self.end_part(open.part, end);
            if let Some(part) = self.parts.get_mut(open.part).filter(|_| open.children == 0) {
                part.kind = PartKind::Unsplit;
            }
        }
    }

    fn end_part(&mut self, index: usize, end: usize) {
        let (raw, line_end) = (self.raw, self.line_end);
        // Some programs write the delimiter line twice; the empty part between the two lines is dropped.
        let nothing = |part: &RawPart| part.header.is_empty() && part.body.start == end;
        if index > 0 && index + 1 == self.parts.len() && self.parts.get(index).is_some_and(nothing) {
            let _nothing = self.parts.pop();
            return;
        }
        if let Some(part) = self.parts.get_mut(index) {
            let end = if end == raw.len() { end } else { line_end.content_end(raw, part.body.start, end) };
            part.body.end = part.body.end.max(end);
            // If a delimiter line interrupts a header, the header ends at that line. The parts that contain
            // it must not end earlier.
            if let Some(holder) = part.parent {
                let end = part.header.end.max(part.body.end);
                if let Some(holder) = self.parts.get_mut(holder) {
                    holder.body.end = holder.body.end.max(end);
                }
            }
        }
    }

    /// Parses the header at the byte offset `start`, and adds the MIME part that starts with this header. `parent` is
    /// the index of the multipart that contains the part. Returns the byte offset of the part's body.
    fn begin_part(&mut self, start: usize, parent: Option<usize>) -> usize {
        let body = part_start::body_start(self.raw, start, self.line_end, parent.is_none(), |line| {
            self.open.delimiter(line).is_some()
        });
        let mut header = start..body;
        let mut fields = PartHeader::parse(self.raw.get(header.clone()).unwrap_or_default());
        let holder = parent.and_then(|parent| self.parts.get(parent));
        let in_digest = holder.is_some_and(|holder| holder.media_type == "multipart/digest");
        if in_digest && !fields.is_of_part && has_fields(self.raw, &header) {
            // In some digests, the empty line between the delimiter line and a mail is missing.
            header.end = start;
            fields = PartHeader::parse(b"");
        }
        let media_type = media_type(&fields, in_digest);
        let index = self.parts.len();
        let depth = holder.map_or(0, |holder| holder.depth + 1);
        let deep = depth >= MAX_DEPTH;
        let kind = match media_type.split_once('/') {
            Some(("multipart", _)) if deep => PartKind::Leaf,
            Some(("multipart", _)) => PartKind::Multipart,
            Some(("message", "rfc822" | "global" | "news")) => PartKind::Mail,
            _ => PartKind::Leaf,
        };
        if deep && media_type.starts_with("multipart/") {
            self.note(ScanLimit::Depth);
        }
        let body_start = header.end;
        if kind == PartKind::Multipart {
            self.open.push(index, fields.boundary().map(|boundary| Cow::Owned(boundary.to_vec())));
        } else {
            self.leaf = Some(index);
        }
        if kind == PartKind::Mail {
            self.open_shared_boundary(body_start, index);
        }
        let body = body_start..body_start;
        self.parts.push(RawPart { header, body, depth, parent, kind, media_type, fields });
        body_start
    }

    fn note(&mut self, limit: ScanLimit) {
        if !self.limits.contains(&limit) {
            self.limits.push(limit);
        }
    }
}

/// Returns whether a header contains at least one field.
fn has_fields(raw: &[u8], header: &Range<usize>) -> bool {
    raw.get(header.clone()).is_some_and(preface::is_header)
}

/// Returns the media type of a MIME part (RFC 2045, section 5.2; RFC 2046, section 5.1.5). If the header declares no
/// media type, returns `message/rfc822` for a part of a digest, and `text/plain` for any other part.
fn media_type(fields: &PartHeader, in_digest: bool) -> String {
    match fields.stated_type() {
        // Some programs write the two halves in the wrong order, or name a later edition of the standard.
        Some((subtype @ ("plain" | "html"), "text")) => format!("text/{subtype}"),
        Some(("message", "rfc2822" | "rfc5322")) => "message/rfc822".to_owned(),
        Some((kind, subtype)) if !kind.is_empty() && !subtype.is_empty() => format!("{kind}/{subtype}"),
        Some(("multipart", _)) => "multipart/mixed".to_owned(),
        Some(("html", _)) => "text/html".to_owned(),
        Some((kind @ ("application" | "image" | "audio" | "video" | "message" | "font" | "model"), _)) => {
            format!("{kind}/unknown")
        }
        None if in_digest => "message/rfc822".to_owned(),
        Some(_) | None => "text/plain".to_owned(),
    }
}

mod shared_boundary;
#[cfg(test)]
mod tests;
