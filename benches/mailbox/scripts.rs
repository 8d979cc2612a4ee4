//! Measures how long a script has to wait for a command: the command's startup time, and the time from the server's
//! reply `250` to a mail until the command has printed the code.

use super::report;
use dropmail_server::{AccessToken, Server, ServerConfig};
use lettre::transport::smtp::SmtpTransport;
use lettre::{Transport, address::Envelope};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Number of times that each command is started for the measurement.
const STARTS: usize = 50;
const WAITS: u32 = 50;

const TOKEN: &str = "af_benchmark01";
const MAIL: &str = "From: Shop <no-reply@shop.example>\r\nTo: me@dropmail.me\r\nSubject: Your verification code\r\n\r\n\
                    Your verification code is: 482913\r\n";

fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
    command.env_clear().env("HOME", home).args(args).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

pub(crate) fn measure() {
    let home = tempfile::tempdir().unwrap();
    let mail = home.path().join("code.eml");
    std::fs::write(&mail, MAIL).unwrap();
    let mail = mail.to_str().unwrap().to_owned();
    starts(home.path(), "start to end of --help", &["--help"]);
    starts(home.path(), "start to end of extract on a file", &["extract", &mail]);
    waits(home.path());
}

fn starts(home: &Path, what: &str, args: &[&str]) {
    let once = || {
        let started = Instant::now();
        assert!(command(home, args).stdout(Stdio::null()).status().unwrap().success());
        started.elapsed()
    };
    // The first start is not counted, because it reads the program from the disk.
    once();
    report(what, (0..STARTS).map(|_| once()).collect(), "< 10 ms");
}

fn waits(home: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ServerConfig {
        http: "127.0.0.1:0".parse().unwrap(),
        smtp: "127.0.0.1:0".parse().unwrap(),
        tokens: vec![AccessToken::new(TOKEN)],
        ..ServerConfig::default()
    };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let (base, smtp) = (server.base_url(), server.smtp_addr());
    let run = |args: &[&str]| {
        let mut command = command(home, args);
        command.env("DROPMAIL_BASE_URL", &base).env("DROPMAIL_LOG", "info").stdout(Stdio::piped());
        command
    };
    let address = String::from_utf8(run(&["new"]).output().unwrap().stdout).unwrap();
    let address = address.trim_end();
    let smtp = SmtpTransport::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
    let sender = Some("no-reply@shop.example".parse().unwrap());
    let envelope = Envelope::new(sender, vec![address.parse().unwrap()]).unwrap();
    let log = home.join(".local/share/dropmail-tui/dropmail-tui.log");
    let subscribed_log = || {
        std::fs::read_to_string(&log).unwrap_or_default().matches("the subscription is acknowledged").count()
    };
    let mut times = Vec::new();
    for n in 0..WAITS {
        let code = (100_000 + n * 7).to_string();
        let before = subscribed_log();
        let mut wait = run(&["wait", "--code", "--timeout", "30"]).spawn().unwrap();
        while subscribed_log() == before {
            std::thread::sleep(Duration::from_millis(2));
        }
        // By the end of this pause, the program has received the replies to the requests that follow the
        // connection.
        std::thread::sleep(Duration::from_millis(50));
        smtp.send_raw(&envelope, MAIL.replace("482913", &code).as_bytes()).unwrap();
        let accepted = Instant::now();
        let mut line = vec![0; code.len() + 1];
        wait.stdout.as_mut().unwrap().read_exact(&mut line).unwrap();
        times.push(accepted.elapsed());
        assert_eq!(line, format!("{code}\n").as_bytes());
        assert!(wait.wait().unwrap().success());
    }
    report("250 for DATA to the code of wait --code", times, "p50 < 25 ms");
    runtime.block_on(server.shutdown());
}
