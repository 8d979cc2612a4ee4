//! Tests the options, the exit codes and the reliability of the `wait` command.

use super::harness::{CliHarness, outcome, plain};
use crate::guess;
use std::time::Duration;

/// The log message that the program writes when the push connection is open.
const SUBSCRIBED_LOG: &str = "the subscription is acknowledged";
const CODE: &str = "Your verification code is: 482913";

#[test]
fn wait_ignores_mail_from_before_its_start() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "Your verification code", "Your verification code is: 111111");
    let wait = harness.spawn_until(&["wait", "--code", "--timeout", "60"], SUBSCRIBED_LOG, 1);
    harness.send(&address, "Your verification code", CODE);
    let outcome = outcome(wait);
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "482913\n", ""));
}

#[test]
fn wait_with_a_marker_includes_earlier_mail() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "one", "Your verification code is: 111111");
    harness.send(&address, "two", CODE);
    assert_eq!(
        harness.run_ok(&["wait", "--since", "5m", "--code"]),
        "482913\n",
        "without `--count` only the current code is printed"
    );
    let both = harness.run_ok(&["wait", "--since", "5m", "--code", "--count", "2"]);
    assert_eq!(both, "111111\n482913\n", "the oldest code is printed first");
    let first = harness.json(&["ls"])[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(harness.run_ok(&["wait", "--after", &first, "--code"]), "482913\n");
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--subject", "TWO", "--code"]), "482913\n");
    let json = harness.json(&["wait", "--since", "5m", "--from", "shop.example", "--address", &address]);
    assert_eq!(json["codes"][0]["value"], "111111");
    assert_eq!((&json["subject"], json["links"].is_array()), (&"one".into(), true));
    let row = harness.run_ok(&["wait", "--since", "5m"]);
    assert_eq!(row.split('\t').count(), 6, "{row}");
    let raw = format!(
        "From: Rivera, Ana (Billing) <ana.rivera@tidepool.example>\r\nTo: {address}\r\nSubject: three\r\n\r\n\
         Your verification code is: 333333\r\n"
    );
    harness.send_raw(&address, &raw);
    for from in ["Rivera, Ana", "ana (BILLING)", "ana.rivera@tidepool.example"] {
        assert_eq!(
            harness.run_ok(&["wait", "--since", "5m", "--from", from, "--code"]),
            "333333\n",
            "{from}"
        );
    }
    harness.run_err(&["wait", "--since", "5m", "--from", "nobody", "--timeout", "0.3"], 3, "0.3 s");
    harness.run_err(&["wait", "--since", "soon"], 2, "--since");
}

#[test]
fn wait_prints_the_current_code_although_an_older_one_arrives_last() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let sent = |code: &str, time: &str| {
        let date = format!("Date: Sun, 1 Mar 2026 {time} +0000\r\nSubject: Your code");
        plain(&address, "Your code", &format!("Your verification code is: {code}"))
            .replace("Subject: Your code", &date)
    };
    harness.send_raw(&address, &sent("904477", "12:00:20"));
    let wait = harness.spawn_until(&["wait", "--code", "--timeout", "60"], SUBSCRIBED_LOG, 1);
    harness.send_raw(&address, &sent("127733", "11:59:00"));
    assert_eq!(outcome(wait).stdout, "904477\n");
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--code", "--count", "2"]), "904477\n127733\n");
    // Mails up to the id in `--after` are ignored.
    let newer = harness.json(&["ls"])[1]["id"].as_str().unwrap().to_owned();
    assert_eq!(harness.run_ok(&["wait", "--after", &newer, "--code"]), "127733\n");
}

#[test]
fn wait_prints_a_code_of_low_confidence_and_calls_it_a_guess() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let guess = guess::mail();
    harness.send(&address, &guess.subject, &guess.text);
    let outcome = harness.run(&["wait", "--since", "5m", "--code"]);
    let value = &guess.code.value;
    assert_eq!((outcome.code, outcome.stdout), (Some(0), format!("{value}\n")));
    let warning = format!("the code {value} is a guess ({} %); compare it with the mail", guess.percent());
    assert!(outcome.stderr.contains(&warning), "{}", outcome.stderr);
}

#[test]
fn a_timeout_of_0_checks_once() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.run_err(&["wait", "--since", "5m", "--code", "--timeout", "0"], 3, "no matching mail is there");
    harness.send(&address, "Your verification code", CODE);
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--code", "--timeout", "0"]), "482913\n");
    let at_address = ["wait", "--since", "5m", "--address", &address, "--code", "--timeout", "0s"];
    assert_eq!(harness.run_ok(&at_address), "482913\n");
}

#[test]
fn wait_accepts_a_link_of_one_kind_or_the_first_result() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let reset = "https://shop.example/password/reset?token=8f3a91c2d7e64b50aa12";
    harness.send(&address, "Your verification code", CODE);
    harness.send(&address, "Reset your password", &format!("Reset your password here:\r\n{reset}"));
    assert_eq!(
        harness.run_ok(&["wait", "--to", &address, "--since", "5m", "--link=reset"]),
        format!("{reset}\n")
    );
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--any"]), "482913\n");
    assert_eq!(
        harness.run_ok(&["wait", "--since", "5m", "--subject", "reset", "--any"]),
        format!("{reset}\n")
    );
    harness.run_err(&["wait", "--since", "5m", "--link=invite", "--timeout", "0.3s"], 3, "0.3 s");
}

#[test]
fn each_failure_has_its_exit_code() {
    let harness = CliHarness::new();
    harness.run_err(&["wait", "--timeout", "5"], 5, "`new` opens one");
    let address = harness.new_address();
    harness.run_err(&["wait", "--timeout", "0.3"], 3, "no matching mail arrived");
    harness.send(&address, "Hello", "Nothing to see.");
    harness.run_err(&["wait", "--since", "5m", "--code"], 4, "has no code");
    harness.run_err(&["wait", "--since", "5m", "--link"], 4, "has no link");
    harness.run_err(&["wait", "--since", "5m", "--any"], 4, "has no code and no link");
    harness.run_err(&["wait", "--address", "nobody@dropmail.me", "--timeout", "5"], 5, "nobody@dropmail.me");
    harness.run_err(
        &["wait", "--session", "U2Vzc2lvbjpBQUFBQUFBQUFBQUFBQUFB", "--timeout", "5"],
        5,
        "lapsed",
    );
    harness.run_err(&["wait", "--code", "--link"], 2, "--link");
    let interrupted = harness.spawn_until(&["wait"], SUBSCRIBED_LOG, 1);
    let pid = interrupted.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "INT", &pid]).status().unwrap().success());
    assert_eq!(outcome(interrupted).code, Some(130));
}

#[test]
fn wait_prints_only_the_link() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let link = "https://forum.example/confirm?token=9f8e7d6c5b4a3210";
    harness.send(&address, "Confirm your address", &format!("Confirm your address: {link}"));
    assert_eq!(harness.run_ok(&["wait", "--since", "5m", "--link"]), format!("{link}\n"));
}

#[test]
fn wait_keeps_the_session_alive() {
    let harness = CliHarness::with_session_lifetime(Duration::from_secs(1));
    let address = harness.new_address();
    // The session has a lifetime of one second, and each touch occurs after half of the remaining time. After seven
    // touches, the session is older than its initial lifetime.
    let args = ["wait", "--code", "--address", &address, "--timeout", "60"];
    let wait = harness.spawn_until(&args, "the session was touched", 7);
    harness.send(&address, "Your verification code", CODE);
    assert_eq!(outcome(wait).stdout, "482913\n");
}

#[test]
fn many_consecutive_codes_are_all_correct() {
    let harness = CliHarness::new();
    let created = harness.json(&["new"]);
    let (session, address) = (created["session_id"].as_str().unwrap(), created["address"].as_str().unwrap());
    harness.send(address, "zero", "hello");
    let mut last = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
    for n in 0..12 {
        let wait =
            harness.spawn(&["wait", "--json", "--session", session, "--after", &last, "--timeout", "30"]);
        let code = (400_000 + n * 7919).to_string();
        harness.send(address, "Your verification code", &format!("Your verification code is: {code}"));
        let mail: serde_json::Value = serde_json::from_str(&outcome(wait).stdout).unwrap();
        assert_eq!(mail["codes"][0]["value"], *code);
        mail["id"].as_str().unwrap().clone_into(&mut last);
    }
}

/// Tests that the `wait` command finds a mail that was not pushed although the connection seems to work. For this, the
/// command must query the service every few seconds during the first minute. At the regular interval of 30 s, this test
/// would time out.
#[test]
fn wait_finds_an_unpushed_mail_by_a_query() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.set_faults("lost-push=100%");
    let args = ["wait", "--code", "--address", &address, "--timeout", "25"];
    let wait = harness.spawn_until(&args, "refreshed after the acknowledgement", 1);
    harness.send(&address, "Your verification code", CODE);
    let outcome = outcome(wait);
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (Some(0), "482913\n", ""));
}

/// Tests that the `wait` command finds a mail that arrives between the service's acknowledgement of the subscription
/// and the time from which the service pushes new mail. The service does not push such a mail.
#[test]
fn wait_finds_a_mail_that_arrives_while_the_subscription_starts() {
    let harness = CliHarness::new();
    let created = harness.json(&["new"]);
    let (session, address) = (created["session_id"].as_str().unwrap(), created["address"].as_str().unwrap());
    harness.send(address, "zero", "hello");
    harness.set_faults("late-listening=100%:600s");
    for (nth, after) in [false, true].into_iter().enumerate() {
        let newest = harness.json(&["ls"])[0]["id"].as_str().unwrap().to_owned();
        let mut args = vec!["wait", "--code", "--session", session, "--timeout", "60"];
        args.extend(if after { vec!["--after", &newest] } else { vec![] });
        // At this time, the program has received the replies to all requests that follow the acknowledgement.
        let wait = harness.spawn_until(&args, "refreshed after the acknowledgement", nth + 1);
        harness.send(address, "Your verification code", CODE);
        assert_eq!(outcome(wait).stdout, "482913\n");
    }
}

/// Fault injection plan with all faults that connections, gateways and overloaded services can cause. Each fault has a
/// probability of 5 %.
const FAULTS: &str =
    "drop=5%,delay=5%:100ms,duplicate=5%,403=5%,429=5%,500=5%,502=5%,rate-limit=5%,truncate=5%,seed=11";
/// Number of threads that wait for codes in parallel, each with its own address.
const LOOPS: usize = 8;
const MAILS: usize = 25;

#[test]
fn two_hundred_codes_are_correct_despite_faults() {
    let harness = CliHarness::new();
    let created: Vec<_> = (0..LOOPS).map(|_| harness.json(&["new"])).collect();
    for created in &created {
        harness.send(created["address"].as_str().unwrap(), "zero", "hello");
    }
    let last: Vec<String> = created
        .iter()
        .map(|created| {
            harness.json(&["wait", "--since", "5m", "--session", created["session_id"].as_str().unwrap()])
        })
        .map(|zero| zero["id"].as_str().unwrap().to_owned())
        .collect();
    harness.set_faults(FAULTS);
    std::thread::scope(|scope| {
        for (nth, (created, last)) in created.iter().zip(last).enumerate() {
            let harness = &harness;
            scope.spawn(move || wait_for_each_mail(harness, nth, created, last));
        }
    });
}

fn wait_for_each_mail(harness: &CliHarness, nth: usize, created: &serde_json::Value, mut last: String) {
    let (session, address) = (created["session_id"].as_str().unwrap(), created["address"].as_str().unwrap());
    for n in 0..MAILS {
        let subject = format!("Code number {n}.");
        let mut args = vec!["wait", "--json", "--session", session, "--timeout", "60"];
        args.extend(["--after", &last, "--subject", &subject]);
        let wait = harness.spawn(&args);
        let code = (100_000 + nth * 100_000 + n * 3_779).to_string();
        // A sender that did not receive the reply `250` sends the mail again, so the mail may arrive twice.
        let raw = plain(address, &subject, &format!("Your verification code is: {code}"));
        while !harness.try_send(address, &raw) {}
        let outcome = outcome(wait);
        assert_eq!(outcome.code, Some(0), "`wait` finds mail {n} of {address}: {outcome:?}");
        let mail: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(mail["codes"][0]["value"], *code, "`wait` prints the code of mail {n} of {address}");
        mail["id"].as_str().unwrap().clone_into(&mut last);
    }
}
