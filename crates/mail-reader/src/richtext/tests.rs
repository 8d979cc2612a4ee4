use super::{LayoutInput, Line, Role, View, render};
use crate::bare_url::UrlFinder;
use crate::html::flow::Block;
use crate::link_url::address;
use crate::mail::Mail;
use crate::mime;
use crate::sanitize::SafeText;
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

mod boxes;
mod converted;
mod quotes;
mod spacing;
mod tables;

fn texts(lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            line.spans.iter().map(|span| span.text.as_str()).collect::<String>().trim_end().to_owned()
        })
        .collect()
}

/// Returns a layout input in which all links of the mail are numbered in reading order: first the links of the HTML
/// part, then the URLs in the text part.
fn numbered(mail: &Mail) -> LayoutInput<'_> {
    let anchors = mail.flow().into_iter().flat_map(|flow| &flow.anchors).map(|anchor| anchor.href.clone());
    let finder = UrlFinder::new();
    let blocks = mail.flow().into_iter().flat_map(|flow| &flow.blocks).map(Block::text);
    let lines = mail.text.iter().flat_map(|text| text.lines()).map(str::to_owned);
    let bare = blocks.chain(lines).flat_map(|line| {
        finder.find(&line).filter_map(|range| line.get(range).map(str::to_owned)).collect::<Vec<_>>()
    });
    let mut links: Vec<SafeText> = Vec::new();
    for url in anchors.chain(bare).filter_map(|href| address(&href, None)) {
        if !links.iter().any(|link| link.as_str() == url) {
            links.push(SafeText::new(&url));
        }
    }
    LayoutInput { links: links.into(), ..LayoutInput::from(mail) }
}

fn render_lines(raw: &str, view: View, width: u16) -> Vec<String> {
    texts(&render(numbered(&mime::parse(raw.as_bytes())), raw.as_bytes(), view, width))
}

fn html(body: &str) -> String {
    format!("Subject: s\nContent-Type: text/html; charset=utf-8\n\n{body}\n")
}

#[test]
fn text_is_wrapped_and_blank_lines_are_collapsed() {
    let raw = "Subject: s\n\none two three\n\n\n\nfour\n\n";
    assert_eq!(render_lines(raw, View::Text, 8), ["one two", "three", "", "four"]);
}

#[test]
fn wide_characters_take_two_columns() {
    let raw = "Content-Type: text/plain; charset=utf-8\n\n認証コードは次のとおりです。\n";
    assert_eq!(render_lines(raw, View::Text, 10), ["認証コード", "は次のとお", "りです。"]);
}

#[test]
fn quote_markers_are_repeated_on_every_line() {
    let lines = render_lines("Subject: s\n\n> > deep words that wrap around\n", View::Text, 16);
    assert!(lines.len() > 1 && lines.iter().all(|line| line.starts_with("> > ")), "{lines:?}");
}

#[test]
fn urls_are_numbered_links() {
    let raw = "Subject: s\n\nGo to https://a.example/verify?t=abcdef now\n";
    let mail = mime::parse(raw.as_bytes());
    let lines = render(numbered(&mail), raw.as_bytes(), View::Text, 80);
    let span = lines[0].spans.iter().find(|span| span.role == Role::Link).unwrap();
    assert_eq!((span.text.as_str(), span.link), ("https://a.example/verify?t=abcdef", Some(0)));
}

#[test]
fn link_numbers_of_an_attached_mail_match_its_list() {
    let words = "These words are longer than a note that only forwards a mail. ".repeat(10);
    let raw = format!(
        "Subject: s\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n{words}\nhttps://a.example/outer\n\
         --x\nContent-Type: message/rfc822\n\nSubject: inner\n\nhttps://a.example/verify?t=abcdef\n\
         https://a.example/outer\n--x--\n"
    );
    let mail = mime::parse(raw.as_bytes());
    let urls = ["https://a.example/verify?t=abcdef", "https://a.example/other", "https://a.example/outer"];
    let input = LayoutInput { links: urls.map(SafeText::new).into(), ..LayoutInput::from(&mail) };
    let lines = render(input, raw.as_bytes(), View::Part(mail.attachments[0].part), 80);
    let links = lines.iter().flat_map(|line| &line.spans).filter(|span| span.role == Role::Link);
    let numbered: Vec<_> = links.filter_map(|span| Some((span.text.as_str(), span.link?))).collect();
    assert!(!numbered.is_empty());
    for (text, link) in numbered {
        assert_eq!(urls[usize::from(link)], text);
    }
}

#[test]
fn html_becomes_text() {
    let raw = html(
        "<h1>Hello</h1><p>Please <b>read</b> <a href='https://a.example/x'>this</a>.</p><ul><li>one<li>two</ul>\
         <img alt='logo' width=90><blockquote>said</blockquote>",
    );
    assert_eq!(
        render_lines(&raw, View::Html, 40),
        ["Hello", "", "Please read this[1].", "", "• one", "• two", "", "[logo]", "", "> said"]
    );
    let mail = mime::parse(raw.as_bytes());
    let lines = render(&mail, raw.as_bytes(), View::Html, 40);
    let roles: Vec<Role> = lines.iter().flat_map(|line| &line.spans).map(|span| span.role).collect();
    for role in [Role::Heading, Role::Strong, Role::Link, Role::Image] {
        assert!(roles.contains(&role), "{role:?} is missing in {roles:?}");
    }
}

#[test]
fn data_tables_have_columns_and_layout_tables_flow() {
    let raw = html("<table><tr><th>Item<th>Price<tr><td>Pen<td>2.00<tr><td>Ink<td>15.00</table>");
    assert_eq!(
        render_lines(&raw, View::Html, 40),
        ["Item  Price", "────  ─────", "Pen    2.00", "Ink   15.00"]
    );
    let raw = html("<table><tr><td><table><tr><td>Order</td><td>4821</td></tr></table></td></tr></table>");
    assert_eq!(render_lines(&raw, View::Html, 40), ["Order  4821"]);
}

#[test]
fn no_view_is_ever_empty() {
    for raw in [
        "",
        "Subject: x\n\n",
        &html("<img src='https://a.example/p.png'>"),
        &html("<div style='display:none'>x</div>"),
    ] {
        for view in [View::Text, View::Html, View::Headers, View::Raw, View::Parts] {
            assert!(!render_lines(raw, view, 20).is_empty(), "{raw:?} {view:?}");
        }
    }
}

#[test]
fn a_placeholder_text_part_is_replaced_by_the_html_part() {
    let raw = "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nPlease use an HTML mail reader.\n--a\nContent-Type: text/html\n\n\
               <p>Hello there, and many more words than the stub has, so that it is clear which part speaks: the code is 482951, \
               and it lives for ten minutes from now on.</p>\n--a--\n";
    assert!(render_lines(raw, View::Text, 300)[0].contains("482951"));
}

#[test]
fn the_raw_view_shows_control_characters_as_text() {
    let raw = "Subject: \u{1b}]0;x\u{7}\nX-Long: abcdefghij\n\n\u{1b}[2Jbody\n";
    let lines = render_lines(raw, View::Raw, 12);
    assert!(lines.contains(&"4 ␛[2Jbody".to_owned()) && lines[0].starts_with("1 Subject: "), "{lines:?}");
    assert_eq!(render_lines(raw, View::Headers, 80)[0], "Subject: ␛]0;x␇");
}

fn plain(body: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n")
}

proptest! {
    #[test]
    fn no_line_is_wider_than_requested(
        body in "([a-z]{1,12}|認証|👩\u{200d}💻|é|<b>|</b>|<table><tr><td>|</td><td>|<p>|<li>|https://a.example/b| |\n|> ){0,40}",
        width in 2_u16..40,
        is_html in any::<bool>(),
    ) {
        let raw = if is_html { html(&body) } else { format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n") };
        let mail = mime::parse(raw.as_bytes());
        for view in [View::Text, View::Html, View::Headers, View::Raw, View::Parts] {
            for line in texts(&render(&mail, raw.as_bytes(), view, width)) {
                prop_assert!(line.width() <= usize::from(width), "{line:?} in {view:?}");
            }
        }
    }
}
