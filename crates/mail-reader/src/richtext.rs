//! Lays out mails as rich text, that is, lines of text whose spans have roles instead of colours. Every view of a mail
//! consists of rich text. The theme of the user interface maps each role to a style.

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

/// The role of a span of text. The theme of the user interface maps the role to a style.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Role {
    /// The text is running text without a special role.
    #[default]
    Plain,
    /// The text is bold.
    Strong,
    /// The text is emphasised, and usually displayed in italics.
    Emphasis,
    /// The text is a heading.
    Heading,
    /// The text belongs to a link; [`Span::link`] contains the index of the link.
    Link,
    /// The text is quoted. The value is the quoting depth, which starts at 1.
    Quote(u8),
    /// The text is source code or preformatted text.
    Code,
    /// The text represents an image that is not displayed.
    Image,
    /// The text belongs to a link that looks like a button; [`Span::link`] contains the index of the link.
    Button,
    /// The text is a link's number, shown after the link text.
    LinkMark,
    /// The text represents one row of an inline image. The terminal displays the image in place of the text.
    Picture(PictureRow),
    /// The text is a horizontal rule or the border of a table.
    Rule,
    /// The text is the name of a header field.
    HeaderName,
    /// The text is a note from this program rather than part of the mail.
    Note,
    /// The text is the line that precedes an expanded quoted mail or replaces a collapsed one. It states the number of
    /// quoted lines, and the key that collapses or expands them.
    Fold,
    /// The text is struck out and also enclosed in `~~`.
    Struck,
    /// The text is marked as inserted (HTML element `ins`), usually to replace struck-out text.
    Inserted,
    /// The text would be hidden in a browser. This role occurs only in [`View::HtmlWithHidden`].
    Hidden,
}

/// A run of text on one line that has the same role throughout.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The text of the span, which contains no line breaks and no control characters.
    pub text: SafeText,
    /// The role of the text, which determines the style in which the span is displayed.
    pub role: Role,
    /// Index in [`LayoutInput::links`] of the link to which the text belongs; `None` for text outside links.
    pub link: Option<u16>,
}

/// A line of rich text, as a list of spans.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// The spans of the line in logical order. The terminal reorders right-to-left text.
    pub spans: Vec<Span>,
}

/// A view of a mail in the message pane, such as its text, its headers or its raw source.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// The view shows the text part of the mail, or the HTML part as text if the mail has no text part.
    #[default]
    Text,
    /// The view shows the HTML part as text.
    Html,
    /// The view shows the HTML part as text, laid out by html2text.
    Html2text,
    /// The view shows the HTML part as text, including hidden text, which is marked as hidden.
    HtmlWithHidden,
    /// The view shows all header fields in decoded form.
    Headers,
    /// The view shows the raw mail as the service sent it.
    Raw,
    /// The view shows the MIME parts of the mail as a tree.
    Parts,
    /// The view shows a single MIME part. The value is its index, [`super::mail::Attachment::part`].
    Part(usize),
}

impl View {
    /// Returns the display name of the view.
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

/// Maximum number of lines in a view; the rest of the mail is not displayed.
pub const MAX_LINES: usize = 200_000;

/// Lays out a view of a mail in lines of at most `width` columns. A width of 0 counts as 1.
///
/// The result is never empty: for a view without content, it contains a note for the user.
pub fn render<'a>(mail: impl Into<LayoutInput<'a>>, raw: &[u8], view: View, width: u16) -> Vec<Line> {
    render_start(mail, raw, view, width, MAX_LINES)
}

/// Like [`render`], but stops after about `max_lines` lines, so that the first screen can be displayed quickly.
pub fn render_start<'a>(
    mail: impl Into<LayoutInput<'a>>,
    raw: &[u8],
    view: View,
    width: u16,
    max_lines: usize,
) -> Vec<Line> {
    render_with(mail, raw, view, width, RenderOptions { max_lines, ..RenderOptions::default() })
}

/// Options for the layout of a mail.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderOptions {
    /// Number of lines after which the layout stops. The result may contain slightly more lines.
    pub max_lines: usize,
    /// How quoted mails are displayed. They can be collapsed only in [`View::Text`] and [`View::Html`].
    pub quotes: Quotes,
    /// Size of a terminal cell in pixels, which is needed to preserve the aspect ratio of images.
    pub cell: CellSize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { max_lines: MAX_LINES, quotes: Quotes::Plain, cell: CellSize::default() }
    }
}

/// Like [`render`], but with layout options.
pub fn render_with<'a>(
    mail: impl Into<LayoutInput<'a>>,
    raw: &[u8],
    view: View,
    width: u16,
    options: RenderOptions,
) -> Vec<Line> {
    let width = usize::from(width.max(1));
    let RenderOptions { max_lines, quotes, cell } = options;
    let LayoutInput { mail, links, code } = mail.into();
    let mut page = LineBuilder::new(width, max_lines).with_cell(cell).with_findings(links, code);
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

/// Returns a space to insert between a URL and its link number, so that a double click selects only the URL. Returns
/// `None` if the link text `words` is not a URL.
fn gap_to_mark(words: &str) -> Option<StyledText> {
    let address = words.contains("://") || words.trim_start().starts_with("www.");
    address.then(|| StyledText { text: SafeText::from(" "), role: Role::Plain, link: None })
}

/// Returns the number to display after the text of a link. The number is the index of the link in
/// [`LayoutInput::links`] plus 1.
fn link_mark(link: u16) -> StyledText {
    StyledText {
        text: SafeText::new(&format!("[{}]", u32::from(link) + 1)),
        role: Role::LinkMark,
        link: Some(link),
    }
}

#[cfg(test)]
mod tests;
