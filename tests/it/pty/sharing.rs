//! Tests two program windows that use the same data directory, and commands that run while a window is open. These
//! processes share one connection to the service and show the same data. When one of them exits, the others continue.

mod gate;
mod hostile;
mod takeover;
mod windows;

use super::terminal::{Terminal, program};
use dropmail_server::{AccessToken, Server, ServerConfig};
use gate::Gate;
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// The text that a program window shows once its push connection is acknowledged.
const CONNECTED: &str = "push · WebSocket";

/// A token for the `DROPMAIL_TOKEN` environment variable that differs from the token in the archive.
const OTHER_TOKEN: &str = "af_someone_else";

/// A local server behind a TCP relay that can refuse new connections, and a home directory that all tested processes
/// share.
struct Harness {
    // The runtime is dropped last, after the server that runs in it.
    runtime: tokio::runtime::Runtime,
    server: Server,
    gate: Gate,
    home: TempDir,
}

impl Harness {
    fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let tokens = vec![AccessToken::new(OTHER_TOKEN)];
        let config = ServerConfig { http: free, smtp: free, tokens, ..ServerConfig::default() };
        let server = runtime.block_on(Server::start(config)).unwrap();
        let gate = Gate::before(server.http_addr());
        Self { runtime, server, gate, home: tempfile::tempdir().unwrap() }
    }

    fn base(&self) -> String {
        format!("http://{}/api/graphql", self.gate.address())
    }

    fn data(&self) -> PathBuf {
        self.home.path().join(".local/share/dropmail-tui")
    }

    fn window(&self) -> Terminal {
        self.window_with(&[])
    }

    /// Starts a program window with additional environment variables.
    fn window_with(&self, env: &[(&str, &str)]) -> Terminal {
        // The program does not wait for replies from an unknown terminal.
        let env = [&[("TERM", "unknown")], env].concat();
        Terminal::start_with(&["--base-url", &self.base()], self.home.path(), (120, 30), &env)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        command.args(args).args(["--base-url", &self.base()]).stdin(Stdio::null());
        command
    }

    fn run_command(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command and returns its output; panics if the command fails or prints a warning.
    fn run_ok(&self, args: &[&str]) -> String {
        let output = self.run_command(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && errors.is_empty(), "{args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn send(&self, to: &str, subject: &str) {
        let smtp = self.server.smtp_addr();
        let post = SmtpTransport::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
        let envelope = Envelope::new(Some("shop@shop.example".parse().unwrap()), vec![to.parse().unwrap()]);
        let raw =
            format!("From: Shop <shop@shop.example>\r\nSubject: {subject}\r\n\r\nYour code is 482913.\r\n");
        post.send_raw(&envelope.unwrap(), raw.as_bytes()).unwrap();
    }

    /// Returns the only address of the mailbox. A program window must have created it before.
    fn address(&self) -> String {
        let listed = self.run_ok(&["sessions", "--json"]);
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        listed[0]["addresses"][0]["address"].as_str().unwrap().to_owned()
    }

    fn end(self) {
        self.runtime.block_on(self.server.shutdown());
    }
}

/// Waits until a program window shows that its push connection is acknowledged.
fn wait_until_connected(window: &Terminal) {
    window.wait_for_text(CONNECTED);
}

#[test]
fn commands_beside_a_window_open_no_connection() {
    let harness = Harness::new();
    let window = harness.window();
    wait_until_connected(&window);
    let address = harness.address();
    // From this point on, the service accepts no new connection; open connections continue to work.
    harness.gate.close();
    harness.send(&address, "Tidings of the window");
    window.wait_for_text("Tidings of the window");
    assert!(harness.run_ok(&["ls"]).contains("Tidings of the window"));
    let mut wait = harness.command(&["wait", "--subject", "the wait", "--timeout", "60"]);
    let wait = wait.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    harness.send(&address, "Tidings of the wait");
    let waited = wait.wait_with_output().unwrap();
    assert!(String::from_utf8_lossy(&waited.stdout).contains("Tidings of the wait"), "{waited:?}");
    window.wait_for_text("Tidings of the wait");
    let listed = harness.run_ok(&["ls"]);
    assert!(listed.contains("Tidings of the window") && listed.contains("Tidings of the wait"), "{listed}");
    harness.end();
}

#[test]
fn a_window_shows_changes_made_by_commands() {
    let harness = Harness::new();
    let window = harness.window();
    wait_until_connected(&window);
    let address = harness.run_ok(&["new", "--label", "Signing up"]).trim_end().to_owned();
    window.wait_for_text(&address);
    window.wait_for_text("Signing up");
    let added = harness.run_ok(&["add-address"]).trim_end().to_owned();
    window.wait_for_text(&added);
    harness.run_ok(&["delete-address", &added]);
    window.wait_for_screen("no deleted address", |screen| !screen.contains(&added));
    harness.send(&address, "Tidings of the command");
    window.wait_for_text("Tidings of the command");
    harness.end();
}

#[test]
fn a_window_empties_its_list_when_a_command_deletes_all_mail() {
    let harness = Harness::new();
    let window = harness.window();
    wait_until_connected(&window);
    let address = harness.address();
    harness.send(&address, "Tidings of the past");
    window.wait_for_text("Tidings of the past");
    let purged = harness.run_command(&["purge", "--all"]);
    assert!(purged.status.success(), "{purged:?}");
    window.wait_for_screen("no deleted mail", |screen| !screen.contains("Tidings of the past"));
    harness.end();
}

#[test]
fn a_command_with_another_service_or_token_works_without_the_window() {
    let harness = Harness::new();
    let window = harness.window();
    wait_until_connected(&window);
    let mut other = harness.command(&["new"]);
    let other = other.env("DROPMAIL_TOKEN", OTHER_TOKEN).output().unwrap();
    assert!(other.status.success(), "{other:?}");
    let address = String::from_utf8(other.stdout).unwrap().trim_end().to_owned();
    assert!(
        !harness.run_ok(&["sessions"]).contains(&format!("{address}\tlive")),
        "the session belongs to another token"
    );
    harness.end();
}
