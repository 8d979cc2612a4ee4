//! Selects the MIME parts that form the text of a mail (RFC 2046, section 5.1; RFC 2387), and joins their text.

// This file exceeds 300 lines because the rules for alternatives depend on each other.

use super::embedded_files::NotExtracted;
use super::structure::{PartKind, RawPart, Structure};
use super::text::{self, CharsetFault, EncodingFault, PartText, TextKind};
use super::uuencode::EmbeddedFile;
use super::{MAX_TEXT_BYTES, visible_text};
use crate::html;
use crate::mail::{Mail, Note};

/// The MIME parts that form the text of a mail, as indices into [`Structure::parts`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct BodyParts {
    /// Indices of the MIME parts that the text view shows one after another.
    pub(super) text: Vec<usize>,
    /// Indices of the MIME parts that the HTML view shows one after another.
    pub(super) html: Vec<usize>,
    /// For each MIME part, whether it belongs to the text of the mail, even if no view shows it. Parts that belong to
    /// the text are not listed as attachments.
    pub(super) is_text: Vec<bool>,
}

/// Rule that determines which text parts count as the text of the mail. Each rule also accepts all parts that the
/// preceding rule accepts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextPartRule {
    /// Text parts without a file name and without `Content-Disposition: attachment` count as the text of the
    /// mail.
    Plain,
    /// Text parts with a file name also count as the text of the mail.
    Named,
    /// Text parts with `Content-Disposition: attachment` also count as the text of the mail.
    Attached,
}

impl BodyParts {
    /// Selects the MIME parts that form the text of a mail. Text parts with a file name or with
    /// `Content-Disposition: attachment` are selected only if no other part contains words. The selected parts are then
    /// also listed as attachments.
    pub(super) fn choose(structure: &Structure<'_>) -> Self {
        let chosen = choose(structure, TextPartRule::Plain);
        if chosen.has_words(structure) {
            return chosen;
        }
        let named = choose(structure, TextPartRule::Named);
        if named.has_words(structure) {
            return Self { is_text: chosen.is_text, ..named };
        }
        let attached = choose(structure, TextPartRule::Attached);
        let alone = attached.text.len() <= 1 && attached.html.len() <= 1;
        if alone && attached.has_words(structure) {
            return Self { is_text: chosen.is_text, ..attached };
        }
        chosen
    }

    fn has_words(&self, structure: &Structure<'_>) -> bool {
        let mut parts = self.text.iter().chain(&self.html);
        parts.any(|&index| {
            structure.parts.get(index).is_some_and(|part| visible_text::has_words(structure, part))
        })
    }

    /// Stores the text and the HTML of the selected parts in `mail`. Returns the files embedded in the text.
    pub(super) fn fill(&self, mail: &mut Mail, structure: &Structure<'_>) -> Vec<EmbeddedFile> {
        let is_html = |index: &usize| kind_of(structure, *index) == Some(TextKind::Html);
        let mut files = Vec::new();
        // The HTML body consists only of HTML parts, and the text body only of text parts. The parser does
        // not convert a part to an alternative that the sender did not write.
        if !self.text.iter().all(is_html) {
            let text = joined(mail, structure, &self.text, |kind, text, out| match kind {
                TextKind::Html => out.push_str(&html::to_text(text)),
                TextKind::Plain | TextKind::Enriched | TextKind::Other => out.push_str(text),
            });
            (mail.text, files) = (text.text, text.files);
        }
        if self.html.iter().any(is_html) {
            let html = joined(mail, structure, &self.html, |kind, text, out| match kind {
                TextKind::Html => out.push_str(text),
                TextKind::Plain | TextKind::Enriched | TextKind::Other => html::push_preformatted(out, text),
            });
            mail.html = html.text;
            if files.is_empty() {
                files = html.files;
            }
        }
        files
    }

    /// Returns the files embedded in the text of the selected parts. Finds the same files as [`BodyParts::fill`], but
    /// stores nothing.
    pub(super) fn files(&self, structure: &Structure<'_>) -> Vec<EmbeddedFile> {
        let files = |parts: &[usize]| -> Vec<EmbeddedFile> {
            let parts = parts.iter().filter_map(|&index| structure.parts.get(index));
            parts.flat_map(|part| text::decode_part(structure, part).files).collect()
        };
        let found = files(&self.text);
        if found.is_empty() { files(&self.html) } else { found }
    }
}

fn kind_of(structure: &Structure<'_>, index: usize) -> Option<TextKind> {
    structure.parts.get(index).and_then(text::kind)
}

/// The MIME parts that the text view and the HTML view show in place of one MIME part: the part itself or, for a
/// multipart, some of the parts in it.
#[derive(Default)]
struct ShownParts {
    text: Vec<usize>,
    html: Vec<usize>,
}

fn choose(structure: &Structure<'_>, rule: TextPartRule) -> BodyParts {
    let count = structure.parts.len();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (index, part) in structure.parts.iter().enumerate() {
        if let Some(siblings) = part.parent.and_then(|parent| children.get_mut(parent)) {
            siblings.push(index);
        }
    }
    let mut is_text = vec![false; count];
    let mut choices: Vec<ShownParts> = (0..count).map(|_| ShownParts::default()).collect();
    // Nested parts follow their parent in the list, so the reverse order visits them first.
    for (index, part) in structure.parts.iter().enumerate().rev() {
        let inner = children.get_mut(index).map(std::mem::take).unwrap_or_default();
        let choice = if part.kind == PartKind::Multipart {
            combine_multipart(structure, part, &inner, &mut choices, &mut is_text)
        } else if is_text_of_mail(structure, index, part, rule) {
            if let Some(is_text) = is_text.get_mut(index) {
                *is_text = part.fields.file_name().is_none();
            }
            ShownParts { text: vec![index], html: vec![index] }
        } else {
            ShownParts::default()
        };
        if let Some(place) = choices.get_mut(index) {
            *place = choice;
        }
    }
    let root = choices.into_iter().next().unwrap_or_default();
    BodyParts { text: root.text, html: root.html, is_text }
}

fn is_text_of_mail(structure: &Structure<'_>, index: usize, part: &RawPart, rule: TextPartRule) -> bool {
    let known = match text::kind(part) {
        Some(TextKind::Plain | TextKind::Html | TextKind::Enriched) => true,
        Some(TextKind::Other) => rule == TextPartRule::Named,
        None => false,
    };
    // The first text part may have a file name, because some programs give a name to every part.
    let first = part.parent.is_none_or(|parent| {
        index == parent + 1 && structure.parts.get(parent).is_some_and(|parent| parent.depth == 0)
    });
    known
        && (rule == TextPartRule::Attached || !part.fields.is_attachment())
        && (rule != TextPartRule::Plain || first || part.fields.file_name().is_none())
}

/// Selects the MIME parts to show for a multipart, given the selection for each part that it directly contains. `inner`
/// contains the indices of these parts, and `choices` the selections for all parts of the mail.
fn combine_multipart(
    structure: &Structure<'_>,
    part: &RawPart,
    inner: &[usize],
    choices: &mut [ShownParts],
    is_text: &mut [bool],
) -> ShownParts {
    let mut take = |index: usize| choices.get_mut(index).map(std::mem::take).unwrap_or_default();
    match part.media_type.as_str() {
        "multipart/alternative" => {
            let alternatives: Vec<ShownParts> = inner.iter().map(|&index| take(index)).collect();
            choose_alternative(structure, &alternatives)
        }
        "multipart/related" => {
            let root = root_of_related(structure, part, inner);
            let mut choice = root.map(&mut take).unwrap_or_default();
            for &index in inner.iter().filter(|&&index| Some(index) != root) {
                let Some(other) = structure.parts.get(index) else { continue };
                let named = !other.fields.content_id.is_empty() || other.fields.has_location;
                if named && other.kind != PartKind::Multipart {
                    // The HTML part displays this part inline.
                    if let Some(is_text) = is_text.get_mut(index) {
                        *is_text = false;
                    }
                } else {
                    append(&mut choice, take(index));
                }
            }
            choice
        }
        _ => {
            let mut all = ShownParts::default();
            for &index in inner {
                append(&mut all, take(index));
            }
            all
        }
    }
}

fn append(choice: &mut ShownParts, other: ShownParts) {
    if choice.text.is_empty() && choice.html.is_empty() {
        *choice = other;
    } else {
        choice.text.extend(other.text);
        choice.html.extend(other.html);
    }
}

/// Returns the index of the root part of a `multipart/related`: the part that the `start` parameter refers to (RFC
/// 2387, section 3.2). If the parameter is missing or refers to no part, the root is the first text part or multipart,
/// or else the first part of any kind. Returns `None` if the multipart has no parts.
fn root_of_related(structure: &Structure<'_>, part: &RawPart, inner: &[usize]) -> Option<usize> {
    let parts = || inner.iter().filter_map(|&index| Some((index, structure.parts.get(index)?)));
    let start = part.fields.parameter("start").map(|start| start.trim().trim_matches(['<', '>', ' ']));
    let named = start
        .filter(|start| !start.is_empty())
        .and_then(|start| parts().find(|(_, part)| part.fields.content_id == start).map(|(index, _)| index));
    let is_text = |part: &RawPart| part.kind == PartKind::Multipart || text::kind(part).is_some();
    named
        .or_else(|| parts().find(|(_, part)| is_text(part)).map(|(index, _)| index))
        .or(inner.first().copied())
}

/// Selects which alternatives of a `multipart/alternative` to show. The text view shows the last alternative with
/// visible plain text, and the HTML view the last alternative with visible HTML. If there is none for one of the views,
/// both views show the same alternative.
fn choose_alternative(structure: &Structure<'_>, alternatives: &[ShownParts]) -> ShownParts {
    let holds = |parts: &[usize], kind: TextKind| {
        let mut parts = parts.iter().filter_map(|&index| structure.parts.get(index));
        parts.any(|part| text::kind(part) == Some(kind) && visible_text::has_words(structure, part))
    };
    let text_of = |kind: TextKind| alternatives.iter().rposition(|one| holds(&one.text, kind));
    let text =
        text_of(TextKind::Plain).or_else(|| text_of(TextKind::Enriched)).or_else(|| text_of(TextKind::Other));
    let html = alternatives.iter().rposition(|one| holds(&one.html, TextKind::Html));
    let fallback = html.or(text);
    let (text, html) = (text.or(fallback), html.or(fallback));
    let take = |index: Option<usize>, side: fn(&ShownParts) -> &Vec<usize>| {
        index.and_then(|index| alternatives.get(index)).map(|one| side(one).clone()).unwrap_or_default()
    };
    ShownParts { text: take(text, |one| &one.text), html: take(html, |one| &one.html) }
}

/// Truncates a string to [`MAX_TEXT_BYTES`] bytes. Also returns a note for the user; `None` if the string was short
/// enough.
pub(super) fn bounded(mut text: String) -> (String, Option<Note>) {
    if text.len() <= MAX_TEXT_BYTES {
        return (text, None);
    }
    text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
    text.shrink_to_fit();
    (text, Some(Note::new("The text of the mail is longer than 12 MiB; the rest of it is left out.")))
}

struct JoinedText {
    text: Option<String>,
    files: Vec<EmbeddedFile>,
}

/// Joins the text of several MIME parts, separated by blank lines. `push` appends the text of one part.
fn joined(
    mail: &mut Mail,
    structure: &Structure<'_>,
    parts: &[usize],
    push: impl Fn(TextKind, &str, &mut String),
) -> JoinedText {
    let mut out = String::new();
    let mut all_files = Vec::new();
    for part in parts.iter().filter_map(|&index| structure.parts.get(index)) {
        let PartText { text, files, left, charset_fault, encoding_fault } =
            text::decode_part(structure, part);
        if files.iter().any(|file| file.is_open) {
            note(mail, "The end of a file in the text is missing; the file is attached as far as it goes.");
        }
        all_files.extend(files);
        match left {
            Some(NotExtracted::Damaged) => {
                note(mail, "A file in the text is damaged and remains in the text.");
            }
            Some(NotExtracted::TooMany) => {
                note(mail, "The text contains too many files; the last ones remain in the text.");
            }
            None => {}
        }
        match charset_fault {
            Some(CharsetFault::Replaced { declared, used }) => note(
                mail,
                &format!("The declared charset \"{declared}\" does not fit the text; it is read as {used}."),
            ),
            Some(CharsetFault::Damaged) => note(
                mail,
                "Some bytes of the text are invalid in its charset; replacement characters are shown instead.",
            ),
            None => {}
        }
        match encoding_fault {
            Some(EncodingFault::Undecoded) => {
                note(mail, "The text is not encoded as declared; it is shown as it was sent.");
            }
            Some(EncodingFault::Undeclared) => {
                note(mail, "The text is base64, which the mail does not declare; it is shown decoded.");
            }
            None => {}
        }
        if text.trim().is_empty() || out.len() > MAX_TEXT_BYTES {
            continue;
        }
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        let near = text.get(..text.floor_char_boundary(MAX_TEXT_BYTES + 1)).unwrap_or(&text);
        out.reserve_exact(near.len());
        push(text::kind(part).unwrap_or(TextKind::Plain), near, &mut out);
    }
    if out.trim().is_empty() {
        return JoinedText { text: None, files: all_files };
    }
    let (out, cut) = bounded(out);
    mail.notes.extend(cut);
    JoinedText { text: Some(out), files: all_files }
}

fn note(mail: &mut Mail, words: &str) {
    let note = Note::new(words);
    if !mail.notes.contains(&note) {
        mail.notes.push(note);
    }
}
