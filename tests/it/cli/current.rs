//! Tests the current address, which commands use when the user specifies no address.

use super::harness::CliHarness;

const CODE: &str = "Your verification code is: 482913";

#[test]
fn commands_use_the_current_address() {
    let harness = CliHarness::new();
    harness.run_err(&["current"], 5, "`use ADDRESS`");
    let (first, second) = (harness.new_address(), harness.new_address());
    harness.run_err(&["use", "nobody@dropmail.me"], 5, "nobody@dropmail.me");
    harness.run_err(&["use"], 2, "ADDRESS");
    harness.run_err(&["delete-address"], 2, "no current address");
    assert_eq!(harness.run_ok(&["use", &first.to_uppercase()]), format!("{first}\n"));
    assert_eq!(harness.run_ok(&["current"]), format!("{first}\n"));
    assert_eq!(harness.json(&["current"])["address"], *first);
    harness.send(&second, "other", "Your verification code is: 111111");
    harness.send(&first, "mine", CODE);
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--code"]), "482913\n");
    assert_eq!(
        harness.run_ok(&["wait", "--since", "5m", "--code", "--all", "--subject", "other"]),
        "111111\n"
    );
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--code", "--to", &second]), "111111\n");
    assert_eq!(harness.run_ok(&["ls"]).lines().count(), 1);
    assert_eq!(harness.run_ok(&["ls", "--all"]).lines().count(), 2);
    assert_eq!(harness.run_ok(&["ls", &format!("to:{second}")]).lines().count(), 1);
    assert_eq!(harness.run_ok(&["assert", "--count", "1"]).lines().count(), 1);
    assert_eq!(harness.run_ok(&["assert", "--count", "2", "--all"]).lines().count(), 2);
    let sessions = harness.json(&["sessions"]);
    let added = harness.json(&["add-address"]);
    let first_session =
        sessions.as_array().unwrap().iter().find(|session| session["addresses"][0]["address"] == *first);
    assert_eq!(
        added["session_id"],
        first_session.unwrap()["session_id"],
        "the new address is in the session of the current address"
    );
    assert_eq!(harness.run_ok(&["delete-address"]), format!("{first}\n"));
    harness.run_err(&["current"], 5, "no current address");
    let created = harness.run_ok(&["new", "--use"]);
    assert_eq!(harness.run_ok(&["current"]), created);
    assert_eq!(harness.run_ok(&["use", "--none"]), "");
    harness.run_err(&["current"], 5, "no current address");
}

#[test]
fn wait_can_take_several_mails() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    for n in 1..=3 {
        harness.send(
            &address,
            "Your verification code",
            &format!("Your verification code is: {n}{n}{n}{n}{n}{n}"),
        );
    }
    let wait =
        |count: &str| harness.run(&["wait", "--since", "5m", "--code", "--count", count, "--timeout", "1"]);
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--code", "--count", "2"]), "111111\n222222\n");
    let outcome = wait("4");
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(3), "111111\n222222\n333333\n"), "{outcome:?}");
    assert!(outcome.stderr.contains("3 of 4 matching mails arrived within 1 s"), "{outcome:?}");
    assert_eq!(wait("0").code, Some(2));
}

#[test]
fn the_history_lists_the_actions_on_an_address() {
    let harness = CliHarness::new();
    let (first, second) = (harness.new_address(), harness.new_address());
    harness.send(&first, "Your verification code", CODE);
    harness.run_ok(&["ls"]);
    harness.run_ok(&["delete-address", &first]);
    harness.run_ok(&["restore", &first]);
    let history = harness.json(&["history", &first]);
    let actions: Vec<&str> =
        history.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["restored", "deleted", "mail", "made"], "{history}");
    let rows = harness.run_ok(&["history"]);
    assert_eq!(rows.lines().count(), 5, "{rows}");
    assert!(rows.contains(&format!("{second}\taddress made")), "{rows}");
    assert!(rows.contains("mail from Shop: Your verification code"), "{rows}");
    assert!(!rows.contains("482913"), "the history contains no code: {rows}");
    harness.run_ok(&["use", &second]);
    assert_eq!(harness.run_ok(&["history"]).lines().count(), 1);
    assert_eq!(harness.run_ok(&["history", "--all", "--limit", "2"]).lines().count(), 2);
    assert_eq!(harness.run(&["purge", "--all"]).code, Some(0));
    assert_eq!(harness.run_ok(&["history", "--all"]), "");
}

#[test]
fn a_dry_run_deletes_nothing() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "stays", "hello");
    harness.run_ok(&["ls"]);
    assert_eq!(harness.run_ok(&["delete-address", &address, "--dry-run"]), format!("{address}\n"));
    harness.run_err(&["delete-address", "nobody@dropmail.me", "--dry-run"], 5, "nobody@dropmail.me");
    let outcome = harness.run(&["purge", "--all", "--dry-run"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(0), ""), "{outcome:?}");
    assert!(outcome.stderr.contains("1 mails would be deleted, and all sessions"), "{outcome:?}");
    assert_eq!(harness.json(&["purge", "--older-than", "1", "--dry-run"])["would_remove"], 0);
    assert_eq!(harness.run_ok(&["ls", "--kept"]).lines().count(), 1);
    assert!(harness.run_ok(&["sessions"]).contains(&address));
}
