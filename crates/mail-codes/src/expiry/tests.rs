//! Tests the period of validity that a mail states. The file `sentences.tsv` has statements in many languages, and
//! sentences with periods that are no validity.

use super::Stale;
use crate::parse;
use jiff::{SignedDuration, Timestamp};

#[test]
fn the_stated_lifetime_is_parsed() {
    let cases = [
        ("Your code is 482951. It is valid for 5 minutes.", Some(300)),
        ("Your code is 482951. It expires in 24 hours.", Some(86_400)),
        ("Dein Code lautet 482951. Er ist 15 Minuten gültig.", Some(900)),
        ("验证码 482951，5分钟内有效", Some(300)),
        ("Ваш код 482951. Код действителен 3 минуты.", Some(180)),
        ("Your code is 482951. Parking is free for 90 minutes.", None),
    ];
    for (body, expected) in cases {
        let mail = parse(format!("Content-Type: text/plain; charset=utf-8\n\n{body}\n").as_bytes());
        assert_eq!(mail.findings.codes.first().map(|code| code.life), Some(expected), "{body}");
    }
}

#[test]
fn a_code_expires_after_its_lifetime() {
    let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
    let code = |body: &str| parse(format!("\n{body}\n").as_bytes()).findings.codes.remove(0);
    let short = code("Your code is 482951. It is valid for 5 minutes.");
    assert_eq!(
        [4, 5, 6, 11].map(|now| short.stale(at(0), at(now))),
        [None, None, Some(Stale::Expired), Some(Stale::Expired)]
    );
    let unstated = code("Your code is 482951.");
    assert_eq!([6, 10, 11].map(|now| unstated.stale(at(0), at(now))), [None, None, Some(Stale::Old)]);
    let long = code("Your code is 482951. It expires in 1 hour.");
    assert_eq!([11, 61].map(|now| long.stale(at(0), at(now))), [Some(Stale::Old), Some(Stale::Expired)]);
}

/// Returns the stated validity of the first code in a mail with this text, which was sent at 13:50.
fn life(text: &str) -> Option<u32> {
    let raw = format!(
        "Subject: Nord\nDate: Mon, 30 Nov 2026 13:50:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    parse(raw.as_bytes()).findings.codes.first().unwrap_or_else(|| panic!("no code: {text}")).life
}

#[test]
fn sentences_of_many_languages_state_a_validity_or_none() {
    let mut wrong = Vec::new();
    for row in include_str!("sentences.tsv").lines().filter(|row| !row.starts_with('#')) {
        let mut fields = row.split('\t').skip(1);
        let (Some(stated), Some(text)) = (fields.next(), fields.next()) else { panic!("{row}") };
        let expected = match stated {
            "-" => None,
            "@14:05" => Some(900),
            seconds => Some(seconds.parse().unwrap()),
        };
        let found = life(text);
        if found != expected {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_statement_may_continue_in_the_next_line() {
    let wrapped = "Your code for the sign-in to Nord is 482913, and it will expire in the next\n15 minutes.";
    assert_eq!(life(wrapped), Some(900));
    assert_eq!(life("Your code: 482913\nExpires in:\n10 minutes"), Some(600));
    assert_eq!(life("Your code: 482913\n\nIt is short.\n10 minutes"), None);
}

#[test]
fn a_time_of_day_counts_only_near_the_time_of_sending() {
    assert_eq!(life("Your code 482913 is valid until 2:05 pm."), Some(900));
    assert_eq!(life("Your code 482913 is valid until 13:05 UTC."), Some(900));
    assert_eq!(life("Your code 482913 is valid until 13:49."), None);
    assert_eq!(life("Your code 482913 is valid until 18:00."), None);
    assert_eq!(life("Your code 482913 is valid until 14:05, 3 December."), None);
}

#[test]
fn the_nearest_keyword_decides() {
    let both = "The code 482913 is valid for 10 minutes, after that you can request a new one in 2 minutes.";
    assert_eq!(life(both), Some(600));
    assert_eq!(life("The code 482913 was requested 5 minutes ago and expires in 10 minutes."), Some(600));
    assert_eq!(life("Your code is 482913. The link expires in 24 hours."), None);
    assert_eq!(life("Your code is 482913. The code and the link expire in 24 hours."), Some(86_400));
}
