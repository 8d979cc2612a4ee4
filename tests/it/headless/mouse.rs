//! Tests that all actions that are possible with keys are also possible with the mouse.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::time::SignedDuration;
use dropmail_tui::app::effect::{Effect, ExternalEffect, SaveEffect, StoreEffect};
use dropmail_tui::app::layout::Pane;
use dropmail_tui::app::mouse::Gesture;
use dropmail_tui::app::overlay::Overlay;

const LINK_OF: &str = "https://forum.example/confirm?token=9f8e7d6c5b4a3210";

fn filled(width: u16, height: u16) -> Driver {
    let mut driver = Driver::new(width, height);
    for mail in [LINK, NEWS, CODE] {
        driver.mail(mail);
    }
    driver
}

#[test]
fn a_click_selects_and_a_double_click_opens() {
    let mut driver = filled(120, 34);
    let row = driver.position_of("Good morning");
    driver.click(row);
    assert_eq!(driver.model.inbox.selected().unwrap().summary.subject.as_str(), "Good morning");
    assert_eq!(driver.model.focus, Pane::Inbox);
    driver.click(row);
    assert_eq!(driver.model.focus, Pane::Message);
}

#[test]
fn two_slow_clicks_are_not_a_double_click() {
    let mut driver = filled(120, 34);
    let row = driver.position_of("Good morning");
    driver.click(row);
    driver.model.now += SignedDuration::from_secs(1);
    driver.click(row);
    assert_eq!(driver.model.focus, Pane::Inbox);
}

#[test]
fn a_click_on_a_code_or_link_of_a_row_copies_it() {
    for width in [120, 200, 80, 40] {
        let mut driver = filled(width, 34);
        driver.click(driver.position_of("482913"));
        assert_eq!(driver.copied, ["482913"], "{width}");
        driver.click(driver.position_of("→ "));
        assert_eq!(driver.copied.last().unwrap(), LINK_OF, "{width}");
        driver.click(driver.position_of("Good mo"));
        assert_eq!(driver.copied.len(), 2, "a click on a mail without a code or link copies nothing");
    }
}

#[test]
fn a_click_on_a_code_or_link_of_a_message_copies_it() {
    let mut driver = filled(120, 34);
    driver.keys("<enter>");
    let (_, row) = driver.position_of("Code ");
    let (column, _) = driver.position_of("c copies  6");
    driver.click((column, row));
    assert_eq!(driver.copied, ["482913"]);
    driver.keys("<esc>G<enter>");
    let (column, row) = driver.position_of("Please confirm");
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
fn the_wheel_scrolls_the_pane_below_the_pointer() {
    let mut driver = filled(120, 34);
    let list = driver.position_of("Good morning");
    driver.mouse(Gesture::WheelDown, list.0, list.1);
    assert_eq!(driver.model.inbox.cursor(), 1);
    driver.mouse(Gesture::WheelUp, list.0, list.1);
    assert_eq!(driver.model.inbox.cursor(), 0);
    let lines: Vec<String> = (0..200).map(|n| format!("line {n}")).collect();
    driver.mail(&format!("Subject: Long\nContent-Type: text/plain\n\n{}\n", lines.join("\n")));
    let text = driver.position_of("line 3");
    driver.mouse(Gesture::WheelDown, text.0, text.1);
    assert_eq!(driver.model.message_pane.open_mail().unwrap().scroll, 3);
    assert_eq!(driver.model.focus, Pane::Inbox, "scrolling does not move the focus");
}

#[test]
fn the_wheel_scrolls_a_menu_above_the_panes() {
    let mut driver = filled(120, 34);
    driver.keys("?");
    driver.mouse(Gesture::WheelDown, 60, 10);
    let Some(Overlay::Menu(menu)) = driver.model.overlays.last() else { panic!("the help is not open") };
    assert_eq!((menu.position().0, driver.model.inbox.cursor()), (2, 0));
}

#[test]
fn a_click_selects_a_menu_line_and_a_second_click_runs_it() {
    for size in [(40, 12), (80, 24), (120, 34)] {
        let mut driver = filled(size.0, size.1);
        driver.keys(":copy");
        let line = driver.position_of("copy the address");
        driver.click(line);
        assert!(driver.copied.is_empty(), "{}", driver.screen());
        driver.model.now += SignedDuration::from_secs(3);
        driver.click(line);
        assert_eq!(driver.copied, ["first@dropmail.me"]);
        assert!(driver.model.overlays.is_empty());
    }
}

#[test]
fn a_click_beside_a_dialog_only_closes_it() {
    for keys in ["?", ":", "T", "C", "Go", "hQ"] {
        let mut driver = filled(120, 34);
        driver.keys(keys);
        let cursor = driver.model.inbox.cursor();
        assert_eq!(driver.model.overlays.len(), 1);
        driver.click((0, 32));
        assert!(driver.model.overlays.is_empty(), "{keys}");
        assert_eq!(driver.model.inbox.cursor(), cursor);
        assert_eq!(driver.model.theme(), "terminal");
        assert!(
            !driver
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
        );
    }
}

#[test]
fn a_click_previews_a_theme_and_a_second_click_stores_it() {
    let mut driver = filled(80, 24);
    driver.keys("T");
    let line = driver.position_of("paper");
    driver.click(line);
    assert_eq!(driver.model.theme(), "paper");
    driver.click((driver.position_of("Themes").0, line.1 + 20));
    assert_eq!(driver.model.theme(), "terminal");
    driver.keys("T").click(line).click(line);
    assert!(driver.effects.contains(&Effect::Store(StoreEffect::SaveSetting("theme", "paper".to_owned()))));
}

#[test]
fn the_answers_of_a_confirmation_can_be_clicked() {
    let opens = |driver: &Driver| {
        driver.effects.iter().any(|effect| matches!(effect, Effect::External(ExternalEffect::OpenLink(_))))
    };
    for width in [40, 120] {
        let mut driver = filled(width, 24);
        driver.keys("Go");
        driver.click(driver.position_of("Esc leaves"));
        assert!(driver.model.overlays.is_empty() && !opens(&driver));
        driver.keys("o");
        let question = driver.position_of("Open a link");
        driver.click(question);
        assert_eq!(driver.model.overlays.len(), 1, "a click on the frame gives no answer");
        driver.click(driver.position_of("Enter opens"));
        assert!(driver.model.overlays.is_empty() && opens(&driver), "{}", driver.screen());
    }
}

#[test]
fn attachments_are_selected_and_saved_by_clicks() {
    let mut driver = Driver::new(100, 30);
    driver.mail(include_str!("../../../assets/demo/2-attachments.eml"));
    driver.keys("S");
    let Some(Overlay::Attachments(list)) = driver.model.overlays.last() else {
        panic!("the attachment list is not open")
    };
    let name = list.opened.mail.attachments[1].name.to_string();
    let line = driver.position_of(&name);
    driver.click(line);
    let Some(Overlay::Attachments(list)) = driver.model.overlays.last() else {
        panic!("the attachment list is not open")
    };
    assert_eq!(list.cursor, 1);
    driver.click(line);
    assert!(driver.model.overlays.is_empty());
    driver.keys("SS");
    assert!(
        matches!(driver.effects.last(), Some(Effect::Save(SaveEffect::Attachments(_, None)))),
        "{:?}",
        driver.effects.last()
    );
}

#[test]
fn a_click_keeps_the_filter_and_closes_the_prompt() {
    let mut driver = filled(120, 34);
    driver.keys("\\code").click((60, 10));
    assert!(driver.model.overlays.is_empty());
    assert_eq!(driver.model.inbox.filter(), "code");
    driver.keys("/ship").click((60, 10));
    assert_eq!(driver.model.overlays.len(), 1);
}

#[test]
fn a_dragged_border_is_stored_on_release() {
    let mut driver = filled(120, 34);
    let keeps = |driver: &Driver| {
        driver
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Store(StoreEffect::SaveArrangement(_))))
            .count()
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
    assert_eq!(moved.x, inbox.x + 9);
    driver.mouse(Gesture::Press, moved.x + 20, moved.height - 1);
    driver.mouse(Gesture::Drag, moved.x + 20, 20);
    driver.mouse(Gesture::Release, moved.x + 20, 20);
    assert_eq!(driver.model.layout().pane(Pane::Inbox, Pane::Inbox).unwrap().height, 21);
}

#[test]
fn a_click_on_the_code_in_the_title_of_a_message_copies_it() {
    for (width, height) in [(120, 34), (80, 24), (40, 12)] {
        let mut driver = filled(width, height);
        driver.keys("<enter>");
        let (column, row) = driver.position_of(" 482913 ");
        driver.click((column + 2, row));
        assert_eq!(driver.copied, ["482913"], "{width}: {}", driver.screen());
    }
}

#[test]
fn a_click_on_an_address_selects_it() {
    let mut driver = filled(120, 34);
    let place = driver.position_of("first@dropmail.me");
    driver.click(place);
    assert_eq!(driver.model.focus, Pane::Sessions);
    assert_eq!(driver.model.sessions.cursor, 1);
    driver.click(place);
    assert_eq!(driver.copied, ["first@dropmail.me"]);
}
