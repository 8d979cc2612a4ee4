//! Measures how many small mails per second the server accepts. Each mail is sent over a separate connection, 8 at a
//! time.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Instant;

use super::server_process::{ServerProcess, next};

const MAILS: usize = 20_000;
const PARALLEL_CONNECTIONS: usize = 8;

pub(crate) async fn measure() {
    let server = ServerProcess::start();
    let (id, address) = server.session().await;
    let mut socket = server.subscribe(&id).await;
    let before = Instant::now();
    let (smtp, to) = (server.smtp.clone(), address.clone());
    let sending = tokio::task::spawn_blocking(move || send(&smtp, &to));
    let mut received = 0;
    while received < MAILS {
        if next(&mut socket).await.contains("\"next\"") {
            received += 1;
        }
    }
    let pushed = before.elapsed();
    let (sent, with) = sending.await.unwrap();
    println!(
        "smtp: {MAILS} mails, {PARALLEL_CONNECTIONS} in parallel, by {with}: {:.0} accepted per second, {:.0} pushed per second; \
         the server used {:.2} s of CPU time",
        MAILS as f64 / sent,
        MAILS as f64 / pushed.as_secs_f64(),
        server.work()
    );
}

/// Sends all mails. Returns the duration in seconds, and the name of the program that sent the mails.
fn send(smtp: &str, to: &str) -> (f64, &'static str) {
    let source = std::env::var("SMTP_SOURCE").unwrap_or_else(|_unset| "smtp-source".to_owned());
    let before = Instant::now();
    let mails = MAILS.to_string();
    let sessions = PARALLEL_CONNECTIONS.to_string();
    // Without -d, `smtp-source` opens a connection for each mail.
    let arguments = ["-s", &sessions, "-m", &mails, "-l", "1024", "-f", "a@sender.test", "-t", to];
    let ran = Command::new(source).args(arguments).arg(format!("inet:{smtp}")).status();
    match ran {
        Ok(status) if status.success() => (before.elapsed().as_secs_f64(), "smtp-source"),
        _ => (by_threads(smtp, to), "this program"),
    }
}

fn by_threads(smtp: &str, to: &str) -> f64 {
    let before = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PARALLEL_CONNECTIONS {
            scope.spawn(|| {
                for _ in 0..MAILS / PARALLEL_CONNECTIONS {
                    one(smtp, to);
                }
            });
        }
    });
    before.elapsed().as_secs_f64()
}

fn one(smtp: &str, to: &str) {
    let mut stream = TcpStream::connect(smtp).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let mut reply = |expected: &str| {
        let mut line = String::new();
        loop {
            line.clear();
            replies.read_line(&mut line).unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                assert!(line.starts_with(expected), "{line}");
                return;
            }
        }
    };
    reply("220");
    let body = "x".repeat(76);
    let mail = format!("From: a@sender.test\r\nSubject: flood\r\n\r\n{body}\r\n{body}\r\n.\r\n");
    for (command, expected) in [
        ("HELO bench.test\r\n".to_owned(), "250"),
        ("MAIL FROM:<a@sender.test>\r\n".to_owned(), "250"),
        (format!("RCPT TO:<{to}>\r\n"), "250"),
        ("DATA\r\n".to_owned(), "354"),
        (mail, "250"),
        ("QUIT\r\n".to_owned(), "221"),
    ] {
        stream.write_all(command.as_bytes()).unwrap();
        reply(expected);
    }
}
