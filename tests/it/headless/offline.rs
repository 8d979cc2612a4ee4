//! Tests commands while the service is unreachable. If a command fails, the error message must name a remedy. Stored
//! mail must remain readable and searchable.

use super::driver::{Driver, session, start};
use dropmail_client::domain::stored_mail::ArchiveSnapshot;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{AccountEffect, Effect};
use dropmail_tui::app::msg::Msg;

/// Creates a mailbox whose service is unreachable. Its archive contains a live session and an expired one.
fn offline() -> Driver {
    let mut driver = Driver::not_started(120, 30);
    driver.online = false;
    driver.boot();
    let mut old = session("old");
    old.expires_at = start() - SignedDuration::from_mins(10);
    let sessions = vec![session("kept"), old];
    let labels = vec![(sessions[0].id.clone(), "work".into())];
    driver.msg(Msg::ArchiveRead(Ok(ArchiveSnapshot { sessions, labels, ..ArchiveSnapshot::default() })));
    driver
}

#[test]
fn commands_that_need_the_service_explain_why_they_are_refused() {
    for (keys, words) in [
        ("n", "There is no connection to the service yet, so no new address. r tries at once."),
        ("R", "There is no connection to the service, so nothing is restored. Its key is kept. r tries"),
        ("hjd", "There is no connection to the service, so no address can be deleted. r tries at once."),
    ] {
        let mut driver = offline();
        driver.effects.clear();
        driver.keys(keys);
        let asks = driver.effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Account(
                    AccountEffect::OpenSession(_)
                        | AccountEffect::AddAddress(..)
                        | AccountEffect::Restore { .. }
                        | AccountEffect::DeleteAddress(..)
                )
            )
        });
        assert!(!asks, "{keys}: {:?}", driver.effects);
        let text: String = driver.screen().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{keys}: {}", driver.screen());
    }
}

#[test]
fn archived_mail_is_shown_with_session_names_and_can_be_copied() {
    let mut driver = offline();
    assert!(driver.shows("kept@dropmail.me") && driver.shows("old@dropmail.me"), "{}", driver.screen());
    assert!(driver.shows("work · "), "{}", driver.screen());
    driver.keys("a");
    assert_eq!(driver.copied, ["kept@dropmail.me"]);
}
