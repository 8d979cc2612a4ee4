//! Test harness that runs a local server, runs the program in a temporary home directory, and sends real mail over
//! SMTP.

use super::run::{Outcome, command};
use dropmail_server::{AccessToken, Server, ServerConfig};
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use serde_json::Value;
use std::process::{Child, Stdio};
use std::time::Duration;

pub(super) const TOKEN: &str = "af_commandline1";

pub(super) struct CliHarness {
    runtime: tokio::runtime::Runtime,
    server: Option<Server>,
    base: String,
    pub(super) smtp: std::net::SocketAddr,
    pub(super) home: tempfile::TempDir,
}

impl CliHarness {
    pub(super) fn new() -> Self {
        Self::with_session_lifetime(Duration::from_mins(10))
    }

    pub(super) fn with_session_lifetime(session_lifetime: Duration) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let config = ServerConfig {
            http: "127.0.0.1:0".parse().unwrap(),
            smtp: "127.0.0.1:0".parse().unwrap(),
            tokens: vec![AccessToken::new(TOKEN)],
            session_lifetime,
            ..ServerConfig::default()
        };
        let server = runtime.block_on(Server::start(config)).unwrap();
        let (base, smtp) = (server.base_url(), server.smtp_addr());
        Self { runtime, server: Some(server), base, smtp, home: tempfile::tempdir().unwrap() }
    }

    /// Replaces the fault injection plan of the local server.
    pub(super) fn set_faults(&self, plan: &str) {
        self.server.as_ref().unwrap().set_faults(plan.parse().unwrap());
    }

    /// Stops the local server and frees its port.
    pub(super) fn stop(&mut self) {
        self.runtime.block_on(self.server.take().unwrap().shutdown());
    }

    /// Starts the program with logging enabled, and returns the process as soon as its log contains `words` at least
    /// `times` times.
    #[expect(clippy::disallowed_methods, reason = "no event reports that a log file grew, so the test polls")]
    pub(super) fn spawn_until(&self, args: &[&str], words: &str, times: usize) -> Child {
        let mut command = self.command(args);
        let child = command.env("DROPMAIL_LOG", "info").spawn().unwrap();
        let log = self.data().join("dropmail-tui.log");
        let start_time = std::time::Instant::now();
        while std::fs::read_to_string(&log).unwrap_or_default().matches(words).count() < times {
            assert!(
                start_time.elapsed() < Duration::from_mins(1),
                "the log does not contain {words:?} {times} times"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    fn data(&self) -> std::path::PathBuf {
        self.home.path().join(".local/share/dropmail-tui")
    }

    pub(super) fn command(&self, args: &[&str]) -> std::process::Command {
        let mut command = command(self.home.path());
        command.args(args).env("DROPMAIL_BASE_URL", &self.base);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    pub(super) fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, &[])
    }

    pub(super) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Outcome {
        outcome(self.command(args).envs(env.iter().copied()).spawn().unwrap())
    }

    /// Runs the program and returns its standard output. Panics if the program fails or prints to standard error.
    pub(super) fn run_ok(&self, args: &[&str]) -> String {
        let outcome = self.run(args);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{args:?} {outcome:?}");
        outcome.stdout
    }

    /// Runs the program with `--json` and returns the printed JSON document. The output must be a single line.
    pub(super) fn json(&self, args: &[&str]) -> Value {
        let mut args = args.to_vec();
        args.push("--json");
        let text = self.run_ok(&args);
        assert_eq!(text.lines().count(), 1, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Runs the program and checks that it fails: its exit code must be `code`, its standard output must be empty, and
    /// its standard error must be one line that contains `names`.
    pub(super) fn run_err(&self, args: &[&str], code: i32, names: &str) {
        let outcome = self.run(args);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(code), ""), "{args:?} {outcome:?}");
        // An error message of the argument parser starts with `error:`.
        let prefixes = if code == 2 { ["dropmail-tui: ", "error: "] } else { ["dropmail-tui: "; 2] };
        assert!(prefixes.iter().any(|prefix| outcome.stderr.starts_with(prefix)), "{outcome:?}");
        assert!(outcome.stderr.contains(names), "{outcome:?}");
        assert!(!outcome.stderr.contains("af_"), "the error message contains no token: {}", outcome.stderr);
    }

    pub(super) fn new_address(&self) -> String {
        self.run_ok(&["new"]).trim_end().to_owned()
    }

    /// Writes a file to the temporary home directory and returns its path.
    pub(super) fn write(&self, name: &str, content: &str) -> String {
        let path = self.home.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub(super) fn send(&self, to: &str, subject: &str, text: &str) {
        self.send_raw(to, &plain(to, subject, text));
    }

    pub(super) fn send_raw(&self, to: &str, raw: &str) {
        assert!(self.try_send(to, raw));
    }

    /// Sends a mail over SMTP, and returns whether the server accepted it.
    pub(super) fn try_send(&self, to: &str, raw: &str) -> bool {
        let transport =
            SmtpTransport::builder_dangerous(self.smtp.ip().to_string()).port(self.smtp.port()).build();
        let envelope =
            Envelope::new(Some("no-reply@shop.example".parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
        transport.send_raw(&envelope, raw.as_bytes()).is_ok_and(|response| response.is_positive())
    }
}

pub(super) fn plain(to: &str, subject: &str, text: &str) -> String {
    format!("From: Shop <no-reply@shop.example>\r\nTo: {to}\r\nSubject: {subject}\r\n\r\n{text}\r\n")
}

pub(super) fn outcome(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    Outcome {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}
