//! Creates mails with hostile header fields.

use super::Shape;
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

pub(crate) fn shapes() -> Vec<Shape> {
    [words(), values()].into_iter().flatten().collect()
}

fn words() -> Vec<Shape> {
    vec![
        Shape::new("header flood", |size| {
            let fields = numbered(size, |text, n| write!(text, "X-F{n}: v\r\n").unwrap());
            mail(&format!("{fields}X-End: x"), "text")
        }),
        Shape::new("header line flood", field("X-Long", "", "a")),
        Shape::new("header fold flood", field("X-Folded", "", "a\r\n ")),
        Shape::new("header no colon flood", |size| {
            [HEAD.as_bytes(), repeat("word\r\n", size).as_bytes()].concat()
        }),
        Shape::new("received flood", |size| {
            let fields = numbered(size, |text, n| {
                write!(text, "Received: from a by b id {n}; Fri, 14 Mar 2025 09:41:07 +0000\r\n").unwrap();
            });
            mail(&format!("{fields}X-End: x"), "text")
        }),
        Shape::new("subject flood", field("Subject", "", "word ")),
        Shape::new("encoded word flood", field("Subject", "", "=?utf-8?q?=41?= ")),
        Shape::new("encoded word base64", field("Subject", "=?utf-8?b?", "QUJD")),
        Shape::new("encoded word starts", field("Subject", "", "=?utf-8?q?")),
        Shape::new("encoded word charsets", field("From", "", "=?iso-2022-jp?b?GyRC?= =?big5?q?=a4?= ")),
        Shape::new("references flood", field("References", "", "<a@b.example> ")),
        Shape::new("subject fields", fields("Subject: a\r\n")),
        Shape::new("date fields", fields("Date: Fri, 14 Mar 2025 09:41:07 +0000\r\n")),
        Shape::new("date comments", field("Date", "Fri, 14 Mar 2025 09:41:07 +0000 ", "(a) ")),
        Shape::new("unsubscribe flood", field("List-Unsubscribe", "", "<https://a.example/x>, ")),
        Shape::new("encoded word charset", field("Subject", "=?", "a")),
        Shape::new("encoded word letters", field("Subject", "", "=?utf-8?b?w6Q=?=\r\n ")),
        Shape::new("encoded word cut", field("Subject", "", "=?utf-8?q?=c3?= =?utf-8?q?=a4?= ")),
        Shape::new("encoded word names", field("To", "", "=?utf-8?q?=41?= <a@b.example>, ")),
    ]
}

fn values() -> Vec<Shape> {
    vec![
        Shape::new("comment nesting", field("From", "", "(")),
        Shape::new("comment flood", field("To", "", "(a) ")),
        Shape::new("address flood", field("To", "", "a <a@b.example>, ")),
        Shape::new("address no at", field("To", "", "a, ")),
        Shape::new("address then names", field("To", "<a@b.example>", ", a")),
        Shape::new("address brackets", field("From", "", "<")),
        Shape::new("address quotes", field("From", "", "\"a\\\" ")),
        Shape::new("group flood", field("To", "", "g: a@b.example; ")),
        Shape::new("parameter flood", field("Content-Type", "text/plain", "; a=b")),
        Shape::new("parameter parts", |size| {
            let parts = numbered(size, |text, n| write!(text, "; name*{n}=x").unwrap());
            mail(&format!("Content-Type: text/plain{parts}"), "text")
        }),
        Shape::new("parameter parts encoded", |size| {
            let parts = numbered(size, |text, n| write!(text, ";\r\n filename*{n}*=%41").unwrap());
            mail(&format!("Content-Disposition: attachment{parts}"), "text")
        }),
        Shape::new("to fields", fields("To: a <a@b.example>\r\n")),
        Shape::new("content type fields", fields("Content-Type: multipart/mixed; boundary=a\r\n")),
        Shape::new("content type comments", field("Content-Type", "text/plain ", "(a) ")),
        Shape::new("address words", field("From", "", "a ")),
        Shape::new("address folded words", field("From", "", "a\r\n ")),
        Shape::new("address no commas", field("To", "", "Ann <a@b.example> ")),
        Shape::new("address bare, no commas", field("To", "", "a@b.example ")),
        Shape::new("address semicolons", field("To", "", "a@b.example; ")),
        Shape::new("address open brackets", field("To", "", "Ann <a@b.example, ")),
        Shape::new("address escapes", field("From", "\"", "\\\"")),
        Shape::new("address routes", field("From", "<", "@a,")),
        Shape::new("group nesting", field("To", "", "g: ")),
        Shape::new("raw letters", field("Subject", "", "\u{e4}")),
        Shape::new("parameter quotes", field("Content-Type", "text/plain; name=\"", "\\\"")),
        Shape::new("parameter sections missing", |size| {
            let parts = numbered(size, |text, n| write!(text, "; name*{}=x", n * 7 + 3).unwrap());
            mail(&format!("Content-Type: text/plain{parts}"), "text")
        }),
        Shape::new("parameter same", field("Content-Disposition", "attachment", "; filename*=utf-8''%41")),
    ]
}
