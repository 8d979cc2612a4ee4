//! Tests the command-line options that no other test uses. Also tests that every option of the program is used in a
//! test.

use super::harness::CliHarness;
use super::run::{Outcome, command, run};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Stdio};

const TOKEN: &str = "af_optiontest1";

/// A `serve` process with its own home directory, and the listen addresses that it has printed.
struct Served {
    process: Child,
    facts: Value,
    /// Temporary home directory of the `serve` process, which is deleted when this value is dropped.
    _home: tempfile::TempDir,
}

impl Served {
    fn new(options: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut process = command(home.path())
            .args(["serve", "--json", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--token", TOKEN])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let facts = serde_json::from_str(&line).unwrap_or_else(|why| panic!("{options:?}: {line:?}: {why}"));
        Self { process, facts, _home: home }
    }

    /// Runs a command of the program against this server, with the given token (empty for none).
    fn run(&self, token: &str, args: &[&str]) -> Outcome {
        let base = self.facts["http"].as_str().unwrap();
        let mut all = vec!["--base-url", base, "--no-archive"];
        all.extend(args);
        let env = [("DROPMAIL_TOKEN", token), ("DROPMAIL_DOMAIN_PASSWORD", "correct horse")];
        run(&all, if token.is_empty() { &[] } else { &env }, b"")
    }

    fn json(&self, args: &[&str]) -> Value {
        let outcome = self.run(TOKEN, &[&["--json"], args].concat());
        assert_eq!(outcome.code, Some(0), "{args:?}: {outcome:?}");
        serde_json::from_str(&outcome.stdout).unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[test]
fn serve_uses_the_certificate_and_the_login_of_its_options() {
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    let (chain, key) = (write("chain.pem", &certificate.pem()), write("key.pem", &key.serialize_pem()));
    let (ca, mail) = (write("ca.pem", &authority.pem()), write("a.eml", "Subject: x\r\n\r\nhi\r\n"));
    for (mode, encryption) in [("implicit", "--tls"), ("starttls", "--starttls")] {
        let tls = ["--smtp-tls", mode, "--tls-cert", &chain, "--tls-key", &key];
        let served = Served::new(&[&tls[..], &["--smtp-auth", "me:secret", "--catch-all"]].concat());
        assert!(served.facts.get("certificate").is_none(), "{}", served.facts);
        served.json(&["new"]);
        let smtp = served.facts["smtp"].as_str().unwrap();
        let release = ["release", &mail, "--to", "me@example.com", "--smtp", smtp, "--yes", encryption];
        let with = |more: &[&str], password: &str| {
            let env = [("DROPMAIL_SMTP_PASSWORD", password)];
            run(&[&release[..], more].concat(), &env, b"")
        };
        let login = ["--ca", &ca, "--user", "me"];
        assert_eq!(with(&login, "secret").code, Some(0), "{:?}", with(&login, "secret"));
        assert_ne!(with(&login, "other").code, Some(0), "a wrong password");
        assert!(with(&["--ca", &ca], "").stderr.contains("530"), "{:?}", with(&["--ca", &ca], ""));
        assert!(with(&["--user", "me"], "secret").stderr.contains("UnknownIssuer"), "an unknown authority");
    }
}

#[test]
fn serve_applies_the_options_for_tokens_limits_and_domains() {
    let served = Served::new(&[
        "--legacy-tokens",
        "--captcha",
        "always",
        "--captcha-seed",
        "7",
        "--address-rate",
        "1/1h",
        "--domain-check",
        "off",
        "--long-poll",
        "1",
        "--faults",
        "off",
    ]);
    let other = Served::new(&["--captcha", "always", "--captcha-seed", "7"]);
    assert_eq!(nonce(&served), nonce(&other), "the first captcha of a seed is the same in every run");
    assert_eq!(served.run("legacytoken", &["ls"]).code, Some(0));
    assert!(served.run("", &["new"]).stderr.contains("captcha"));
    let session = served.json(&["new", "--permanent"]);
    let id = session["session_id"].as_str().unwrap();
    // The program would wait half a minute until the rate limit allows another request, so the test sends the request
    // itself.
    let query = r#"{"query":"mutation { introduceSession { id } }"}"#;
    let reply = super::serve::post(&host(&served), &format!("/api/graphql/{TOKEN}"), query);
    assert!(reply.contains("RATE_LIMIT_EXCEEDED"), "{reply}");
    assert_eq!(served.json(&["domain", "add", "mail.example.com"])["name"], "mail.example.com");
    let query = "query ($id: ID!) { session(id: $id) { id } }";
    let reply = served.json(&["api", "--field", &format!("id={id}"), query]);
    assert_eq!(reply["data"]["session"]["id"], id, "{reply}");
    let subscription = "subscription($id: ID!) { sessionMailReceived(id: $id) { id } }";
    let document = serde_json::json!({"query": subscription, "variables": {"id": id}});
    let reply = super::serve::post(&host(&served), &format!("/api/graphql/{TOKEN}"), &document.to_string());
    assert!(reply.contains("\"timeout_ms\":1000"), "{reply}");
}

fn host(served: &Served) -> String {
    let http = served.facts["http"].as_str().unwrap();
    http.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned()
}

/// Requests a token from a server that requires a captcha for each token, and returns the nonce of the captcha.
fn nonce(served: &Served) -> String {
    let body = r#"{"type":"af","lifetime":"1d"}"#;
    let reply = super::serve::post(&host(served), "/api/token/generate", body);
    let (_, rest) = reply.split_once("\"nonce\":\"").unwrap_or_else(|| panic!("{reply}"));
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn options_of_settings_override_the_settings() {
    for (option, value) in
        [("--transport", "multipart"), ("--transport", "poll"), ("--token-lifetime", "90d")]
    {
        let outcome = run(&["config", "show", option, value], &[], b"");
        let row = format!("{}\t{value}\tflag", option.trim_start_matches('-').replace('-', "_"));
        assert!(outcome.stdout.lines().any(|line| line == row), "{row}: {outcome:?}");
    }
}

#[test]
fn files_go_to_the_directory_and_the_log_of_the_options() {
    let harness = CliHarness::new();
    let mail = harness.write("a.eml", "Subject: hello\r\n\r\nhi\r\n");
    let dir = harness.home.path().join("saved").display().to_string();
    let saved = harness.run_ok(&["save", "./a.eml", "--download-dir", &dir]);
    assert!(saved.starts_with(&dir), "{saved} is the copy of {mail}");
    for (level, is_logged) in [("INFO", true), ("ERROR", false)] {
        let log = harness.home.path().join(level).display().to_string();
        let mut command = harness.command(&["mcp", "--log-level", level, "--log-file", &log]);
        let mut assistant = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut replies = BufReader::new(assistant.stdout.take().unwrap()).lines();
        let mut input = assistant.stdin.take().unwrap();
        let client = serde_json::json!({"name": "test", "version": "1"});
        let version =
            serde_json::json!({"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": client});
        for (method, id, params) in [
            ("initialize", Some(1), version),
            ("notifications/initialized", None, serde_json::json!({})),
            ("tools/call", Some(2), serde_json::json!({"name": "nothing", "arguments": {}})),
        ] {
            let mut message = serde_json::json!({"jsonrpc": "2.0", "method": method, "params": params});
            if let Some(id) = id {
                message["id"] = id.into();
            }
            writeln!(input, "{message}").unwrap();
            assert!(id.is_none() || replies.next().unwrap().unwrap().contains("\"id\""), "{method}");
        }
        drop(input);
        assert!(assistant.wait().unwrap().success());
        let logged = std::fs::read_to_string(&log).unwrap();
        assert_eq!(logged.contains("a call failed"), is_logged, "{level}: {logged}");
    }
}

/// Appends the contents of all source files in `folder` and its subdirectories to `texts`.
fn test_sources(folder: &Path, texts: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            test_sources(&entry, texts);
        } else if entry.extension().is_some_and(|end| end == "rs") {
            texts.push_str(&std::fs::read_to_string(entry).unwrap());
        }
    }
}

#[test]
fn a_test_sets_every_option_of_the_program() {
    let mut texts = String::new();
    test_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), &mut texts);
    let reference = dropmail_tui::cli::command_reference();
    // A row of the reference begins with the argument, such as "| `-F, --field <NAME=VALUE>` |".
    let arguments = reference.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let options: BTreeSet<&str> = arguments
        .flat_map(|argument| argument.split([' ', '[', '=']))
        .filter(|word| word.starts_with("--"))
        .collect();
    assert!(options.len() > 50, "{options:?}");
    let never_set: Vec<&&str> = options
        .iter()
        .filter(|option| ["\"", "="].iter().all(|end| !texts.contains(&format!("\"{option}{end}"))))
        .collect();
    assert!(never_set.is_empty(), "no test sets {never_set:?}");
}
