//! Tests the `api` command, which prints the responses from the service unchanged.

use super::harness::CliHarness;
use std::io::{BufRead, BufReader, Read};

#[test]
fn api_prints_the_reply_unchanged() {
    let harness = CliHarness::new();
    let response = harness.run_ok(&[
        "api",
        "query($p: Boolean) { domains(permanentOnly: $p) { name } }",
        "-F",
        "p=true",
    ]);
    assert!(response.starts_with("{\"data\":{\"domains\":[{\"name\":\"dropmail.me\"}"), "{response}");
    let input = "mutation($i: IntroduceSessionInput) { introduceSession(input: $i) { id } }";
    let created = harness.run_ok(&["api", input, "-F", "i={\"withAddress\": true}"]);
    assert!(created.contains("introduceSession"), "{created}");
    let file = harness.home.path().join("q.graphql");
    std::fs::write(&file, "{ sessions { id } }").unwrap();
    assert!(harness.run_ok(&["api", "@q.graphql"]).contains("sessions"));
}

#[test]
fn errors_without_data_set_the_exit_code() {
    let harness = CliHarness::new();
    let code = |query: &str| {
        let outcome = harness.run(&["api", query]);
        assert!(outcome.stdout.contains("errors"), "{outcome:?}");
        outcome.code
    };
    assert_eq!(code("{ nonsense }"), Some(1));
    assert_eq!(code("{ session(id: \"U2Vzc2lvbjpBQUFBQUFBQUFBQUFBQUFB\") { id } }"), Some(5));
    harness.run_err(&["api", "@missing.graphql"], 1, "missing.graphql");
    harness.run_err(&["api", "{ domains { id } }", "-F", "novalue"], 2, "NAME=VALUE");
}

#[test]
fn a_subscription_prints_one_line_for_each_event() {
    let harness = CliHarness::new();
    let created = harness.json(&["new"]);
    let address = created["address"].as_str().unwrap();
    harness.send(address, "first", "one");
    let first = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
    harness.send(address, "second", "two");
    let query = "subscription($id: ID!, $after: ID) { sessionMailReceived(id: $id, mailsAfterId: $after) { headerSubject } }";
    let id = format!("id={}", created["session_id"].as_str().unwrap());
    let mut child = harness.spawn(&["api", "--stream", query, "-F", &id, "-F", &format!("after={first}")]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("\"second\""));
    harness.send(address, "third", "three");
    assert!(lines.next().unwrap().unwrap().contains("\"third\""));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut rest = String::new();
    child.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}
