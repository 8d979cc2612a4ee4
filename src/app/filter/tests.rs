use super::*;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::time::SignedDuration;

/// The time 2026-03-01 12:00:00 UTC as a Unix timestamp in seconds.
const NOON: i64 = 1_772_366_400;

fn now() -> Timestamp {
    Timestamp::from_second(NOON).unwrap()
}

fn mail() -> StoredMail {
    let raw = b"From: Shop <no-reply@shop.example>\r\nSubject: Re: Your verification code\r\n\r\nYour verification code is 482913\r\n";
    let envelope = Envelope {
        id: MailId::new("1"),
        session: SessionId::new("s"),
        received_at: now() - SignedDuration::from_hours(2),
        from: "bounce@mailer.example".into(),
        to: "me@dropmail.me".into(),
        to_orig: "me+shop@dropmail.me".into(),
        size: 1,
        oddities: Vec::new(),
    };
    StoredMail::new(Summary::new(envelope, &mail_codes::parse(raw)))
}

fn shows(text: &str) -> bool {
    keeps(&mail(), text)
}

fn keeps(mail: &StoredMail, text: &str) -> bool {
    Filter::parse(text, now(), &TimeZone::UTC).0.matches(mail, &searchable_text(&mail.summary))
}

#[test]
fn an_unquoted_name_with_a_comma_is_one_name() {
    let raw = b"From: Rivera, Ana (Billing) <ana.rivera@tidepool.example>\r\nSubject: Your account\r\n\r\nHello\r\n";
    let Summary { envelope, .. } = mail().summary;
    let mail = StoredMail::new(Summary::new(envelope, &mail_codes::parse(raw)));
    for text in [
        "from:\"rivera, ana\"",
        "from:rivera",
        "from:ana",
        "from:\"Ana (Billing)\"",
        "from:tidepool",
        "from:mailer",
        "-from:shop",
    ] {
        assert!(keeps(&mail, text), "{text}");
    }
    assert!(!keeps(&mail, "from:\"ana, rivera\""));
}

#[test]
fn a_field_term_matches_only_its_own_field() {
    let text = "shop\nno-reply@shop.example\nbounce@mailer.example\nyour code\nme@dropmail.me\n482913";
    let fields = [SENDER, SUBJECT, TO].map(|fields| line_range(text, fields));
    assert_eq!(fields, ["shop\nno-reply@shop.example\nbounce@mailer.example", "your code", "me@dropmail.me"]);
    assert_eq!(line_range("", SUBJECT), "");
}

#[test]
fn terms_match_the_property_that_they_name() {
    for text in [
        "",
        "verification",
        "VERIFICATION shop",
        "from:shop",
        "from:mailer",
        "from:no-reply@shop.example",
        "no-reply",
        "subject:code",
        "to:me+shop",
        "has:code",
        "is:unread",
        "-is:read",
        "-has:attachment",
        "before:2026-03-02",
        "after:2026-03-01",
        "after:3h",
        "before:1h",
        "after:today",
        "after:yesterday",
        "\"your verification\"",
        "\"re:\"",
        "from:\"bounce\"",
        "482913",
        "subject:\"verification code\"",
    ] {
        assert!(shows(text), "{text}");
    }
    for text in [
        "forum",
        "from:verification",
        "subject:shop",
        "to:you",
        "has:attachment",
        "has:link",
        "is:read",
        "-shop",
        "before:2026-03-01",
        "after:2026-03-02",
        "after:1h",
        "before:3h",
        "before:today",
        "\"code your\"",
    ] {
        assert!(!shows(text), "{text}");
    }
}

#[test]
fn an_invalid_term_is_reported_with_the_valid_forms() {
    let wrong = |text: &str| Filter::parse(text, now(), &TimeZone::UTC).1.unwrap().to_string();
    assert!(wrong("form:shop").contains("no form: here, but from:"));
    assert!(wrong("has:codes").contains("code, link or attachment"));
    assert!(wrong("is:new").contains("unread, read or starred"));
    assert!(wrong("shop before:soon").contains("a day like 2026-03-01"));
    assert!(wrong("after:2026-13-01").contains("a day like"));
    assert!(wrong("after:99999999999999w").contains("a day like"));
    assert!(wrong("from:").contains("needs a word"));
}

#[test]
fn every_invalid_term_is_reported_and_ignored() {
    let (filter, wrong) = Filter::parse("trip  before:soon subject:\"a b\" is:new", now(), &TimeZone::UTC);
    assert_eq!(filter.text(), "trip subject:\"a b\"");
    let wrong = wrong.unwrap().to_string();
    assert!(wrong.contains("before: takes") && wrong.contains("; is: takes"), "{wrong}");
    let (filter, _) = Filter::parse("before:soon", now(), &TimeZone::UTC);
    assert!(filter.is_empty() && filter.text().is_empty());
}

#[test]
fn a_colon_alone_is_not_a_term() {
    for text in ["12:30", "https://shop.example", ":", "-"] {
        assert!(Filter::parse(text, now(), &TimeZone::UTC).1.is_none(), "{text}");
    }
}

#[test]
fn only_a_to_term_selects_a_recipient() {
    let selects =
        |text: &str| Filter::parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).0.selects_recipient();
    assert!(selects("is:unread to:shop") && selects("-to:shop"));
    assert!(!selects("subject:auto:renewal") && !selects("\"reply to: you\"") && !selects("from:shop"));
}
