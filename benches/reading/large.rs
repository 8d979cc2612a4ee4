//! Measures the time for turning the raw bytes of a large mail into lines on the screen.

use super::{made, ms};
use mail_reader::mime;
use mail_reader::richtext::{View, render, render_start};
use std::time::Instant;

pub(crate) fn measure() {
    for (name, size) in [("100 KB", 100_000), ("1 MB", 1_000_000), ("10 MB", 10_000_000)] {
        let raw = made::html_mail(size);
        let started = Instant::now();
        let start = mime::parse_preview(&raw).unwrap().mail;
        let parsed = started.elapsed();
        let started = Instant::now();
        let lines = render_start(&start, &raw, View::Text, 80, 80).len();
        println!(
            "{name:<8} HTML  beginning  {:>8.2} ms   lay out {lines:>7} lines {:>8.2} ms",
            ms(parsed),
            ms(started.elapsed())
        );
        let started = Instant::now();
        let mail = mail_codes::parse(&raw);
        let parsed = started.elapsed();
        let started = Instant::now();
        let lines = render(&mail, &raw, View::Text, 80).len();
        println!(
            "{name:<8} HTML  take apart {:>8.2} ms   lay out {lines:>7} lines {:>8.2} ms",
            ms(parsed),
            ms(started.elapsed())
        );
    }
}
