//! Tests that the archive and the service may report the sessions in either order.

use super::driver::{Driver, session, start};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{Session, SessionState};
use dropmail_client::domain::sharing::Ownership;
use dropmail_client::domain::stored_mail::ArchiveSnapshot;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{AccountEffect, Effect};
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::pending_request::PendingRequest;
use dropmail_tui::app::sessions::SessionSources;
use dropmail_tui::config::RestorePolicy;

fn lapsed() -> Session {
    Session { expires_at: start() - SignedDuration::from_mins(10), ..session("lapsed") }
}

/// Returns the `Msg` with an archive that contains these sessions.
fn archive_with(sessions: Vec<Session>) -> Msg {
    Msg::ArchiveRead(Ok(ArchiveSnapshot { sessions, ..ArchiveSnapshot::default() }))
}

/// Returns `true` if one of the effects restores the addresses of a session.
fn restores(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::Restore { .. })))
}

fn state_of(driver: &Driver, name: &str) -> SessionState {
    driver.model.sessions.get(&SessionId::new(name)).unwrap().state
}

/// Starts a mailbox whose service has answered, while the archive has not been read yet.
fn service_first(restore: RestorePolicy) -> Driver {
    let mut driver = Driver::not_started(120, 30);
    driver.msg(Msg::Configured { restore, ownership: Ownership::Owner });
    driver.boot_without_archive();
    assert_eq!(driver.model.sessions.sources, SessionSources::Service);
    driver
}

#[test]
fn lapsed_sessions_are_restored_even_if_the_archive_is_read_after_the_service_has_answered() {
    let mut driver = service_first(RestorePolicy::Auto);
    assert!(restores(&driver.msg_unanswered(archive_with(vec![lapsed()]))));

    // The archive is read while a session is being opened, so the restore waits for that session.
    let mut driver = service_first(RestorePolicy::Auto);
    driver.model.pending_request = PendingRequest::Address;
    assert!(!restores(&driver.msg_unanswered(archive_with(vec![lapsed()]))));
    assert!(restores(&driver.msg_unanswered(Msg::SessionOpened(Ok(session("second"))))));
}

#[test]
fn the_user_learns_of_lapsed_sessions_even_if_the_archive_is_read_late() {
    let mut driver = service_first(RestorePolicy::Ask);
    driver.msg(archive_with(vec![lapsed()]));
    assert!(driver.shows("A session has lapsed."), "{}", driver.screen());
}

#[test]
fn a_session_that_the_service_does_not_list_is_out_of_reach_in_either_order() {
    let stored = || archive_with(vec![session("unlisted"), lapsed()]);
    let mut late = service_first(RestorePolicy::Ask);
    late.msg(stored());
    let mut early = Driver::not_started(120, 30);
    early.boot_with_archive(stored());
    for driver in [&late, &early] {
        assert_eq!(driver.model.sessions.sources, SessionSources::Compared);
        assert_eq!(state_of(driver, "unlisted"), SessionState::Unreachable, "{}", driver.screen());
        assert_eq!(state_of(driver, "lapsed"), SessionState::Lapsed);
        assert_eq!(state_of(driver, "first"), SessionState::Live);
        assert!(driver.shows("unlisted@dropmail.me cannot be reached"), "{}", driver.screen());
    }
}

#[test]
fn a_session_that_is_being_opened_is_not_called_unreachable() {
    let mut driver = service_first(RestorePolicy::Ask);
    driver.model.pending_request = PendingRequest::Address;
    // The archive already contains the session, but the mailbox has not been told that it is open.
    driver.msg(archive_with(vec![session("second")]));
    assert_eq!(state_of(&driver, "second"), SessionState::Opening);
    driver.msg(Msg::SessionOpened(Ok(session("second"))));
    assert_eq!(state_of(&driver, "second"), SessionState::Live);
    assert!(!driver.shows("cannot be reached"), "{}", driver.screen());
}
