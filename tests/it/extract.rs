//! Tests the detection of codes and links in small mails: the expected results for each language, and negative
//! examples, which contain no code.

mod samples;

use mail_codes::{LinkKind, MailWithFindings};
use samples::{BUTTONS, LANGUAGES, PAGES, TOKEN, TRAPS};

fn text(subject: &str, body: &str) -> MailWithFindings {
    mail_codes::parse(
        format!("From: Nord <no-reply@nord.example>\nTo: q7x2@box.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n")
            .as_bytes(),
    )
}

fn html(subject: &str, body: &str) -> MailWithFindings {
    mail_codes::parse(
        format!("From: Nord <no-reply@nord.example>\nTo: q7x2@box.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>\n")
            .as_bytes(),
    )
}

fn code(mail: &MailWithFindings) -> Option<&str> {
    mail.findings.codes.first().filter(|code| code.confidence.is_confident()).map(|code| code.value.as_str())
}

fn link(mail: &MailWithFindings) -> Option<(&str, LinkKind)> {
    mail.findings
        .links
        .first()
        .filter(|link| link.confidence.is_confident())
        .map(|link| (link.url.as_str(), link.kind))
}

/// Checks all rows of a table of test cases, and reports every row that fails rather than only the first one. A row
/// consists of a description, the actual value and the expected value.
fn check<T: PartialEq + std::fmt::Debug>(rows: impl IntoIterator<Item = (String, T, T)>) {
    let wrong: Vec<String> = rows
        .into_iter()
        .filter(|(_, found, expected)| found != expected)
        .map(|(name, found, expected)| format!("{name}: found {found:?}, expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} rows are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn codes_are_found_in_many_languages() {
    check(LANGUAGES.iter().map(|(language, subject, body, expected)| {
        let mail = text(subject, body);
        (
            format!("{language} {body:?} {:?}", mail.findings.codes),
            code(&mail).map(str::to_owned),
            Some((*expected).to_owned()),
        )
    }));
}

#[test]
fn other_numbers_are_not_claimed() {
    check(TRAPS.iter().map(|(subject, body)| {
        let mail = text(subject, body);
        (format!("{body:?} {:?}", mail.findings.codes), code(&mail).map(str::to_owned), None)
    }));
}

#[test]
fn the_structure_of_a_mail_is_used() {
    check(PAGES.iter().map(|(name, body, expected)| {
        let mail = html("Nord", body);
        (
            format!("{name} {:?}", mail.findings.codes),
            code(&mail).map(str::to_owned),
            Some((*expected).to_owned()),
        )
    }));
}

#[test]
fn a_code_only_in_the_subject_is_found() {
    let mail = text("Your Nord verification code is 482951", "Thanks for joining us. See you soon!");
    assert_eq!(code(&mail), Some("482951"));
    let mail = text("Nord", "Hello\n\n@nord.example #771204");
    assert_eq!(code(&mail), Some("771204"), "an origin-bound code is found");
}

#[test]
fn the_link_of_the_main_action_is_first() {
    check(BUTTONS.iter().map(|(subject, words, kind)| {
        let mail = html(
            subject,
            &format!(
                "<a href='https://nord.example/'><img src=l.png alt=Nord width=90></a><p>Hello!</p>\
                 <p><a href='{TOKEN}' style='display:inline-block;background:#06f;padding:9px'>{words}</a></p>\
                 <p><a href='https://nord.example/help'>Help</a> <a href='https://twitter.com/nord'>Twitter</a>\
                 <a href='https://nord.example/unsubscribe?u=klOceQfktwBsRTkT71'>Unsubscribe</a></p>"
            ),
        );
        let found = link(&mail).map(|(url, kind)| (url.to_owned(), kind));
        (format!("{words} {:?}", mail.findings.links), found, Some((TOKEN.to_owned(), *kind)))
    }));
}

#[test]
fn no_link_is_claimed_in_a_mail_without_an_action() {
    let mails = [
        html(
            "News",
            "<p>Hello</p><a href='https://nord.example/blog/47'>Read more</a> <a href='https://nord.example/unsubscribe?u=klOceQfktwBsRTkT71'>Unsubscribe</a>",
        ),
        html(
            "New sign-in",
            "<p>A new sign-in.</p><a href='https://nord.example/security'>This wasn't me</a> <a href='https://nord.example/help'>Help center</a>",
        ),
        text("Hi", "See https://nord.example/ and https://example.org/about"),
    ];
    check(mails.iter().map(|mail| (format!("{:?}", mail.findings.links), link(mail), None)));
}

#[test]
fn machine_readable_markup_is_used() {
    let url = "https://nord.example/a/1";
    let mail = html(
        "Nord",
        &format!(
            "<script type='application/ld+json'>{{\"@type\":\"EmailMessage\",\"potentialAction\":{{\"@type\":\"ConfirmAction\",\
             \"name\":\"Approve\",\"handler\":{{\"@type\":\"HttpActionHandler\",\"url\":\"{url}\"}}}}}}</script>\
             <p>Hello</p><a href='{url}' class=button>Go on</a>"
        ),
    );
    assert_eq!(link(&mail), Some((url, LinkKind::Verify)), "{:?}", mail.findings.links);
}

#[test]
fn an_unsubscribe_header_is_a_separate_entry() {
    let mail = mail_codes::parse(b"Subject: News\nList-Unsubscribe: <mailto:leave@nord.example>, <https://nord.example/u/1>\n\nHello\n");
    let kinds: Vec<_> = mail.findings.links.iter().map(|link| (link.url.as_str(), link.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("mailto:leave@nord.example", LinkKind::Unsubscribe),
            ("https://nord.example/u/1", LinkKind::Unsubscribe)
        ]
    );
}

#[test]
fn suspicious_links_are_reported() {
    let mail = html(
        "Nord",
        "<a href='https://evil.example.org/x'>https://nord.com/login</a> <a href='http://192.0.2.7/x'>go</a>\
         <a href='https://nord.com@evil.example.org/y'>nord</a> <a href='https://xn--pple-43d.com/'>apple</a>\
         <a href='javascript:alert(1)'>click</a> <a href='https://nord.example/ok'>fine</a>",
    );
    let warnings = |part: &str| {
        mail.findings.links.iter().find(|link| link.url.contains(part)).map(|link| link.warnings.len())
    };
    for part in ["/x", "192.0.2.7", "/y", "xn--", "javascript"] {
        assert_eq!(warnings(part), Some(1), "{part} {:?}", mail.findings.links);
    }
    assert_eq!(warnings("/ok"), Some(0));
    assert!(
        mail.findings
            .links
            .iter()
            .filter(|link| !link.url.starts_with("http"))
            .all(|link| !link.confidence.is_confident())
    );
}

#[test]
fn a_url_broken_over_lines_is_joined() {
    let mail = text(
        "Activate your account",
        "Please activate your account by opening this link:\n\n<https://nord.example/confirm?user=482951&signature=935f61da\n43b06ed29676915b>\n",
    );
    assert_eq!(
        link(&mail).map(|(url, _)| url),
        Some("https://nord.example/confirm?user=482951&signature=935f61da43b06ed29676915b")
    );
}

#[test]
fn the_json_line_has_the_documented_shape() {
    let mail = text("Code", "Your code is 482951");
    let line = mail_codes::to_json("a/b.eml", &mail.findings);
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(value["file"], "a/b.eml");
    assert_eq!(value["codes"][0]["value"], "482951");
    assert!(value["codes"][0]["confidence"].as_f64().unwrap() > 0.5);
    assert!(value["codes"][0]["reason"].as_str().unwrap().contains("6 digits"));
    assert!(!line.contains('\n'));
}

/// Tests that the code in the body is found even if the subject mentions a phone number, and that an order number is
/// not reported as a code. Terminal escape sequences around the code (such as bold) must not become part of it.
#[test]
fn a_code_is_claimed_beside_a_verified_number_and_escape_sequences() {
    let rows = [
        ("Verify your phone number", "Your code is 482913", Some("482913")),
        ("Verify your phone", "Your code is 482913", Some("482913")),
        ("Verify your phone number", "Enter this code: 482913", Some("482913")),
        ("Hello", "your code is \u{1b}[1m482913\u{1b}[0m", Some("482913")),
        ("Hello", "code: \u{1b}[1;32m482913\u{1b}[0m", Some("482913")),
        ("Your order number", "Order number 48291356", None),
        ("Confirm your phone number", "Call 0800 482913 for help with order 48291356.", None),
    ];
    check(rows.map(|(subject, body, expected)| {
        let mail = text(subject, body);
        (format!("{subject} / {body:?}"), code(&mail).map(str::to_owned), expected.map(str::to_owned))
    }));
}
