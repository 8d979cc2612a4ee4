//! Tests the commands that add, delete and restore addresses, or choose the current address.

use super::driver::{Driver, session};
use super::flows::CODE;
use dropmail_client::domain::ids::{DomainId, SessionId};
use dropmail_client::domain::session::{AddressOptions, Domain};
use dropmail_tui::app::effect::{AccountEffect, DomainEffect, Effect};
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::msg::{AppError, FailureKind, Msg, Restoration, RestoredAddress};

#[test]
fn n_adds_an_address_and_repeating_n_sends_no_second_request() {
    let mut driver = Driver::new(120, 30);
    driver.keys("nn");
    let requests = driver
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Account(AccountEffect::AddAddress(..))));
    assert_eq!(requests.count(), 1);
    let new = session("second").addresses.remove(0);
    driver.msg(Msg::AddressAdded(SessionId::new("first"), Ok(new)));
    assert!(driver.shows("second@dropmail.me"));
    driver.keys("a");
    assert_eq!(driver.copied, ["second@dropmail.me"], "the new address becomes the current one");
}

#[test]
fn typing_selects_a_domain() {
    let mut driver = Driver::new(120, 30);
    driver.keys("N");
    assert!(driver.effects.contains(&Effect::Domain(DomainEffect::List)));
    let domain = |name: &str| Domain {
        id: DomainId::new(name),
        name: name.into(),
        expires_at: None,
        introduced_at: None,
        available_via: Vec::new(),
    };
    driver.msg(Msg::DomainsListed(Ok(vec![domain("dropmail.me"), domain("10mail.org")])));
    driver.keys("10ma<enter>");
    let options = AddressOptions { domain: Some(DomainId::new("10mail.org")), permanent_only: false };
    assert!(
        driver
            .effects
            .contains(&Effect::Account(AccountEffect::AddAddress(SessionId::new("first"), options)))
    );
}

#[test]
fn deleting_an_address_asks_first() {
    let mut driver = Driver::new(120, 30);
    driver.keys("hj");
    assert_eq!(driver.model.focus, Pane::Sessions);
    driver.keys("d");
    assert!(driver.shows("Delete this address?"));
    driver.keys("y");
    assert!(
        driver
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Account(AccountEffect::DeleteAddress(..))))
    );
    assert!(driver.model.sessions.rows[0].session.addresses.is_empty());
}

#[test]
fn an_expired_session_keeps_its_mail_and_one_key_restores_its_addresses() {
    let mut driver = Driver::new(120, 30);
    driver.mail(CODE);
    let (first, watch) = driver.watches().remove(0);
    let why = AppError { kind: FailureKind::Lapsed, text: "lapsed".into(), retry_after: None };
    // The driver always opens a session with the same name, so the test itself opens a session with another name.
    driver.model.pending_request = dropmail_tui::app::pending_request::PendingRequest::Address;
    driver.msg(Msg::StreamEnded { session: first.clone(), generation: watch.generation, why });
    driver.msg(Msg::SessionOpened(Ok(session("second"))));
    assert!(driver.shows("lapsed · R restores"), "{}", driver.screen());
    assert_eq!(driver.model.inbox.len(), 1);
    driver.keys("hjj");
    driver.keys("R");
    let target = SessionId::new("second");
    let addresses = session("first").addresses;
    let restore = Effect::Account(AccountEffect::Restore {
        lapsed: first.clone(),
        into: Some(target.clone()),
        addresses: addresses.clone(),
    });
    assert!(driver.effects.contains(&restore), "{:?}", driver.effects.last());
    let restored = RestoredAddress {
        address: addresses[0].address.clone(),
        result: Ok(addresses[0].clone()),
        adopted: None,
        unsaved: None,
    };
    let result = Ok(Restoration { into: target, opened: None, addresses: vec![restored] });
    driver.msg(Msg::Restored { lapsed: first, result });
    assert!(driver.shows(&format!("{} takes mail again.", addresses[0].address)));
    assert_eq!(driver.model.sessions.rows.len(), 1);
    assert_eq!(driver.model.sessions.rows[0].session.addresses.len(), 2);
}

#[test]
fn the_current_address_is_marked_and_can_be_changed() {
    let mut driver = Driver::new(120, 40);
    driver.keys("M");
    assert!(driver.shows("is the current address"));
    assert!(driver.shows("first@dropmail.me · current"), "{}", driver.screen());
    driver.keys("M");
    assert!(!driver.shows("first@dropmail.me · current"));
}

#[test]
fn r_says_that_nothing_is_new_and_the_regular_queries_do_not() {
    let mut driver = Driver::new(120, 30);
    assert!(!driver.shows("No new mail."), "{}", driver.screen());
    driver.keys("r");
    assert!(driver.shows("No new mail."), "{}", driver.screen());
}

#[test]
fn the_line_of_a_session_stands_for_its_only_address() {
    let mut driver = Driver::new(120, 30);
    driver.keys("hd");
    assert!(driver.shows("Delete this address?") && driver.shows("first@dropmail.me"), "{}", driver.screen());
    driver.keys("n");
    driver.msg(Msg::AddressAdded(SessionId::new("first"), Ok(session("second").addresses.remove(0))));
    driver.keys("gd");
    assert!(!driver.shows("Delete this address?"), "{}", driver.screen());
    assert!(driver.shows("Go to the address that is to be deleted"), "{}", driver.screen());
}
