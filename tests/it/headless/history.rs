//! Tests the history of addresses.

use super::driver::{Driver, session};
use super::flows::CODE;
use dropmail_client::domain::history::{HistoryAction, HistoryEntry};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::overlay::{Menu, Overlay};

#[test]
fn the_history_lists_actions_without_the_code() {
    let mut driver = Driver::new(120, 40);
    driver.mail(CODE);
    driver.keys("cL");
    assert!(driver.shows("code copied to the terminal's clipboard"), "{}", driver.screen());
    let Some(Overlay::Menu(menu)) = driver.model.overlays.last() else { panic!("the menu is not open") };
    assert!(menu.items.iter().all(|item| !item.label.contains(driver.copied[0].as_str())));
    assert_eq!(menu.items[0].detail.as_str(), "first@dropmail.me");
}

fn history_menu(driver: &Driver) -> &Menu {
    let [Overlay::Menu(menu)] = &driver.model.overlays[..] else {
        panic!("one menu is not open:\n{}", driver.screen())
    };
    menu
}

#[test]
fn the_history_of_one_address_names_it_and_a_key_shows_all_addresses() {
    let mut driver = Driver::new(120, 40);
    driver.msg(Msg::AddressAdded(SessionId::new("first"), Ok(session("second").addresses.remove(0))));
    driver.keys("ahgjja");
    assert_eq!(driver.copied.len(), 2, "{:?}", driver.copied);
    assert_ne!(driver.copied[0], driver.copied[1]);
    driver.keys("L");
    let heading = format!("History of {} · L shows all addresses · Esc closes", driver.copied[1]);
    assert!(driver.shows(&heading), "{}", driver.screen());
    assert!(driver.shows("L all addresses"), "the status line: {}", driver.screen());
    assert_eq!(history_menu(&driver).items.len(), 1);
    driver.keys("L");
    assert!(driver.shows("History of all addresses · Esc closes"), "{}", driver.screen());
    assert_eq!(history_menu(&driver).items.len(), 2);
    driver.keys("L");
    assert_eq!(history_menu(&driver).items.len(), 2, "the key has no effect on the history of all addresses");
    driver.keys("<esc>");
    assert!(driver.model.overlays.is_empty());
}

#[test]
fn an_address_without_history_is_named() {
    let mut driver = Driver::new(120, 40);
    driver.keys("hjL");
    assert!(
        driver.shows("Nothing was done with first@dropmail.me yet. L in another pane"),
        "{}",
        driver.screen()
    );
}

#[test]
fn the_ages_of_the_history_are_right_aligned() {
    let mut driver = Driver::new(120, 40);
    let entry = |minutes| HistoryEntry {
        at: driver.model.now - SignedDuration::from_mins(minutes),
        address: "first@dropmail.me".into(),
        action: HistoryAction::Made,
    };
    let entries = vec![entry(5), entry(12), entry(200 * 24 * 60)];
    driver.msg(Msg::HistoryRead(None, Ok(entries)));
    for line in ["  5m  address made", " 12m  address made", "200d  address made"] {
        assert!(driver.shows(line), "{line}: {}", driver.screen());
    }
}
