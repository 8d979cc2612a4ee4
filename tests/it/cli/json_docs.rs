//! Tests that the sample documents in `docs/json.md` have the same fields as the real output of `--json`, and that the
//! page lists every kind of code and link.

use super::harness::CliHarness;
use super::run::command;
use mail_codes::{CodePurpose, LinkKind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/json.md");
    std::fs::read_to_string(page).unwrap()
}

/// Reads the sample documents from `docs/json.md`. The result maps the name of each command to its document.
fn samples() -> BTreeMap<String, Value> {
    let page = page();
    let mut samples = BTreeMap::new();
    for block in page.split("<!-- json: ").skip(1) {
        let (names, rest) = block.split_once(" -->\n```json\n").expect("a JSON block follows the marker");
        let sample: Value = serde_json::from_str(rest.split("```").next().unwrap()).unwrap();
        for name in names.split(", ") {
            assert!(samples.insert(name.to_owned(), sample.clone()).is_none(), "{name} has two samples");
        }
    }
    samples
}

/// Checks that two JSON documents have the same fields with the same types. `null` matches any type. `path` is the
/// location in the document, for error messages.
fn compare(path: &str, sample: &Value, actual: &Value) {
    match (sample, actual) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(sample), Value::Object(actual)) => {
            let names = |fields: &serde_json::Map<String, Value>| -> BTreeSet<String> {
                fields.keys().cloned().collect()
            };
            assert_eq!(
                names(sample),
                names(actual),
                "{path} has the same fields in the sample (left) and in the output"
            );
            for (name, value) in sample {
                compare(&format!("{path}.{name}"), value, &actual[name]);
            }
        }
        (Value::Array(sample), Value::Array(actual)) => {
            for (sample, actual) in sample
                .first()
                .into_iter()
                .flat_map(|sample| actual.iter().map(move |actual| (sample, actual)))
            {
                compare(&format!("{path}[]"), sample, actual);
            }
        }
        _ => assert_eq!(
            std::mem::discriminant(sample),
            std::mem::discriminant(actual),
            "{path} has the same type in the sample ({sample}) and in the output ({actual})"
        ),
    }
}

/// Creates a mail for which every field of the JSON output has a value. The mail has a code, a link, an HTML part, a Cc
/// recipient, an attached mail and a parser note.
fn mail_with_all_fields(to: &str) -> String {
    format!(
        "From: Shop <no-reply@shop.example>\r\nTo: {to}\r\nCc: Me <me@example.com>\r\nSubject: Your code\r\n\
         Date: Tue, 03 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
         <p>Your verification code is <b>482913</b>.</p>\
         <p><a href=\"https://shop.example/verify?t=abc\">Confirm your address</a></p>\
         <img src=\"https://shop.example/pixel.png\">\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inner\r\n\r\nhello\r\n--b--\r\n"
    )
}

/// Runs each command with `--json`, and returns its name together with its JSON output.
fn outputs() -> Vec<(&'static str, Value)> {
    let harness = CliHarness::new();
    let mut outputs = Vec::new();
    let mut run = |name: &'static str, args: &[&str]| -> Value {
        let value = harness.json(args);
        outputs.push((name, value.clone()));
        value
    };
    let address = run("new", &["new", "--label", "shopping"])["address"].as_str().unwrap().to_owned();
    harness.send_raw(&address, &mail_with_all_fields(&address));
    let id = run("ls", &["ls"])[0]["id"].as_str().unwrap().to_owned();
    let mail = run("wait", &["wait", "--since", "10m", "--timeout", "60"]);
    assert!(!mail["codes"][0].is_null() && !mail["links"][0].is_null(), "{mail}");
    // `search` prints a list of documents like the one that `wait` prints.
    run("search", &["search", "verification"]);
    let read = run("read", &["read", &id]);
    assert!(!read["html"].is_null() && !read["parts"][0].is_null() && !read["cc"][0].is_null(), "{read}");
    let dir = harness.home.path().join("out").display().to_string();
    run("assert", &["assert", "--code", "--count", "1"]);
    run("export", &["export", "--format", "mbox", &dir]);
    run("extract", &["extract", &format!("{dir}/dropmail.mbox")]);
    run("save", &["save", &id, "--dir", &dir]);
    run("sessions", &["sessions"]);
    run("use", &["use", &address]);
    run("current", &["current"]);
    let server = harness.smtp.to_string();
    run("release", &["release", &id, "--to", &address, "--smtp", &server, "--yes"]);
    run("history", &["history"]);
    run("domains", &["domains"]);
    run("token", &["token"]);
    run("delete-address --dry-run", &["delete-address", "--dry-run", &address]);
    run("delete-address", &["delete-address", &address]);
    run("restore", &["restore", &address]);
    run("add-address", &["add-address"]);
    run("config path", &["config", "path"]);
    run("purge --dry-run", &["purge", "--dry-run"]);
    run("purge", &["purge"]);
    run("purge --all", &["purge", "--all"]);
    for (name, verb) in [("domain add", "add"), ("domain delete", "delete")] {
        let env = [("DROPMAIL_DOMAIN_PASSWORD", "correct horse")];
        let outcome = harness.run_with(&["domain", verb, "mail.example.com", "--json"], &env);
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
        outputs.push((name, serde_json::from_str(&outcome.stdout).unwrap()));
    }
    outputs
}

/// Runs each command that prints several JSON documents, with the `--json` option. Returns each document with the name
/// of its sample in `docs/json.md`.
fn outputs_of_several_lines() -> Vec<(&'static str, Value)> {
    let harness = CliHarness::new();
    let mut quick = harness.spawn(&["quick", "--json", "--timeout", "2m"]);
    let lines = BufReader::new(quick.stdout.take().unwrap()).lines();
    let mut documents = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let address = documents.next().unwrap();
    let to = address["address"].as_str().unwrap();
    harness.send_raw(to, &mail_with_all_fields(to));
    let mail = documents.next().unwrap();
    assert_eq!(documents.next(), None, "`quick` prints two documents");
    assert_eq!(quick.wait().unwrap().code(), Some(0));
    let mut outputs = vec![("first document of quick", address), ("second document of quick", mail)];
    let to = harness.new_address();
    harness.send_raw(&to, &mail_with_all_fields(&to));
    let mails = harness.run_ok(&["wait", "--json", "--count", "2", "--since", "10m", "--timeout", "2m"]);
    assert_eq!(mails.lines().count(), 2, "{mails}");
    outputs.extend(mails.lines().map(|line| ("wait --count", serde_json::from_str(line).unwrap())));
    outputs
}

#[test]
fn every_sample_has_the_fields_that_the_program_prints() {
    let mut samples = samples();
    for (name, mut actual) in outputs() {
        if name == "search" {
            actual = actual[0].take();
            assert!(actual.is_object(), "`search` prints a list of mails");
        }
        let sample = samples.remove(name).unwrap_or_else(|| panic!("docs/json.md has no sample of {name}"));
        compare(name, &sample, &actual);
    }
    let several = outputs_of_several_lines();
    for (name, actual) in &several {
        compare(name, &samples[*name], actual);
    }
    samples.retain(|name, _sample| !several.iter().any(|(run, _actual)| *run == name.as_str()));
    // The sample shows one of the many settings; all have the same fields.
    let config = CliHarness::new().json(&["config"]);
    let sample = samples.remove("config").unwrap();
    let sample = sample.as_object().unwrap().values().next().unwrap();
    for (name, entry) in config.as_object().unwrap() {
        compare(name, sample, entry);
    }
    let home = tempfile::tempdir().unwrap();
    let serve = ["serve", "--json", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"];
    let mut server = command(home.path()).args(serve).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    compare("serve", &samples.remove("serve").unwrap(), &serde_json::from_str(&line).unwrap());
    assert!(samples.is_empty(), "every documented command was run, except {:?}", samples.keys());
}

#[test]
fn a_missing_field_fails_the_check() {
    let outcome = std::panic::catch_unwind(|| {
        compare("x", &serde_json::json!([{"a": 1}]), &serde_json::json!([{"a": 1}, {"a": 1, "b": 2}]));
    });
    assert!(outcome.is_err());
}

/// Returns the words in backticks between the text `start` on the page and the next full stop or semicolon.
fn words_after<'a>(page: &'a str, start: &str) -> Vec<&'a str> {
    let (_, rest) =
        page.split_once(start).unwrap_or_else(|| panic!("docs/json.md does not contain {start:?}"));
    let list = rest.split(['.', ';']).next().unwrap();
    list.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_kind_of_code_and_link_is_listed() {
    let page = page();
    let codes = CodePurpose::ALL.map(CodePurpose::as_str);
    assert_eq!(words_after(&page, "The `kind` of a code is "), codes);
    let links = LinkKind::ALL.map(LinkKind::as_str);
    assert_eq!(words_after(&page, "The `kind` of a link is "), links);
}
