//! Tests layouts for a terminal that draws characters of ambiguous width two columns wide. This width is a process-wide
//! setting, so these tests need a test binary of their own.

use mail_reader::ambiguous_width::set_wide;
use mail_reader::mime::parse;
use mail_reader::richtext::{View, render};
use mail_reader::text_width::{display_width, pad, truncate};
use proptest::prelude::*;

#[test]
fn texts_fit_their_columns() {
    set_wide(true);
    assert_eq!(display_width("Привет"), 12);
    assert_eq!(truncate("Привет", 7), "Пр…");
    assert_eq!(truncate("hello", 4), "he…");
    assert_eq!(truncate("hello", 1), "");
    for wide in 0..20 {
        assert_eq!(display_width(&pad("Привет, §½ мир “…”", wide)), wide);
    }
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_screen(
        body in "([а-я]{1,12}|认证|é|§½|“…”|①|<b>|</b>|<table><tr><td>|</td><td>|<p>|<li>|<hr>|<blockquote>|• | |\n|> ){0,40}",
        width in 24_u16..60,
        is_html in any::<bool>(),
    ) {
        set_wide(true);
        let kind = if is_html { "html" } else { "plain" };
        let raw = format!("Content-Type: text/{kind}; charset=utf-8\n\n{body}\n");
        let mail = parse(raw.as_bytes());
        for view in [View::Text, View::Html, View::Headers, View::Raw, View::Parts] {
            for line in render(&mail, raw.as_bytes(), view, width) {
                let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
                prop_assert!(display_width(&text) <= usize::from(width), "{text:?} in {view:?}");
            }
        }
    }
}
