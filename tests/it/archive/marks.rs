//! Tests that starred mails, the order of mails with the same timestamp, and the removal of sessions from the list are
//! preserved across a restart.

use super::{BASE, address, open, session, summary};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::ArrivalOrder;
use dropmail_client::ports::archive::Archive;
use mail_codes::MailWithFindings;

#[test]
fn a_star_is_stored_with_its_mail() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    for id in ["a", "b"] {
        archive.put_mail(BASE, &summary(id, "s", 1), b"x", &MailWithFindings::default()).unwrap();
    }
    archive.set_starred(&MailId::new("a"), true).unwrap();
    drop(archive);
    let archive = open(folder.path());
    let starred = |id: &str| archive.stored_mail(&MailId::new(id)).unwrap().unwrap().starred;
    assert!(starred("a") && !starred("b"));
    archive.set_starred(&MailId::new("a"), false).unwrap();
    assert!(!starred("a"));
}

#[test]
fn mails_of_one_second_keep_the_order_of_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    // The second mail is smaller, so it is stored before the first one.
    for (id, order) in [("second", 2), ("first", 1), ("third", 3)] {
        let order = ArrivalOrder(order);
        archive
            .put_mail_in_order(BASE, &summary(id, "s", 1), b"x", &MailWithFindings::default(), order)
            .unwrap();
    }
    drop(archive);
    let archive = open(folder.path());
    let id = |mail: &dropmail_client::domain::stored_mail::StoredMail| mail.summary.envelope.id.clone();
    let listed: Vec<MailId> = archive.mails(BASE).unwrap().iter().map(id).collect();
    assert_eq!(listed, ["third", "second", "first"].map(MailId::new));
    let mut paged = Vec::new();
    while let Some(mail) = archive.page(BASE, paged.last(), 1).unwrap().first() {
        paged.push(id(mail));
    }
    assert_eq!(paged, listed, "pages split mails of one second without loss");
    assert_eq!(archive.newest_mail_id(&SessionId::new("s")).unwrap(), Some(MailId::new("third")));
}

#[test]
fn a_session_removed_from_the_list_stays_removed_and_keeps_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    for (id, name) in [("s", "a"), ("t", "b")] {
        archive.put_session(BASE, &session(id, vec![address(name, "key")])).unwrap();
    }
    let old = SessionId::new("s");
    archive.set_session_removed(BASE, &old, true).unwrap();
    drop(archive);
    let archive = open(folder.path());
    assert_eq!(archive.removed_sessions(BASE).unwrap(), std::slice::from_ref(&old));
    assert_eq!(archive.restore_key(BASE, "a@drop.example").unwrap().unwrap().expose(), "key");
    // The address letters are assigned in this order.
    let known: Vec<String> = archive.known_addresses(BASE).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(known, ["a@drop.example", "b@drop.example"]);
    archive.set_session_removed(BASE, &old, false).unwrap();
    assert!(archive.removed_sessions(BASE).unwrap().is_empty());
}
