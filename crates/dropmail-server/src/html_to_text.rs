//! Converts HTML to plain text, with links as `[text](url)`, as the service does for `Mail.text` of a mail that has
//! only an HTML part. Lines are not wrapped, and tables are not drawn.
//!
//! The html2text library converts the HTML. If html2text fails on a document, the plain text is extracted without
//! links.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use html2text::config::with_decorator;
use html2text::render::{TaggedLine, TextDecorator};

use mail_reader::html;
use mail_reader::html::converter::{HiddenText, convert};

/// Line width in columns for html2text, large enough that no line is wrapped.
const LINE_COLUMNS: usize = 1 << 24;

/// Placeholders for the brackets of a link, used until the link text is complete. The placeholders are Unicode
/// noncharacters that the document does not contain.
#[derive(Clone, Copy, Debug)]
struct Marks {
    start: char,
    text_end: char,
    end: char,
}

impl Marks {
    /// Chooses placeholders that an HTML document contains neither as characters nor as character references. Returns
    /// `None` if it contains nearly all noncharacters.
    fn absent_from(html: &str) -> Option<Self> {
        let direct = memchr::memmem::find_iter(html.as_bytes(), NONCHARACTER_START)
            .filter_map(|at| html.get(at..)?.chars().next().map(u32::from));
        let referenced = memchr::memmem::find_iter(html.as_bytes(), "&#")
            .filter_map(|at| referenced(html.get(at + "&#".len()..)?));
        let present: HashSet<u32> =
            direct.chain(referenced).filter(|code| NONCHARACTERS.contains(code)).collect();
        let mut absent = NONCHARACTERS.filter(|code| !present.contains(code)).filter_map(char::from_u32);
        Some(Self { start: absent.next()?, text_end: absent.next()?, end: absent.next()? })
    }
}

/// The Unicode noncharacters U+FDD0 to U+FDEF.
const NONCHARACTERS: RangeInclusive<u32> = 0xfdd0..=0xfdef;
/// The first two bytes of the UTF-8 encoding of each noncharacter in [`NONCHARACTERS`].
const NONCHARACTER_START: &[u8] = b"\xef\xb7";

/// Returns the code point of a numeric character reference; `None` if it contains no digits. `text` starts with the
/// part of the reference after `&#`.
fn referenced(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let mut code: Option<u32> = None;
    for digit in digits.chars().map_while(|c| c.to_digit(radix)) {
        code = Some(code.unwrap_or_default().saturating_mul(radix).saturating_add(digit));
    }
    code
}

/// Converts an HTML document to plain text with links.
pub(super) fn from_html(html: &str) -> String {
    let marks = Marks::absent_from(html);
    let linked = marks.and_then(|marks| with_links(html, marks).map(|text| set_links(&text, marks)));
    let mut text = linked.unwrap_or_else(|| html::to_text(html));
    text.truncate(text.trim_end().len());
    text.drain(..text.len() - text.trim_start_matches('\n').len());
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Converts an HTML document to text in which placeholders surround the links; returns `None` if html2text fails.
fn with_links(html: &str, marks: Marks) -> Option<String> {
    let config = with_decorator(LinkDecorator { marks, open: Vec::new() }).raw_mode(true).no_link_wrapping();
    let converted = convert(html, HiddenText::Skipped, config, LINE_COLUMNS)?;
    let mut text = String::new();
    for line in converted.lines {
        line.tagged_strings().for_each(|piece| text.push_str(&piece.s));
        text.push('\n');
    }
    for left_out in converted.left_out.iter().filter(|left_out| left_out.is_visible()) {
        text.push_str("\n[");
        text.push_str(left_out.words());
        text.push_str("]\n");
    }
    Some(text)
}

/// Replaces the link placeholders with the brackets and parentheses of `[text](url)`, and trims white space from each
/// link text.
fn set_links(text: &str, marks: Marks) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fresh = false;
    for c in text.chars() {
        match c {
            c if c == marks.start => out.push('['),
            c if c == marks.text_end => {
                out.truncate(out.trim_end().len());
                out.push_str("](");
            }
            c if c == marks.end => out.push(')'),
            c if fresh && c.is_whitespace() => continue,
            c => out.push(c),
        }
        fresh = c == marks.start;
    }
    out
}

/// A text decorator for html2text that marks only links, list items and images.
#[derive(Clone, Debug)]
struct LinkDecorator {
    marks: Marks,
    /// The targets of the link elements that are still open. A target is `None` if it is neither a web address nor an
    /// e-mail address.
    open: Vec<Option<String>>,
}

fn bare() -> (String, ()) {
    (String::new(), ())
}

fn leads(href: &str) -> bool {
    ["http:", "https:", "mailto:"]
        .iter()
        .any(|scheme| href.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

impl TextDecorator for LinkDecorator {
    type Annotation = ();

    fn decorate_link_start(&mut self, url: &str) -> (String, ()) {
        let href = Some(url.trim().to_owned()).filter(|href| leads(href));
        let mark = if href.is_some() { self.marks.start.to_string() } else { String::new() };
        self.open.push(href);
        (mark, ())
    }

    fn decorate_link_end(&mut self) -> String {
        let href = self.open.pop().flatten();
        let Marks { text_end, end, .. } = self.marks;
        href.map_or_else(String::new, |href| format!("{text_end}{href}{end}"))
    }

    fn decorate_em_start(&self) -> (String, ()) {
        bare()
    }

    fn decorate_em_end(&self) -> String {
        String::new()
    }

    fn decorate_strong_start(&self) -> (String, ()) {
        bare()
    }

    fn decorate_strong_end(&self) -> String {
        String::new()
    }

    fn decorate_strikeout_start(&self) -> (String, ()) {
        bare()
    }

    fn decorate_strikeout_end(&self) -> String {
        String::new()
    }

    fn decorate_code_start(&self) -> (String, ()) {
        bare()
    }

    fn decorate_code_end(&self) -> String {
        String::new()
    }

    fn decorate_preformat_first(&self) {}

    fn decorate_preformat_cont(&self) {}

    fn decorate_image(&mut self, _address: &str, words: &str) -> (String, ()) {
        (words.to_owned(), ())
    }

    fn header_prefix(&self, _level: usize) -> String {
        String::new()
    }

    fn quote_prefix(&self) -> String {
        String::new()
    }

    fn unordered_item_prefix(&self) -> String {
        "- ".to_owned()
    }

    fn ordered_item_prefix(&self, number: i64) -> String {
        format!("{number}. ")
    }

    fn make_subblock_decorator(&self) -> Self {
        Self { marks: self.marks, open: Vec::new() }
    }

    fn decorate_superscript_start(&self) -> (String, ()) {
        bare()
    }

    fn decorate_superscript_end(&self) -> String {
        String::new()
    }

    fn finalise(&mut self, _addresses: Vec<String>) -> Vec<TaggedLine<()>> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::from_html;

    #[test]
    fn html_becomes_text_with_markdown_links() {
        for (html, text) in [
            ("", ""),
            ("<p>Hello,<br>you</p><p>Bye</p>", "Hello,\nyou\n\nBye\n"),
            ("a<b>b</b> c", "ab c\n"),
            (
                "<a href=' https://e.test/?a=1&amp;b=2 '> Click <b>here</b> </a>!",
                "[Click here](https://e.test/?a=1&b=2)!\n",
            ),
            ("<a href='https://e.test/'>a<p>b</p></a>", "[a\n\nb](https://e.test/)\n"),
            ("<a href='https://e.test/'><img alt='' src=x></a>x", "x\n"),
            ("<a href='javascript:x()'>no</a>", "no\n"),
            ("<style>p{}</style><script>x</script><title>t</title>ok", "ok\n"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\nb\nc\n"),
            ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
            ("<img alt='Logo' src='x'>", "Logo\n"),
        ] {
            assert_eq!(from_html(html), text, "{html}");
        }
    }

    #[test]
    fn noncharacters_do_not_form_links() {
        let link = "<a href='https://e.test/'>b</a>";
        for (html, text) in [
            ("\u{fdd0}a\u{fdd1}https://bad.test\u{fdd2}", "\u{fdd0}a\u{fdd1}https://bad.test\u{fdd2}\n"),
            ("&#xFDD0;a&#64977;c&#x000fdd2", "\u{fdd0}a\u{fdd1}c\u{fdd2}\n"),
            ("&#;&#x;&#xfffffffffff;", "&#;&#x;\u{fffd}\n"),
        ] {
            assert_eq!(from_html(html), text, "{html}");
            let linked = format!("{}[b](https://e.test/)\n", text.trim_end());
            assert_eq!(from_html(&format!("{html}{link}")), linked, "{html}");
        }
        let all: String = ('\u{fdd0}'..='\u{fdef}').collect();
        assert_eq!(from_html(&format!("{all}{link}")), format!("{all}b\n"), "no placeholder is left");
    }

    #[test]
    fn lines_are_never_wrapped_and_links_never_split() {
        let words = "word ".repeat(500);
        let href = format!("https://e.test/{}", "x".repeat(3_000));
        let text = from_html(&format!("<table><tr><td>a<td><a href={href}>{words}</a></table>"));
        assert_eq!(text, format!("a\n[{}]({href})\n", words.trim()));
    }

    #[test]
    fn hostile_html_is_converted_in_bounded_time() {
        let attributes = (0..300_000).fold(String::from("<p "), |html, n| html + &format!("a{n} "));
        let formatting = (0..20_000).fold(String::from("<p>"), |html, n| html + &format!("<b x={n}>"));
        for html in [
            "<div>".repeat(400_000),
            attributes + ">",
            formatting + &"<p>a".repeat(20_000),
            "<table><tr><td>".repeat(100_000),
            "<a href=https://e.test>".repeat(50_000),
            "<svg><math>".repeat(50_000),
            "<ul><li>".repeat(50_000),
            "<p>a".repeat(200_000),
        ] {
            // The test passes if the conversion returns; another test checks its time limit.
            let text = from_html(&("start".to_owned() + &html));
            assert!(text.starts_with("start"), "{html:.40}");
        }
    }
}
