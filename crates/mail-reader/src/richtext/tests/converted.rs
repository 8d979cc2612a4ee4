//! Tests the layout by html2text, which is a view of its own and the fallback for the normal layout.

use super::numbered;
use crate::html::flow::{Flow, TruncationReason};
use crate::interrupt;
use crate::mail::Mail;
use crate::mime;
use crate::richtext::{View, render, views};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

fn render_text(mail: &Mail, raw: &[u8], view: View) -> String {
    let lines = render(numbered(mail), raw, view, 60);
    let text =
        |line: &crate::richtext::Line| line.spans.iter().map(|span| span.text.as_str()).collect::<String>();
    lines.iter().map(text).collect::<Vec<_>>().join("\n")
}

fn mail(html: &str) -> (Mail, Vec<u8>) {
    let raw = format!("Subject: x\r\nContent-Type: text/html\r\n\r\n{html}").into_bytes();
    (mime::parse(&raw), raw)
}

#[test]
fn the_html2text_view_shows_the_output_of_html2text() {
    let (mail, raw) =
        mail("<h1>Title</h1><p>Hello <a href=https://a.example/verify>there</a><p style=display:none>hidden");
    assert!(views(&mail).contains(&View::Html2text));
    let text = render_text(&mail, &raw, View::Html2text);
    for words in ["as html2text reads it", "Title", "Hello there[1]", "hidden"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!render_text(&mail, &raw, View::Html).contains("hidden"));
    let plain = mime::parse(b"Subject: x\r\n\r\ntext");
    assert!(!views(&plain).contains(&View::Html2text));
}

#[test]
fn html_without_visible_text_falls_back_to_html2text() {
    let (mail, raw) = mail("<p style='color:#ffffff'>Hello <b>there</b></p>");
    let text = render_text(&mail, &raw, View::Html);
    assert!(text.contains("leave nothing to see") && text.contains("Hello there"), "{text}");
    // The program does not store the HTML source of a mail that it displays, so the layout decodes it from
    // the raw mail.
    let without_source = mime::parse_without_html_source(&raw);
    assert_eq!(render_text(&without_source, &raw, View::Html), text);
    let (empty, raw) = self::mail("<p> </p><title>t</title>");
    assert_eq!(render_text(&empty, &raw, View::Html), "This mail contains no text.");
}

#[test]
fn html_that_panics_the_layout_falls_back_to_html2text() {
    for (unread, note) in
        [(TruncationReason::Broken, "could not be laid out"), (TruncationReason::Late, "took too long")]
    {
        let flow = Flow { unread: Some(unread), ..Flow::default() };
        let html = "<p>Hello <b>there</b></p><p hidden>hidden</p>".to_owned();
        let mail = Mail { html: Some(html), flow: Some(Arc::new(flow)), ..Mail::default() };
        let text = render_text(&mail, b"", View::Html);
        assert!(text.contains(note) && text.contains("Hello there"), "{text}");
        assert!(!text.contains("\nhidden"), "{text}");
    }
}

#[test]
fn html_that_takes_too_long_falls_back_to_html2text() {
    let looks = Cell::new(0);
    // The clock advances by one second each time it is read.
    let clock = move || {
        looks.set(looks.get() + 1);
        Duration::from_secs(looks.get())
    };
    let text = interrupt::with_clock(clock, || {
        let (mail, raw) = mail(&"<p>Hello</p>".repeat(20_000));
        assert_eq!(mail.flow.as_ref().and_then(|flow| flow.unread), Some(TruncationReason::Late));
        render_text(&mail, &raw, View::Html)
    });
    assert!(text.contains("took too long") && text.contains("Hello"), "{text:.200}");
}
