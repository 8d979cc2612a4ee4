//! Measures the memory that the server needs for one large mail, and how long small mails wait while the server
//! processes the large one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::server_process::ServerProcess;

/// Size in bytes of the large mail's base64 attachment, just below the default limit of 40 MiB.
const ATTACHMENT_BYTES: usize = 39 << 20;
const SMALL_MAILS: usize = 200;

pub(crate) async fn measure() {
    let server = ServerProcess::start();
    let (_, address) = server.session().await;
    let (small, _) = server.memory();
    let slowest = tokio::task::spawn_blocking({
        let (smtp, to) = (server.smtp.clone(), address);
        move || {
            let line = format!("{}\r\n", "QUJD".repeat(19));
            let large = line.repeat(ATTACHMENT_BYTES / line.len());
            std::thread::scope(|scope| {
                let sending = scope.spawn(|| send(&smtp, &to, &large));
                let slowest = (0..SMALL_MAILS).map(|_| send(&smtp, &to, "small\r\n")).fold(0.0, f64::max);
                (sending.join().unwrap(), slowest)
            })
        }
    });
    let (large, slowest) = slowest.await.unwrap();
    let (now, peak_memory) = server.memory();
    println!(
        "large: a mail of {} MiB took {large:.2} s and increased memory from {small:.1} to {now:.1} MiB (at most {peak_memory:.1}); \
         the slowest of {SMALL_MAILS} small mails in the meantime took {:.1} ms",
        ATTACHMENT_BYTES >> 20,
        slowest * 1000.0
    );
}

/// Sends a mail with one attachment; returns the time in seconds until the server has stored the mail.
fn send(smtp: &str, to: &str, body: &str) -> f64 {
    let mut stream = TcpStream::connect(smtp).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let before = Instant::now();
    let head = "Subject: one\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\n\
        Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    let envelope = format!("HELO bench.test\r\nMAIL FROM:<a@sender.test>\r\nRCPT TO:<{to}>\r\nDATA\r\n");
    stream.write_all(envelope.as_bytes()).unwrap();
    let mut line = String::new();
    while !line.starts_with("354") {
        line.clear();
        replies.read_line(&mut line).unwrap();
    }
    for part in [head, body, ".\r\n"] {
        stream.write_all(part.as_bytes()).unwrap();
    }
    line.clear();
    replies.read_line(&mut line).unwrap();
    assert!(line.starts_with("250"), "{line}");
    before.elapsed().as_secs_f64()
}
