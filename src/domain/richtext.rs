//! Text with roles instead of colours. Every view of a mail consists of it; the theme maps roles to styles.

mod cards;
mod headers;
mod html;
mod page;
mod part;
mod picture;
mod plain;
mod quotes;
mod source;
mod structure;
mod views;
mod wrap;

pub(crate) use picture::measure;
pub use picture::{CellSize, FullImage, HalfBlockImage, PictureRow, decode, decode_full};
pub use quotes::Quotes;
pub use views::views;

use super::mail::Mail;
use super::sanitize::SafeText;
use page::LineBuilder;
use wrap::StyledText;

/// Role of a span of text. The theme decides how it looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Role {
    /// Running text.
    #[default]
    Plain,
    /// Bold or otherwise strong text.
    Strong,
    /// Emphasised text.
    Emphasis,
    /// A heading.
    Heading,
    /// Text of a link; [`Span::link`] is its index.
    Link,
    /// Quoted text with its depth (1 is the first level).
    Quote(u8),
    /// Code or preformatted text.
    Code,
    /// Placeholder for an image.
    Image,
    /// Text of a link that looks like a button; [`Span::link`] is its index.
    Button,
    /// The number of a link, after its text.
    LinkMark,
    /// One row of an inline image.
    Picture(PictureRow),
    /// A horizontal rule or the border of a table.
    Rule,
    /// The name of a header field.
    HeaderName,
    /// Text of the program, not of the mail.
    Note,
    /// The line that folds or unfolds a quoted mail.
    Fold,
    /// Struck-out text; `~~` surrounds it as well.
    Struck,
    /// Inserted text, which replaces struck-out text.
    Inserted,
    /// Text that a browser would hide; only in [`View::HtmlWithHidden`].
    Hidden,
}

/// A run of text in one role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The text; contains no line break and no control character.
    pub text: SafeText,
    /// Role of the text.
    pub role: Role,
    /// Index into [`Mail::links`] for [`Role::Link`].
    pub link: Option<u16>,
}

/// A line of spans.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The spans in logical order; the terminal reorders right-to-left text itself.
    pub spans: Vec<Span>,
}

/// A view of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// The text part, or the HTML part as text if there is none.
    #[default]
    Text,
    /// The HTML part as text.
    Html,
    /// The HTML part as text, laid out by html2text.
    Html2text,
    /// The HTML part as text, including hidden text, marked as hidden.
    HtmlWithHidden,
    /// All header fields, decoded.
    Headers,
    /// The raw mail.
    Raw,
    /// The parts of the mail as a tree.
    Parts,
    /// A single part, by [`super::mail::Attachment::part`].
    Part(usize),
}

impl View {
    /// The name of the view on the screen.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "HTML as text",
            Self::Html2text => "HTML through html2text",
            Self::HtmlWithHidden => "HTML with hidden text",
            Self::Headers => "headers",
            Self::Raw => "raw",
            Self::Parts => "parts",
            Self::Part(_) => "one part",
        }
    }
}

/// Maximum number of lines of a view.
pub const MAX_LINES: usize = 200_000;

/// Lays a mail out for a view, in lines of at most `width` columns (1 or more; 0 counts as 1).
///
/// There is always at least one line: an otherwise empty view says that it is empty.
pub fn render(mail: &Mail, raw: &[u8], view: View, width: u16) -> Vec<Line> {
    render_start(mail, raw, view, width, MAX_LINES)
}

/// Like [`render`], but lays out only about the first `wanted` lines, which the screen shows first.
pub fn render_start(mail: &Mail, raw: &[u8], view: View, width: u16, wanted: usize) -> Vec<Line> {
    render_with(mail, raw, view, width, RenderOptions { wanted, ..RenderOptions::default() })
}

/// Options for laying out a view, apart from its width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderOptions {
    /// Approximate number of lines that are requested.
    pub wanted: usize,
    /// How the quotes of the mail are shown. Only the views of text and HTML fold quotes.
    pub quotes: Quotes,
    /// Size of the terminal cells on which images are drawn.
    pub cell: CellSize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { wanted: MAX_LINES, quotes: Quotes::Plain, cell: CellSize::default() }
    }
}

/// Like [`render`], with options.
pub fn render_with(mail: &Mail, raw: &[u8], view: View, width: u16, options: RenderOptions) -> Vec<Line> {
    let width = usize::from(width.max(1));
    let RenderOptions { wanted, quotes, cell } = options;
    let mut page = LineBuilder::new(width, wanted).with_cell(cell);
    match view {
        View::Text | View::Html => {
            page.set_quotes(quotes);
            page.notes(&mail.notes);
            cards::lay_out(&mut page, &mail.cards);
            match &mail.text {
                Some(text) if view == View::Text && !plain::is_stub(text, mail) => {
                    plain::lay_out_mail(&mut page, text, mail);
                }
                _ => html::lay_out(&mut page, mail, raw),
            }
        }
        View::Html2text => {
            page.notes(&mail.notes);
            html::lay_out_converted(&mut page, mail, raw);
        }
        View::HtmlWithHidden => {
            page.notes(&mail.notes);
            html::lay_out_with_hidden(&mut page, mail, raw);
        }
        View::Headers => headers::lay_out(&mut page, mail),
        View::Raw => source::lay_out(&mut page, raw),
        View::Parts => structure::lay_out(&mut page, mail),
        View::Part(part) => part::lay_out(&mut page, mail, raw, part),
    }
    page.into_lines()
}

/// Space between a URL and its number, so that a double click selects the URL without the number.
fn gap_to_mark(words: &str) -> Option<StyledText> {
    let address = words.contains("://") || words.trim_start().starts_with("www.");
    address.then(|| StyledText { text: SafeText::from(" "), role: Role::Plain, link: None })
}

/// The number of a link as it appears after its text: its index in [`Mail::links`], from 1.
fn link_mark(link: u16) -> StyledText {
    StyledText {
        text: SafeText::new(&format!("[{}]", u32::from(link) + 1)),
        role: Role::LinkMark,
        link: Some(link),
    }
}

#[cfg(test)]
mod tests;
