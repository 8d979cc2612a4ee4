//! Checks the properties that every parsed mail must have, whatever the input bytes are.

use mail_reader::panic_guard::is_guarded_thread;
use mail_codes::MailWithFindings;
use mail_reader::richtext::{Line, View, render, render_start};
use mail_reader::{browser_page, mime, text_width};
use unicode_segmentation::UnicodeSegmentation;

/// Widths in columns at which every view of a mail is laid out.
const WIDTHS: [u16; 4] = [1, 7, 40, 120];
/// Maximum total size of the lines of a view, as a multiple of the size of the mail; the check fails if the lines are
/// larger. Horizontal rules produce the most bytes.
const GROWTH: usize = 400;
/// HTML elements that the page for the browser must not contain.
const FORBIDDEN: &[&str] = &[
    "script",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "base",
    "link",
    "meta",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "template",
    "noscript",
    "plaintext",
    "xmp",
    "video",
    "audio",
    "portal",
];

/// Makes the fuzzer abort on every panic, except a panic in html2text that the program catches. Arithmetic in html2text
/// overflows at unusual widths; the program then shows the mail without html2text.
pub fn abort_at_panics() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_foreign = panic.location().is_some_and(|place| place.file().contains("/html2text-"));
        if !(is_foreign && is_guarded_thread()) {
            report(panic);
            std::process::abort();
        }
    }));
}

/// Parses a mail and checks its codes, links, attachments, all its views and the page for the browser.
pub fn mail(raw: &[u8]) -> MailWithFindings {
    let mail = mail_codes::parse(raw);
    for code in &mail.findings.codes {
        assert!(!code.value.is_empty() && !code.reason.is_empty());
    }
    for link in &mail.findings.links {
        assert!(link.url.is_ascii());
    }
    assert!(!mail_codes::to_json("fuzz.eml", &mail.findings).contains('\n'));
    for attachment in &mail.attachments {
        let content = mime::attachment_bytes(raw, attachment.part).expect("a listed file can be decoded");
        assert_eq!(content.len() as u64, attachment.size, "{}", attachment.name.as_str());
    }
    for width in WIDTHS {
        for view in [View::Text, View::Html] {
            lines(&mail, raw, view, width);
        }
    }
    for view in [View::Headers, View::Raw, View::Parts] {
        lines(&mail, raw, view, 40);
    }
    for attachment in mail.attachments.iter().take(3) {
        lines(&mail, raw, View::Part(attachment.part), 40);
    }
    if mail.has_html() {
        page(&browser_page(&mail, raw).html);
    }
    mail
}

/// Checks that no line of a view is too wide, contains a control character, or has a link index outside the list of
/// links.
fn lines(mail: &MailWithFindings, raw: &[u8], view: View, width: u16) {
    let lines = render(mail, raw, view, width);
    assert!(!lines.is_empty());
    for line in &lines {
        let text = text(line);
        assert!(!text.chars().any(char::is_control), "{text:?}");
        // A single character with its combining marks may be wider than a very narrow screen.
        let is_single = text.trim().graphemes(true).count() <= 1;
        assert!(is_single || text_width::display_width(&text) <= usize::from(width.max(2)), "{text:?} at {width}");
        for link in line.spans.iter().filter_map(|span| span.link) {
            assert!(usize::from(link) < mail.findings.links.len(), "link {link} of {}", mail.findings.links.len());
        }
    }
    let written: usize = lines.iter().map(|line| text(line).len() + 1).sum();
    assert!(written <= GROWTH * (raw.len() + 1_000), "{} bytes became {written}", raw.len());
    assert!(lines.starts_with(&render_start(mail, raw, view, width, 3)));
}

fn text(line: &Line) -> String {
    line.spans.iter().map(|span| span.text.as_str()).collect()
}

/// Checks that the page for the browser contains only allowed elements and attributes.
pub fn page(page: &str) {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut rest = body;
    while let Some((_, tag)) = rest.split_once('<') {
        let end = end_of_tag(tag);
        let (tag, after) = tag.split_at(end);
        rest = after;
        let lower = tag.to_ascii_lowercase();
        let name: String =
            lower.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(!FORBIDDEN.contains(&name.as_str()), "<{tag}>");
        for attribute in attributes(&lower) {
            assert!(!attribute.0.starts_with("on"), "<{tag}>");
            let value = attribute.1.replace(|c: char| c.is_whitespace() || c.is_control(), "");
            assert!(!value.starts_with("javascript:") && !value.starts_with("vbscript:"), "<{tag}>");
        }
    }
}

/// Returns the byte offset at which an HTML tag ends: that of the first `>` outside quotation marks.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Returns the attributes of an HTML tag. They must have the form that the serialiser writes: `name="value"`.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    tag.split("\" ").flat_map(|some| some.split_once("=\"")).map(|(name, value)| {
        let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        (name, value.trim_end_matches('"'))
    })
}
