//! The mouse points at what the keys reach.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_tui::app::effect::Effect;
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::mouse::Gesture;
use dropmail_tui::domain::time::SignedDuration;

const LINK_OF: &str = "https://forum.example/confirm?token=9f8e7d6c5b4a3210";

fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::new(width, height);
    for mail in [LINK, NEWS, CODE] {
        driver.mail(mail);
    }
    driver
}

#[test]
fn a_click_chooses_and_a_double_click_opens() {
    let mut driver = filled(120, 34);
    let row = driver.place_of("Good morning");
    driver.click(row);
    assert_eq!(driver.model.inbox.selected().unwrap().summary.subject.as_str(), "Good morning");
    assert_eq!(driver.model.focus, Pane::Inbox);
    driver.click(row);
    assert_eq!(driver.model.focus, Pane::Message);
}

#[test]
fn two_slow_clicks_are_no_double_click() {
    let mut driver = filled(120, 34);
    let row = driver.place_of("Good morning");
    driver.click(row);
    driver.model.now += SignedDuration::from_secs(1);
    driver.click(row);
    assert_eq!(driver.model.focus, Pane::Inbox);
}

#[test]
fn a_click_on_a_code_or_link_of_a_row_copies_it() {
    for width in [120, 200, 80, 40] {
        let mut driver = filled(width, 34);
        driver.click(driver.place_of("482913"));
        assert_eq!(driver.copied, ["482913"], "{width}");
        driver.click(driver.place_of("→ "));
        assert_eq!(driver.copied.last().unwrap(), LINK_OF, "{width}");
        driver.click(driver.place_of("Good mo"));
        assert_eq!(driver.copied.len(), 2, "there is nothing to copy");
    }
}

#[test]
fn a_click_on_a_code_or_link_of_a_message_copies_it() {
    let mut driver = filled(120, 34);
    driver.keys("<enter>");
    let (_, row) = driver.place_of("Code ");
    let (column, _) = driver.place_of("c copies");
    driver.click((column, row));
    assert_eq!(driver.copied, ["482913"]);
    driver.keys("<esc>G<enter>");
    let (column, row) = driver.place_of("Please confirm");
    driver.click((column + 3, row));
    assert_eq!(driver.copied.len(), 1);
    driver.click((column + 3, row + 2));
    assert_eq!(driver.copied.last().unwrap(), LINK_OF);
}

#[test]
fn a_click_on_the_address_of_a_narrow_screen_copies_it() {
    let mut driver = filled(60, 20);
    driver.click((3, 0));
    assert_eq!(driver.copied, ["first@dropmail.me"]);
}

#[test]
fn the_wheel_moves_what_it_is_over() {
    let mut driver = filled(120, 34);
    let list = driver.place_of("Good morning");
    driver.mouse(Gesture::WheelDown, list.0, list.1);
    assert_eq!(driver.model.inbox.cursor(), 1);
    driver.mouse(Gesture::WheelUp, list.0, list.1);
    assert_eq!(driver.model.inbox.cursor(), 0);
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}")).collect();
    driver.mail(&format!("Subject: Long\nContent-Type: text/plain\n\n{}\n", lines.join("\n")));
    let text = driver.place_of("line 3");
    driver.mouse(Gesture::WheelDown, text.0, text.1);
    assert_eq!(driver.model.reader.page().unwrap().scroll, 3);
    assert_eq!(driver.model.focus, Pane::Inbox, "looking is not going");
}

#[test]
fn the_wheel_moves_a_menu_that_lies_over_the_panes() {
    let mut driver = filled(120, 34);
    driver.keys("?");
    driver.mouse(Gesture::WheelDown, 60, 10);
    driver.click((1, 1));
    assert!(!driver.model.overlays.is_empty());
    assert_eq!(driver.model.inbox.cursor(), 0);
}

#[test]
fn borders_are_dragged_and_kept_once_they_are_let_go() {
    let mut driver = filled(120, 34);
    let keeps = |driver: &Driver| {
        driver.asked.iter().filter(|effect| matches!(effect, Effect::KeepArrangement(_))).count()
    };
    let inbox = driver.model.layout().pane(Pane::Inbox, Pane::Inbox).unwrap();
    driver.mouse(Gesture::Press, inbox.x, 5);
    for column in [inbox.x + 2, inbox.x + 5, inbox.x + 9] {
        driver.mouse(Gesture::Drag, column, 5);
    }
    assert_eq!(keeps(&driver), 0);
    driver.mouse(Gesture::Release, inbox.x + 9, 5);
    assert_eq!(keeps(&driver), 1);
    let moved = driver.model.layout().pane(Pane::Inbox, Pane::Inbox).unwrap();
    assert_eq!(moved.x, inbox.x + 10);
    driver.mouse(Gesture::Press, moved.x + 20, moved.height);
    driver.mouse(Gesture::Drag, moved.x + 20, 20);
    driver.mouse(Gesture::Release, moved.x + 20, 20);
    assert_eq!(driver.model.layout().pane(Pane::Inbox, Pane::Inbox).unwrap().height, 21);
}

#[test]
fn a_click_on_an_address_chooses_it() {
    let mut driver = filled(120, 34);
    let place = driver.place_of("first@dropmail.me");
    driver.click(place);
    assert_eq!(driver.model.focus, Pane::Sessions);
    assert_eq!(driver.model.sessions.cursor, 1);
    driver.click(place);
    assert_eq!(driver.copied, ["first@dropmail.me"]);
}
