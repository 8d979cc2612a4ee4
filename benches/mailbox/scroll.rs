//! Measures the time from a key press until the program has written the new frame, in an inbox of 10,000 mails.

use super::key_times::key_times;
use super::report;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::stored_mail::{ArchiveSnapshot, StoredMail};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::{Model, update};
use dropmail_tui::runtime::screen::{Capabilities, Screen};
use dropmail_tui::ui::theme::ColorDepth;
use std::time::Instant;

/// Number of mails in the inbox that the benchmark scrolls through.
const MAILS: i64 = 10_000;

fn mail(n: i64) -> StoredMail {
    let raw = format!(
        "From: Shop {n} <no-reply{n}@shop.example>\r\nSubject: Your code {n}\r\n\r\nYour verification code is {}\r\n",
        100_000 + n
    );
    let envelope = Envelope {
        id: MailId::new(format!("mail {n}")),
        session: SessionId::new("session"),
        received_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(n),
        from: format!("no-reply{n}@shop.example").into(),
        to: "me@dropmail.me".into(),
        to_orig: "me@dropmail.me".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    StoredMail {
        read: n % 2 == 0,
        ..StoredMail::new(Summary::new(envelope, &mail_codes::parse(raw.as_bytes())))
    }
}

pub(crate) fn measure() {
    let area = Area::screen(160, 50);
    let mut model = Model::new(Timestamp::UNIX_EPOCH, area);
    let mails = (0..MAILS).rev().map(mail).collect();
    drop(update(&mut model, Msg::ArchiveRead(Ok(ArchiveSnapshot { mails, ..ArchiveSnapshot::default() }))));
    let capabilities = Capabilities::without_queries(ColorDepth::Ansi16, false);
    let mut screen = Screen::with_fixed_size(std::io::sink(), area, capabilities).unwrap();
    screen.draw(&model).unwrap();
    let script = "j".repeat(2000) + &"<c-d>".repeat(200) + &"k".repeat(500) + "GgGg<pgdn><pgup>";
    let times = key_times(&mut model, &mut screen, &script);
    report("key to bytes, inbox of 10,000", times, "p50 < 1 ms, p95 < 2 ms, p99 < 2 ms");
    // The inbox is grouped first by the sender's site, and then by address.
    for what in ["key to bytes, 10,000 by sign-up", "key to bytes, 10,000 by address"] {
        let times = key_times(&mut model, &mut screen, &format!(",{script}"));
        report(what, times, "p50 < 1 ms, p95 < 2 ms, p99 < 2 ms");
    }
    drop(key_times(&mut model, &mut screen, ","));
    let filter = "\\from:shop has:code -is:read 100<esc>".repeat(20);
    let times = key_times(&mut model, &mut screen, &filter);
    report("letter of a filter to bytes, of 10,000", times, "p50 < 2 ms, p99 < 5 ms");
    let mut times = Vec::new();
    for n in 0..200 {
        let elapsed = dropmail_tui::app::msg::IngestedMail {
            mail: mail(MAILS + n),
            stored: dropmail_client::domain::stored_mail::Stored::New,
            problem: None,
        };
        let event = Instant::now();
        drop(update(&mut model, Msg::Ingested(SessionId::new("session"), Ok(Box::new(elapsed)))));
        screen.draw(&model).unwrap();
        times.push(event.elapsed());
    }
    report("new mail to bytes, inbox of 10,000", times, "no bound");
}
