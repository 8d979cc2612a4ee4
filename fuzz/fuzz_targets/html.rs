//! Fuzz target: parses arbitrary bytes as HTML, lays the page out at several widths, and sanitises the page for a
//! browser.
#![no_main]

use mail_reader::richtext::{Quotes, RenderOptions, View, render, render_start, render_with};
use mail_reader::{browser_page, text_width};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: dropmail_tui_fuzz::checks::abort_at_panics(), |data: &[u8]| {
    let mut raw = b"Subject: s\nContent-Type: text/html; charset=utf-8\n\n".to_vec();
    raw.extend_from_slice(data);
    let mail = mail_codes::parse(&raw);
    for width in [1_u16, 7, 40, 120] {
        let lines = render(&mail, &raw, View::Html, width);
        assert!(!lines.is_empty());
        for line in &lines {
            let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
            assert!(!text.chars().any(char::is_control));
            // A single character may be wider than a screen that has only one column.
            assert!(text_width::display_width(&text) <= usize::from(width.max(2)), "{text:?} at {width}");
        }
        assert!(lines.starts_with(&render_start(&mail, &raw, View::Html, width, 3)));
    }
    for quotes in [Quotes::Folded { key: "f".to_owned() }, Quotes::Open { key: "f".to_owned() }] {
        let options = RenderOptions { quotes, ..RenderOptions::default() };
        assert!(!render_with(&mail, &raw, View::Html, 40, options).is_empty());
    }
    let page = browser_page(&mail, &raw).html.to_ascii_lowercase();
    assert!(!page.contains("<script") && !page.contains("<iframe"));
});
