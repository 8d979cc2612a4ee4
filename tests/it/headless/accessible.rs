//! Tests accessible mode, in which the program prints lines for a screen reader instead of drawing a screen.

use super::driver::Driver;
use super::flows::{CODE, LINK, NEWS};
use dropmail_client::domain::ids::AddressId;
use dropmail_client::domain::session::Address;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::ui::accessible::SpokenState;

/// Simulates pressing keys, and returns the lines that the screen reader reads out in response.
fn spoken_lines(driver: &mut Driver, keys: &str) -> Vec<String> {
    let before = SpokenState::from_model(&driver.model);
    driver.keys(keys);
    SpokenState::from_model(&driver.model).lines_since(&before)
}

#[test]
fn start_prints_the_address_and_reports_an_empty_inbox() {
    let driver = Driver::new(80, 24);
    let lines = SpokenState::from_model(&driver.model).lines_since(&SpokenState::default());
    assert_eq!(
        lines,
        [
            "dropmail.me · push · WebSocket",
            "Address: first@dropmail.me",
            "? lists all keys, q quits.",
            "Inbox, 0 mails, 0 unread",
            "No mail yet. a copies the address, w copies each new code by itself."
        ]
    );
}

#[test]
fn new_mail_is_announced_with_its_code() {
    let mut driver = Driver::new(80, 24);
    let before = SpokenState::from_model(&driver.model);
    driver.mail(CODE);
    let lines = SpokenState::from_model(&driver.model).lines_since(&before);
    assert_eq!(lines, ["New mail, selected: unread, from Shop, Your verification code, code 482913"]);
    driver.mail(LINK);
    driver.keys("j");
    let before = SpokenState::from_model(&driver.model);
    driver.mail(NEWS);
    let lines = SpokenState::from_model(&driver.model).lines_since(&before);
    // The same line is still selected, though at another position, so the screen reader does not repeat it.
    assert!(matches!(lines.as_slice(), [line] if line.starts_with("New mail: unread, from ")), "{lines:?}");
}

#[test]
fn each_key_prints_only_what_it_changed() {
    let mut driver = Driver::new(80, 24);
    for mail in [CODE, LINK, NEWS] {
        driver.mail(mail);
    }
    assert_eq!(
        spoken_lines(&mut driver, "j")[..],
        ["2 of 3: unread, from Forum, Confirm your address, link to verify, now"]
    );
    assert_eq!(spoken_lines(&mut driver, "kj"), Vec::<String>::new());
    let lines = spoken_lines(&mut driver, "G<enter>");
    assert!(lines.contains(&"Message".to_owned()), "{lines:?}");
    assert!(lines.iter().any(|line| line.trim() == "482913"), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "End of the message.");
    let lines = spoken_lines(&mut driver, "c");
    assert_eq!(
        lines,
        ["Copied the code 482913 of Shop. \
          If the clipboard stays empty: docs/troubleshooting.md (OSC 52)."]
    );
    let lines = spoken_lines(&mut driver, "c");
    assert_eq!(lines, ["Copied the code 482913 of Shop."], "the doubt is shown once");
}

/// Creates a mailbox in accessible mode, which prints lines for a screen reader.
fn accessible() -> Driver {
    let mut driver = Driver::new(80, 24);
    driver.model.settings.accessible = true;
    driver
}

#[test]
fn a_change_of_view_prints_its_name_without_repeating_the_header() {
    let mut driver = accessible();
    driver.mail(CODE);
    let lines = spoken_lines(&mut driver, "<enter>");
    assert!(lines.iter().any(|line| line.starts_with("From")), "{lines:?}");
    let view = |driver: &Driver| driver.model.message_pane.open_mail().unwrap().view.words();
    let first = view(&driver);
    loop {
        let lines = spoken_lines(&mut driver, "v");
        assert_eq!(lines.first(), Some(&format!("View: {}.", view(&driver))));
        assert_eq!(lines.last().unwrap(), "End of the message.");
        let head = |line: &&String| line.starts_with("Received ") || line.as_str() == "Message";
        assert_eq!(lines.iter().filter(head).count(), 0, "{lines:?}");
        if view(&driver) == first {
            break;
        }
    }
}

#[test]
fn a_change_of_view_is_announced_while_the_list_has_focus() {
    let mut driver = accessible();
    driver.mail(CODE);
    let lines = spoken_lines(&mut driver, "v");
    assert_eq!(lines, ["No mail is open. Enter opens the selected one."]);
    driver.keys("<enter><esc>");
    for _ in 0..3 {
        let lines = spoken_lines(&mut driver, "v");
        let view = driver.model.message_pane.open_mail().unwrap().view.words();
        assert_eq!(lines, [format!("View of the open mail: {view}.")]);
    }
    let lines = spoken_lines(&mut driver, "<enter>");
    assert!(!lines.iter().any(|line| line.starts_with("View of")), "{lines:?}");
}

#[test]
fn each_key_prints_its_result_once() {
    let mut driver = accessible();
    assert_eq!(spoken_lines(&mut driver, "j"), ["There is no mail in the list."]);
    assert_eq!(spoken_lines(&mut driver, "y"), ["No mail has come yet."]);
    driver.mail(CODE);
    assert_eq!(spoken_lines(&mut driver, "j"), ["This is the last line."]);
    assert_eq!(spoken_lines(&mut driver, "k"), ["This is the first line."]);
    assert_eq!(spoken_lines(&mut driver, "%"), ["The key % does nothing here. ? lists the keys."]);
    driver.keys("<enter>");
    assert_eq!(spoken_lines(&mut driver, "y"), ["There is no link in this mail."]);
    assert_eq!(spoken_lines(&mut driver, "j"), ["This is the end of the message."]);
    let lines = spoken_lines(&mut driver, "<esc>");
    assert_eq!(lines.len(), 2, "Esc prints the pane name and the selected row: {lines:?}");
}

#[test]
fn a_new_address_is_announced_once_without_any_mail() {
    let mut driver = accessible();
    driver.mail(CODE);
    let before = SpokenState::from_model(&driver.model);
    let first = driver.model.sessions.rows[0].session.addresses[0].clone();
    let id = driver.model.sessions.rows[0].session.id.clone();
    let new = Address { id: AddressId::new("new"), address: "new@dropmail.me".into(), ..first };
    driver.msg(Msg::AddressAdded(id, Ok(new)));
    let lines = SpokenState::from_model(&driver.model).lines_since(&before);
    assert_eq!(lines, ["New address new@dropmail.me (a copies it)"]);
    let lines = spoken_lines(&mut driver, "/sho");
    let count_of = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        (count_of("Inbox"), count_of("1 with sho")),
        (0, 1),
        "only the changed lines are printed: {lines:?}"
    );
}

#[test]
fn keys_without_effect_do_not_redraw_the_screen() {
    let mut driver = Driver::new(80, 24);
    driver.mail(CODE);
    driver.keys("k");
    assert!(driver.model.notices.shown().is_empty());
    driver.keys("%%");
    assert!(driver.model.notices.shown().is_empty(), "repeated keys without effect show no notice");
}

#[test]
fn dialogs_are_printed_with_their_answers() {
    let mut driver = Driver::new(80, 24);
    driver.mail(NEWS);
    let lines = spoken_lines(&mut driver, "hjd");
    assert!(lines.contains(&"Delete this address? Mail to it will be refused.".to_owned()), "{lines:?}");
    assert_eq!(lines.last().unwrap(), "y yes (Enter), n no (Esc)");
    driver.keys("nl");
    let lines = spoken_lines(&mut driver, "\\form:");
    let has_line = |start: &str| lines.iter().any(|line| line.starts_with(start));
    assert!(has_line("Show only mails with: form:") && has_line("no form: here"), "{lines:?}");
    driver.keys("<esc>");
    let lines = spoken_lines(&mut driver, ":copy addr");
    assert!(lines.iter().any(|line| line.contains("copy the address")), "{lines:?}");
}

#[test]
fn every_dialog_prints_its_text_and_the_key_that_closes_it() {
    let mut driver = Driver::new(80, 24);
    driver.mail(LINK);
    driver.mail(CODE);
    driver.mail(include_str!("../../../assets/demo/2-attachments.eml"));
    let dialogs = [
        ("?", "Keys in the inbox · Enter runs a line · / searches · Esc closes", "<esc>"),
        (":", "Commands · Enter runs · Esc closes", "<esc>"),
        (":", "Type to narrow.", "<esc>"),
        ("T", "Themes · Enter keeps · / searches · Esc leaves it as it was", "<esc>"),
        ("S", "Attachments · Enter views · s saves · S saves all · Space marks · o opens · | pipes", "<esc>"),
        ("jC", "Codes · Enter copies · Esc closes", "<esc>"),
        ("jY", "Links · Enter copies · Esc closes", "<esc>"),
        ("o", "Enter opens, y copies, Esc leaves", "n"),
        ("hQ", "Any key goes on.", "<esc>"),
        ("e", "Enter names it · Esc leaves", "<esc>"),
        ("/", "Search all mail: ", "<esc>"),
    ];
    for (keys, title, close_keys) in dialogs {
        let lines = spoken_lines(&mut driver, keys);
        let expected_start = if keys == "/" { "Search" } else { title };
        assert!(lines.iter().any(|line| line.starts_with(expected_start)), "{keys}: {lines:?}");
        assert_eq!(driver.model.overlays.len(), 1, "{keys}");
        driver.keys(close_keys);
        assert!(driver.model.overlays.is_empty(), "{keys}");
    }
}

#[test]
fn no_line_contains_box_drawing_characters() {
    let mut driver = Driver::new(80, 24);
    for mail in [CODE, LINK, NEWS] {
        driver.mail(mail);
    }
    for keys in ["<enter>", "v", "<esc>", "?", "<esc>", "h", "d"] {
        for line in spoken_lines(&mut driver, keys) {
            assert!(!line.contains(['─', '│', '┃', '━', '┌', '●']), "{line}");
        }
    }
}
