//! Tests the parsing of the sample mails.

mod bounds;
mod corpus;
mod hostile;
mod kinds;
mod oracle;

use mail_codes::{LinkKind, MailWithFindings};
use mail_reader::richtext::{View, render};
use std::path::PathBuf;

fn samples() -> Vec<(String, Vec<u8>, MailWithFindings)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let raw = std::fs::read_to_string(&path).unwrap();
            let raw = raw
                .replace("{{address}}", "q7x2@box.example")
                .replace("{{date}}", "Fri, 14 Mar 2025 09:41:07 +0000")
                .replace("{{id}}", "1.2.3")
                .replace('\n', "\r\n")
                .into_bytes();
            let mail = mail_codes::parse(&raw);
            (path.file_stem().unwrap().to_string_lossy().into_owned(), raw, mail)
        })
        .collect()
}

#[test]
fn sample_mails_contain_their_code_and_link() {
    let found: Vec<_> = samples()
        .iter()
        .map(|(name, _, mail)| {
            let code = mail.findings.codes.first().filter(|code| code.confidence.is_confident());
            let link = mail.findings.links.first().filter(|link| link.confidence.is_confident());
            (
                name.clone(),
                code.map(|code| code.value.to_string()),
                link.map(|link| link.kind),
                mail.attachments.len(),
            )
        })
        .collect();
    let expected = [
        ("1-receipt", None, None, 0),
        ("2-attachments", None, None, 2),
        ("3-hostile", None, None, 0),
        ("4-link", None, Some(LinkKind::Verify), 0),
        ("5-japanese", Some("739205"), None, 0),
        ("6-magic", Some("KRT-4JX"), Some(LinkKind::SignIn), 0),
        ("7-code", Some("482951"), None, 0),
        ("8-late", Some("306417"), None, 0),
    ]
    .map(|(name, code, link, parts)| (name.to_owned(), code.map(str::to_owned), link, parts));
    assert_eq!(found, expected);
}

#[test]
fn sample_mails_are_complete_and_harmless_in_every_view() {
    for (name, raw, mail) in samples() {
        assert_eq!(mail.to[0].address.as_str(), "q7x2@box.example", "{name}");
        assert!(mail.date.is_some() && mail.notes.is_empty(), "{name}");
        for view in [View::Text, View::Html, View::Headers, View::Raw] {
            for line in render(&mail, &raw, view, 72) {
                let text: String = line.spans.iter().map(|span| span.text.as_str()).collect();
                assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{name} {view:?} {text:?}");
            }
        }
    }
}

#[test]
fn an_attack_is_detected_and_its_links_are_reported() {
    let samples = samples();
    let (_, raw, mail) = samples.iter().find(|(name, ..)| name == "3-hostile").unwrap();
    assert!(mail.subject.contains("␛]0;owned␇"));
    let shown: String = render(mail, raw, View::Text, 72)
        .iter()
        .flat_map(|line| &line.spans)
        .map(|span| span.text.as_str())
        .collect();
    assert!(shown.contains("␛[2J") && !shown.contains("never run"), "{shown}");
    assert!(mail.findings.links.iter().all(|link| !link.warnings.is_empty()), "{:?}", mail.findings.links);
}
