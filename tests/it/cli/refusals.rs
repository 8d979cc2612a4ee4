//! What cannot be done: the server is gone, the token is refused.

use super::bed::Bed;

#[test]
fn a_server_that_is_gone_is_exit_code_1() {
    let mut bed = Bed::new();
    let address = bed.new_address();
    bed.send(&address, "Kept", "hello");
    let kept = bed.good(&["ls"]);
    bed.stop();
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
        bed.bad(args, 1, "127.0.0.1");
    }
    let listed = bed.run(&["ls"]);
    assert_eq!((listed.code, listed.stdout), (Some(1), kept.clone()), "what is kept is listed all the same");
    assert!(listed.stderr.contains("only stored mail"), "{}", listed.stderr);
    assert_eq!(bed.good(&["ls", "--kept"]), kept);
    let id = kept.split('\t').next().unwrap();
    assert!(bed.good(&["read", id]).contains("hello"), "a kept mail needs no network");
}

#[test]
fn a_listing_without_its_archive_says_so_and_is_exit_code_1() {
    let mut bed = Bed::new();
    let made = bed.run_with(&["new"], &[("DROPMAIL_TOKEN", super::bed::TOKEN)]).stdout;
    bed.send(made.trim(), "Listed", "hello");
    let file = bed.home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let folder = file.join("data");
    let env = [("DROPMAIL_DATA_DIR", folder.to_str().unwrap()), ("DROPMAIL_TOKEN", super::bed::TOKEN)];
    let listed = bed.run_with(&["ls", "--kept"], &env);
    assert_eq!((listed.code, listed.stdout.as_str()), (Some(1), ""));
    assert!(listed.stderr.contains(folder.to_str().unwrap()), "{}", listed.stderr);
    // The service still has the mail; what else was stored cannot be listed.
    let listed = bed.run_with(&["ls"], &env);
    assert!(listed.code == Some(1) && listed.stdout.contains("Listed"), "{listed:?}");
    assert_eq!(bed.good(&["--no-archive", "ls", "--kept"]), "", "without an archive nothing is missing");
    bed.stop();
    let listed = bed.run_with(&["ls"], &env);
    assert!(listed.code == Some(1) && listed.stderr.contains("127.0.0.1"), "{listed:?}");
}

#[test]
fn a_token_that_is_refused_is_exit_code_6() {
    let bed = Bed::new();
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
        let outcome = bed.run_with(args, &[("DROPMAIL_TOKEN", "af_unknown0001")]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(6), ""), "{args:?} {outcome:?}");
        assert!(
            outcome.stderr.contains("DROPMAIL_TOKEN") && !outcome.stderr.contains("unknown0001"),
            "{outcome:?}"
        );
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_costs_the_memory_and_nothing_else() {
    let bed = Bed::new();
    let outcome =
        bed.run_with(&["domains"], &[("DROPMAIL_DATA_DIR", "/dev/null/x"), ("DROPMAIL_LOG", "info")]);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("dropmail.me"), "{outcome:?}");
    for words in ["going on without a log", "in memory only"] {
        assert!(outcome.stderr.contains(words), "{outcome:?}");
    }
}
