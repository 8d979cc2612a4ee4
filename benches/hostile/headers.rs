//! Creates mails with hostile header fields.

use super::HostileMail;
use super::mime::{HEAD, mail, numbered, repeat};
use std::fmt::Write;

/// Returns a function that creates a mail of a given size in bytes. In this mail, the value of the header field `name`
/// consists of `start` and repetitions of `unit`.
fn field(name: &'static str, start: &'static str, unit: &'static str) -> impl Fn(usize) -> Vec<u8> {
    move |size| mail(&format!("{name}: {start}{}", repeat(unit, size)), "text")
}

/// Returns a function that creates a mail of a given size in bytes by repeating the header field `field`.
fn fields(field: &'static str) -> impl Fn(usize) -> Vec<u8> {
    move |size| [HEAD, &repeat(field, size), "\r\ntext\r\n"].concat().into_bytes()
}

pub(crate) fn mails() -> Vec<HostileMail> {
    [words(), values()].into_iter().flatten().collect()
}

fn words() -> Vec<HostileMail> {
    vec![
        HostileMail::new("header flood", |size| {
            let fields = numbered(size, |text, n| write!(text, "X-F{n}: v\r\n").unwrap());
            mail(&format!("{fields}X-End: x"), "text")
        }),
        HostileMail::new("header line flood", field("X-Long", "", "a")),
        HostileMail::new("header fold flood", field("X-Folded", "", "a\r\n ")),
        HostileMail::new("header no colon flood", |size| {
            [HEAD.as_bytes(), repeat("word\r\n", size).as_bytes()].concat()
        }),
        HostileMail::new("received flood", |size| {
            let fields = numbered(size, |text, n| {
                write!(text, "Received: from a by b id {n}; Fri, 14 Mar 2025 09:41:07 +0000\r\n").unwrap();
            });
            mail(&format!("{fields}X-End: x"), "text")
        }),
        HostileMail::new("subject flood", field("Subject", "", "word ")),
        HostileMail::new("encoded word flood", field("Subject", "", "=?utf-8?q?=41?= ")),
        HostileMail::new("encoded word base64", field("Subject", "=?utf-8?b?", "QUJD")),
        HostileMail::new("encoded word starts", field("Subject", "", "=?utf-8?q?")),
        HostileMail::new(
            "encoded word charsets",
            field("From", "", "=?iso-2022-jp?b?GyRC?= =?big5?q?=a4?= "),
        ),
        HostileMail::new("references flood", field("References", "", "<a@b.example> ")),
        HostileMail::new("subject fields", fields("Subject: a\r\n")),
        HostileMail::new("date fields", fields("Date: Fri, 14 Mar 2025 09:41:07 +0000\r\n")),
        HostileMail::new("date comments", field("Date", "Fri, 14 Mar 2025 09:41:07 +0000 ", "(a) ")),
        HostileMail::new("unsubscribe flood", field("List-Unsubscribe", "", "<https://a.example/x>, ")),
        HostileMail::new("encoded word charset", field("Subject", "=?", "a")),
        HostileMail::new("encoded word letters", field("Subject", "", "=?utf-8?b?w6Q=?=\r\n ")),
        HostileMail::new("encoded word cut", field("Subject", "", "=?utf-8?q?=c3?= =?utf-8?q?=a4?= ")),
        HostileMail::new("encoded word names", field("To", "", "=?utf-8?q?=41?= <a@b.example>, ")),
    ]
}

fn values() -> Vec<HostileMail> {
    vec![
        HostileMail::new("comment nesting", field("From", "", "(")),
        HostileMail::new("comment flood", field("To", "", "(a) ")),
        HostileMail::new("address flood", field("To", "", "a <a@b.example>, ")),
        HostileMail::new("address no at", field("To", "", "a, ")),
        HostileMail::new("address then names", field("To", "<a@b.example>", ", a")),
        HostileMail::new("address brackets", field("From", "", "<")),
        HostileMail::new("address quotes", field("From", "", "\"a\\\" ")),
        HostileMail::new("group flood", field("To", "", "g: a@b.example; ")),
        HostileMail::new("parameter flood", field("Content-Type", "text/plain", "; a=b")),
        HostileMail::new("parameter parts", |size| {
            let parts = numbered(size, |text, n| write!(text, "; name*{n}=x").unwrap());
            mail(&format!("Content-Type: text/plain{parts}"), "text")
        }),
        HostileMail::new("parameter parts encoded", |size| {
            let parts = numbered(size, |text, n| write!(text, ";\r\n filename*{n}*=%41").unwrap());
            mail(&format!("Content-Disposition: attachment{parts}"), "text")
        }),
        HostileMail::new("to fields", fields("To: a <a@b.example>\r\n")),
        HostileMail::new("content type fields", fields("Content-Type: multipart/mixed; boundary=a\r\n")),
        HostileMail::new("content type comments", field("Content-Type", "text/plain ", "(a) ")),
        HostileMail::new("address words", field("From", "", "a ")),
        HostileMail::new("address folded words", field("From", "", "a\r\n ")),
        HostileMail::new("address no commas", field("To", "", "Ann <a@b.example> ")),
        HostileMail::new("address bare, no commas", field("To", "", "a@b.example ")),
        HostileMail::new("address semicolons", field("To", "", "a@b.example; ")),
        HostileMail::new("address open brackets", field("To", "", "Ann <a@b.example, ")),
        HostileMail::new("address escapes", field("From", "\"", "\\\"")),
        HostileMail::new("address routes", field("From", "<", "@a,")),
        HostileMail::new("group nesting", field("To", "", "g: ")),
        HostileMail::new("raw letters", field("Subject", "", "\u{e4}")),
        HostileMail::new("parameter quotes", field("Content-Type", "text/plain; name=\"", "\\\"")),
        HostileMail::new("parameter sections missing", |size| {
            let parts = numbered(size, |text, n| write!(text, "; name*{}=x", n * 7 + 3).unwrap());
            mail(&format!("Content-Type: text/plain{parts}"), "text")
        }),
        HostileMail::new(
            "parameter same",
            field("Content-Disposition", "attachment", "; filename*=utf-8''%41"),
        ),
    ]
}
