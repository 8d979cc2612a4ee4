use super::{
    MAX_ATTACHMENTS, MAX_HEADER_LINES, MAX_TEXT_BYTES, attachment_bytes, parse, parse_without_html_source,
};
use crate::mail::Mail;
use crate::progress;
use proptest::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;

mod lists;
mod reports;

fn one(raw: &str) -> Mail {
    parse(raw.replace('\n', "\r\n").as_bytes())
}

#[test]
fn header_fields_are_decoded() {
    let mail = one(
        "From: =?utf-8?q?J=C3=BCrgen?= <j@a.example>\nTo: a@b.example, \"B, C\" <c@d.example>\nCc: e@f.example\n\
         Subject: =?utf-8?b?UMWZw61ob2RuYQ==?= and\n more\nDate: Fri, 14 Mar 2025 09:41:07 +0100\nX-Odd: \u{1b}[2J\n\nHi\n",
    );
    assert_eq!(mail.subject.as_str(), "Příhodna and more");
    assert_eq!((mail.from.name.as_str(), mail.from.address.as_str()), ("Jürgen", "j@a.example"));
    assert_eq!(mail.to.len(), 2);
    assert_eq!(mail.to[1].name.as_str(), "B, C");
    assert_eq!(mail.cc[0].address.as_str(), "e@f.example");
    assert_eq!(mail.date.map(|date| date.to_string()).as_deref(), Some("2025-03-14T08:41:07Z"));
    let odd = mail.headers.iter().find(|header| header.name.as_str() == "X-Odd").unwrap();
    assert_eq!(odd.value.as_str(), "␛[2J");
    assert_eq!(mail.text.as_deref().map(str::trim), Some("Hi"));
}

#[test]
fn missing_fields_and_bodies_are_not_invented() {
    let mail = one("Subject: x\n\n");
    assert_eq!((mail.date, mail.text, mail.html), (None, None, None));
    assert!(mail.from.address.is_empty() && mail.to.is_empty() && mail.attachments.is_empty());
}

#[test]
fn alternatives_and_attachments_are_distinguished() {
    let mail = one(
        "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n\
         --a\nContent-Type: text/plain\n\nplain\n--a\nContent-Type: text/html\n\n<b>rich</b>\n--a--\n\
         --m\nContent-Type: Application/PDF; name=\"../../x.pdf\"\nContent-Transfer-Encoding: base64\n\nJVBERg==\n\
         --m\nContent-Type: message/rfc822\n\nSubject: inner\n\ninside\n--m--\n",
    );
    assert_eq!(mail.text.as_deref().map(str::trim), Some("plain"));
    assert_eq!(mail.html.as_deref().map(str::trim), Some("<b>rich</b>"));
    let shown: Vec<_> =
        mail.attachments.iter().map(|part| (part.name.as_str(), part.mime.as_str(), part.size)).collect();
    assert_eq!(shown[0], ("x.pdf", "application/pdf", 4));
    assert_eq!(shown[1].1, "message/rfc822");
    assert_eq!(shown[1].0.rsplit('.').next(), Some("eml"));
}

#[test]
fn plain_text_after_an_attachment_is_reported_and_not_saved() {
    let raw = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\ntext\r\n--m\r\n\
        Content-Type: image/gif; name=a.gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQAB\r\n\r\n\
        _____________\r\nThe pilots' mailing  list\r\nhttps://lists.example/\r\n--m--\r\n";
    let mail = parse(raw.as_bytes());
    let notes: Vec<_> = mail.notes.iter().map(ToString::to_string).collect();
    let note = "The attachment a.gif also contains plain text, which is not part of the file: \
        _____________ The pilots' mailing list https://lists.example/";
    assert_eq!(notes, [note]);
    assert_eq!(attachment_bytes(raw.as_bytes(), mail.attachments[0].part).unwrap(), b"GIF89a\x01\0\x01");
}

#[test]
fn attachment_bytes_match_the_list() {
    let raw = "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\ntext\r\n--m\r\n\
               Content-Type: application/x; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--m--\r\n";
    let mail = parse(raw.as_bytes());
    let part = mail.attachments[0].part;
    assert_eq!(attachment_bytes(raw.as_bytes(), part), Some(vec![0, 1, 2, 3]));
    assert_eq!(attachment_bytes(raw.as_bytes(), 99), None);
    assert_eq!(attachment_bytes(b"no mail at all", 0), None);
}

#[test]
fn several_inline_texts_are_joined() {
    let mail = one("Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nfirst\n\
         --m\nContent-Type: text/html\n\n<p>second</p>\n--m\nContent-Type: text/plain\n\nthird <3\n--m--\n");
    let text: Vec<_> = mail.text.as_deref().unwrap().split_whitespace().collect();
    assert_eq!(text, ["first", "second", "third", "<3"]);
    assert!(mail.html.unwrap().contains("third &lt;3"));
}

#[test]
fn every_kind_of_line_ending_is_accepted() {
    for ends in ["\r\n", "\n", "\r"] {
        let mail = parse("Subject: ends\n\nBody\n".replace('\n', ends).as_bytes());
        assert_eq!(mail.subject.as_str(), "ends", "{ends:?}");
        assert_eq!(mail.text.as_deref().map(str::trim), Some("Body"), "{ends:?}");
    }
}

#[test]
fn input_that_is_not_a_mail_shows_its_text() {
    let mail = parse(b"Hello there\nthis is no mail.\n");
    assert!(mail.text.unwrap().starts_with("Hello there"));
    assert_eq!(parse(b"").text, None);
}

#[test]
fn undeclared_and_wrong_charsets_are_guessed() {
    for (label, body, expected) in [
        ("", "Привет, код подтверждения".as_bytes().to_vec(), "Привет"),
        ("", encoding_rs::WINDOWS_1251.encode("Здравствуйте, ваш код").0.into_owned(), "Здравствуйте"),
        ("", encoding_rs::KOI8_R.encode("Здравствуйте, ваш код").0.into_owned(), "Здравствуйте"),
        ("", encoding_rs::SHIFT_JIS.encode("こんにちは、認証コードです").0.into_owned(), "こんにちは"),
        ("", encoding_rs::WINDOWS_1252.encode("Größe und Straße, café").0.into_owned(), "Größe"),
        ("; charset=utf-8", encoding_rs::WINDOWS_1252.encode("Schöne Grüße").0.into_owned(), "Schöne"),
        ("", b"\x1b$B$3$s$K$A$O\x1b(B".to_vec(), "こんにちは"),
    ] {
        let mut raw = format!("Content-Type: text/plain{label}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n")
            .into_bytes();
        raw.extend_from_slice(&body);
        let text = parse(&raw).text.unwrap();
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn flowed_text_becomes_paragraphs() {
    let mail = one(
        "Content-Type: text/plain; format=flowed\n\nThis is one \nparagraph.\n\n> quoted \n> too\n-- \nAda\n",
    );
    assert_eq!(mail.text.as_deref(), Some("This is one paragraph.\n\n> quoted too\n-- \nAda"));
}

#[test]
fn work_is_bounded_and_reported() {
    let headers = "X-Many: v\n".repeat(MAX_HEADER_LINES * 3);
    let mail = one(&format!("Subject: many\n{headers}\nBody\n"));
    assert!(mail.headers.len() <= MAX_HEADER_LINES && mail.notes.len() == 1);
    assert_eq!(mail.text.as_deref().map(str::trim), Some("Body"));

    let parts = "--m\nContent-Type: application/x\n\nx\n".repeat(MAX_ATTACHMENTS + 500);
    let mail = one(&format!("Content-Type: multipart/mixed; boundary=m\n\n{parts}--m--\n"));
    assert_eq!(mail.attachments.len(), MAX_ATTACHMENTS);
    assert_eq!(mail.notes.len(), 1);

    let mail = one(&format!("Subject: long\n\n{}", "word ".repeat(MAX_TEXT_BYTES / 4)));
    assert!(mail.text.unwrap().len() <= MAX_TEXT_BYTES && mail.notes.len() == 1);

    let nested = "Content-Type: message/rfc822\n\n".repeat(50_000);
    assert_eq!(one(&nested).attachments.len(), 1);
}

#[test]
fn progress_advances_in_every_step() {
    let paragraphs = "<p>One <b>of</b> many <a href=\"https://a.example/x\">words</a></p>".repeat(10_000);
    let raw = format!("Content-Type: text/html\n\n{paragraphs}");
    let reports = Rc::new(RefCell::new(Vec::new()));
    let recorded = Rc::clone(&reports);
    let mail = progress::with_progress(
        10,
        move |at| recorded.borrow_mut().push(at),
        || parse_without_html_source(raw.as_bytes()),
    );
    assert!(mail.html.is_none() && mail.has_html());
    let reports = reports.borrow();
    assert!(reports.is_sorted(), "{reports:?}");
    let within = |from, to| reports.iter().filter(|&&at| at > from && at < to).count();
    // The steps of the progress: parsing the tags, reading the tree, extracting codes and links.
    for (from, to) in [(0, 350), (350, 500), (500, 1000)] {
        assert!(within(from, to) >= 2, "fewer than two reports from {from} to {to}: {reports:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_parse_as_a_mail(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        let mail = parse(&raw);
        for part in &mail.attachments {
            prop_assert!(attachment_bytes(&raw, part.part).is_some());
        }
    }

    #[test]
    fn any_structure_parses_as_a_mail(lines in prop::collection::vec("(--b|--b--|Content-Type: (multipart/(mixed|alternative|digest|related); boundary=b|message/rfc822|text/html|image/png; name=p)|Content-Transfer-Encoding: (base64|quoted-printable|x-uuencode)|Content-Disposition: attachment||<b>x|SGVsbG8=|a=3D|begin 644 x|#8V%T|`|end|=ybegin line=9 size=1 name=y|=yend size=1)", 0..60)) {
        let raw = lines.join("\r\n");
        let mail = parse(raw.as_bytes());
        for part in &mail.attachments {
            prop_assert_eq!(attachment_bytes(raw.as_bytes(), part.part).map(|bytes| bytes.len() as u64), Some(part.size));
            prop_assert!(part.size <= raw.len() as u64);
        }
    }
}

/// Tests that a truncated character, or a character in another charset, does not change the charset of the
/// rest of the text.
#[test]
fn one_invalid_byte_does_not_change_the_charset() {
    let head =
        b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    let text = "Grüße aus München — Ihr Code steht hier";
    let mail = parse(&[head.as_slice(), text.as_bytes(), b" caf\xe9 und mehr\r\n"].concat());
    let shown = mail.text.unwrap();
    assert!(shown.starts_with(text) && shown.contains("caf\u{fffd} und mehr"), "{shown}");
    let mail = parse(&[head.as_slice(), b"caf\xe9 \xfcber\r\n"].concat());
    assert_eq!(
        mail.text.as_deref().map(str::trim),
        Some("café über"),
        "the charset of a text that is not UTF-8 is guessed"
    );
}
