//! Text with roles instead of colours: what every view of a mail is made of before the screen
//! gives the roles their looks.

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
pub use picture::{CellSize, Fine, PictureRow, Pixels, decode, decode_fine};
pub use quotes::Quotes;
pub use views::views;

use super::mail::Mail;
use super::sanitize::SafeText;
use page::Page;
use wrap::Piece;

/// What a piece of text is. The theme decides how that looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Role {
    /// Running text.
    #[default]
    Plain,
    /// Text that stands out.
    Strong,
    /// Text with stress.
    Emphasis,
    /// A heading.
    Heading,
    /// The words of a link; [`Span::link`] tells which.
    Link,
    /// A quote, by depth (1 is the first level).
    Quote(u8),
    /// Something that was written by a machine.
    Code,
    /// Stands for a picture.
    Image,
    /// The words of a link that looks like a button; [`Span::link`] tells which.
    Button,
    /// The number of a link, behind its words.
    LinkMark,
    /// A row of a picture that came along with the mail.
    Picture(PictureRow),
    /// A ruled line or a table's frame.
    Rule,
    /// The name of a header field.
    HeaderName,
    /// Words of the program itself, not of the mail.
    Note,
    /// The line that stands for a quoted mail, or above it, and folds or opens it.
    Fold,
    /// Text that is crossed out; `~~` stands around it too.
    Struck,
    /// Text that was put in for something else.
    Inserted,
    /// Text that a browser would not show; only in [`View::HtmlWithHidden`].
    Hidden,
}

/// A run of text in one role.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// The text; holds no line break and no control character.
    pub text: SafeText,
    /// What it is.
    pub role: Role,
    /// Index into the links of the document, for [`Role::Link`].
    pub link: Option<u16>,
}

/// A line of spans.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// From left to right as stored; the terminal orders right-to-left text itself.
    pub spans: Vec<Span>,
}

/// How a mail is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum View {
    /// The text part, else the HTML part as text.
    #[default]
    Text,
    /// The HTML part as text.
    Html,
    /// The HTML part as html2text lays it out.
    Html2text,
    /// The HTML part as text, with text that its styles hide, marked as such.
    HtmlWithHidden,
    /// All header fields, decoded.
    Headers,
    /// The raw mail.
    Raw,
    /// The parts of the mail as a tree.
    Parts,
    /// One part alone, by [`super::mail::Attachment::part`].
    Part(usize),
}

impl View {
    /// Its name, in words.
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

/// How many lines of a view are laid out.
pub const MAX_LINES: usize = 200_000;

/// Lays a mail out for a view, in lines of at most `width` columns (1 or more; 0 counts as 1).
///
/// There is always at least one line: where a view would be empty, it says so.
pub fn render(mail: &Mail, raw: &[u8], view: View, width: u16) -> Vec<Line> {
    render_start(mail, raw, view, width, MAX_LINES)
}

/// As [`render`], but only about the first `wanted` lines: what a screen shows at once.
pub fn render_start(mail: &Mail, raw: &[u8], view: View, width: u16, wanted: usize) -> Vec<Line> {
    render_with(mail, raw, view, width, RenderOptions { wanted, ..RenderOptions::default() })
}

/// How a view is laid out, besides its width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RenderOptions {
    /// About how many lines are wanted.
    pub wanted: usize,
    /// How the quotes of the mail are shown. Only the text and the HTML part fold quotes.
    pub quotes: Quotes,
    /// The cells that pictures are drawn on.
    pub cell: CellSize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { wanted: MAX_LINES, quotes: Quotes::Plain, cell: CellSize::default() }
    }
}

/// As [`render`], with options.
pub fn render_with(mail: &Mail, raw: &[u8], view: View, width: u16, options: RenderOptions) -> Vec<Line> {
    let width = usize::from(width.max(1));
    let RenderOptions { wanted, quotes, cell } = options;
    let mut page = Page::new(width, wanted).with_cell(cell);
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

/// What stands between an address that is its own words and its number: whoever takes the address with
/// the mouse takes no number along.
fn gap_to_mark(words: &str) -> Option<Piece> {
    let address = words.contains("://") || words.trim_start().starts_with("www.");
    address.then(|| Piece { text: SafeText::from(" "), role: Role::Plain, link: None })
}

/// The number of a link as it stands behind its words: its place in [`Mail::links`], from 1.
fn link_mark(link: u16) -> Piece {
    Piece {
        text: SafeText::new(&format!("[{}]", u32::from(link) + 1)),
        role: Role::LinkMark,
        link: Some(link),
    }
}

#[cfg(test)]
mod tests;
