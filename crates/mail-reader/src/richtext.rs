//! Text with roles instead of colours. Every view of a mail consists of such text; the theme maps roles to
//! styles.

mod cards;
mod headers;
mod html;
mod input;
mod page;
mod part;
mod picture;
mod plain;
mod quotes;
mod source;
mod structure;
mod views;
mod wrap;

pub use input::LayoutInput;
pub use picture::{CellSize, FullImage, HalfBlockImage, PictureRow, decode, decode_full};
pub use quotes::Quotes;
pub use views::views;

use super::sanitize::SafeText;
use page::LineBuilder;
use wrap::StyledText;

/// Role of a span of text, from which the theme determines its style.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Role {
    /// The text is running text without a special role.
    #[default]
    Plain,
    /// The text is bold or otherwise strong.
    Strong,
    /// The text is emphasised, usually in italics.
    Emphasis,
    /// The text is a heading.
    Heading,
    /// The text belongs to a link; [`Span::link`] refers to the link.
    Link,
    /// The text is quoted. The value is the quoting depth; 1 is the first level.
    Quote(u8),
    /// The text is code or preformatted.
    Code,
    /// The text stands for an image that is not drawn.
    Image,
    /// The text belongs to a link that looks like a button; [`Span::link`] refers to the link.
    Button,
    /// The text is the number of a link, which follows the link text.
    LinkMark,
    /// The text is one row of an inline image, which is drawn instead of the text.
    Picture(PictureRow),
    /// The text is a horizontal rule or the border of a table.
    Rule,
    /// The text is the name of a header field.
    HeaderName,
    /// The text is a note by the program and not a part of the mail.
    Note,
    /// The text is the line that folds or unfolds a quoted mail.
    Fold,
    /// The text is struck out; `~~` surrounds it as well.
    Struck,
    /// The text was inserted (`ins`); it replaces struck-out text.
    Inserted,
    /// The text would be hidden by a browser; only in [`View::HtmlWithHidden`].
    Hidden,
}

/// A run of text in one role, on one line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The text of the span; it contains no line break and no control character.
    pub text: SafeText,
    /// The role of the text, which determines its style.
    pub role: Role,
    /// The link that the text belongs to, as an index into [`LayoutInput::links`]; `None` for other text.
    pub link: Option<u16>,
}

/// A line of a view, as spans of text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The spans in logical order; the terminal reorders right-to-left text itself.
    pub spans: Vec<Span>,
}

/// The views of a mail in the message pane, such as text, headers and raw.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// The view shows the text part, or the HTML part as text if there is none.
    #[default]
    Text,
    /// The view shows the HTML part as text.
    Html,
    /// The view shows the HTML part as text, laid out by html2text.
    Html2text,
    /// The view shows the HTML part as text, including text that a browser would hide. Such text is marked.
    HtmlWithHidden,
    /// The view shows all header fields, decoded.
    Headers,
    /// The view shows the raw mail, as the service delivered it.
    Raw,
    /// The view shows the parts of the mail as a tree.
    Parts,
    /// The view shows a single part; the value is [`super::mail::Attachment::part`].
    Part(usize),
}

impl View {
    /// Returns the name of the view on the screen.
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

/// Maximum number of lines of a view; the rest of the mail is not laid out.
pub const MAX_LINES: usize = 200_000;

/// Lays out a view of a mail, in lines of at most `width` columns (1 or more; 0 counts as 1).
///
/// There is always at least one line: an otherwise empty view says that it is empty.
pub fn render<'a>(mail: impl Into<LayoutInput<'a>>, raw: &[u8], view: View, width: u16) -> Vec<Line> {
    render_start(mail, raw, view, width, MAX_LINES)
}

/// Like [`render`], but stops after about `wanted` lines, to show the first screen quickly.
pub fn render_start<'a>(
    mail: impl Into<LayoutInput<'a>>,
    raw: &[u8],
    view: View,
    width: u16,
    wanted: usize,
) -> Vec<Line> {
    render_with(mail, raw, view, width, RenderOptions { wanted, ..RenderOptions::default() })
}

/// Options for laying out a view, apart from its width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderOptions {
    /// Number of lines after which the layout stops; there may be some more.
    pub wanted: usize,
    /// How quoted mails are shown. Quoted mails are folded only in the views of the text and of the HTML.
    pub quotes: Quotes,
    /// Size in pixels of a terminal cell, from which the proportions of images follow.
    pub cell: CellSize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { wanted: MAX_LINES, quotes: Quotes::Plain, cell: CellSize::default() }
    }
}

/// Like [`render`], with further options.
pub fn render_with<'a>(
    mail: impl Into<LayoutInput<'a>>,
    raw: &[u8],
    view: View,
    width: u16,
    options: RenderOptions,
) -> Vec<Line> {
    let width = usize::from(width.max(1));
    let RenderOptions { wanted, quotes, cell } = options;
    let LayoutInput { mail, links, code } = mail.into();
    let mut page = LineBuilder::new(width, wanted).with_cell(cell).with_findings(links, code);
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

/// Returns a space for between a URL and its number, so that a double click selects the URL alone. `None` if
/// the text is no URL.
fn gap_to_mark(words: &str) -> Option<StyledText> {
    let address = words.contains("://") || words.trim_start().starts_with("www.");
    address.then(|| StyledText { text: SafeText::from(" "), role: Role::Plain, link: None })
}

/// Returns the number that follows the text of a link: its index in [`LayoutInput::links`], counted from 1.
fn link_mark(link: u16) -> StyledText {
    StyledText {
        text: SafeText::new(&format!("[{}]", u32::from(link) + 1)),
        role: Role::LinkMark,
        link: Some(link),
    }
}

#[cfg(test)]
mod tests;
