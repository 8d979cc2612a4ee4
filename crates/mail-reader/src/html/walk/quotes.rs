//! Detects quoted mails by the markup that mail clients add to them.

use super::{BlockEnd, Walker};
use crate::html::css::Declared;
use crate::html::tree::Element;
use html5ever::local_name;

/// Classes and ids of elements in which mail clients put a quoted mail. The mail clients are Gmail, Yahoo, Proton Mail,
/// Zoho Mail, Tuta, Mail.ru, Yandex, GMX, AOL and Apple Mail.
const HOLDERS: [&str; 18] = [
    "gmail_quote",
    "gmail_quote_container",
    "yahoo_quoted",
    "yahooquoted",
    "ydp_yahoo_quoted",
    "protonmail_quote",
    "zmail_extra",
    "tutanota_quote",
    "mail_quote",
    "mailru-blockquote",
    "mail-quote-collapse",
    "aolmail_quote",
    "applemailquote",
    "quote_container",
    "replyquote",
    "isreplycontent",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
];
/// Classes and ids of elements with which mail clients start a quoted mail that extends to the end of the document. The
/// mail clients are Outlook (including its web and mobile apps), Exchange and Zimbra.
const OPENERS: [&str; 6] = [
    "divrplyfwdmsg",
    "outlookmessageheader",
    "appendonsend",
    "stopspelling",
    "zwchr",
    "ms-outlook-reply-header",
];
/// The content that an element marks as a quoted mail: its own content, or everything after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum QuoteExtent {
    /// The element contains the quoted mail.
    Element,
    /// The quoted mail starts at the element and extends to the end of the document. This applies only if a mail header
    /// follows the element.
    RestOfDocument,
}

impl<'a> Walker<'a> {
    /// Records the start of a quoted mail if an element marks one. Returns the index of the quote's first block if the
    /// quote ends with the element, and `None` in all other cases.
    pub(super) fn begin_quote(&mut self, element: Element<'a>) -> Option<usize> {
        if self.in_quote || !element.has_attributes() {
            return None;
        }
        let mark = mark_of(element)?;
        self.flush(BlockEnd::Edge);
        let begin = self.flow.blocks.len();
        match mark {
            QuoteExtent::Element => {
                self.in_quote = true;
                Some(begin)
            }
            QuoteExtent::RestOfDocument => {
                // The quote extends to the end of the document, whose index is not known yet.
                self.flow.quotes.push(begin..usize::MAX);
                None
            }
        }
    }

    /// Returns whether a `blockquote` is only an indentation rather than a quote. Mail editors write an indentation as
    /// a `blockquote` without a border. A `blockquote` after a line that ends with a colon is a quote.
    pub(super) fn is_indentation(&self, element: Element<'a>, declared: &Declared) -> bool {
        let announced =
            || self.flow.blocks.last().is_some_and(|last| last.words().trim_end().ends_with([':', '：']));
        declared.bordered == Some(false) && !self.in_quote && mark_of(element).is_none() && !announced()
    }

    /// Records the end of a quoted mail. `begin` is the result of [`Self::begin_quote`]: the index of the first block
    /// of the quote; `None` if no quote ends with the element.
    pub(super) fn end_quote(&mut self, begin: Option<usize>) {
        if let Some(begin) = begin {
            self.flush(BlockEnd::Edge);
            self.in_quote = false;
            let end = self.flow.blocks.len();
            if begin < end {
                self.flow.quotes.push(begin..end);
            }
        }
    }
}

fn mark_of(element: Element<'_>) -> Option<QuoteExtent> {
    if !matches!(
        *element.tag,
        local_name!("div")
            | local_name!("blockquote")
            | local_name!("table")
            | local_name!("span")
            | local_name!("section")
            | local_name!("hr")
            | local_name!("p")
    ) {
        return None;
    }
    if *element.tag == local_name!("blockquote")
        && element.get(&local_name!("type")).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("cite"))
    {
        return Some(QuoteExtent::Element);
    }
    let names = [element.get(&local_name!("class")), element.get(&local_name!("id"))];
    for name in names.into_iter().flatten().flat_map(str::split_ascii_whitespace) {
        // When Outlook on the web forwards a mail, it adds a prefix to the names in the markup of the mail.
        let name = name.strip_prefix("x_").unwrap_or(name);
        let is_among = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is_among(&HOLDERS) {
            return Some(QuoteExtent::Element);
        }
        if is_among(&OPENERS) {
            return Some(QuoteExtent::RestOfDocument);
        }
    }
    let style = element.get(&local_name!("style")).filter(|style| style.contains("border-"))?;
    is_outlook_line(style).then_some(QuoteExtent::RestOfDocument)
}

/// Returns whether an inline style is that of the line that Outlook draws above a quoted mail. This style has a border
/// only at the top, and a top padding of three points.
fn is_outlook_line(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let line = style.contains("border-top:solid") || style.contains("border-style:solidnonenone");
    line && (style.contains("padding:3.0pt0") || style.contains("padding:3pt0"))
}
