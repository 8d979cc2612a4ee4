//! Tests which data (addresses, mail, session names) survives the end of a session or a restart of the program, and
//! which data must not survive.

use super::terminal::Terminal;
use dropmail_server::{Server, ServerConfig};
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A local server, and a temporary home directory for the program.
struct Harness {
    // The runtime is dropped last, after the server that runs in it.
    runtime: tokio::runtime::Runtime,
    server: Server,
    home: TempDir,
}

impl Harness {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        let server = runtime.block_on(Server::start(config)).unwrap();
        Self { runtime, server, home: tempfile::tempdir().unwrap() }
    }

    fn run_command(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
        command.env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        command.args(args).args(["--base-url", &self.server.base_url()]).output().unwrap()
    }

    fn run_ok(&self, args: &[&str]) -> String {
        let output = self.run_command(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn screen(&self, args: &[&str]) -> Terminal {
        let base = self.server.base_url();
        Terminal::start(&[&["--base-url", &base], args].concat(), self.home.path(), (120, 30))
    }

    /// Sends a mail to an address; returns whether the server accepted the mail.
    fn send(&self, to: &str, subject: &str) -> bool {
        let smtp = self.server.smtp_addr();
        let post = SmtpTransport::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
        let envelope = Envelope::new(Some("shop@shop.example".parse().unwrap()), vec![to.parse().unwrap()]);
        let raw =
            format!("From: Shop <shop@shop.example>\r\nSubject: {subject}\r\n\r\nWords of {subject}.\r\n");
        post.send_raw(&envelope.unwrap(), raw.as_bytes()).is_ok()
    }

    /// Creates an address, fetches and stores a mail to it, and makes the server expire the session of the address.
    /// Returns the address.
    fn with_expired_session(&self) -> String {
        let address = self.run_ok(&["new"]).trim_end().to_owned();
        assert!(self.send(&address, "Tidings before"));
        assert!(self.run_ok(&["ls"]).contains("Tidings before"));
        self.server.set_faults("session-expiry=1".parse().unwrap());
        self.run_command(&["ls"]);
        self.server.set_faults("off".parse().unwrap());
        assert!(!self.send(&address, "Into nothing"), "the server rejects mail to an expired address");
        address
    }

    /// Returns all files in the home directory and its subdirectories.
    fn files(&self) -> Vec<PathBuf> {
        fn below(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { below(&path, files) } else { files.push(path) }
            }
        }
        let mut files = Vec::new();
        below(self.home.path(), &mut files);
        files
    }

    fn end(self) {
        self.runtime.block_on(self.server.shutdown());
    }
}

fn quit(mut terminal: Terminal) {
    terminal.quit();
}

#[test]
fn restore_auto_restores_the_address_of_an_expired_session() {
    let harness = Harness::new();
    let address = harness.with_expired_session();
    let terminal = harness.screen(&["--set", "restore=auto"]);
    terminal.wait_for_text("Tidings before");
    terminal.wait_for_text("takes mail again.");
    terminal.wait_for_text(&address);
    assert!(harness.send(&address, "Tidings after"));
    terminal.wait_for_text("Tidings after");
    quit(terminal);
    harness.end();
}

#[test]
fn restore_ask_restores_after_a_confirmation() {
    let harness = Harness::new();
    let address = harness.with_expired_session();
    let mut terminal = harness.screen(&[]);
    terminal.wait_for_text("A session has lapsed. Its mail is here; R restores its addresses.");
    // The mail of the expired session is read from the archive.
    terminal.wait_for_text("Tidings before");
    terminal.type_keys("\r");
    terminal.wait_for_text("Words of Tidings before.");
    // Meanwhile, the program has opened a session with a different address.
    terminal.wait_for_text("left, renews");
    assert!(!harness.send(&address, "Into nothing"), "no address is restored before the user confirms");
    terminal.type_keys("R");
    terminal.wait_for_text("takes mail again.");
    assert!(harness.send(&address, "Tidings after"));
    terminal.wait_for_text("Tidings after");
    quit(terminal);
    harness.end();
}

#[test]
fn restore_never_keeps_the_mail_and_restores_nothing() {
    let harness = Harness::new();
    let address = harness.with_expired_session();
    let terminal = harness.screen(&["--set", "restore=never"]);
    terminal.wait_for_text("Tidings before");
    terminal.wait_for_text("left, renews");
    assert!(
        !terminal.screen().contains("has lapsed"),
        "the program offers no restore: {}",
        terminal.screen()
    );
    assert!(!harness.send(&address, "Into nothing"));
    quit(terminal);
    // The restore key is still stored.
    assert_eq!(harness.run_ok(&["restore", &address]).trim_end(), address);
    assert!(harness.send(&address, "Tidings after"));
    harness.end();
}

#[test]
fn no_archive_writes_nothing_to_disk() {
    let harness = Harness::new();
    let first = harness.run_ok(&["new", "--no-archive", "--label", "work"]);
    assert!(harness.send(first.trim_end(), "For nobody"));
    let mut terminal = harness.screen(&["--no-archive"]);
    terminal.wait_for_text("left, renews");
    let screen = terminal.screen();
    let address = screen.split(|c: char| c.is_whitespace() || c == '│').find(|word| word.contains('@'));
    let address = address.unwrap().to_owned();
    assert!(harness.send(&address, "Only here"));
    terminal.wait_for_text("Only here");
    terminal.type_keys("\r");
    terminal.wait_for_text("Words of Only here.");
    terminal.type_keys("n");
    terminal.wait_for_text("New address");
    quit(terminal);
    let files = harness.files();
    assert!(files.is_empty(), "{files:?}");
    harness.end();
}

#[test]
fn a_session_name_survives_a_restart() {
    let harness = Harness::new();
    harness.run_ok(&["new", "--label", "  shopping  "]);
    assert_eq!(harness.run_ok(&["sessions"]).trim_end().rsplit('\t').next(), Some("shopping"));
    let mut terminal = harness.screen(&[]);
    terminal.wait_for_text("shopping · ");
    terminal.type_keys("e");
    terminal.wait_for_text("name of the session");
    // Ctrl-u clears the text in the prompt.
    terminal.type_keys("\x15tax office\r");
    terminal.wait_for_text("The session is called tax office.");
    quit(terminal);
    let terminal = harness.screen(&[]);
    terminal.wait_for_text("tax office · ");
    quit(terminal);
    let sessions: serde_json::Value = serde_json::from_str(&harness.run_ok(&["sessions", "--json"])).unwrap();
    assert_eq!(sessions[0]["label"], "tax office");
    harness.end();
}
