//! Creates mails with hostile style sheets and style attributes.

use super::HostileMail;
use super::html::{counted, page, unit, within};
use super::mime::{numbered, repeat};
use std::fmt::Write;

pub(crate) fn mails() -> Vec<HostileMail> {
    [declarations(), selectors(), variables()].into_iter().flatten().collect()
}

fn declarations() -> Vec<HostileMail> {
    vec![
        unit("style attribute flood", "<p style='color:red;display:block;margin:0 1px'>a"),
        within("style declarations", "<p style='", "color:red;", "'>text"),
        within("style value", "<p style='font-family:", "a,", "'>text"),
        unit("style element flood", "<style>p{color:red}</style>"),
        within("style unclosed", "<style>", "p{", ""),
        within("style comments", "<style>", "/*", ""),
        within("style strings", "<style>", "a{b:\"\\\"", "</style>"),
        within("style media nesting", "<style>", "@media screen{", "</style><p>a"),
        within("media flood", "<style>", "@media screen{p{color:red}}", "</style><p>a"),
        within("media query list", "<style>@media screen", ",screen", "{p{color:red}}</style><p>a"),
        within(
            "media dark flood",
            "<style>",
            "@media (prefers-color-scheme:dark){p{color:red}}",
            "</style><p>a",
        ),
        within("import flood", "<style>", "@import url(a);", "</style><p>a"),
        within("supports nesting", "<style>", "@supports (a:b){", "</style><p>a"),
        within("style important flood", "<p style='", "display:none!important;display:block;", "'>text"),
        unit("style colours nesting", "<div style='color:#fff;background:#fff'>a"),
        within("style url", "<p style='background:url(data:image/png;base64,", "iVBORw0K", ")'>text"),
        within("style blanks", "<p style='", " ", "'>text"),
        within("style escapes", "<style>p{color:", "\\41 ", "}</style><p>a"),
        within("style colour mixes", "<p style='color:", "color-mix(in srgb,red,", "'>a"),
        within("style colour mix flood", "<p style='", "color:color-mix(in srgb,red 40%,#00f);", "'>a"),
        within("style colour functions", "<p style='", "color:oklch(60% .1 30);", "'>a"),
        within("style rule nesting", "<style>", ".a{", "</style><p class=a>a"),
        within("style nested rules", "<style>.a{", "& .b{color:red}", "}</style><p class=a>a"),
        within("style nested lists", "<style>", ".a,.b{&", "</style><p class=a>a"),
        within("style grid columns", "<p style='grid-template-columns:", "1fr ", "'>a"),
        within("style grid repeats", "<p style='grid-template-columns:", "repeat(2,", "'>a"),
        within("style function nesting", "<p style='width:", "calc(", "'>a"),
    ]
}

fn selectors() -> Vec<HostileMail> {
    vec![
        counted(
            "selector flood",
            "<style>",
            |text, n| write!(text, ".c{n}{{color:red}}").unwrap(),
            "</style><p class=c1>a",
        ),
        within("selector list", "<style>p", ",p", "{color:red}</style><p>a"),
        within("selector chain", "<style>p", " p", "{color:red}</style><p>a"),
        HostileMail::new("selectors by elements", |size| {
            let rules = numbered(size / 2, |text, n| write!(text, ".a .b{n}{{color:red}}").unwrap());
            page(&format!("<style>{rules}</style>{}", repeat("<p class='a b1'>x", size / 2)))
        }),
        HostileMail::new("type selectors by elements", |size| {
            let rules = repeat("div p{color:red}", size / 2);
            page(&format!("<style>{rules}</style>{}", repeat("<div><p>x</div>", size / 2)))
        }),
        HostileMail::new("classes by selectors", |size| {
            let rules = numbered(size / 2, |text, n| write!(text, ".c{n}{{color:red}}").unwrap());
            let classes = numbered(size / 2, |text, n| write!(text, "c{n} ").unwrap());
            page(&format!("<style>{rules}</style><p class='{classes}'>x"))
        }),
        within("selector attributes", "<style>p", "[a=b]", "{color:red}</style><p a=b>a"),
        within("selector not nesting", "<style>p", ":not(", "{color:red}</style><p>a"),
        within("selector classes", "<style>p", ".a", "{color:red}</style><p class=a>a"),
        HostileMail::new("any selectors by elements", |size| {
            let rules = repeat("*{color:red}", size / 2);
            page(&format!("<style>{rules}</style>{}", repeat("<p>x", size / 2)))
        }),
        HostileMail::new("id selectors by elements", |size| {
            let rules = numbered(size / 2, |text, n| write!(text, "#a #b{n}{{color:red}}").unwrap());
            page(&format!("<style>{rules}</style>{}", repeat("<p id=b1>x", size / 2)))
        }),
        HostileMail::new("attribute selectors by elements", |size| {
            let rules = repeat("[a=b] p{color:red}", size / 2);
            page(&format!("<style>{rules}</style>{}", repeat("<p a=b>x", size / 2)))
        }),
        HostileMail::new("selectors by depth", |size| {
            let rules = numbered(size / 2, |text, n| write!(text, ".x .a{n} .b{{color:red}}").unwrap());
            let deep = "<div class=b>".repeat(190);
            page(&format!("<style>{rules}</style>{deep}{}", repeat("<p class=b>x</p>", size / 2)))
        }),
    ]
}

fn variables() -> Vec<HostileMail> {
    vec![
        counted(
            "variable chain",
            "<style>p{",
            |text, n| write!(text, "--a{}:var(--a{n});", n + 1).unwrap(),
            "}</style><p style='color:var(--a9999)'>a",
        ),
        counted(
            "variable doubling",
            "<style>p{",
            |text, n| write!(text, "--a{n}:var(--a{0})var(--a{0});", n + 1).unwrap(),
            "}</style><p style='color:var(--a0)'>a",
        ),
        HostileMail::new("variables by elements", |size| {
            let declared = numbered(size / 2, |text, n| write!(text, "--a{n}:red;").unwrap());
            page(&format!(
                "<style>p{{{declared}}}</style>{}",
                repeat("<p style='color:var(--a1)'>x", size / 2)
            ))
        }),
        within("variable declarations", "<div style='", "--a:b;", "'><p style='color:var(--a)'>text"),
        within("variable nesting", "<p style='color:", "var(--a,", "'>a"),
    ]
}
