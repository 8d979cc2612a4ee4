//! Reads a mail for programs that forward it unchanged rather than display it. This module sanitises nothing.

use super::body::BodyParts;
use super::header::HeaderBlock;
use super::parts::{FIRST_FILE_INDEX, is_attachment};
use super::structure::Structure;
use super::text::{self, TextKind};
use super::{MAX_ATTACHMENTS, charset};
use std::borrow::Cow;

/// A mail and its MIME parts, for programs that forward the mail. The text and attachments are those that
/// [`parse`](super::parse) finds.
#[derive(Debug)]
pub struct Message<'a> {
    structure: Structure<'a>,
    body: BodyParts,
}

/// An attachment, with the name and the media type that the sender declared. Neither is sanitised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessagePart {
    /// Index of the MIME part in the mail; equal to [`Attachment::part`](crate::mail::Attachment::part).
    pub part: usize,
    /// The file name of the attachment as the sender wrote it; `None` if the attachment has no file name.
    pub name: Option<String>,
    /// The media type that the sender declares for the attachment, in lowercase.
    pub media_type: String,
    /// Decoded size of the attachment in bytes.
    pub size: usize,
    /// The `Content-ID` of the attachment, without angle brackets; `None` if the attachment has no
    /// `Content-ID`.
    pub content_id: Option<String>,
}

impl<'a> Message<'a> {
    /// Parses a raw mail; `None` if it contains no header field with a value.
    pub fn parse(raw: &'a [u8]) -> Option<Self> {
        let structure = Structure::scan(raw);
        let named = structure.header().fields().any(|(_, value)| !value.trim_ascii().is_empty());
        if !structure.has_header || !named {
            return None;
        }
        let body = BodyParts::choose(&structure);
        Some(Self { structure, body })
    }

    fn header(&self) -> HeaderBlock<'a> {
        self.structure.header()
    }

    /// Returns the decoded subject of the mail; `None` if the mail has no subject.
    pub fn subject(&self) -> Option<String> {
        let header = self.header();
        header.raw("subject").map(|raw| header.text(raw).trim().to_owned())
    }

    /// Returns the mailboxes in the `From` header field, formatted as `name <address>`; `None` if there are no
    /// mailboxes.
    pub fn from(&self) -> Option<String> {
        let header = self.header();
        header.raw("from")?;
        let mailboxes = header.mailboxes("from").0.into_iter().map(|one| {
            match (one.name.as_str(), one.address.as_str()) {
                ("", only) | (only, "") => only.to_owned(),
                (name, address) => format!("{name} <{address}>"),
            }
        });
        Some(mailboxes.collect::<Vec<_>>().join(", "))
    }

    /// Returns the text of each plain text part of the mail, in order; empty if the mail contains only HTML.
    pub fn texts(&self) -> Vec<Cow<'a, str>> {
        self.bodies(&self.body.text, |kind| kind != TextKind::Html)
    }

    /// Returns the HTML of the mail; `None` if the mail has no HTML part.
    pub fn html(&self) -> Option<String> {
        let pages = self.bodies(&self.body.html, |kind| kind == TextKind::Html);
        (!pages.is_empty()).then(|| pages.concat())
    }

    fn bodies(&self, parts: &[usize], is_wanted: impl Fn(TextKind) -> bool) -> Vec<Cow<'a, str>> {
        let parts = parts.iter().filter_map(|&index| self.structure.parts.get(index));
        let selected = parts.filter(|part| text::kind(part).is_some_and(&is_wanted));
        selected.map(|part| text::decode_part(&self.structure, part).text).collect()
    }

    /// Returns the attachments of the mail, including the files embedded in its text.
    pub fn attachments(&self) -> Vec<MessagePart> {
        let parts = self.structure.parts.iter().enumerate();
        let listed = parts.filter(|(index, part)| is_attachment(&self.structure, *index, part, &self.body));
        let parts = listed.map(|(index, part)| MessagePart {
            part: index,
            name: part.fields.file_name().map(ToOwned::to_owned),
            media_type: part.media_type.clone(),
            size: part.fields.encoding.decode(self.structure.body(part)).content.len(),
            content_id: Some(part.fields.content_id.clone()).filter(|id| !id.is_empty()),
        });
        let files =
            self.body.files(&self.structure).into_iter().enumerate().map(|(index, file)| MessagePart {
                part: FIRST_FILE_INDEX + index,
                name: Some(charset::guess(&file.name)),
                media_type: "application/octet-stream".to_owned(),
                size: file.content.len(),
                content_id: None,
            });
        parts.chain(files).take(MAX_ATTACHMENTS).collect()
    }

    /// Returns the decoded content of the attachment with the index `part`; `None` if [`Self::attachments`]
    /// does not contain the index.
    pub fn attachment(&self, part: usize) -> Option<Cow<'a, [u8]>> {
        if let Some(file) = part.checked_sub(FIRST_FILE_INDEX) {
            return self
                .body
                .files(&self.structure)
                .into_iter()
                .nth(file)
                .map(|file| Cow::Owned(file.content));
        }
        let found = self.structure.parts.get(part)?;
        is_attachment(&self.structure, part, found, &self.body)
            .then(|| found.fields.encoding.decode(self.structure.body(found)).content)
    }
}
