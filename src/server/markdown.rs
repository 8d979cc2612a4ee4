//! HTML as plain text with links as `[words](address)`, the way the service makes
//! `Mail.text` of a mail that has only HTML. It lays nothing out: no tables, no widths.
//!
//! The walk is over a flat arena and keeps no stack of its own but the open links, so the depth
//! of hostile HTML does not matter.

use ego_tree::iter::Edge;
use html5ever::driver;
use html5ever::tendril::TendrilSink;
use scraper::{Html, HtmlTreeSink, Node};

use super::budget::Budgeted;

const UNSEEN: [&str; 9] =
    ["script", "style", "head", "template", "svg", "math", "iframe", "object", "noscript"];
const PARAGRAPHS: [&str; 11] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol"];
const LINES: [&str; 15] = [
    "div", "tr", "li", "table", "section", "article", "header", "footer", "form", "dl", "dt", "dd", "main",
    "aside", "address",
];

/// The text of an HTML document.
pub(super) fn from_html(html: &str) -> String {
    let sink = HtmlTreeSink::new(Html::new_document());
    let parser = driver::parse_document(sink, driver::ParseOpts::default()).from_utf8();
    // Memory can always be read: the error is for files.
    let Ok(document) = parser.read_from(&mut Budgeted::new(html)) else { return String::new() };
    let mut writer = Writer::default();
    for edge in document.tree.root().traverse() {
        match edge {
            Edge::Open(node) => writer.open(node.value()),
            Edge::Close(node) => writer.close(node.value()),
        }
    }
    writer.finish()
}

/// What stands between what was written and what comes next.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

#[derive(Default)]
struct Writer {
    out: String,
    gap: Gap,
    unseen: usize,
    preformatted: usize,
    /// Where the words of each open link begin, and where it leads.
    links: Vec<(usize, String)>,
}

impl Writer {
    fn open(&mut self, node: &Node) {
        match node {
            Node::Text(text) if self.unseen == 0 => self.text(text),
            Node::Element(element) => {
                let name = element.name();
                self.unseen += usize::from(UNSEEN.contains(&name));
                self.preformatted += usize::from(name == "pre");
                self.widen(gap_of(name));
                match name {
                    "br" if self.gap == Gap::Line => self.gap = Gap::Paragraph,
                    "br" => self.widen(Gap::Line),
                    "td" | "th" => self.widen(Gap::Space),
                    "li" if self.unseen == 0 => self.text("- "),
                    "img" if self.unseen == 0 => self.text(element.attr("alt").unwrap_or_default()),
                    "a" if self.unseen == 0 => self.begin_link(element.attr("href").unwrap_or_default()),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, node: &Node) {
        let Node::Element(element) = node else { return };
        let name = element.name();
        self.unseen = self.unseen.saturating_sub(usize::from(UNSEEN.contains(&name)));
        self.preformatted = self.preformatted.saturating_sub(usize::from(name == "pre"));
        if name == "a" && self.unseen == 0 {
            self.end_link();
        }
        self.widen(gap_of(name));
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.settle();
            self.out.push_str(text);
            return;
        }
        if text.starts_with(char::is_whitespace) {
            self.widen(Gap::Space);
        }
        for word in text.split_whitespace() {
            self.settle();
            self.out.push_str(word);
            self.gap = Gap::Space;
        }
        if !text.is_empty() && !text.ends_with(char::is_whitespace) && self.gap == Gap::Space {
            self.gap = Gap::None;
        }
    }

    fn begin_link(&mut self, href: &str) {
        self.settle();
        self.links.push((self.out.len(), href.trim().to_owned()));
    }

    fn end_link(&mut self) {
        let Some((start, href)) = self.links.pop() else { return };
        let words = self.out.get(start..).unwrap_or_default();
        let leads = ["http:", "https:", "mailto:"]
            .iter()
            .any(|scheme| href.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
        if leads && !words.trim().is_empty() {
            let link = format!("[{}]({href})", words.trim());
            self.out.truncate(start);
            self.out.push_str(&link);
        }
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    /// Writes the gap, now that something follows it.
    fn settle(&mut self) {
        if !self.out.is_empty() {
            self.out.push_str(match self.gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        self.gap = Gap::None;
    }

    fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }
}

fn gap_of(name: &str) -> Gap {
    if PARAGRAPHS.contains(&name) {
        Gap::Paragraph
    } else if LINES.contains(&name) {
        Gap::Line
    } else {
        Gap::None
    }
}

#[cfg(test)]
mod tests {
    use super::from_html;

    #[test]
    fn html_reads_as_text_with_markdown_links() {
        for (html, text) in [
            ("", ""),
            ("<p>Hello,<br>you</p><p>Bye</p>", "Hello,\nyou\n\nBye\n"),
            ("a<b>b</b> c", "ab c\n"),
            (
                "<a href=' https://e.test/?a=1&amp;b=2 '> Click <b>here</b> </a>!",
                "[Click here](https://e.test/?a=1&b=2) !\n",
            ),
            ("<a href='javascript:x()'>no</a>", "no\n"),
            ("<style>p{}</style><script>x</script><title>t</title>ok", "ok\n"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"),
            ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
            ("<pre>a\n  b</pre>", "a\n  b\n"),
            ("<img alt='Logo' src='x'>", "Logo\n"),
        ] {
            assert_eq!(from_html(html), text, "{html}");
        }
    }

    #[test]
    fn hostile_html_ends_in_bounded_time() {
        let attributes = (0..300_000).fold(String::from("<p "), |html, n| html + &format!("a{n} "));
        let formatting = (0..20_000).fold(String::from("<p>"), |html, n| html + &format!("<b x={n}>"));
        for html in [
            "<div>".repeat(400_000),
            attributes + ">",
            formatting + &"<p>a".repeat(20_000),
            "<table><tr><td>".repeat(100_000),
            "<a href=https://e.test>".repeat(50_000),
            "<svg><math>".repeat(50_000),
        ] {
            // That it comes back is the point; how long it takes is the budget's.
            let text = from_html(&("start".to_owned() + &html));
            assert!(text.starts_with("start"), "{html:.40}");
        }
    }
}
