//! Tests unusual and hostile mails in an external directory. `DROPMAIL_MIME_CORPUS` is the path of a directory with raw
//! mails and a `manifest.jsonl`, which contains one JSON object per mail. The last path component of the object's
//! `file` field is the file name of the mail. The object's `agree` field contains the `subject` and the number of
//! `attachments` on which several parsers agree.
//!
//! `DROPMAIL_MIME_CORPUS=FOLDER cargo test --test it mail::corpus -- --nocapture`

#![expect(clippy::print_stdout, reason = "the test prints the score for people")]
#![expect(clippy::disallowed_methods, reason = "an environment variable names the folder")]

use mail_codes::MailWithFindings;
use mail_reader::mime;
use mail_reader::richtext::{View, render, render_start, views};
use mail_reader::sanitize::SafeText;
use serde_json::Value;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Minimum percentage of mails whose subject agrees with the manifest, and of mails whose number of attachments agrees
/// with the manifest.
const MIN_AGREEMENT_PERCENT: usize = 97;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("DROPMAIL_MIME_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("SKIPPED: set DROPMAIL_MIME_CORPUS to a folder of mails");
    }
    folder
}

fn mails(folder: &Path) -> Vec<(String, Vec<u8>, Value)> {
    let manifest =
        std::fs::read_to_string(folder.join("manifest.jsonl")).expect("the folder contains a manifest");
    let lines = manifest.lines().filter(|line| !line.is_empty());
    let labels = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    labels
        .map(|label| {
            let name = label["file"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
            (name.clone(), std::fs::read(folder.join(name)).unwrap(), label)
        })
        .collect()
}

/// Number of characters to which the manifest truncates subjects.
const MANIFEST_SUBJECT_CHARS: usize = 120;

/// Normalises a subject for comparison: reduces white space to single spaces, and applies NFKC.
fn normalized(subject: &str) -> String {
    let shown = SafeText::new(subject);
    shown.nfkc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a subject agrees with the subject in the manifest, which is truncated if it is long. U+FFFD in the
/// manifest represents a byte that the parsers could not decode, so it matches any text.
fn agrees(subject: &str, agreed: &str) -> bool {
    let cut = agreed.chars().count() >= MANIFEST_SUBJECT_CHARS;
    let (subject, agreed) = (normalized(subject), normalized(agreed));
    if !agreed.contains('\u{fffd}') {
        return if cut { subject.starts_with(&agreed) } else { subject == agreed };
    }
    let mut rest = subject.as_str();
    for (index, known) in agreed.split('\u{fffd}').filter(|known| !known.is_empty()).enumerate() {
        let Some((before, after)) = rest.split_once(known) else { return false };
        if index == 0 && !before.is_empty() && !agreed.starts_with('\u{fffd}') {
            return false;
        }
        rest = after;
    }
    true
}

#[test]
fn the_program_shows_what_other_parsers_agree_on() {
    let Some(folder) = folder() else { return };
    let (mut subjects, mut counts) = ((0, 0), (0, 0));
    for (name, raw, label) in mails(&folder) {
        let mail = mail_codes::parse(&raw);
        if let Some(subject) = label["agree"]["subject"].as_str() {
            let same = agrees(&mail.subject, subject);
            subjects = (subjects.0 + usize::from(same), subjects.1 + 1);
            if !same {
                let shown: String = mail.subject.chars().take(MANIFEST_SUBJECT_CHARS).collect();
                println!("{name}: subject {shown:?}, agreed {subject:?}");
            }
        }
        if let Some(count) = label["agree"]["attachments"].as_u64() {
            let same = mail.attachments.len() as u64 == count;
            counts = (counts.0 + usize::from(same), counts.1 + 1);
            if !same {
                let found: Vec<_> =
                    mail.attachments.iter().map(|part| (part.mime.as_str(), part.name.as_str())).collect();
                println!("{name}: {} attachments {found:?}, agreed {count}", mail.attachments.len());
            }
        }
    }
    println!("subjects {}/{}, attachments {}/{}", subjects.0, subjects.1, counts.0, counts.1);
    for (right, all) in [subjects, counts] {
        assert!(all > 0 && right * 100 >= all * MIN_AGREEMENT_PERCENT, "only {right} of {all} agree");
    }
}

#[test]
fn every_mail_opens_in_every_view() {
    let Some(folder) = folder() else { return };
    for (name, raw, _) in mails(&folder) {
        let mail = mail_codes::parse(&raw);
        let parts = mail.attachments.iter().map(|part| View::Part(part.part));
        for view in views(&mail).into_iter().chain([View::Text, View::Html]).chain(parts) {
            for width in [20, 80] {
                let lines = render(&mail, &raw, view, width);
                let shown = lines.iter().flat_map(|line| &line.spans).any(|span| !span.text.is_empty());
                assert!(shown, "{name}: the screen is empty in {view:?}");
            }
        }
        let start = mime::parse_preview(&raw).map(|start| start.mail);
        if let Some(start) = start.clone() {
            // The message pane does the same: codes and links are known from the time when the mail arrived.
            let start = MailWithFindings { mail: start, findings: mail.findings.clone() };
            let view = views(&start)[0];
            assert_eq!(view, views(&mail)[0], "{name}");
            let (first, all) = (render_start(&start, &raw, view, 80, 40), render(&mail, &raw, view, 80));
            assert_eq!(
                first[..first.len().min(40)],
                all[..first.len().min(40)],
                "{name}: the preview differs from the beginning of the mail"
            );
        }
        for start in [start, Some(mime::parse_head(&raw))].into_iter().flatten() {
            assert_eq!(start.subject, mail.subject, "{name}");
        }
    }
}
