//! Tests that two program windows on the same data directory show the same data and support the same commands.

use super::super::terminal::Terminal;
use super::{Harness, wait_until_connected};

#[test]
fn both_windows_show_the_same_mailbox_and_can_change_it() {
    let harness = Harness::new();
    let mut first = harness.window();
    wait_until_connected(&first);
    let address = harness.address();
    let mut second = harness.window();
    wait_until_connected(&second);
    second.wait_for_text(&address);
    harness.send(&address, "Tidings for both");
    first.wait_for_text("Tidings for both");
    second.wait_for_text("Tidings for both");
    // The second window adds an address, and the first one shows it.
    second.type_keys("n");
    second.wait_for_text("New address");
    let sessions = harness.run_ok(&["sessions", "--json"]);
    let sessions: serde_json::Value = serde_json::from_str(&sessions).unwrap();
    let added = sessions[0]["addresses"][0]["address"].as_str().unwrap().to_owned();
    assert_ne!(added, address);
    first.wait_for_text(&added);
    second.wait_for_text(&added);
    // Each window loads the changes made in the other window.
    second.type_keys("\r");
    second.wait_for_text("Your code is 482913.");
    first.type_keys("u");
    second.quit();
    harness.send(&added, "Tidings after the end of one");
    first.wait_for_text("Tidings after the end of one");
    first.quit();
    harness.end();
}

#[test]
fn a_theme_stored_in_one_window_applies_in_the_other() {
    let harness = Harness::new();
    let mut first = harness.window();
    wait_until_connected(&first);
    let mut second = harness.window();
    wait_until_connected(&second);
    // There is no folder for settings yet, so no change of it can be reported.
    second.type_keys(":theme nord\r");
    second.wait_for_text("The theme nord is kept in");
    first.wait_for_text("The settings were read anew: theme = nord");
    second.quit();
    first.quit();
    harness.end();
}

#[test]
fn a_window_with_another_service_is_read_only() {
    let harness = Harness::new();
    let first = harness.window();
    wait_until_connected(&first);
    let mut second =
        Terminal::start(&["--base-url", "http://127.0.0.1:9/api/graphql"], harness.home.path(), (120, 30));
    second.wait_for_text("another dropmail-tui has this mailbox");
    second.type_keys("n");
    second.wait_for_text("this one only shows it");
    first.signal("KILL");
    second.wait_for_text("not reached");
    second.quit();
    harness.end();
}

#[test]
fn a_hidden_mail_stays_hidden_in_the_next_run_and_undo_lists_it_again() {
    let harness = Harness::new();
    let mut first = harness.window();
    wait_until_connected(&first);
    let address = harness.address();
    harness.send(&address, "Tidings to hide");
    first.wait_for_text("Tidings to hide");
    first.type_keys("d");
    first.wait_for_text("Hidden from the list.");
    first.quit();
    let mut second = harness.window();
    wait_until_connected(&second);
    harness.send(&address, "Tidings after it");
    second.wait_for_text("Tidings after it");
    assert!(!second.screen().contains("Tidings to hide"), "{}", second.screen());
    second.type_keys("U");
    second.wait_for_text("Undone: the mail is in the list again.");
    second.wait_for_text("Tidings to hide");
    second.quit();
    harness.end();
}
