//! Tests that panes can be hidden, maximised, rotated and moved, and that their layout is stored.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_tui::app::effect::{Effect, StoreEffect};
use dropmail_tui::app::layout::{Area, Layout, Pane, PaneLayout, Split};
use dropmail_tui::app::msg::Msg;

fn filled() -> Driver {
    let mut driver = Driver::new(120, 34);
    for mail in [LINK, NEWS, CODE] {
        driver.mail(mail);
    }
    driver
}

fn stored_layouts(driver: &Driver) -> Vec<PaneLayout> {
    let stored_layouts = driver.effects.iter().filter_map(|effect| match effect {
        Effect::Store(StoreEffect::SaveArrangement(arrangement)) => Some(*arrangement),
        _ => None,
    });
    stored_layouts.collect()
}

#[test]
fn panes_can_be_hidden_and_shown_and_the_layout_is_stored() {
    let mut driver = filled();
    assert!(stored_layouts(&driver).is_empty());
    driver.keys("b");
    assert!(!driver.shows("Addresses"), "{}", driver.screen());
    driver.keys("m");
    assert!(!driver.shows(" Message"));
    driver.keys("<enter>");
    assert!(driver.shows("Message · text"), "an opened mail shows the message pane: {}", driver.screen());
    assert!(!driver.shows("Inbox"));
    driver.keys("<esc>");
    assert!(driver.shows("Inbox"));
    driver.keys("h");
    assert!(driver.shows("Addresses"), "focus shows a hidden pane");
    driver.keys("lbm");
    assert!(driver.shows("Addresses") && driver.shows("Inbox") && driver.shows(" Message"));
    assert_eq!(stored_layouts(&driver).len(), 4);
    assert_eq!(stored_layouts(&driver).last(), Some(&PaneLayout::default()));
}

#[test]
fn a_zoomed_pane_is_not_stored() {
    let mut driver = filled();
    driver.keys("z");
    assert!(driver.shows("Inbox") && !driver.shows("Addresses"));
    driver.keys("<enter>");
    assert!(driver.shows("Message · text") && !driver.shows("Inbox"));
    driver.keys("z");
    assert!(driver.shows("Inbox") && driver.shows("Addresses"));
    assert!(stored_layouts(&driver).is_empty());
}

#[test]
fn keys_rotate_the_split_and_resize_the_panes() {
    let mut driver = filled();
    let inbox = |driver: &Driver| driver.model.layout().pane(Pane::Inbox, driver.model.focus).unwrap();
    let before = inbox(&driver);
    driver.keys(">>");
    assert_eq!(inbox(&driver).height, before.height + 2);
    driver.keys("<lt><lt>");
    assert_eq!(inbox(&driver), before);
    driver.keys("t");
    let Layout::Three { inbox: list, message: Some(message), .. } = driver.model.layout() else { panic!() };
    assert_eq!(list.y, message.y);
    assert_eq!(stored_layouts(&driver).last().unwrap().split, Split::SideBySide);
    driver.keys(">");
    assert!(inbox(&driver).width > list.width);
    driver.keys("h>");
    assert_eq!(inbox(&driver).x, list.x + 2);
    driver.keys("=");
    assert_eq!(inbox(&driver), before);
}

#[test]
fn on_a_narrow_screen_pane_keys_explain_why_they_have_no_effect() {
    let mut driver = Driver::new(60, 20);
    driver.keys(">");
    assert!(driver.shows("There is room for one pane at a time"), "{}", driver.screen());
}

#[test]
fn a_window_that_is_too_small_accepts_only_keys_without_side_effects() {
    let mut driver = Driver::new(80, 24);
    driver.mail(CODE);
    driver.msg(Msg::Resize(Area::screen(30, 6)));
    driver.keys("dc?");
    assert!(driver.model.overlays.is_empty() && driver.copied.is_empty());
    assert_eq!(driver.model.inbox.shown_count(), 1);
    driver.keys("q");
    assert!(driver.model.quitting);
}
