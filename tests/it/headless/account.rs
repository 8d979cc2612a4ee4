//! Tests the start of the mailbox under difficult conditions: without a network, with a slow service, and with a
//! keyring that does not return the encryption key.

use super::driver::Driver;
use dropmail_client::domain::keyring::KeyringProblem;
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{AccountEffect, Effect, StoredToken};
use dropmail_tui::app::msg::{AppError, FailureKind, MailboxSource, Msg, Storage};

/// Returns the source of mail for a mailbox that uses the service and an archive.
fn service_source() -> MailboxSource {
    MailboxSource {
        service: "dropmail.me".into(),
        smtp: None,
        samples: None,
        transports: TransportChoice::Auto,
        mail: Storage::Archive,
    }
}

#[test]
fn a_missing_network_is_reported_and_retried() {
    let mut driver = Driver::not_started(120, 30);
    driver.online = false;
    driver.boot();
    assert!(driver.shows("no route to dropmail.me"), "{}", driver.screen());
    assert!(driver.shows("dropmail-tui --local"));
    let open_requests = |driver: &Driver| {
        driver
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Account(AccountEffect::Open { .. })))
            .count()
    };
    assert_eq!(open_requests(&driver), 1);
    driver.advance(2);
    assert_eq!(open_requests(&driver), 2);
    driver.online = true;
    driver.keys("r");
    assert!(driver.shows("first@dropmail.me"));
}

#[test]
fn an_unresponsive_service_is_reported_within_five_seconds() {
    let mut driver = Driver::not_started(80, 24);
    driver.msg_unanswered(Msg::Booted(service_source()));
    for _ in 0..4 {
        driver.msg_unanswered(Msg::Tick(driver.model.now + SignedDuration::from_secs(1)));
    }
    assert!(driver.shows("no answer from dropmail.me yet"), "{}", driver.screen());
    assert!(driver.shows("dropmail-tui --local"));
}

#[test]
fn the_wait_that_the_service_requests_is_observed() {
    let mut driver = Driver::not_started(80, 24);
    let effects = driver.msg_unanswered(Msg::Booted(service_source()));
    let Some(Effect::Account(AccountEffect::Open { generation, .. })) = effects.last().cloned() else {
        panic!("{effects:?}")
    };
    let retry_after = Some(SignedDuration::from_secs(20));
    let why = AppError { kind: FailureKind::Offline, text: "slow down".into(), retry_after };
    driver.msg_unanswered(Msg::AccountOpened { generation, result: Err(why) });
    driver.advance(19);
    assert!(
        !driver.effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::Open { .. })))
    );
    driver.advance(1);
    assert!(
        driver.effects.iter().any(|effect| matches!(effect, Effect::Account(AccountEffect::Open { .. })))
    );
}

/// Creates a mailbox whose keyring, because of the given problem, does not return the encryption key.
fn with_keyring_problem(problem: KeyringProblem) -> Driver {
    let mut driver = Driver::not_started(80, 24);
    let effects = driver.msg_unanswered(Msg::Booted(service_source()));
    let Some(Effect::Account(AccountEffect::Open { generation, stored: StoredToken::Used })) =
        effects.last().cloned()
    else {
        panic!("{effects:?}")
    };
    let why =
        AppError { kind: FailureKind::Keyring(problem), text: problem.to_string().into(), retry_after: None };
    driver.msg_unanswered(Msg::AccountOpened { generation, result: Err(why) });
    driver
}

/// Creates a mailbox whose keyring stays locked.
fn with_locked_keyring() -> Driver {
    let driver = with_keyring_problem(KeyringProblem::Locked);
    assert!(driver.shows("keyring is locked"), "{}", driver.screen());
    assert!(driver.shows("take a temporary address with n"), "{}", driver.screen());
    driver
}

#[test]
fn the_message_names_the_keyring_problem() {
    let driver = with_keyring_problem(KeyringProblem::Silent);
    assert!(driver.shows("The keyring does not answer. Wait for it"), "{}", driver.screen());
    assert!(!driver.shows("locked"), "{}", driver.screen());
    let driver = with_keyring_problem(KeyringProblem::OtherKey);
    assert!(driver.shows("the keyring holds another key"), "{}", driver.screen());
    assert!(!driver.shows("locked"), "{}", driver.screen());
}

#[test]
fn refresh_prompts_again_for_a_locked_keyring() {
    let mut driver = with_locked_keyring();
    driver.keys("r");
    let reopens_after_prompt = |effect: &Effect| {
        matches!(effect, Effect::Account(AccountEffect::Open { stored: StoredToken::UsedAfterPrompt, .. }))
    };
    assert!(driver.effects.iter().any(reopens_after_prompt), "{:?}", driver.effects);
}

#[test]
fn the_start_waits_for_a_locked_keyring_unless_the_user_continues_without() {
    let mut driver = with_locked_keyring();
    driver.keys("n");
    let ignores_stored_token = |effect: &Effect| {
        matches!(effect, Effect::Account(AccountEffect::Open { stored: StoredToken::Ignored, .. }))
    };
    assert!(driver.effects.iter().any(ignores_stored_token), "{:?}", driver.effects);
}
