//! Hostile structures and headers.

use super::Shape;
use std::fmt::Write;

/// The fields of each mail; the subject is looked for on the screen.
const HEAD: &str =
    "From: Shop <a@shop.example>\r\nTo: me@box.example\r\nSubject: Hostile shape\r\nMIME-Version: 1.0\r\n";

/// A unit over and over, up to so many bytes in all.
pub(crate) fn repeat(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len().max(1))
}

/// Something that is numbered, over and over, up to so many bytes in all.
pub(crate) fn numbered(size: usize, mut unit: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::with_capacity(size);
    let mut n = 0;
    while text.len() < size {
        unit(&mut text, n);
        n += 1;
    }
    text
}

fn mail(fields: &str, body: &str) -> Vec<u8> {
    format!("{HEAD}{fields}\r\n\r\n{body}\r\n").into_bytes()
}

fn mixed(body: &str) -> Vec<u8> {
    mail("Content-Type: multipart/mixed; boundary=b", body)
}

/// A field whose value is a unit over and over.
fn field(name: &'static str, start: &'static str, unit: &'static str) -> impl Fn(usize) -> Vec<u8> {
    move |size| mail(&format!("{name}: {start}{}", repeat(unit, size)), "text")
}

/// A body in a transfer encoding, made of a unit over and over.
fn encoded(encoding: &'static str, unit: &'static str) -> impl Fn(usize) -> Vec<u8> {
    move |size| {
        mail(
            &format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"),
            &repeat(unit, size),
        )
    }
}

pub(crate) fn shapes() -> Vec<Shape> {
    let mut shapes = multiparts();
    shapes.extend(nested());
    shapes.extend(headers());
    shapes.extend(bodies());
    shapes
}

fn multiparts() -> Vec<Shape> {
    vec![
        Shape::new("boundary flood", |size| mixed(&repeat("--b\r\n", size))),
        Shape::new("boundary near misses", |size| mixed(&repeat("--bb\r\nx --b\r\n", size))),
        Shape::new("boundary close flood", |size| mixed(&repeat("--b--\r\n", size))),
        Shape::new("dashes flood", |size| mixed(&format!("--b\r\n\r\n{}", repeat("--\r\n", size)))),
        Shape::new("part flood", |size| mixed(&repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", size))),
        Shape::new("file flood", |size| {
            mixed(&numbered(size, |text, n| {
                write!(text, "--b\r\nContent-Disposition: attachment; filename=f{n}\r\n\r\nx\r\n").unwrap();
            }))
        }),
    ]
}

fn nested() -> Vec<Shape> {
    vec![
        Shape::new("multipart nesting", |size| {
            mixed(&numbered(size, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(text, "--{outer}\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n").unwrap();
            }))
        }),
        Shape::new("multipart same boundary", |size| {
            mixed(&repeat("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", size))
        }),
        Shape::new("multipart prefix nesting", |size| {
            let mut body = String::new();
            let mut boundary = "b".to_owned();
            while body.len() < size {
                write!(body, "--{boundary}\r\nContent-Type: multipart/mixed; boundary={boundary}a\r\n\r\n")
                    .unwrap();
                boundary.push('a');
            }
            mixed(&body)
        }),
        Shape::new("multipart nesting, flood", |size| {
            let nested = numbered(size / 4, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(text, "--{outer}\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n").unwrap();
            });
            mixed(&format!("{nested}{}", repeat("--bx\r\n", size / 4 * 3)))
        }),
        Shape::new("message nesting", |size| {
            mail("Content-Type: message/rfc822", &repeat("Content-Type: message/rfc822\r\n\r\n", size))
        }),
        Shape::new("message in parts nesting", |size| {
            mixed(&numbered(size, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(
                    text,
                    "--{outer}\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n"
                )
                .unwrap();
            }))
        }),
        Shape::new("digest flood", |size| {
            mail(
                "Content-Type: multipart/digest; boundary=b",
                &repeat("--b\r\n\r\nSubject: x\r\n\r\nx\r\n", size),
            )
        }),
        Shape::new("alternative flood", |size| {
            mail(
                "Content-Type: multipart/alternative; boundary=b",
                &repeat("--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n", size),
            )
        }),
    ]
}

fn headers() -> Vec<Shape> {
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
        Shape::new("references flood", field("References", "", "<a@b.example> ")),
    ]
}

fn bodies() -> Vec<Shape> {
    vec![
        Shape::new("base64 one line", encoded("base64", "QUJDREVG")),
        Shape::new("base64 stray bytes", encoded("base64", "Q!U*J-D\r\n")),
        Shape::new("base64 texts in a row", encoded("base64", "QQ==\r\n")),
        Shape::new("base64 file", |size| {
            mixed(&format!(
                "--b\r\nContent-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--",
                repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\r\n", size)
            ))
        }),
        Shape::new("quoted-printable soft", encoded("quoted-printable", "=\r\n")),
        Shape::new("quoted-printable escapes", encoded("quoted-printable", "=41")),
        Shape::new("quoted-printable broken", encoded("quoted-printable", "=Z")),
        Shape::new("uuencode starts", encoded("7bit", "begin 644 a\r\n")),
        Shape::new("uuencode files", encoded("7bit", "begin 644 a\r\n#86)C\r\n`\r\nend\r\n")),
        Shape::new("yenc starts", encoded("8bit", "=ybegin line=128 size=3 name=a\r\n")),
        Shape::new("text one line", encoded("8bit", "a")),
        Shape::new("text words", encoded("8bit", "word ")),
        Shape::new("text blank lines", encoded("8bit", "\r\n")),
        Shape::new("text quotes", encoded("8bit", ">")),
        Shape::new("text quote lines", encoded("8bit", "> > > a\r\n")),
        Shape::new("text links", encoded("8bit", "https://a.example/x ")),
        Shape::new("text link starts", encoded("8bit", "http://")),
        Shape::new("text codes", encoded("8bit", "Your code is 482913.\r\n")),
        Shape::new("text digits", encoded("8bit", "1234 ")),
        Shape::new("text combining marks", encoded("8bit", "a\u{301}\u{301}\u{301}")),
        Shape::new("text joiners", encoded("8bit", "👩\u{200d}")),
        Shape::new("text right to left", encoded("8bit", "א1ב ")),
        Shape::new("text from lines", encoded("8bit", "\r\nFrom a@b Fri Mar 14 09:41:07 2025\r\n")),
        Shape::new("text iso-2022 escapes", |size| {
            mail("Content-Type: text/plain; charset=iso-2022-jp", &repeat("\u{1b}$B\u{1b}(B", size))
        }),
        Shape::new("text utf-7", |size| {
            mail("Content-Type: text/plain; charset=utf-7", &repeat("+AGE-", size))
        }),
        Shape::new("text flowed", |size| {
            mail("Content-Type: text/plain; format=flowed; delsp=yes", &repeat("> a \r\n", size))
        }),
        Shape::new("text enriched", |size| mail("Content-Type: text/enriched", &repeat("<bold>a", size))),
        Shape::new("calendar", |size| {
            mail("Content-Type: text/calendar", &repeat("BEGIN:VEVENT\r\nSUMMARY:a\r\n", size))
        }),
        Shape::new("delivery report", |size| {
            mail(
                "Content-Type: multipart/report; boundary=b; report-type=delivery-status",
                &format!(
                    "--b\r\nContent-Type: message/delivery-status\r\n\r\n{}",
                    repeat("Final-Recipient: rfc822; a@b.example\r\nStatus: 5.1.1\r\n\r\n", size)
                ),
            )
        }),
    ]
}
