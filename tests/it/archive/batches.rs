//! Tests that mails stored in a single transaction survive a restart, and that each session is loaded with its own
//! addresses only.

use super::{BASE, address, open, session, summary};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::stored_mail::{ArrivalOrder, Stored};
use dropmail_client::ports::archive::{Archive, ParsedMail};
use mail_codes::MailWithFindings;
use std::sync::Arc;

fn mail(id: &str, order: i64, raw: &'static [u8]) -> ParsedMail {
    ParsedMail {
        summary: summary(id, "s", 1),
        raw: raw.into(),
        mail: Arc::new(MailWithFindings::default()),
        order: ArrivalOrder(order),
    }
}

#[test]
fn a_batch_of_mails_is_stored_and_known_mails_are_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    let first = [mail("a", 1, b"first"), mail("b", 2, b"second")];
    assert_eq!(archive.put_mails(BASE, &first).unwrap(), [Stored::New, Stored::New]);
    let second = [mail("b", 3, b"other"), mail("c", 4, b"third")];
    assert_eq!(archive.put_mails(BASE, &second).unwrap(), [Stored::AlreadyPresent, Stored::New]);
    assert_eq!(archive.put_mails(BASE, &[]).unwrap(), []);
    drop(archive);
    let archive = open(folder.path());
    let listed: Vec<MailId> =
        archive.mails(BASE).unwrap().into_iter().map(|mail| mail.summary.envelope.id).collect();
    assert_eq!(listed, ["c", "b", "a"].map(MailId::new));
    let bytes = |id| archive.mail(&MailId::new(id)).unwrap().unwrap().1;
    assert_eq!(
        (&bytes("a")[..], &bytes("b")[..], &bytes("c")[..]),
        (&b"first"[..], &b"second"[..], &b"third"[..])
    );
}

#[test]
fn a_single_session_is_read_with_its_addresses() {
    let folder = tempfile::tempdir().unwrap();
    let archive = open(folder.path());
    let stored = session("s", vec![address("a", "key"), address("b", "other")]);
    archive.put_session(BASE, &stored).unwrap();
    archive.put_session(BASE, &session("t", Vec::new())).unwrap();
    assert_eq!(archive.session(BASE, &SessionId::new("s")).unwrap(), Some(stored));
    assert_eq!(archive.session(BASE, &SessionId::new("x")).unwrap(), None);
    assert_eq!(archive.session("other", &SessionId::new("s")).unwrap(), None);
}
