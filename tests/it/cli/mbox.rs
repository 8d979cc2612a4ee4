//! Tests mbox files. The `extract`, `read`, `save` and `open` commands must process each mail in the file separately.

use super::run::{Outcome, command, run};

const THREE: &str = "From a@b.example Tue Nov  3 09:00:00 2026\nSubject: One\n\nYour code is 482911.\n\
    From him\n>From here\n>>From there\n\nFrom now on\n\nFrom a@b.example Tue Nov  3 09:00:01 2026\n\
    Subject: Two\n\nYour code is 482912.\n\nFrom a@b.example Tue Nov  3 09:00:02 2026\nSubject: Three\n\n\
    Your code is 482913.";

fn lines(outcome: &Outcome) -> Vec<&str> {
    outcome.stdout.lines().collect()
}

#[test]
fn extract_prints_a_numbered_line_for_each_mail() {
    for file in [THREE.to_owned(), THREE.replace('\n', "\r\n")] {
        let outcome = run(&["extract", "--json"], &[], file.as_bytes());
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
        let found: Vec<serde_json::Value> =
            lines(&outcome).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(found.len(), 3);
        for (at, (line, code)) in found.iter().zip(["482911", "482912", "482913"]).enumerate() {
            assert_eq!((&line["file"], &line["mail"]), (&"-".into(), &(at + 1).into()));
            assert_eq!(line["codes"][0]["value"], code);
        }
    }
    assert_eq!(run(&["extract"], &[], THREE.as_bytes()).stdout, "482911\n482912\n482913\n");
    assert_eq!(run(&["extract", "--mail", "2"], &[], THREE.as_bytes()).stdout, "482912\n");
    let no_mail = run(&["extract", "--mail", "4"], &[], THREE.as_bytes());
    assert_eq!((no_mail.code, no_mail.stdout.as_str()), (Some(5), ""));
    assert!(no_mail.stderr.contains("contains 3 mails; there is no mail 4"), "{}", no_mail.stderr);
    assert_eq!(run(&["extract", "--mail", "0"], &[], THREE.as_bytes()).code, Some(2));
}

#[test]
fn read_shows_the_first_mail_and_explains_how_to_select_another() {
    let first = run(&["read", "--raw", "-"], &[], THREE.as_bytes());
    assert_eq!(
        first.stdout,
        "Subject: One\n\nYour code is 482911.\nFrom him\nFrom here\n>From there\n\nFrom now on\n"
    );
    assert!(
        first.stderr.contains("contains 3 mails") && first.stderr.contains("--mail N"),
        "{}",
        first.stderr
    );
    let third = run(&["read", "--raw", "--mail", "3", "-"], &[], THREE.as_bytes());
    assert_eq!(
        (third.stdout.as_str(), third.stderr.as_str()),
        ("Subject: Three\n\nYour code is 482913.", "")
    );
    let no_mail = run(&["read", "--mail", "4", "-"], &[], THREE.as_bytes());
    assert_eq!((no_mail.code, no_mail.stdout.as_str()), (Some(5), ""));
    let one = THREE.split("\n\nFrom a@").next().unwrap();
    let one = run(&["read", "-"], &[], one.as_bytes());
    assert!(one.stdout.starts_with("Subject: One\nCode: 482911\n") && one.stderr.is_empty(), "{one:?}");
    let empty = run(&["read", "-"], &[], b"");
    assert_eq!((empty.code, empty.stderr.as_str()), (Some(0), ""));
    let id = run(&["read", "--mail", "1", "TWFpbDpub3RoaW5n"], &[], b"");
    assert_eq!(id.code, Some(2), "{id:?}");
}

#[test]
fn save_writes_the_selected_mail_and_an_extension_means_a_file() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("three.mbox"), THREE).unwrap();
    let output = command(home.path()).args(["save", "three.mbox", "--mail", "2", "--dir", "out"]).output();
    assert!(output.unwrap().status.success());
    let saved = std::fs::read_to_string(home.path().join("out/Two.eml")).unwrap();
    assert_eq!(saved, "Subject: Two\n\nYour code is 482912.\n");
}

#[test]
fn an_attached_mail_is_read_by_its_part_number() {
    let inner = "Subject: Inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nYour code is 482913\r\n\
        --i\r\nContent-Type: message/rfc822\r\n\r\nSubject: Innermost\r\n\r\ndeep\r\n--i--";
    let outer = format!(
        "Subject: Outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nSee below\r\n--o\r\n\
         Content-Type: message/rfc822\r\n\r\n{inner}\r\n--o--\r\n"
    );
    let read = |args: &[&str]| run(&[&["read", "-"], args].concat(), &[], outer.as_bytes());
    assert!(read(&["--parts"]).stdout.starts_with("2\tmessage/rfc822\t"));
    assert!(read(&["--part", "2"]).stdout.starts_with("Subject: Inner\nCode: 482913\n"));
    assert_eq!(read(&["--part", "2", "--raw"]).stdout, inner);
    assert_eq!(read(&["--part", "2", "--part", "2", "--raw"]).stdout, "Subject: Innermost\r\n\r\ndeep");
    let text = read(&["--part", "1"]);
    assert!(text.code == Some(5) && text.stderr.contains("part 1 is not a mail"), "{text:?}");
}

#[test]
fn an_exported_mbox_can_be_read() {
    let harness = super::harness::CliHarness::new();
    let address = harness.new_address();
    let second =
        "From: a@b.test\r\nSubject: two\r\n\r\nFrom here on\r\n>From there\r\nYour code is 482913.\r\n";
    harness.send(&address, "one", "Your verification code is: 111111");
    harness.send_raw(&address, second);
    harness.run_ok(&["ls"]);
    let dir = harness.home.path().join("out").display().to_string();
    let path = harness.json(&["export", "--format", "mbox", &dir])["path"].as_str().unwrap().to_owned();
    assert_eq!(harness.run_ok(&["extract", &path]), "111111\n482913\n");
    let stored = harness.json(&["ls"]);
    let id = stored[0]["id"].as_str().unwrap();
    assert_eq!(
        harness.run_ok(&["read", "--raw", "--mail", "2", &path]),
        harness.run_ok(&["read", "--raw", id])
    );
}
