//! Tests the `quick` command when its standard output is a pipe.

use super::harness::CliHarness;
use std::io::{BufRead, BufReader, Read};

const CODE: &str = "Your verification code is: 482913";

#[test]
fn quick_prints_the_address_before_the_code() {
    let harness = CliHarness::new();
    let mut child = harness.spawn(&["quick", "--timeout", "1m"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    harness.send(&address, "Welcome", "Nothing to see.");
    harness.send(&address, "Your verification code", CODE);
    assert_eq!(lines.next().unwrap(), "482913");
    assert_eq!(lines.next(), None);
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn quick_can_wait_for_a_link_and_for_several_results() {
    let harness = CliHarness::new();
    let reset = "https://shop.example/password/reset?token=8f3a91c2d7e64b50aa12";
    let mut child = harness.spawn(&["quick", "--link=reset", "--keep"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let address = lines.next().unwrap();
    harness.send(&address, "Your verification code", CODE);
    for _ in 0..2 {
        harness.send(&address, "Reset your password", &format!("Reset your password here:\r\n{reset}"));
        assert_eq!(lines.next().unwrap(), reset);
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_timeout_of_quick_has_the_exit_code_of_wait() {
    let harness = CliHarness::new();
    let outcome = harness.run(&["quick", "--timeout", "0.3"]);
    assert_eq!(outcome.code, Some(3), "{outcome:?}");
    assert_eq!(outcome.stdout.lines().count(), 1, "{outcome:?}");
    assert!(outcome.stderr.contains("nothing more arrived within 0.3 s"), "{outcome:?}");
}
