//! Tests that a program window takes over the data directory when the process that owns it is killed or hangs. No mail
//! may be lost, whichever window is killed.

use super::{Harness, wait_until_connected};
use crate::archive_crash::variable;

/// Number of times that a program window is killed in a normal test run; `DROPMAIL_KILL_ROUNDS` sets a different
/// number.
const ROUNDS: usize = 50;

#[test]
fn killing_either_window_loses_no_mail() {
    let rounds = variable("DROPMAIL_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let harness = Harness::new();
    let mut owner = harness.window();
    wait_until_connected(&owner);
    let address = harness.address();
    for round in 0..rounds {
        let mut other = harness.window();
        other.wait_for_text(&address);
        // The windows are killed at different stages of connecting to the service.
        if round % 3 != 0 {
            wait_until_connected(&other);
        }
        let subject = format!("Tidings {round} of many");
        if round % 4 == 1 {
            harness.send(&address, &subject);
        }
        let survivor = if round % 2 == 0 {
            owner.signal("KILL");
            owner.end();
            other
        } else {
            other.signal("KILL");
            other.end();
            owner
        };
        if round % 4 != 1 {
            harness.send(&address, &subject);
        }
        survivor.wait_for_text(&subject);
        owner = survivor;
    }
    let listed = harness.run_ok(&["ls"]);
    for round in 0..rounds {
        assert!(listed.contains(&format!("Tidings {round} of many")), "{round}: {listed}");
    }
    harness.end();
}

#[test]
fn a_window_takes_over_from_a_hung_owner_which_rejoins_later() {
    let harness = Harness::new();
    let mut first = harness.window();
    wait_until_connected(&first);
    let address = harness.address();
    let mut second = harness.window();
    wait_until_connected(&second);
    first.signal("STOP");
    // The owner process no longer replies. A request detects this sooner than the background check does.
    second.type_keys("r");
    second.wait_for_text("this one takes the mail from here on");
    harness.send(&address, "Tidings for the second");
    second.wait_for_text("Tidings for the second");
    first.signal("CONT");
    first.wait_for_text("Another dropmail-tui has taken over");
    first.wait_for_text("Tidings for the second");
    harness.send(&address, "Tidings for both again");
    first.wait_for_text("Tidings for both again");
    second.wait_for_text("Tidings for both again");
    second.quit();
    harness.send(&address, "Tidings of the end");
    first.wait_for_text("Tidings of the end");
    first.quit();
    harness.end();
}

#[test]
fn an_owner_whose_user_is_in_an_editor_serves_the_other_window() {
    let harness = Harness::new();
    let script = harness.home.path().join("editor");
    std::fs::write(&script, "echo the editor runs; while [ ! -e done ]; do sleep 0.05; done\n").unwrap();
    let editor = format!("sh {}", script.display());
    let mut first = harness.window_with(&[("PATH", "/usr/bin:/bin"), ("EDITOR", &editor)]);
    wait_until_connected(&first);
    let address = harness.address();
    harness.send(&address, "Tidings to edit");
    first.wait_for_text("Tidings to edit");
    let mut second = harness.window();
    wait_until_connected(&second);
    first.type_keys("E");
    first.wait_for_text("the editor runs");
    // From this point on, only the first window has a connection to the service.
    harness.gate.close();
    harness.send(&address, "Tidings meanwhile");
    second.wait_for_text("Tidings meanwhile");
    std::fs::write(harness.home.path().join("done"), "").unwrap();
    first.wait_for_text("Tidings meanwhile");
    assert!(!first.screen().contains("has taken over"), "{}", first.screen());
    second.quit();
    first.quit();
    harness.end();
}
