//! Tests mails that are designed to take a lot of processing time. The program must limit its work, but must still show
//! the subject and the sender, and report the parts of the mail that it left out.

use mail_codes::MailWithFindings;
use mail_reader::mime;
use mail_reader::richtext::{View, render_start, views};
use std::fmt::Write;

fn parse_and_render(raw: &[u8]) -> MailWithFindings {
    let mail = mail_codes::parse(raw);
    for view in views(&mail) {
        assert!(!render_start(&mail, raw, view, 80, 50).is_empty(), "{view:?}");
    }
    mail
}

const HEAD: &str = "From: Ada <ada@shop.example>\r\nSubject: Told\r\n";

#[test]
fn a_subject_after_ten_thousand_header_fields_is_shown() {
    let mut raw = "X-Flood: yes\r\n".repeat(10_000);
    raw.push_str("Subject: Found\r\nFrom: a@shop.example\r\n\r\nbody\r\n");
    let mail = parse_and_render(raw.as_bytes());
    assert_eq!(mail.subject.as_str(), "Found");
    assert_eq!(mail.from.address.as_str(), "a@shop.example");
    assert!(mail.notes.iter().any(|note| note.contains("header lines")), "{:?}", mail.notes);
}

#[test]
fn the_header_is_printed_alone() {
    let raw = format!("{HEAD}Content-Type: text/html\r\n\r\n{}", "<p>x".repeat(10_000));
    let mail = mime::parse_head(raw.as_bytes());
    assert_eq!((mail.subject.as_str(), mail.from.name.as_str()), ("Told", "Ada"));
}

#[test]
fn a_large_mail_shows_its_beginning_first() {
    let raw = format!(
        "{HEAD}Content-Type: text/html\r\n\r\n<h1>Start</h1>{}",
        "<p>words and words</p>".repeat(30_000)
    );
    let start = mime::parse_preview(raw.as_bytes()).expect("a large mail has a preview").mail;
    assert_eq!(start.subject.as_str(), "Told");
    let first = render_start(&start, raw.as_bytes(), View::Html, 80, 20);
    assert_eq!(first[0].spans[0].text.as_str(), "Start");
    assert!(mime::parse_preview(b"Subject: small\r\n\r\nbody").is_none());
}

#[test]
fn the_first_screenful_equals_the_beginning_of_the_whole() {
    let part = |n: usize| {
        format!(
            "<table><tr><td><h2>Part {n}</h2><p>Words <b>and</b> <a href='https://shop.example/{n}'>a link</a>.</p>\
             <table><tr><th>Item<th>Price<tr><td>Pen<td>{n}<tr><td>Ink<td>15</table><p class=h>hidden</p></table>"
        )
    };
    let body: String = (0..2_000).map(part).collect();
    for encoding in ["8bit", "base64"] {
        let page = format!("<html><body>{body}<style>.h{{display:none}}</style></body></html>");
        let page = if encoding == "base64" { in_base64(&page) } else { page };
        let raw = format!(
            "{HEAD}Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{page}"
        );
        let whole = mail_codes::parse(raw.as_bytes());
        let start = mime::parse_preview(raw.as_bytes()).expect("a large mail has a preview");
        assert!(start.parts);
        let start = MailWithFindings { mail: start.mail, findings: whole.findings.clone() };
        let lay_out = |mail: &MailWithFindings| render_start(mail, raw.as_bytes(), View::Html, 80, 60);
        let (first, all) = (lay_out(&start), lay_out(&whole));
        assert!(first.len() >= 60);
        assert_eq!(first, all, "{encoding}");
        let contains_hidden =
            |line: &mail_reader::richtext::Line| line.spans.iter().any(|span| span.text.contains("hidden"));
        assert!(!first.iter().any(contains_hidden), "a style sheet at the end applies to the beginning too");
    }
}

fn in_base64(text: &str) -> String {
    use base64::Engine;
    let encoded = base64::prelude::BASE64_STANDARD.encode(text);
    let lines = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap());
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn excessive_nesting_parts_and_lines_are_cut_with_a_note() {
    let mut deep = String::new();
    for n in 0..500 {
        write!(deep, "Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n").unwrap();
    }
    parse_and_render(format!("{HEAD}{deep}Content-Type: text/plain\r\n\r\nbottom").as_bytes());

    let parts = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n\r\nx\r\n".repeat(30_000)
    );
    let mail = parse_and_render(parts.as_bytes());
    assert!(mail.notes.iter().any(|note| note.contains("too many parts")), "{:?}", mail.notes);

    let line = format!("{HEAD}\r\n{}", "x".repeat(5 << 20));
    parse_and_render(line.as_bytes());
    let html = format!("{HEAD}Content-Type: text/html\r\n\r\n{}", "<table><tr><td>".repeat(20_000));
    let mail = parse_and_render(html.as_bytes());
    let lines = render_start(&mail, html.as_bytes(), View::Html, 80, 50);
    assert!(lines[0].spans[0].text.contains("left out"), "{lines:?}");
}

#[test]
fn an_image_with_huge_dimensions_is_not_decoded() {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&60_000_u32.to_be_bytes());
    png.extend_from_slice(&60_000_u32.to_be_bytes());
    png.extend_from_slice(b"\x08\x02\0\0\0\0\0\0\0");
    assert!(mail_reader::richtext::decode(&png, 40, 20).is_none());
    assert!(mail_reader::richtext::decode(b"no picture", 40, 20).is_none());
}
