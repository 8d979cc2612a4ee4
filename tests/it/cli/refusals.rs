//! Tests commands whose requests fail because the server is not running or refuses the token.

use super::harness::CliHarness;

#[test]
fn an_unreachable_server_gives_exit_code_1() {
    let mut harness = CliHarness::new();
    let address = harness.new_address();
    harness.send(&address, "Kept", "hello");
    let stored = harness.run_ok(&["ls"]);
    harness.stop();
    for args in [
        &["new"][..],
        &["sessions"],
        &["domains"],
        &["token"],
        &["token", "renew"],
        &["add-address"],
        &["restore", &address],
        &["delete-address", &address],
        &["wait", "--timeout", "60"],
        &["api", "{ domains { id } }"],
        &["read", "TWFpbDpub3RoaW5n"],
    ] {
        harness.run_err(args, 1, "127.0.0.1");
    }
    let listed = harness.run(&["ls"]);
    assert_eq!((listed.code, listed.stdout), (Some(1), stored.clone()), "the stored mails are still listed");
    assert!(listed.stderr.contains("only stored mail"), "{}", listed.stderr);
    assert_eq!(harness.run_ok(&["ls", "--kept"]), stored);
    let id = stored.split('\t').next().unwrap();
    assert!(harness.run_ok(&["read", id]).contains("hello"), "a stored mail can be read offline");
}

#[test]
fn ls_without_an_archive_reports_it_and_gives_exit_code_1() {
    let mut harness = CliHarness::new();
    let created = harness.run_with(&["new"], &[("DROPMAIL_TOKEN", super::harness::TOKEN)]).stdout;
    harness.send(created.trim(), "Listed", "hello");
    let file = harness.home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let folder = file.join("data");
    let env = [("DROPMAIL_DATA_DIR", folder.to_str().unwrap()), ("DROPMAIL_TOKEN", super::harness::TOKEN)];
    let listed = harness.run_with(&["ls", "--kept"], &env);
    assert_eq!((listed.code, listed.stdout.as_str()), (Some(1), ""));
    assert!(listed.stderr.contains(folder.to_str().unwrap()), "{}", listed.stderr);
    // The service still returns this mail, but the other stored mails cannot be listed.
    let listed = harness.run_with(&["ls"], &env);
    assert!(listed.code == Some(1) && listed.stdout.contains("Listed"), "{listed:?}");
    assert_eq!(harness.run_ok(&["--no-archive", "ls", "--kept"]), "", "the list is empty without an archive");
    harness.stop();
    let listed = harness.run_with(&["ls"], &env);
    assert!(listed.code == Some(1) && listed.stderr.contains("127.0.0.1"), "{listed:?}");
}

#[test]
fn a_refused_token_gives_exit_code_6() {
    let harness = CliHarness::new();
    for args in [
        &["new"][..],
        &["ls"],
        &["sessions"],
        &["domains"],
        &["add-address"],
        &["delete-address", "a@b.c"],
        &["wait", "--timeout", "60"],
        &["api", "{ domains { id } }"],
        &["read", "TWFpbDpub3RoaW5n"],
    ] {
        let outcome = harness.run_with(args, &[("DROPMAIL_TOKEN", "af_unknown0001")]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(6), ""), "{args:?} {outcome:?}");
        assert!(
            outcome.stderr.contains("DROPMAIL_TOKEN") && !outcome.stderr.contains("unknown0001"),
            "{outcome:?}"
        );
    }
}

#[test]
fn an_unusable_data_folder_disables_only_the_archive() {
    let harness = CliHarness::new();
    let outcome =
        harness.run_with(&["domains"], &[("DROPMAIL_DATA_DIR", "/dev/null/x"), ("DROPMAIL_LOG", "info")]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("dropmail.me"), "{outcome:?}");
    for reason in ["going on without a log", "in memory only"] {
        assert!(outcome.stderr.contains(reason), "{outcome:?}");
    }
}
