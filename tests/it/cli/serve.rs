//! `serve`: what a script can rely on.

use super::run::{command, run};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn it_says_where_it_listens_and_ends_with_sigterm() {
    let home = tempfile::tempdir().unwrap();
    let child = command(home.path())
        .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut served = Served(child);
    let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
    let http = lines.next().unwrap().unwrap();
    let smtp = lines.next().unwrap().unwrap();
    assert!(http.starts_with("http http://127.0.0.1:") && http.ends_with("/api/graphql"), "{http}");
    assert!(smtp.starts_with("smtp 127.0.0.1:"), "{smtp}");
    let id = served.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", "TERM", &id]).status().unwrap().success());
    assert_eq!(served.0.wait().unwrap().code(), Some(0));
    assert!(lines.next().is_none(), "nothing but the two lines");
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for flag in ["--http", "--smtp"] {
        let other = if flag == "--http" { "--smtp" } else { "--http" };
        let outcome = run(&["serve", flag, &address, other, "127.0.0.1:0"], &[], b"");
        assert_eq!(outcome.code, Some(1));
        assert!(outcome.stderr.contains(&address) && outcome.stderr.contains(flag), "{}", outcome.stderr);
    }
}
