//! Tests that the parsers handle arbitrary bytes without panicking, and that the results contain no control characters
//! and no false codes or links. The generated mails are the same in every run; the fuzz targets try other mails.

use mail_reader::browser_page;
use mail_reader::richtext::{View, render, views};
use mail_reader::sanitize::{SafeName, SafeText};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Fragments, both valid and malformed, from which the tests generate mails.
const PIECES: &[&[u8]] = &[
    b"Subject: Your code is 482913\r\n",
    b"From: =?utf-8?B?8J+Yg==?= <a@shop.example>\r\n",
    b"Content-Type: multipart/alternative; boundary=b\r\n",
    b"Content-Type: multipart/mixed; boundary=\"\"\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Type: text/plain; format=flowed; delsp=yes\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: application/ms-tnef; name=winmail.dat\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"List-Unsubscribe: <https://shop.example/u?t=1>, <mailto:x>\r\n",
    b"\r\n",
    b"\n\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"<table><tr><td>4<td>8<td>2<td>9</table>",
    b"<a href='https://shop.example/verify?token=abcdef123456' style='padding:1px;background:#000'>Confirm</a>",
    b"<div style='display:none'>hidden",
    b"<blockquote><ul><li><pre>",
    b"<script type='application/ld+json'>{\"@type\":\"ConfirmAction\",\"url\":\"https://a.example\"}</script>",
    b"<style>.a{display:none} @media{.b{",
    b"<img src=cid:a alt='",
    b"&#xfdd0;&#0;&zwnj;&nbsp;",
    b"=3D=E2=80=AE=\r\n",
    b"0J/RgNC40LLQtdGC\r\n",
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=X:20250314T094107\r\nSUMMARY:\xff\r\n",
    b"\x78\x9f\x3e\x22\x01\x00\x02\x02\x90\x06\x00\xff\xff\xff\x7f",
    b"\x1b[2J\x1b]0;x\x07\x9b",
    b"\xe2\x80\xae\xe2\x81\xa6\xf3\xa0\x81\xa1",
    b"\xff\xfe\x00\xd8",
    b"> > > quoted 1234-5678\r\n",
    b"@shop.example #123456\r\n",
    b"https://xn--pypal-4ve.example/\xd0\xb0?x=%00 ",
    b"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4 ",
];

fn mails() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => proptest::sample::select(PIECES).prop_map(<[u8]>::to_vec),
        1 => proptest::collection::vec(any::<u8>(), 0..40),
        1 => "\\\\PC{0,12}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

#[test]
fn any_bytes_can_be_parsed_and_searched() {
    let config = Config { cases: 1_000, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let run = TestRunner::new_with_rng(config, rng).run(&mails(), |raw| {
        let mail = super::parse(&raw);
        for code in &mail.findings.codes {
            prop_assert!(!code.value.is_empty() && !code.reason.is_empty());
        }
        for link in &mail.findings.links {
            prop_assert!(link.url.is_ascii());
        }
        let parts = mail.attachments.iter().take(3).map(|part| View::Part(part.part));
        for view in views(&mail).into_iter().chain(parts) {
            for line in render(&mail, &raw, view, 40) {
                for span in &line.spans {
                    prop_assert_eq!(&SafeText::new(&span.text), &span.text);
                }
            }
        }
        for part in &mail.attachments {
            prop_assert!(!part.name.is_empty() && SafeName::new(&part.name) == part.name);
        }
        let page = browser_page(&mail, &raw).html.to_ascii_lowercase();
        prop_assert!(!page.contains("<script") && !page.contains("<iframe"));
        Ok(())
    });
    run.unwrap();
}
