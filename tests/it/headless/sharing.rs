//! Tests how a program window reacts when other processes that use the same data directory change the mailbox, take
//! over the data directory, or exit.

use super::driver::{Driver, session, start};
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::{AddressId, SessionId};
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::session::Address;
use dropmail_client::domain::sharing::{Ownership, SharedChange};
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::account::Account;
use dropmail_tui::app::effect::{AccountEffect, ArchiveEffect, Effect};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::config::RestorePolicy;

fn filled() -> Driver {
    let mut driver = Driver::new(120, 40);
    for mail in [NEWS, LINK, CODE] {
        driver.mail(mail);
    }
    driver
}

fn count(driver: &Driver, is_counted: impl Fn(&Effect) -> bool) -> usize {
    driver.effects.iter().filter(|effect| is_counted(effect)).count()
}

#[test]
fn a_window_shows_changes_of_another_window() {
    let mut driver = filled();
    let id = driver.model.inbox.selected().unwrap().summary.envelope.id.clone();
    driver.msg(Msg::Shared(SharedChange::SessionOpened(session("other"))));
    assert!(driver.shows("other@dropmail.me"), "{}", driver.screen());
    assert_eq!(driver.watches().len(), 2, "the new session has a stream too");
    let added = Address {
        id: AddressId::new("added"),
        address: "added@dropmail.me".into(),
        ..session("x").addresses.remove(0)
    };
    driver.msg(Msg::Shared(SharedChange::AddressAdded(SessionId::new("other"), added)));
    driver.msg(Msg::Shared(SharedChange::Label(SessionId::new("other"), "Trip".into())));
    assert!(driver.shows("added@dropmail.me") && driver.shows("Trip"), "{}", driver.screen());
    driver.msg(Msg::Shared(SharedChange::AddressDeleted(AddressId::new("added"))));
    assert!(!driver.shows("added@dropmail.me"), "{}", driver.screen());
    let unread = driver.model.inbox.unread();
    driver.msg(Msg::Shared(SharedChange::Read(id.clone(), false)));
    driver.msg(Msg::Shared(SharedChange::Read(id.clone(), true)));
    assert_eq!(driver.model.inbox.unread(), unread.min(2));
    driver.msg(Msg::Shared(SharedChange::Hidden(id.clone(), true)));
    assert_eq!(driver.model.inbox.shown_count(), 2);
    let before = count(&driver, |effect| *effect == Effect::Archive(ArchiveEffect::Read));
    driver.msg(Msg::Shared(SharedChange::Hidden(id.clone(), false)));
    assert_eq!(count(&driver, |effect| *effect == Effect::Archive(ArchiveEffect::Read)), before + 1);
    assert!(!driver.model.inbox.has_seen(&id), "the mail returns only with the next read of the archive");
    assert!(driver.copied.is_empty(), "a change of another window copies nothing");
}

#[test]
fn only_the_owner_opens_and_restores_sessions_automatically() {
    let mut driver = Driver::new(120, 40);
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    driver.effects.clear();
    driver.model.sessions.rows.clear();
    driver.keys("r");
    assert_eq!(count(&driver, |effect| matches!(effect, Effect::Account(AccountEffect::OpenSession(_)))), 0);
    driver.msg(Msg::OwnershipChanged(Ownership::Owner));
    assert_eq!(count(&driver, |effect| matches!(effect, Effect::Account(AccountEffect::OpenSession(_)))), 1);
    assert!(driver.shows("this one takes the mail from here on"), "{}", driver.screen());
}

#[test]
fn a_window_that_takes_over_tries_the_best_transport_again() {
    let mut driver = filled();
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    let now = driver.model.now;
    driver.model.transport_selector.mark_failed(PushTransport::WebSocket, now);
    let before = driver.watches()[0].1.generation;
    driver.msg(Msg::OwnershipChanged(Ownership::Owner));
    let watch = &driver.watches()[0].1;
    assert_eq!(watch.transport, PushTransport::WebSocket);
    assert!(watch.generation > before, "the stream over the other process is replaced");
}

#[test]
fn a_window_that_takes_over_while_it_signs_in_signs_in_itself() {
    let mut driver = filled();
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    let (generation, since) = (driver.model.next_generation(), driver.model.now);
    driver.model.account = Account::Opening { generation, attempt: 0, since, last: None };
    driver.effects.clear();
    driver.msg(Msg::OwnershipChanged(Ownership::Owner));
    let opens = count(&driver, |effect| matches!(effect, Effect::Account(AccountEffect::Open { .. })));
    assert_eq!(opens, 1, "only a request of its own obtains the token that push connections need");
}

#[test]
fn a_restored_address_leaves_its_expired_session() {
    let mut driver = filled();
    let mut old = session("old");
    old.expires_at = start() - SignedDuration::from_mins(1);
    let address = old.addresses[0].clone();
    let row = dropmail_tui::app::sessions::SessionEntry::from_archive(old, driver.model.now, 0);
    driver.model.sessions.insert(row);
    let live = driver.model.sessions.rows[0].session.id.clone();
    driver.msg(Msg::Shared(SharedChange::AddressAdded(live, address)));
    assert_eq!(driver.model.sessions.rows.len(), 1);
    assert_eq!(driver.model.sessions.rows[0].session.addresses.len(), 2);
}

#[test]
fn a_read_only_window_gains_full_access_when_possible() {
    let mut driver = Driver::not_started(120, 40);
    driver.msg(Msg::Configured { restore: RestorePolicy::Ask, ownership: Ownership::ReadOnly });
    driver.boot();
    assert_eq!(driver.model.account, Account::ReadOnly);
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    assert_eq!(driver.model.account, Account::Open);
    driver.msg(Msg::OwnershipChanged(Ownership::Owner));
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    assert!(driver.shows("Another dropmail-tui has taken over"), "{}", driver.screen());
}

/// Returns the number of requests that the core has sent to extend the lifetime of a session.
fn touch_count(driver: &Driver) -> usize {
    count(driver, |effect| matches!(effect, Effect::Account(AccountEffect::Touch { .. })))
}

/// Advances the test clock by an hour in steps of five seconds. If `is_reported` is true, the core is notified once a
/// minute of a query that another process has sent.
fn pass_an_hour(driver: &mut Driver, is_reported: bool) {
    let start_time = driver.model.now;
    for step in 1..=720 {
        let now = start_time + SignedDuration::from_secs(5 * step);
        driver.msg(Msg::Tick(now));
        if is_reported && step % 12 == 0 {
            let mut session = driver.model.sessions.rows[0].session.clone();
            session.expires_at = now + SignedDuration::from_mins(10);
            driver.msg(Msg::Shared(SharedChange::Queried(session)));
        }
    }
}

#[test]
fn only_the_owner_sends_keep_alive_queries() {
    let mut driver = filled();
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    driver.connect();
    let before = touch_count(&driver);
    pass_an_hour(&mut driver, true);
    assert_eq!(touch_count(&driver), before, "only the owner queries");
    assert!(driver.model.sessions.rows[0].is_live(), "the queries of the owner extend the session");
    pass_an_hour(&mut driver, false);
    assert!(
        touch_count(&driver) >= before + 19,
        "the window queries itself if the owner stops: {}",
        touch_count(&driver) - before
    );
}

#[test]
fn an_owner_query_without_changes_draws_no_frame() {
    let mut driver = filled();
    driver.msg(Msg::OwnershipChanged(Ownership::ViaOwner));
    driver.connect();
    let session = driver.model.sessions.rows[0].session.clone();
    driver.msg(Msg::Shared(SharedChange::Queried(session.clone())));
    let revision = driver.model.revision;
    driver.msg(Msg::Shared(SharedChange::Queried(session)));
    assert_eq!(driver.model.revision, revision);
}

#[test]
fn mails_deleted_by_another_process_leave_the_list() {
    let mut driver = filled();
    let newest = driver.model.inbox.selected().unwrap().summary.envelope.received_at;
    driver.msg(Msg::Shared(SharedChange::Purged(Some(newest))));
    assert_eq!(driver.model.inbox.shown_count(), 1, "{}", driver.screen());
    driver.msg(Msg::Shared(SharedChange::Purged(None)));
    assert_eq!(driver.model.inbox.shown_count(), 0, "{}", driver.screen());
}

#[test]
fn an_expired_session_removed_by_another_process_leaves_the_list() {
    let mut driver = filled();
    let mut old = session("old");
    old.expires_at = start() - SignedDuration::from_mins(1);
    let row = dropmail_tui::app::sessions::SessionEntry::from_archive(old, driver.model.now, 0);
    driver.model.sessions.insert(row);
    let id = SessionId::new("old");
    driver.msg(Msg::Shared(SharedChange::SessionRemoved(id.clone(), true)));
    assert!(driver.model.sessions.get(&id).is_none());
    let before = count(&driver, |effect| *effect == Effect::Archive(ArchiveEffect::Read));
    driver.msg(Msg::Shared(SharedChange::SessionRemoved(id.clone(), false)));
    assert!(!driver.model.sessions.removed.contains(&id));
    assert_eq!(count(&driver, |effect| *effect == Effect::Archive(ArchiveEffect::Read)), before + 1);
}
