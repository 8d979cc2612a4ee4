//! Creates mails with a hostile plain-text body.

use super::HostileMail;
use super::mime::{mail, mixed, repeat};

/// Returns a function that creates a mail of a given size in bytes. The body repeats `unit`, which must already be
/// encoded in the transfer encoding `encoding`.
fn encoded(encoding: &'static str, unit: &'static str) -> impl Fn(usize) -> Vec<u8> {
    move |size| {
        mail(
            &format!("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}"),
            &repeat(unit, size),
        )
    }
}

pub(crate) fn mails() -> Vec<HostileMail> {
    [encodings(), texts(), findings(), documents()].into_iter().flatten().collect()
}

fn encodings() -> Vec<HostileMail> {
    vec![
        HostileMail::new("base64 one line", encoded("base64", "QUJDREVG")),
        HostileMail::new("base64 stray bytes", encoded("base64", "Q!U*J-D\r\n")),
        HostileMail::new("base64 texts in a row", encoded("base64", "QQ==\r\n")),
        HostileMail::new("base64 paddings", encoded("base64", "Q=Q==")),
        HostileMail::new("base64 in pieces", encoded("base64", "S GV\r\n\r\nsb\tG8 g\r\n")),
        HostileMail::new("base64 empty lines", encoded("base64", "\r\n")),
        HostileMail::new("base64 dashes", encoded("base64", "QU_-Q-\r\n")),
        HostileMail::new("base64 and words", encoded("base64", "QUJDREVGR0g=\r\nThe words of a footer.\r\n")),
        HostileMail::new("base64 quoted", encoded("base64", "QUI=3D\r\n")),
        HostileMail::new("base64 data prefixes", encoded("base64", "data:a/b;base64,")),
        HostileMail::new("base64 file with a footer", |size| {
            let lines = repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\r\n", size);
            let fields = "Content-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: base64";
            mixed(&format!("--b\r\n{fields}\r\n\r\n{lines}-- \r\nThe list of the pilots\r\n--b--"))
        }),
        HostileMail::new("base64 file", |size| {
            mixed(&format!(
                "--b\r\nContent-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: base64\r\n\r\n{}--b--",
                repeat("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w\r\n", size)
            ))
        }),
        HostileMail::new("quoted-printable soft", encoded("quoted-printable", "=\r\n")),
        HostileMail::new("quoted-printable escapes", encoded("quoted-printable", "=41")),
        HostileMail::new("quoted-printable broken", encoded("quoted-printable", "=Z")),
        HostileMail::new("uuencode starts", encoded("7bit", "begin 644 a\r\n")),
        HostileMail::new("uuencode files", encoded("7bit", "begin 644 a\r\n#86)C\r\n`\r\nend\r\n")),
        HostileMail::new("yenc starts", encoded("8bit", "=ybegin line=128 size=3 name=a\r\n")),
        HostileMail::new("text charset wrong", |size| {
            mail("Content-Type: text/plain; charset=big5", &repeat("\u{e4}\u{f6} ", size))
        }),
        HostileMail::new("text utf-16", |size| {
            mail("Content-Type: text/plain; charset=utf-16", &repeat("a\0b", size))
        }),
        HostileMail::new("text hz", |size| {
            mail("Content-Type: text/plain; charset=hz-gb-2312", &repeat("~{VP~}", size))
        }),
        HostileMail::new("uuencode lines", |size| {
            mail("Content-Type: text/plain", &format!("begin 644 a\r\n{}", repeat("#86)C\r\n", size)))
        }),
        HostileMail::new("uuencode blanks", |size| {
            mail("Content-Type: text/plain", &format!("begin 644 a\r\n{}", repeat("#  \r\n \r\n", size)))
        }),
        HostileMail::new("text iso-2022 escapes", |size| {
            mail("Content-Type: text/plain; charset=iso-2022-jp", &repeat("\u{1b}$B\u{1b}(B", size))
        }),
        HostileMail::new("text utf-7", |size| {
            mail("Content-Type: text/plain; charset=utf-7", &repeat("+AGE-", size))
        }),
    ]
}

fn texts() -> Vec<HostileMail> {
    vec![
        HostileMail::new("text one line", encoded("8bit", "a")),
        HostileMail::new("text words", encoded("8bit", "word ")),
        HostileMail::new("text blank lines", encoded("8bit", "\r\n")),
        HostileMail::new("text quotes", encoded("8bit", ">")),
        HostileMail::new("text quote lines", encoded("8bit", "> > > a\r\n")),
        HostileMail::new("text combining marks", encoded("8bit", "a\u{301}\u{301}\u{301}")),
        HostileMail::new("text joiners", encoded("8bit", "👩\u{200d}")),
        HostileMail::new("text right to left", encoded("8bit", "א1ב ")),
        HostileMail::new("text direction marks", encoded("8bit", "\u{202e}a")),
        HostileMail::new("text wide letters", encoded("8bit", "\u{5b57}")),
        HostileMail::new("text tabs", encoded("8bit", "\t")),
        HostileMail::new("text escapes", encoded("8bit", "\u{1b}[31m")),
        HostileMail::new("text carriage returns", encoded("8bit", "a\r")),
        HostileMail::new("text form feeds", encoded("8bit", "a\u{c}\u{2028}")),
        HostileMail::new("text quote depth", encoded("8bit", "> ")),
        HostileMail::new("text quote heads", encoded("8bit", "On Fri, 14 Mar 2025, Ann wrote:\r\n> a\r\n")),
        HostileMail::new(
            "text outlook heads",
            encoded("8bit", "-----Original Message-----\r\nFrom: a\r\nSent: b\r\n"),
        ),
        HostileMail::new("text signatures", encoded("8bit", "-- \r\na\r\n")),
        HostileMail::new("text from lines", encoded("8bit", "\r\nFrom a@b Fri Mar 14 09:41:07 2025\r\n")),
    ]
}

fn findings() -> Vec<HostileMail> {
    vec![
        HostileMail::new("text links", encoded("8bit", "https://a.example/x ")),
        HostileMail::new("text link starts", encoded("8bit", "http://")),
        HostileMail::new("text codes", encoded("8bit", "Your code is 482913.\r\n")),
        HostileMail::new("text digits", encoded("8bit", "1234 ")),
        HostileMail::new("text mail addresses", encoded("8bit", "a@b.example ")),
        HostileMail::new("text word of addresses", encoded("8bit", "a@b@")),
        HostileMail::new("text word of links", encoded("8bit", "www.a.")),
        HostileMail::new("text link address", |size| {
            mail("Content-Type: text/plain", &format!("https://a.example/?{}", repeat("a=1&", size)))
        }),
        HostileMail::new("text link brackets", encoded("8bit", "<https://a.example/x>\r\n(")),
        HostileMail::new("text one number", encoded("8bit", "1")),
        HostileMail::new("text code letters", encoded("8bit", "A1B2-")),
        HostileMail::new("text code of words", encoded("8bit", "code: ")),
        HostileMail::new("text code groups", encoded("8bit", "123-456 ")),
    ]
}

fn documents() -> Vec<HostileMail> {
    vec![
        HostileMail::new("vcard", |size| {
            mail("Content-Type: text/vcard", &repeat("BEGIN:VCARD\r\nFN:a\r\n", size))
        }),
        HostileMail::new("calendar folds", |size| {
            mail(
                "Content-Type: text/calendar",
                &format!("BEGIN:VEVENT\r\nSUMMARY:{}", repeat("a\r\n ", size)),
            )
        }),
        HostileMail::new("calendar nesting", |size| {
            mail("Content-Type: text/calendar", &repeat("BEGIN:VEVENT\r\n", size))
        }),
        HostileMail::new("enriched nesting", |size| {
            mail("Content-Type: text/enriched", &repeat("<excerpt>", size))
        }),
        HostileMail::new("no header", |size| repeat("word word\r\n", size).into_bytes()),
        HostileMail::new("text flowed", |size| {
            mail("Content-Type: text/plain; format=flowed; delsp=yes", &repeat("> a \r\n", size))
        }),
        HostileMail::new("text enriched", |size| {
            mail("Content-Type: text/enriched", &repeat("<bold>a", size))
        }),
        HostileMail::new("calendar", |size| {
            mail("Content-Type: text/calendar", &repeat("BEGIN:VEVENT\r\nSUMMARY:a\r\n", size))
        }),
        HostileMail::new("delivery report", |size| {
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
