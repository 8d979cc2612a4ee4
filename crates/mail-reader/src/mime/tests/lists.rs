//! Tests that mailbox lists are parsed in the forms that occur in real mails.

use crate::mail::EmailAddress;
use crate::mime::{MAX_MAILBOXES, parse};
use crate::sanitize::SafeText;

fn listed(value: &str) -> Vec<(String, String)> {
    let mail = parse(format!("To: {value}\r\nSubject: s\r\n\r\nx\r\n").as_bytes());
    mail.to.iter().map(|EmailAddress { name, address }| (name.to_string(), address.to_string())).collect()
}

fn check(rows: &[(&str, &[(&str, &str)])]) {
    for (value, expected) in rows {
        let found = listed(value);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(name, address)| (name.as_str(), address.as_str())).collect();
        assert_eq!(found, *expected, "{value}");
    }
}

#[test]
fn addresses_without_a_domain_are_accepted() {
    check(&[
        ("root", &[("", "root")]),
        ("root (Charlie Root)", &[("Charlie Root", "root")]),
        ("Charlie Root <root>", &[("Charlie Root", "root")]),
        ("root, daemon, bin", &[("", "root"), ("", "daemon"), ("", "bin")]),
        ("root, ana@x.example", &[("", "root"), ("", "ana@x.example")]),
        ("ana@x.example, root", &[("", "ana@x.example"), ("", "root")]),
        ("root, bin, ana@x.example", &[("", "root"), ("", "bin"), ("", "ana@x.example")]),
        ("Rivera, Ana, Bo <bo@x.example>", &[("Rivera, Ana, Bo", "bo@x.example")]),
        ("Ana <ana@x.example>, root", &[("Ana", "ana@x.example"), ("", "root")]),
        ("Ana Rivera", &[("Ana Rivera", "")]),
    ]);
}

#[test]
fn names_with_commas_are_not_split() {
    check(&[
        (
            "Rivera, Ana (Billing) <ana@x.example>, Probe, Box <box@x.example>",
            &[("Rivera, Ana (Billing)", "ana@x.example"), ("Probe, Box", "box@x.example")],
        ),
        ("<ana@x.example> Rivera, Ana", &[("Rivera, Ana", "ana@x.example")]),
    ]);
}

#[test]
fn addresses_without_a_comma_between_them_are_two() {
    check(&[
        ("ana@x.example bo@y.example", &[("", "ana@x.example"), ("", "bo@y.example")]),
        (
            "ana@x.example\r\n bo@y.example, cy@z.example",
            &[("", "ana@x.example"), ("", "bo@y.example"), ("", "cy@z.example")],
        ),
        ("ana@x.example (Ana)", &[("Ana", "ana@x.example")]),
        ("ana@x.example (ana@y.example)", &[("ana@y.example", "ana@x.example")]),
        ("ana@x.example <bo@y.example>", &[("ana@x.example", "bo@y.example")]),
        ("Ana ana@x.example", &[("Ana", "ana@x.example")]),
    ]);
}

#[test]
fn source_routes_are_removed_from_addresses() {
    for value in [
        "<@a.example,@b.example:user@host.example>",
        "Bo <@a.example,@b.example:user@host.example>",
        "@a.example,@b.example:user@host.example",
        "@a.example , @b.example :user@host.example",
        "@a.example:user@host.example, ",
    ] {
        let found = listed(value);
        assert_eq!(found.len(), 1, "{value} {found:?}");
        assert_eq!(found[0].1, "user@host.example", "{value}");
    }
    check(&[("@a,@b:user@host, cy@x.example", &[("", "user@host"), ("", "cy@x.example")])]);
}

#[test]
fn groups_are_replaced_by_their_members_unless_they_are_empty() {
    let members: &[(&str, &str)] = &[("", "ana@x.example"), ("", "bo@x.example")];
    check(&[
        ("Undisclosed recipients:;", &[("Undisclosed recipients", "")]),
        ("undisclosed-recipients: ;", &[("undisclosed-recipients", "")]),
        ("undisclosed-recipients:", &[("undisclosed-recipients", "")]),
        ("=?utf-8?q?Nobody_named?=: ;", &[("Nobody named", "")]),
        ("Friends: ana@x.example, bo@x.example;", members),
        ("Friends: ana@x.example, bo@x.example", members),
        (
            "cy@x.example, Friends: ana@x.example; , Empty:;",
            &[("", "cy@x.example"), ("", "ana@x.example"), ("Empty", "")],
        ),
        ("News: Rivera, Ana <ana@x.example>;", &[("Rivera, Ana", "ana@x.example")]),
        ("Re: hello <ana@x.example>", &[("Re: hello", "ana@x.example")]),
        ("at 10:30 <ana@x.example>;", &[("at 10:30", "ana@x.example")]),
    ]);
}

#[test]
fn mailboxes_beyond_the_limit_are_counted_and_reported() {
    let raw = format!("To: {}\r\nCc: one@x.example\r\n\r\nx\r\n", "a@x.example, ".repeat(500));
    let mail = parse(raw.as_bytes());
    assert_eq!((mail.to.len(), mail.cc.len()), (MAX_MAILBOXES, 1));
    let notes: Vec<&str> = mail.notes.iter().map(SafeText::as_str).collect();
    assert_eq!(notes, ["The field To lists 200 mailboxes and 300 more, which are left out."]);
}

#[test]
fn a_truncated_field_is_reported_by_name() {
    let raw = format!("Subject: {}\r\nX-Long: {}\r\n\r\nx\r\n", "s".repeat(20_000), "é".repeat(10_001));
    let mail = parse(raw.as_bytes());
    assert_eq!(mail.subject.len(), 10_000);
    let notes: Vec<&str> = mail.notes.iter().map(SafeText::as_str).collect();
    assert_eq!(
        notes,
        ["Subject", "X-Long"].map(|name| format!(
            "The field {name} is longer than 10000 characters; the rest of it is left out."
        ))
    );
}
