//! Tests minimal mails that reproduce bugs reported by users of other mail clients.

use super::one;
use crate::mime::{attachment_bytes, nested_mail, parse};
use crate::sanitize::SafeText;

fn names(mail: &crate::mail::Mail) -> Vec<&str> {
    mail.attachments.iter().map(|part| part.name.as_str()).collect()
}

fn raw(mail: &str) -> Vec<u8> {
    mail.replace('\n', "\r\n").into_bytes()
}

fn bytes(raw: &[u8], name: &str) -> Vec<u8> {
    let mail = parse(raw);
    let part = mail.attachments.iter().find(|part| part.name.as_str() == name).expect(name);
    let bytes = attachment_bytes(raw, part.part).unwrap();
    assert_eq!(bytes.len() as u64, part.size);
    bytes
}

#[test]
fn lines_of_dashes_do_not_change_the_following_text() {
    let dump = "-- a dump\n--\n-- Table\n".repeat(9_000);
    let raw = raw(&format!(
        "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nLog:\n----- Content-Type: message/rfc822\n{}\n--m\n\
         Content-Type: text/x-sql; name=dump.sql\n\n{dump}SELECT 1;\n--m\nContent-Type: text/csv; name=last.csv\n\na,b\n--m--\n",
        "--------\nx: y\n".repeat(3_000)
    ));
    let mail = parse(&raw);
    assert_eq!((names(&mail), mail.notes.len()), (vec!["dump.sql", "last.csv"], 0));
    assert_eq!(mail.text.unwrap().lines().count(), 2 + 6_000);
    assert_eq!(bytes(&raw, "dump.sql"), format!("{dump}SELECT 1;").replace('\n', "\r\n").as_bytes());
    assert_eq!(bytes(&raw, "last.csv"), b"a,b");
}

#[test]
fn an_attached_mail_keeps_every_byte_and_opens() {
    let innermost = "Subject: innermost\n\nfind me";
    let inner = format!(
        "Subject: inner\nContent-Type: multipart/mixed; boundary=\"m-in\"\n\n--m-in\n\n--sample\nContent-Type: message/rfc822\n\n\
         --m-in\nContent-Type: message/rfc822\n\n{innermost}\n--m-in--\n"
    );
    for (encoding, encoded) in [("7bit", inner.clone()), ("quoted-printable", inner.replace('=', "=3D"))] {
        let raw = raw(&format!(
            "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee\n--m\nContent-Type: message/rfc822\n\
             Content-Transfer-Encoding: {encoding}\nContent-Disposition: attachment; filename=inner.eml\n\n{encoded}\n--m--\n"
        ));
        let opened = bytes(&raw, "inner.eml");
        assert_eq!(String::from_utf8(opened).unwrap(), inner.replace('\n', "\r\n"), "{encoding}");
        let part = parse(&raw).attachments[0].part;
        let opened = nested_mail(&raw, part).unwrap();
        let mail = parse(&opened);
        assert_eq!(mail.subject.as_str(), "inner");
        let deeper = nested_mail(&opened, mail.attachments[0].part).unwrap();
        assert_eq!(parse(&deeper).text.as_deref(), Some("find me"));
        assert_eq!(nested_mail(&raw, 1), None, "the text part is not an attached mail");
    }
}

#[test]
fn base64_with_a_footer_and_several_encoded_texts_are_decoded() {
    let head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n";
    let footer = one(&format!("{head}R3LDvMOfZQ==\n\n-- \nChecked by the gateway.\n"));
    assert_eq!(footer.text.unwrap().trim_end().replace("\r\n", "\n"), "Grüße\n-- \nChecked by the gateway.");
    let two = one(&format!("{head}R3LD\\vMOfZQ==\nIGFuIGFsbGU=\n"));
    assert_eq!(two.text.as_deref(), Some("Grüße an alle"));
    let none = one(&format!("{head}This was never encoded.\n"));
    assert_eq!(none.text.as_deref().map(str::trim), Some("This was never encoded."));
}

#[test]
fn files_in_the_text_are_separate_attachments() {
    let raw = raw("Subject: x\n\nThe list:\n\nbegin 644 cat.txt\n#8V%T\n`\nend\n\nRegards\n");
    let mail = parse(&raw);
    assert_eq!((names(&mail), mail.attachments[0].mime.as_str()), (vec!["cat.txt"], "text/plain"));
    assert_eq!(bytes(&raw, "cat.txt"), b"cat");
    let text: Vec<_> = mail.text.as_deref().unwrap().split_whitespace().collect();
    assert_eq!(text, ["The", "list:", "Regards"]);
    let damaged = one("Subject: x\n\nbegin 644 cat.txt\n#8V%T\nwords\n");
    assert!(
        damaged.text.unwrap().contains("#8V%T") && damaged.attachments.is_empty() && damaged.notes.len() == 1
    );
}

#[test]
fn content_of_lines_that_end_in_cr_is_decoded() {
    let raw = "Content-Type: multipart/report; boundary=m\n\n--m\n\nThe list:\n\nbegin 644 cat.txt\n#8V%T\n`\nend\n\nRegards\n\
               --m\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n\
               Final-Recipient: rfc822; b@c.example\nAction: failed\nStatus: 5.1.1\n\n\
               --m\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\nEND:VEVENT\nEND:VCALENDAR\n\
               --m\nContent-Type: image/png; name=p.png\nContent-Transfer-Encoding: base64\n\n\
               iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA\nWjR9awAAAABJRU5ErkJggg==\n--m--\n"
        .replace('\n', "\r")
        .into_bytes();
    let mail = parse(&raw);
    assert_eq!(bytes(&raw, "cat.txt"), b"cat");
    assert!(bytes(&raw, "p.png").starts_with(b"\x89PNG\r\n"));
    let titles: Vec<_> = mail.cards.iter().map(|card| card.title.as_str()).collect();
    assert_eq!(titles, ["Not delivered", "Appointment"]);
    assert!(mail.notes.is_empty(), "{:?}", mail.notes);
    let text: Vec<_> = mail.text.as_deref().unwrap().split_whitespace().collect();
    assert_eq!(text, ["The", "list:", "Regards"]);
}

#[test]
fn the_only_text_is_shown_even_if_declared_an_attachment() {
    let part = |head: &str, body: &str| format!("--m\n{head}\n\n{body}\n");
    let mail = |parts: &[String]| {
        one(&format!("Content-Type: multipart/mixed; boundary=m\n\n{}--m--\n", parts.concat()))
    };
    let picture = part("Content-Type: image/png; name=logo.png\nContent-Disposition: inline", "x");
    let named =
        part("Content-Type: text/html; name=message.html\nContent-Disposition: inline", "<p>Code 207735");
    let found = mail(&[picture.clone(), named]);
    assert!(found.html.as_deref().unwrap().contains("207735"));
    assert_eq!(names(&found), ["logo.png", "message.html"]);

    let attached =
        part("Content-Type: text/plain; name=note.txt\nContent-Disposition: attachment", "read me");
    let found = mail(&[picture, attached.clone()]);
    assert_eq!((found.text.as_deref(), names(&found)), (Some("read me"), vec!["logo.png", "note.txt"]));

    let text = part("Content-Type: text/plain", "the text");
    let found = mail(&[text, attached.clone()]);
    assert_eq!((found.text.as_deref(), names(&found)), (Some("the text"), vec!["note.txt"]));
    let several = mail(&[attached.clone(), attached]);
    assert_eq!(
        (several.text, several.attachments.len()),
        (None, 2),
        "several attached texts are not shown as the text"
    );
}

#[test]
fn media_types_with_another_name_are_known() {
    let mail = |media_type: &str, body: &str| one(&format!("Content-Type: {media_type}\n\n{body}\n"));
    for media_type in ["application/xhtml+xml; charset=utf-8", "html/text", "html"] {
        let found = mail(media_type, "<p>Code 207735");
        assert_eq!(found.html.as_deref().map(str::trim), Some("<p>Code 207735"), "{media_type}");
    }
    assert_eq!(mail("plain/text", "words").text.as_deref().map(str::trim), Some("words"));
    let raw = raw("Content-Type: message/rfc2822\n\nSubject: inner\n\nwords\n");
    let inner = nested_mail(&raw, 0).map(|inner| parse(&inner).subject);
    assert_eq!(inner.as_ref().map(SafeText::as_str), Some("inner"));
}

#[test]
fn an_empty_alternative_is_not_preferred() {
    let alternatives = |parts: &[(&str, &str)]| {
        let parts: Vec<String> =
            parts.iter().map(|(kind, body)| format!("--a\nContent-Type: {kind}\n\n{body}\n")).collect();
        one(&format!("Content-Type: multipart/alternative; boundary=a\n\n{}--a--\n", parts.concat()))
    };
    let blank = "<html><head><title>x</title></head><body>&nbsp;</body></html>";
    let found = alternatives(&[("text/plain", "words"), ("text/html", blank)]);
    assert_eq!((found.text.as_deref(), found.html), (Some("words"), None));
    let found = alternatives(&[("text/plain", " "), ("text/html", "<p>words")]);
    assert_eq!((found.text, found.html.as_deref()), (None, Some("<p>words")));
    let amp = ("text/x-amp-html", "<html amp4email>other");
    let found = alternatives(&[("text/plain", "words"), amp, ("text/html", "<p>page")]);
    assert_eq!((found.text.as_deref(), found.html.as_deref()), (Some("words"), Some("<p>page")));
    assert!(found.attachments.is_empty());
    let found = alternatives(&[("text/enriched", "<bold>A</bold>\nb"), ("text/calendar", "BEGIN:VCALENDAR")]);
    assert_eq!((found.text.as_deref(), found.attachments.len()), (Some("A b"), 1));
}

#[test]
fn the_start_parameter_selects_the_root_of_related_parts() {
    let mail = one(
        "Content-Type: multipart/related; boundary=r; start=\"<page>\"\n\n--r\nContent-Type: text/html\nContent-ID: <frame>\n\n<p>frame\n\
         --r\nContent-Type: text/html\nContent-ID: <page>\n\n<p>page\n--r\nContent-Type: image/png\nContent-ID: <p>\n\nx\n--r--\n",
    );
    assert_eq!(mail.html.as_deref(), Some("<p>page"));
    assert_eq!(mail.attachments.len(), 2);
}

#[test]
fn external_and_partial_bodies_are_reported() {
    let partial = one("Content-Type: message/partial; id=x; number=2; total=3\n\nthe middle\n");
    assert!(partial.notes[0].contains("piece 2 of 3"), "{:?}", partial.notes);
    assert_eq!(partial.attachments.len(), 1);
    let external = one(
        "Content-Type: message/external-body; access-type=ftp; site=files.example; name=a.zip\n\nContent-Type: application/zip\n\n",
    );
    assert!(external.notes[0].contains("a.zip") && external.notes[0].contains("ftp at files.example"));
}

#[test]
fn impossible_transfer_encodings_are_ignored() {
    let mail = one(
        "Content-Type: multipart/mixed; boundary=\"=m=3D\"\nContent-Transfer-Encoding: quoted-printable\n\n--=m=3D\n\
         Content-Transfer-Encoding: base64;\n\nSGVsbG8=\n--=m=3D\nContent-Transfer-Encoding: x-own\n\na=20b\n--=m=3D--\n",
    );
    assert_eq!(mail.text.as_deref(), Some("Hello\n\na=20b"));
}

#[test]
fn both_forks_of_a_macintosh_file_have_names() {
    let raw = raw("Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee\n--m\n\
         Content-Type: multipart/appledouble; boundary=a\n\n--a\nContent-Type: application/applefile; name=p.pdf\n\nforks\n\
         --a\nContent-Type: application/pdf; name=p.pdf\n\n%PDF\n--a--\n--m--\n");
    assert_eq!(names(&parse(&raw)), ["p.pdf.rsrc", "p.pdf"]);
    assert_eq!(bytes(&raw, "p.pdf"), b"%PDF");
}

#[test]
fn a_bare_file_name_keeps_its_brackets_and_loses_its_comment() {
    for (value, name) in [
        ("my report (final).pdf", "my report (final).pdf"),
        ("report (1).pdf; size=3", "report (1).pdf"),
        ("a.pdf (the report)", "a.pdf"),
        ("a.pdf (the report) size=3", "a.pdf"),
        ("a ).pdf", "a ).pdf"),
    ] {
        let mail = one(&format!(
            "Content-Type: application/pdf\nContent-Disposition: attachment; filename={value}\n\nx\n"
        ));
        assert_eq!(names(&mail), [name], "{value}");
    }
}
