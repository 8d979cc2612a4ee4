//! Tests the sanitiser with documents that are designed to consume excessive time and memory.

use super::super::*;
use super::KeepStylesPolicy;
use crate::html::sanitize as sanitize_for_programs;
use std::fmt::Write;

/// Test policy that replaces each image of an HTML document with the same embedded image.
struct SameImagePolicy(String);
impl Policy for SameImagePolicy {
    fn presentation(&self) -> Presentation {
        Presentation::Kept
    }
    fn picture<'a>(&'a self, _address: &'a str) -> ImageUrl<'a> {
        ImageUrl::Within(&self.0)
    }
}

/// Test policy that panics at the first image.
struct Broken;
impl Policy for Broken {
    fn presentation(&self) -> Presentation {
        Presentation::Kept
    }
    fn picture<'a>(&'a self, _address: &'a str) -> ImageUrl<'a> {
        std::panic::resume_unwind(Box::new("a rule gave up"))
    }
}

/// Returns hostile documents of about `size` bytes. With each document, at least one existing HTML parser needs more
/// than linear time or memory.
fn attacks(size: usize) -> Vec<String> {
    let repeated = |unit: &str| unit.repeat(size / unit.len() + 1);
    let counted = |unit: fn(&mut String, usize)| {
        let mut out = String::new();
        for n in 0.. {
            if out.len() >= size {
                break;
            }
            unit(&mut out, n);
        }
        out
    };
    let mut shapes: Vec<String> = [
        "<div>a",
        "<ul><li>a",
        "<blockquote>a",
        "<a><b><div>a</a>",
        "<b><i>a</b>",
        "<table><a>x<tr>",
        "<div><b>a",
        "<details>a",
        "<dl><dd>a",
        "<table><tr><td>a",
        "<svg><g>a",
        "<math><mtext>a",
        "<template>a",
        "<select><option>a",
        "<p a=1 b=2 c=3 d=4>a",
        "&nbsp;",
        "&amp;",
        "<",
        "<!--",
        "<p style='color:red;margin:0 1px'>a",
        "<q>a",
        "<ruby>a<rt>",
        "<sup>a",
        "<pre>\n",
        "<img src=cid:a>",
        "<a href=https://a.example>a",
    ]
    .into_iter()
    .map(repeated)
    .collect();
    shapes.push(counted(|out, n| write!(out, "<font a{n}=1><p>a").unwrap()));
    shapes.push(counted(|out, n| write!(out, "<font a{n}=1>a").unwrap()));
    shapes.push(format!("<p{}>a", counted(|out, n| write!(out, " a{n}=1").unwrap())));
    shapes.push(format!(
        "<style>{}</style><p class=c1>a",
        counted(|out, n| write!(out, ".c{n} p,.c{n}{{color:red}}").unwrap())
    ));
    shapes
}

/// Sanitises a hostile document, checks the size and the nesting of the result, and returns it.
fn check(source: &str, policy: &dyn Policy) -> Sanitized {
    let page = sanitize(source, policy);
    // Escaping multiplies the length of a character by at most six. A tag becomes at most three times as
    // long, plus an end tag.
    assert!(page.html.len() <= 8 * source.len() + 1_000, "{source:.40}: {}", page.html.len());
    let mut depth = 0_usize;
    let mut deepest = 0;
    for tag in page.html.split('<').skip(1) {
        if tag.starts_with('/') {
            depth = depth.checked_sub(1).unwrap();
        } else if !["br", "hr", "img", "wbr", "col"].iter().any(|void| tag.starts_with(void)) {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    assert_eq!(depth, 0, "{source:.40}: an element is not closed");
    assert!(deepest <= 200, "{source:.40}: the nesting depth is {deepest}");
    page
}

#[test]
fn hostile_documents_of_every_shape_give_bounded_ones() {
    for source in attacks(50_000) {
        let page = check(&source, &ProgramPolicy);
        let nests = ["<div>a", "<ul>", "<block", "<details>", "<font a0=1>a", "<div><b>", "<p a0="];
        if nests.iter().any(|start| source.starts_with(start)) {
            assert_eq!(page.left_out, [LeftOut::Structure], "{source:.40}");
            assert!(page.notes().all(|note| !note.is_empty()));
        }
        check(&source, &KeepStylesPolicy);
    }
}

#[test]
fn hostile_documents_of_every_size_give_bounded_ones() {
    let fonts = |size: usize| {
        (0..size / 16).fold(String::new(), |mut text, n| {
            write!(text, "<font a{n}=1><p>a").unwrap();
            text
        })
    };
    for size in [25_000, 50_000, 100_000, 300_000, 1_000_000] {
        check(&fonts(size), &ProgramPolicy);
        let nested = check(&"<details><dl><dd>a".repeat(size / 18), &ProgramPolicy);
        assert_eq!(nested.left_out, [LeftOut::Structure]);
        assert!(nested.notes().count() == 1);
    }
}

#[test]
fn a_document_beyond_the_limits_reports_what_is_missing() {
    let large = "word ".repeat(MAX_SOURCE_BYTES / 5 + 10);
    let page = sanitize_for_programs(&large);
    assert_eq!(page.left_out, [LeftOut::End]);
    assert!(page.html.len() <= MAX_SOURCE_BYTES);
    let growing = sanitize_for_programs(&"&".repeat(5 << 20));
    assert_eq!(growing.left_out, [LeftOut::End]);
    assert!(growing.html.ends_with("&amp;") && growing.html.len() <= 16 << 20);
    let picture = format!("data:image/png;base64,{}", "A".repeat(1 << 20));
    let pictures = sanitize(format!("<img src='{picture}'>").repeat(11), &KeepStylesPolicy);
    assert_eq!(pictures.left_out, []);
    let repeated = sanitize("<img src=cid:a>".repeat(1_000), &SameImagePolicy(picture));
    assert_eq!(repeated.left_out, [LeftOut::Pictures]);
    assert!(repeated.html.len() < 17 << 20);
}

#[test]
fn interrupted_work_ends_and_a_panic_is_caught() {
    let page = interrupt::until(|| true, || sanitize_for_programs(&"<p>a</p>".repeat(100_000)));
    assert!(page.html.len() < 200_000);
    assert_eq!(page.left_out, [LeftOut::Late], "an interruption is not a limit of the structure");
    assert_eq!(sanitize("<img src=x>", &Broken).left_out, [LeftOut::All]);
}
