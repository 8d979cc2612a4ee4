//! Tests the `assert` command, which determines whether a CI job passes.

use super::harness::{CliHarness, outcome};

const CODE: &str = "Your verification code is: 482913";

#[test]
fn assert_counts_mails_by_their_content() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.run_err(&["assert"], 4, "expected a matching mail, found 0; 0 other mails");
    assert_eq!(harness.run_ok(&["assert", "--none"]), "");
    harness.send(&address, "Your verification code", CODE);
    harness.send(
        &address,
        "Hello",
        "Nothing to see.\r\nhttps://shop.example/verify?token=8f3a91c2d7e64b50 confirms.",
    );
    for arguments in [
        &["assert", "--to", &address, "--subject", "VERIFICATION", "--code", "--count", "1"][..],
        &["assert", "--min", "2", "--from", "shop"],
        &["assert", "--text", "nothing TO see", "--count", "1"],
        &["assert", "--none", "--attachment", "invoice"],
        &["assert", "--none", "--to", "nobody@dropmail.me"],
        &["assert", "--link", "--count", "1"],
        &["assert", "--none", "--link=unsubscribe"],
        &["assert", "--since", "1h", "--count", "2"],
    ] {
        harness.run_ok(arguments);
    }
    let row = harness.run_ok(&["assert", "--code"]);
    assert!(row.contains("482913") && row.lines().count() == 1, "{row}");
    for (arguments, reason) in [
        (&["assert", "--count", "1"][..], "expected exactly 1 matching mail, found 2"),
        (&["assert", "--min", "3"], "expected at least 3 matching mails, found 2"),
        (&["assert", "--none", "--code"], "matches\t"),
        (&["assert", "--subject", "invoice"], "other\t"),
    ] {
        harness.run_err(arguments, 4, reason);
    }
    harness.run_err(&["assert", "--link=anything"], 2, "use one of verify");
    harness.run_err(&["assert", "--none", "--count", "1"], 2, "--count");
    harness.run_err(&["assert", "--within", "soon"], 2, "such as 90");
}

#[test]
fn assert_waits_for_mail_that_has_not_arrived() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let subscribed_log = "the subscription is acknowledged";
    let assertion = harness.spawn_until(&["assert", "--code", "--within", "1m"], subscribed_log, 1);
    harness.send(&address, "Hello", "Nothing to see.");
    harness.send(&address, "Your verification code", CODE);
    let result = outcome(assertion);
    assert_eq!(result.code, Some(0), "{}", result.stderr);
    assert!(result.stdout.contains("482913"), "{}", result.stdout);
    harness.run_err(&["assert", "--count", "3", "--within", "0.3"], 4, "within 0.3 s, found 2");
    assert_eq!(harness.run_ok(&["assert", "--none", "--subject", "later", "--within", "0.3"]), "");
}

#[test]
fn assert_reports_results_as_json_and_junit() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "A <b> & \"c\"", CODE);
    let file = harness.home.path().join("result.xml");
    let path = file.to_str().unwrap();
    let result = harness.json(&["assert", "--code", "--junit", path]);
    assert_eq!((&result["passed"], &result["matching"][0]["code"]), (&true.into(), &"482913".into()));
    assert!(std::fs::read_to_string(&file).unwrap().contains("failures=\"0\""));
    harness.run_err(&["assert", "--none", "--junit", path], 4, "found 1");
    let xml = std::fs::read_to_string(&file).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("A &lt;b&gt; &amp; &quot;c&quot;"), "{xml}");
}
