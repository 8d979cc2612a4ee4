//! Tests the commands for sessions, addresses, domains and the token.

use super::harness::{CliHarness, TOKEN};

#[test]
fn new_prints_and_stores_a_session() {
    let harness = CliHarness::new();
    let address = harness.new_address();
    assert!(address.contains('@') && !address.contains(char::is_whitespace), "{address}");
    let created = harness.json(&["new", "--domain", "mailbox.test"]);
    for field in ["session_id", "expires_at", "address", "address_id", "restore_key"] {
        assert!(created[field].is_string(), "{field}: {created}");
    }
    assert!(created["address"].as_str().unwrap().ends_with("@mailbox.test"));
    assert!(created["expires_at"].as_str().unwrap().ends_with('Z'), "{created}");

    let rows = harness.run_ok(&["sessions"]);
    let row = rows.lines().find(|row| row.starts_with(&format!("{address}\tlive\t"))).unwrap();
    assert_eq!(row.split('\t').count(), 6, "{row}");
    assert!(row.ends_with("\t-"), "a session without a label has `-` in the last column: {row}");
    let sessions = harness.json(&["sessions"]);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    assert_eq!(sessions[0]["session_id"], created["session_id"], "the newest session is listed first");
    assert_eq!(sessions[0]["addresses"][0]["address"], created["address"]);
    assert!(
        !sessions.to_string().contains(created["restore_key"].as_str().unwrap()),
        "no restore key is listed"
    );
}

#[test]
fn addresses_are_added_deleted_and_restored() {
    let harness = CliHarness::new();
    harness.run_err(&["add-address"], 5, "`new` opens one");
    let first = harness.json(&["new"]);
    let added = harness.json(&["add-address", "--domain", "@dropmail.me"]);
    assert_eq!(added["session_id"], first["session_id"]);
    let address = added["address"].as_str().unwrap();
    assert_eq!(harness.run_ok(&["delete-address", address]), format!("{address}\n"));
    assert!(!harness.run_ok(&["sessions"]).contains(address));
    harness.run_err(&["delete-address", address], 5, address);
    // `restore` uses the stored key; each restore changes the key.
    let restored = harness.json(&["restore", address]);
    assert_eq!(restored["address"], added["address"]);
    assert_ne!(restored["restore_key"], added["restore_key"]);
    assert_eq!(harness.json(&["delete-address", address])["deleted"], *address);
    let key = restored["restore_key"].as_str().unwrap();
    assert_eq!(harness.run_ok(&["restore", address, key]), format!("{address}\n"));

    harness.run_err(&["restore", "nobody@dropmail.me"], 5, "nobody@dropmail.me");
    // An address that is still in use is not restored, and a wrong key is reported.
    assert_eq!(harness.run_ok(&["restore", address]), format!("{address}\n"));
    harness.run_err(&["restore", address, "wrong"], 6, "the restore key is wrong or already used");
    harness.run_err(&["restore", address, key], 6, "is still in your session");
    let now = harness.json(&["restore", address]);
    assert_eq!(
        harness.run_ok(&["restore", address, now["restore_key"].as_str().unwrap()]),
        format!("{address}\n")
    );
    harness.run_ok(&["delete-address", address]);
    harness.run_err(&["restore", address, "wrong"], 6, "restor");
    harness.run_err(&["add-address", "--session", "none"], 5, "no live session has the id none");
    harness.run_err(&["new", "--domain", "nowhere.example"], 5, "nowhere.example");
}

#[test]
fn domains_are_listed() {
    let harness = CliHarness::new();
    let rows = harness.run_ok(&["domains"]);
    assert!(rows.lines().all(|row| row.split('\t').count() == 3), "{rows}");
    assert!(rows.lines().any(|row| row.starts_with("dropmail.me\t-\t")), "{rows}");
    let all = harness.json(&["domains"]);
    assert!(all.as_array().unwrap().iter().any(|domain| domain["expires_at"].is_string()));
}

#[test]
fn a_personal_domain_needs_a_password_that_is_not_an_argument() {
    let harness = CliHarness::new();
    harness.run_err(&["domain", "add", "example.org"], 2, "DROPMAIL_DOMAIN_PASSWORD");
    let with = |args: &[&str], password| harness.run_with(args, &[("DROPMAIL_DOMAIN_PASSWORD", password)]);
    let short = with(&["domain", "add", "example.org"], "x");
    assert_eq!((short.code, short.stdout.as_str()), (Some(6), ""), "{short:?}");
    let added = with(&["domain", "add", "example.org"], "correct horse battery");
    assert_eq!(added.code, Some(0), "{added:?}");
    assert!(added.stdout.starts_with("example.org\t-\t"), "{added:?}");
    assert_eq!(with(&["domain", "delete", "example.org"], "wrong horse battery").code, Some(6));
    let deleted = with(&["domain", "delete", "example.org"], "correct horse battery");
    assert_eq!((deleted.code, deleted.stdout.as_str()), (Some(0), "example.org\n"), "{deleted:?}");
    assert_eq!(with(&["domain", "delete", "example.org"], "correct horse battery").code, Some(5));
}

#[test]
fn the_token_is_masked_unless_requested_in_full() {
    let harness = CliHarness::new();
    assert_eq!(harness.run_ok(&["token"]), "none\t-\t-\n");
    harness.run_err(&["token", "renew"], 5, "no token");
    harness.new_address();
    let whole = harness.run_ok(&["token", "--show"]);
    let token = whole.trim_end().rsplit('\t').next().unwrap();
    assert!(token.starts_with("af_") && token.len() > 10, "{whole}");
    let token_result = harness.json(&["token"]);
    assert_eq!((&token_result["state"], &token_result["source"]), (&"valid".into(), &"kept".into()));
    assert!(!token_result.to_string().contains(token));
    assert!(harness.run_ok(&["token", "renew"]).starts_with("valid\tkept\t"));

    let given_token = harness.run_with(&["token"], &[("DROPMAIL_TOKEN", TOKEN)]);
    assert_eq!((given_token.code, given_token.stdout.as_str()), (Some(0), "valid\tgiven\taf_…ine1\n"));
    // The stored addresses belong to the stored token, so `token renew` does not replace it with another token.
    let renewed = harness.run_with(&["token", "renew"], &[("DROPMAIL_TOKEN", TOKEN)]);
    assert!(renewed.code == Some(0) && renewed.stderr.contains("is not stored"), "{renewed:?}");
    assert!(harness.run_ok(&["sessions"]).contains("\tlive\t"));
    let unknown = harness.run_with(&["token"], &[("DROPMAIL_TOKEN", "af_unknown0001")]);
    assert_eq!(unknown.code, Some(0));
    assert!(unknown.stdout.starts_with("refused\tgiven\t"), "{unknown:?}");
}

#[test]
fn a_legacy_token_is_reported_once_and_never_printed() {
    let harness = CliHarness::new();
    let old = "my-old-password";
    let outcome = harness.run_with(&["domains"], &[("DROPMAIL_TOKEN", old)]);
    assert_eq!(outcome.code, Some(6), "{outcome:?}");
    assert_eq!(outcome.stderr.matches("a legacy token").count(), 1, "{outcome:?}");
    assert!(!outcome.stderr.contains(old), "{outcome:?}");
    let token_result = harness.run_with(&["token"], &[("DROPMAIL_TOKEN", old)]);
    assert!(token_result.stdout.starts_with("refused\tgiven\t…\n"), "{token_result:?}");
    let short = harness.run_with(&["domains"], &[("DROPMAIL_TOKEN", "short")]);
    assert_eq!(short.code, Some(2), "{short:?}");
}

#[test]
fn a_lock_file_that_is_a_pipe_is_reported_and_the_mailbox_works() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let harness = CliHarness::new();
    let data = harness.home.path().join("data");
    std::fs::create_dir(&data).unwrap();
    mknodat(CWD, data.join("owner.lock"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let output = harness.command(&["new"]).env("DROPMAIL_DATA_DIR", &data).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words}");
    assert!(words.contains("data/owner.lock: it is a pipe, not a file; move it away"), "{words}");
}
