//! Tests the layout of many kinds of mail in many languages at three widths, against snapshots. A changed snapshot is a
//! change that users see, so look at each one before you accept it (`INSTA_UPDATE=always cargo test --test it kinds`).

use mail_reader::richtext::{Line, Role, View, render, views};
use std::fmt::Write;
use std::path::PathBuf;

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/mail/kinds")
}

pub(super) fn mails() -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

/// Returns a rendered line as text, with a placeholder in place of an image.
fn shown(line: &Line) -> String {
    let picture = line.spans.iter().any(|span| matches!(span.role, Role::Picture(_)));
    if picture {
        return "(picture)".to_owned();
    }
    line.spans.iter().map(|span| span.text.as_str()).collect::<String>().trim_end().to_owned()
}

#[test]
fn every_mail_matches_its_snapshot_at_every_width() {
    let mails = mails();
    assert!(mails.len() >= 40, "{}", mails.len());
    for (name, raw) in mails {
        let mail = mail_codes::parse(&raw);
        let view = views(&mail)[0];
        let mut page = format!("Subject: {}\n", mail.subject);
        for width in [60, 80, 120] {
            write!(page, "\n{}\n", "=".repeat(width.into())).unwrap();
            for line in render(&mail, &raw, view, width) {
                page.push_str(&shown(&line));
                page.push('\n');
            }
        }
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, page);
        });
    }
}

#[test]
fn the_beginning_of_a_view_equals_the_beginning_of_the_whole() {
    for (name, raw) in mails() {
        let mail = mail_codes::parse(&raw);
        for view in views(&mail) {
            let whole = render(&mail, &raw, view, 60);
            for line_count in [1, 5, 20] {
                let start = mail_reader::richtext::render_start(&mail, &raw, view, 60, line_count);
                assert!(start.len() >= line_count.min(whole.len()), "{name} {view:?}");
                assert!(whole.starts_with(&start), "{name} {view:?} {line_count}");
            }
        }
    }
}

#[test]
fn every_attachment_can_be_viewed() {
    for (name, raw) in mails() {
        let mail = mail_codes::parse(&raw);
        for part in &mail.attachments {
            assert!(!render(&mail, &raw, View::Part(part.part), 60).is_empty(), "{name} {}", part.name);
        }
    }
}
