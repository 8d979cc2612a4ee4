//! Tests that two windows show the same data and support the same commands.

use super::super::terminal::Terminal;
use super::{Harness, connected};

#[test]
fn both_windows_show_the_same_mailbox_and_can_change_it() {
    let harness = Harness::new();
    let mut first = harness.window();
    connected(&first);
    let address = harness.address();
    let mut second = harness.window();
    connected(&second);
    second.shows(&address);
    harness.send(&address, "Tidings for both");
    first.shows("Tidings for both");
    second.shows("Tidings for both");
    // The second window adds an address, and the first one shows it.
    second.type_keys("n");
    second.shows("New address");
    let sessions = harness.good(&["sessions", "--json"]);
    let sessions: serde_json::Value = serde_json::from_str(&sessions).unwrap();
    let added = sessions[0]["addresses"][0]["address"].as_str().unwrap().to_owned();
    assert_ne!(added, address);
    first.shows(&added);
    second.shows(&added);
    // Each window loads the changes made in the other window.
    second.type_keys("\r");
    second.shows("Your code is 482913.");
    first.type_keys("u");
    second.quit();
    harness.send(&added, "Tidings after the end of one");
    first.shows("Tidings after the end of one");
    first.quit();
    harness.end();
}

#[test]
fn a_theme_stored_in_one_window_applies_in_the_other() {
    let harness = Harness::new();
    let mut first = harness.window();
    connected(&first);
    let mut second = harness.window();
    connected(&second);
    // There is no folder for settings yet, so no change of it can be reported.
    second.type_keys(":theme nord\r");
    second.shows("is kept in");
    first.shows("The settings were read anew");
    second.quit();
    first.quit();
    harness.end();
}

#[test]
fn a_window_with_another_service_is_read_only() {
    let harness = Harness::new();
    let first = harness.window();
    connected(&first);
    let mut second =
        Terminal::start(&["--base-url", "http://127.0.0.1:9/api/graphql"], harness.home.path(), (120, 30));
    second.shows("another dropmail-tui has this mailbox");
    second.type_keys("n");
    second.shows("this one only shows it");
    first.signal("KILL");
    second.shows("not reached");
    second.quit();
    harness.end();
}
