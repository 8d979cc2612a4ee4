//! Tests the help: its headings, its order, its scrolling and its filter.

use super::driver::Driver;
use super::flows::CODE;
use dropmail_tui::app::overlay::{Action, Menu, Overlay};

const HEADINGS: [&str; 9] = [
    "Codes and links",
    "Mails in the list",
    "Reading a mail",
    "Addresses and sessions",
    "Saving and passing on",
    "Moving and scrolling",
    "Panes and windows",
    "Program",
    "Signs in the list",
];

fn help(keys: &str) -> Driver {
    let mut driver = Driver::new(80, 24);
    driver.mail(CODE);
    driver.keys(keys);
    driver
}

fn menu(driver: &Driver) -> &Menu {
    match driver.model.overlays.last() {
        Some(Overlay::Menu(menu)) => menu,
        _ => panic!("the help is not open"),
    }
}

fn headings(driver: &Driver) -> Vec<&str> {
    let items = menu(driver).items.iter().filter(|item| item.action == Action::Heading);
    items.map(|item| item.label.as_str()).collect()
}

#[test]
fn the_help_has_headings_and_begins_with_the_topic_of_the_focused_pane() {
    assert_eq!(headings(&help("?")), HEADINGS);
    assert_eq!(headings(&help("h?"))[0], "Addresses and sessions");
    assert_eq!(headings(&help("<enter>?"))[1], "Reading a mail");
}

#[test]
fn the_cursor_skips_headings_and_the_foot_names_the_keys_that_scroll() {
    let mut driver = help("?");
    assert!(driver.shows("PgDn PgUp a page · g G start and end"), "{}", driver.screen());
    let items = menu(&driver).items.len() - HEADINGS.len();
    assert_eq!(menu(&driver).position(), (1, items));
    for number in 2..=items {
        driver.keys("j");
        assert_eq!(menu(&driver).position(), (number, items));
    }
    for number in (1..items).rev() {
        driver.keys("k");
        assert_eq!(menu(&driver).position(), (number, items));
    }
    driver.keys("G");
    assert_eq!(menu(&driver).position().0, items);
    driver.keys("g");
    assert_eq!(menu(&driver).position().0, 1);
    assert!(driver.shows("Codes and links"), "the first heading is visible: {}", driver.screen());
}

#[test]
fn a_click_on_a_heading_has_no_effect() {
    let mut driver = help("?");
    let heading = driver.position_of("Mails in the list");
    driver.click(heading);
    assert_eq!(menu(&driver).position().0, 1);
}

#[test]
fn the_filter_finds_words_that_people_use_and_hides_headings() {
    for (word, found) in [
        ("background", "list what runs in the background, and stop it"),
        ("tasks", "list what runs in the background, and stop it"),
        ("undelete", "get back hidden mail and deleted addresses"),
        ("exit", "quit"),
        ("lapsed", "restore a lapsed session and its addresses"),
    ] {
        for opens in ["?/", ":"] {
            let driver = help(&format!("{opens}{word}"));
            assert!(driver.shows(found), "{opens}{word}: {}", driver.screen());
            let matching = menu(&driver).matching_items();
            assert!(matching.iter().all(|item| item.action != Action::Heading), "{word}");
        }
    }
    let mut driver = help("?/otp");
    driver.keys("<enter>");
    assert_eq!(driver.copied, ["482913"]);
}
