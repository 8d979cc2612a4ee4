//! Tests the `assert` command, which determines whether a CI job passes.

use super::harness::{CliHarness, outcome};

const CODE: &str = "Your verification code is: 482913";

#[test]
fn assert_counts_mails_by_their_content() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.bad(&["assert"], 4, "expected a matching mail, found 0; 0 other mails");
    assert_eq!(harness.good(&["assert", "--none"]), "");
    harness.send(&address, "Your verification code", CODE);
    harness.send(
        &address,
        "Hello",
        "Nothing to see.\r\nhttps://shop.example/verify?token=8f3a91c2d7e64b50 confirms.",
    );
    for passes in [
        &["assert", "--to", &address, "--subject", "VERIFICATION", "--code", "--count", "1"][..],
        &["assert", "--min", "2", "--from", "shop"],
        &["assert", "--text", "nothing TO see", "--count", "1"],
        &["assert", "--none", "--attachment", "invoice"],
        &["assert", "--none", "--to", "nobody@dropmail.me"],
        &["assert", "--link", "--count", "1"],
        &["assert", "--none", "--link=unsubscribe"],
        &["assert", "--since", "1h", "--count", "2"],
    ] {
        harness.good(passes);
    }
    let row = harness.good(&["assert", "--code"]);
    assert!(row.contains("482913") && row.lines().count() == 1, "{row}");
    for (fails, words) in [
        (&["assert", "--count", "1"][..], "expected exactly 1 matching mail, found 2"),
        (&["assert", "--min", "3"], "expected at least 3 matching mails, found 2"),
        (&["assert", "--none", "--code"], "matches\t"),
        (&["assert", "--subject", "invoice"], "other\t"),
    ] {
        harness.bad(fails, 4, words);
    }
    harness.bad(&["assert", "--link=anything"], 2, "use one of verify");
    harness.bad(&["assert", "--none", "--count", "1"], 2, "--count");
    harness.bad(&["assert", "--within", "soon"], 2, "such as 90");
}

#[test]
fn assert_waits_for_mail_that_has_not_arrived() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    let told = "the subscription is acknowledged";
    let waiting = harness.spawn_until(&["assert", "--code", "--within", "1m"], told, 1);
    harness.send(&address, "Hello", "Nothing to see.");
    harness.send(&address, "Your verification code", CODE);
    let passed = outcome(waiting);
    assert_eq!(passed.code, Some(0), "{}", passed.stderr);
    assert!(passed.stdout.contains("482913"), "{}", passed.stdout);
    harness.bad(&["assert", "--count", "3", "--within", "0.3"], 4, "within 0.3 s, found 2");
    assert_eq!(harness.good(&["assert", "--none", "--subject", "later", "--within", "0.3"]), "");
}

#[test]
fn assert_reports_results_as_json_and_junit() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "A <b> & \"c\"", CODE);
    let file = harness.home.path().join("result.xml");
    let path = file.to_str().unwrap();
    let passed = harness.json(&["assert", "--code", "--junit", path]);
    assert_eq!((&passed["passed"], &passed["matching"][0]["code"]), (&true.into(), &"482913".into()));
    assert!(std::fs::read_to_string(&file).unwrap().contains("failures=\"0\""));
    harness.bad(&["assert", "--none", "--junit", path], 4, "found 1");
    let xml = std::fs::read_to_string(&file).unwrap();
    assert!(xml.contains("failures=\"1\"") && xml.contains("A &lt;b&gt; &amp; &quot;c&quot;"), "{xml}");
}
