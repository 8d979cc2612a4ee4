//! Tests that the program fetches all mail that arrives at the service before or shortly after the program starts. If
//! the program exits before it has fetched all of this mail, the next run must list it.

use super::terminal::{Terminal, program};
use crate::archive_crash::variable;
use dropmail_server::{Server, ServerConfig};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

const WAITING_MAILS: usize = 600;
const COMING_MAILS: usize = 300;

/// An SMTP connection on which the test sends small packets to the server without delay (`TCP_NODELAY`).
struct Smtp(BufReader<TcpStream>);

impl Smtp {
    fn connect(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        let mut smtp = Self(BufReader::new(socket));
        smtp.reply("220");
        smtp.send_line("EHLO test.example", "250");
        smtp
    }

    fn send_line(&mut self, line: &str, code: &str) {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.reply(code);
    }

    /// Reads a complete, possibly multi-line SMTP reply (RFC 5321, section 4.2.1) and checks its reply code.
    fn reply(&mut self, code: &str) {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "{line}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}

/// Sends mails one by one, and returns their subjects. Before each mail, calls `has_next` with the number of mails sent
/// so far, and stops if it returns `false`.
fn send_while(smtp: SocketAddr, to: &str, name: &str, has_next: impl Fn(usize) -> bool) -> BTreeSet<String> {
    let mut smtp = Smtp::connect(smtp);
    let mut accepted_subjects = BTreeSet::new();
    for n in (0..).take_while(|n| has_next(*n)) {
        let subject = format!("{name} {n}");
        smtp.send_line("MAIL FROM:<shop@shop.example>", "250");
        smtp.send_line(&format!("RCPT TO:<{to}>"), "250");
        smtp.send_line("DATA", "354");
        let code = 100_000 + n;
        smtp.send_line(&format!("Subject: {subject}\r\n\r\nYour code is {code}.\r\n."), "250");
        accepted_subjects.insert(subject);
    }
    accepted_subjects
}

fn run_command(base: &str, home: &Path, args: &[&str]) -> String {
    let mut command = Command::new(program());
    command.env_clear().env("HOME", home).current_dir(home);
    let output = command.args(args).args(["--base-url", base]).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the subjects of all mails that the `ls` command lists.
fn listed_subjects_of(base: &str, home: &Path) -> BTreeSet<String> {
    let document: serde_json::Value =
        serde_json::from_str(&run_command(base, home, &["ls", "--json"])).unwrap();
    let mails = document.as_array().unwrap().iter();
    mails.map(|mail| mail["subject"].as_str().unwrap().to_owned()).collect()
}

/// Number of mails that are waiting on the server when the program starts, in each round of the test that kills the
/// program.
const BACKLOG_MAILS: usize = 20;

/// Tests that no mail is lost when the mailbox and the `wait` and `ls` commands are killed in turn, at different
/// moments while mail is arriving. At the end, `ls` must list every mail that the server has accepted.
#[test]
#[ignore = "minutes: 200 kills, or as many as DROPMAIL_KILL_ROUNDS says"]
#[expect(clippy::print_stderr, reason = "a long run reports how much it has tested")]
fn killing_processes_200_times_under_load_loses_no_mail() {
    let rounds = variable("DROPMAIL_KILL_ROUNDS").map_or(200, |rounds| rounds.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let (base, smtp) = (server.base_url(), server.smtp_addr());
    let home = tempfile::tempdir().unwrap();
    let address = run_command(&base, home.path(), &["new"]).trim_end().to_owned();
    let mut sent = BTreeSet::new();
    for round in 0..rounds {
        sent.extend(send_while(smtp, &address, &format!("Waiting {round}"), |n| n < BACKLOG_MAILS));
        // The program is killed after this number of mails has arrived in the meantime.
        let arriving = 1 + round * 37 % 101;
        let sending = || send_while(smtp, &address, &format!("Coming {round}"), |n| n < arriving);
        if round % 3 == 0 {
            let mut terminal = Terminal::start(&["--base-url", &base], home.path(), (120, 30));
            sent.extend(sending());
            terminal.signal("KILL");
            terminal.end();
        } else {
            let wait_arguments = ["wait", "--subject", "none has it", "--base-url", &base];
            let ls_arguments = ["ls", "--base-url", &base];
            let arguments: &[&str] = if round % 3 == 1 { &wait_arguments } else { &ls_arguments };
            let mut command = Command::new(program());
            command.env_clear().env("HOME", home.path()).current_dir(home.path()).args(arguments);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            sent.extend(sending());
            // The `ls` command may already have ended.
            drop(child.kill());
            child.wait().unwrap();
        }
    }
    let listed_subjects = listed_subjects_of(&base, home.path());
    let missing: Vec<_> = sent.difference(&listed_subjects).collect();
    assert!(missing.is_empty(), "{} of {} mails are missing: {missing:?}", missing.len(), sent.len());
    eprintln!("killed {rounds} times: all {} mails are listed", sent.len());
    runtime.block_on(server.shutdown());
}

#[test]
fn a_mailbox_that_ends_under_load_loses_no_mail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let (base, smtp) = (server.base_url(), server.smtp_addr());
    for ending in ["KILL", "TERM", "q"] {
        let home = tempfile::tempdir().unwrap();
        let address = run_command(&base, home.path(), &["new"]).trim_end().to_owned();
        let mut sent = send_while(smtp, &address, "Waiting", |n| n < WAITING_MAILS);
        let ended = AtomicBool::new(false);
        let sent_meanwhile = std::thread::scope(|scope| {
            let sending = scope.spawn(|| {
                send_while(smtp, &address, "Coming", |n| n < COMING_MAILS && !ended.load(Ordering::Relaxed))
            });
            let mut terminal = Terminal::start(&["--base-url", &base], home.path(), (120, 30));
            terminal.wait_for_text("Coming");
            if ending == "q" {
                terminal.type_keys("q");
            } else {
                terminal.signal(ending);
            }
            terminal.end();
            ended.store(true, Ordering::Relaxed);
            sending.join().unwrap()
        });
        sent.extend(sent_meanwhile);
        let listed_subjects = listed_subjects_of(&base, home.path());
        let missing: Vec<_> = sent.difference(&listed_subjects).collect();
        assert!(
            missing.is_empty(),
            "{ending}: {} of {} mails are missing: {missing:?}",
            missing.len(),
            sent.len()
        );
    }
    runtime.block_on(server.shutdown());
}
