//! Creates mails with a hostile MIME structure.

use super::HostileMail;
use std::fmt::Write;

/// Header fields at the start of each hostile mail. The benchmark waits until the screen shows the subject in these
/// fields.
pub(crate) const HEAD: &str =
    "From: Shop <a@shop.example>\r\nTo: me@box.example\r\nSubject: Hostile mail\r\nMIME-Version: 1.0\r\n";

/// Repeats a string as often as it fits in `size` bytes.
pub(crate) fn repeat(unit: &str, size: usize) -> String {
    unit.repeat(size / unit.len().max(1))
}

/// Creates a string of at least `size` bytes by calling `unit` with 0, 1, 2 and so on. Each call appends to the string.
pub(crate) fn numbered(size: usize, mut unit: impl FnMut(&mut String, usize)) -> String {
    let mut text = String::with_capacity(size);
    let mut n = 0;
    while text.len() < size {
        unit(&mut text, n);
        n += 1;
    }
    text
}

pub(crate) fn mail(fields: &str, body: &str) -> Vec<u8> {
    format!("{HEAD}{fields}\r\n\r\n{body}\r\n").into_bytes()
}

pub(crate) fn mixed(body: &str) -> Vec<u8> {
    mail("Content-Type: multipart/mixed; boundary=b", body)
}

pub(crate) fn mails() -> Vec<HostileMail> {
    [multiparts(), nested(), messages()].into_iter().flatten().collect()
}

fn multiparts() -> Vec<HostileMail> {
    vec![
        HostileMail::new("boundary flood", |size| mixed(&repeat("--b\r\n", size))),
        HostileMail::new("boundary near misses", |size| mixed(&repeat("--bb\r\nx --b\r\n", size))),
        HostileMail::new("boundary close flood", |size| mixed(&repeat("--b--\r\n", size))),
        HostileMail::new("dashes flood", |size| mixed(&format!("--b\r\n\r\n{}", repeat("--\r\n", size)))),
        HostileMail::new("part flood", |size| {
            mixed(&repeat("--b\r\nContent-Type: text/plain\r\n\r\nx\r\n", size))
        }),
        HostileMail::new("file flood", |size| {
            mixed(&numbered(size, |text, n| {
                write!(text, "--b\r\nContent-Disposition: attachment; filename=f{n}\r\n\r\nx\r\n").unwrap();
            }))
        }),
        HostileMail::new("part header flood", |size| {
            mixed(&format!(
                "--b\r\n{}\r\n\r\nx",
                numbered(size, |text, n| write!(text, "X-F{n}: v\r\n").unwrap())
            ))
        }),
        HostileMail::new("inline text parts", |size| {
            mixed(&repeat("--b\r\nContent-Disposition: inline; filename=a.txt\r\n\r\nx y\r\n", size))
        }),
    ]
}

fn nested() -> Vec<HostileMail> {
    vec![
        HostileMail::new("multipart nesting", |size| {
            mixed(&numbered(size, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(text, "--{outer}\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n").unwrap();
            }))
        }),
        HostileMail::new("multipart same boundary", |size| {
            mixed(&repeat("--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", size))
        }),
        HostileMail::new("multipart prefix nesting", |size| {
            let mut body = String::new();
            let mut boundary = "b".to_owned();
            while body.len() < size {
                write!(body, "--{boundary}\r\nContent-Type: multipart/mixed; boundary={boundary}a\r\n\r\n")
                    .unwrap();
                boundary.push('a');
            }
            mixed(&body)
        }),
        HostileMail::new("multipart nesting, flood", |size| {
            let nested = numbered(size / 4, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(text, "--{outer}\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n").unwrap();
            });
            mixed(&format!("{nested}{}", repeat("--bx\r\n", size / 4 * 3)))
        }),
        HostileMail::new("related flood", |size| {
            mail(
                "Content-Type: multipart/related; boundary=b; start=\"<x>\"",
                &numbered(size, |text, n| {
                    write!(text, "--b\r\nContent-ID: <{n}>\r\nContent-Type: image/png\r\n\r\nx\r\n").unwrap();
                }),
            )
        }),
        HostileMail::new("alternative nesting", |size| {
            mail(
                "Content-Type: multipart/alternative; boundary=b",
                &numbered(size, |text, n| {
                    let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                    write!(text, "--{outer}\r\nContent-Type: multipart/alternative; boundary=b{n}\r\n\r\n")
                        .unwrap();
                }),
            )
        }),
        HostileMail::new("alternative flood", |size| {
            mail(
                "Content-Type: multipart/alternative; boundary=b",
                &repeat("--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n", size),
            )
        }),
    ]
}

fn messages() -> Vec<HostileMail> {
    vec![
        HostileMail::new("message nesting", |size| {
            mail("Content-Type: message/rfc822", &repeat("Content-Type: message/rfc822\r\n\r\n", size))
        }),
        HostileMail::new("message in parts nesting", |size| {
            mixed(&numbered(size, |text, n| {
                let outer = if n == 0 { "b".to_owned() } else { format!("b{}", n - 1) };
                write!(
                    text,
                    "--{outer}\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=b{n}\r\n\r\n"
                )
                .unwrap();
            }))
        }),
        HostileMail::new("digest flood", |size| {
            mail(
                "Content-Type: multipart/digest; boundary=b",
                &repeat("--b\r\n\r\nSubject: x\r\n\r\nx\r\n", size),
            )
        }),
        HostileMail::new("message flood", |size| {
            mixed(&repeat("--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx\r\n", size))
        }),
        HostileMail::new("message base64 nesting", |size| {
            let mut inner = String::from("Subject: x\r\n\r\nx");
            while inner.len() < size / 2 {
                let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &inner);
                inner = format!(
                    "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
                );
            }
            mixed(&format!("--b\r\n{inner}\r\n--b--"))
        }),
    ]
}
