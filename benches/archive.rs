//! What the archive has to reach with 1,000, 10,000 and 100,000 mails in it, each of about two
//! kilobytes: the start of the real program, searching, keeping a new mail with full sync, memory.
//!
//! `cargo bench --bench archive`; `-- 1000 10000` measures other sizes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    dead_code,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "../tests/it/pty/terminal.rs"]
mod terminal;

use dropmail_tui::adapters::sqlite::SqliteArchive;
use dropmail_tui::domain::ids::{MailId, SessionId};
use dropmail_tui::domain::mail::{Envelope, Summary};
use dropmail_tui::domain::mime;
use dropmail_tui::domain::search::Query;
use dropmail_tui::domain::time::Timestamp;
use dropmail_tui::ports::archive::{Archive, PAGE};
use std::path::Path;
use std::time::{Duration, Instant};
use terminal::Terminal;

/// Nobody listens there: the start is measured without a network.
const BASE: &str = "http://127.0.0.1:9/api/graphql";

fn main() {
    let sizes: Vec<u64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1000, 10_000, 100_000] } else { sizes };
    for size in sizes {
        measure(size);
    }
}

fn measure(mails: u64) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/share/dropmail-tui");
    fill(&folder, mails);
    println!("\n{mails} mails");
    let opening = Instant::now();
    let archive = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    let page = archive.page(BASE, None, PAGE).unwrap();
    let tally = archive.tally(BASE).unwrap();
    line("open, first page, tally", &mut [opening.elapsed()], "");
    assert_eq!((page.len() as u64, tally.total() as u64), (mails.min(PAGE as u64), mails));
    for (what, words, at_least) in [
        ("search: a rare word", format!("rare{}x", mails / 2), 1),
        ("search: a word of every mail", "verification".to_owned(), 50),
        ("search: three words", "verification shop code".to_owned(), 50),
        ("search: no mail has it", "zyxwvutsr".to_owned(), 0),
        ("search: two Chinese letters, every 50th", "検索".to_owned(), 1),
        ("search: two letters that no mail has", "§¶".to_owned(), 0),
    ] {
        let query = Query::parse(&words);
        let asked = Instant::now();
        let found = archive.search(BASE, &query, 50).unwrap();
        line(what, &mut [asked.elapsed()], "first < 50 ms");
        assert!(found.len() >= at_least, "{what}: {}", found.len());
    }
    let mut times: Vec<Duration> = (0..300).map(|n| put(&archive, mails + n)).collect();
    line("a new mail kept, full sync", &mut times, "p99 < 5 ms");
    println!("{:<42} {:>8} KB", "memory of this process", memory("self"));
    drop(archive);
    start(home.path());
}

/// The real program, from its start to the frame that shows the newest mail.
fn start(home: &Path) {
    let mut times = Vec::new();
    let mut used = 0;
    for _ in 0..6 {
        let started = Instant::now();
        let mut terminal = Terminal::start(&["--base-url", BASE], home, (120, 40));
        let frame = terminal.expect_text("Your new code").wait();
        times.push(frame.saturating_duration_since(started));
        terminal.shows("unread");
        used = used.max(memory(&terminal.id().to_string()));
        terminal.type_keys("q");
        terminal.end();
    }
    // The first start reads the program from the disk.
    times.remove(0);
    line("start to the frame with the newest mail", &mut times, "< 60 ms");
    println!("{:<42} {used:>8} KB   (< 60 MB)", "memory of the program");
}

fn line(what: &str, times: &mut [Duration], bound: &str) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1000.0;
    println!(
        "{what:<42} n {:>4}  p50 {:>8.3} ms  p99 {:>8.3} ms  max {:>8.3} ms  ({bound})",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

fn memory(id: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn put(archive: &SqliteArchive, n: u64) -> Duration {
    let raw = format!(
        "From: Shop <shop@shop.example>\r\nSubject: Your new code {n}\r\n\r\nYour verification code is {}.\r\n{}\r\n",
        100_000 + n,
        format!("Words of the mail number {n}. ").repeat(50)
    );
    let mail = mime::parse(raw.as_bytes());
    let envelope = Envelope {
        id: MailId::new(format!("new{n}")),
        session: SessionId::new("s1"),
        received_at: Timestamp::from_second(4_000_000_000 + i64::try_from(n).unwrap()).unwrap(),
        from: "shop@shop.example".into(),
        to: "me@dropmail.me".into(),
        to_orig: "me@dropmail.me".into(),
        size: raw.len() as u64,
    };
    let summary = Summary::new(envelope, &mail);
    let asked = Instant::now();
    archive.put_mail(BASE, &summary, raw.as_bytes(), &mail).unwrap();
    asked.elapsed()
}

/// Fills an archive in one transaction: what is measured is not how it was filled. The mails are of
/// the far future, so that none of them is old enough to be removed.
fn fill(folder: &Path, mails: u64) {
    drop(SqliteArchive::open(folder, Timestamp::UNIX_EPOCH).unwrap());
    let db = rusqlite::Connection::open(folder.join("archive.sqlite3")).unwrap();
    db.execute_batch(&format!(
        "PRAGMA synchronous = OFF;
         BEGIN;
         CREATE TEMP TABLE made AS
             WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {mails})
             SELECT n, 'shop ' || n || ' your verification code rare' || n || 'x '
                 || CASE n % 50 WHEN 0 THEN '言葉を検索する ' ELSE '' END
                 || replace(hex(zeroblob(40)), '00', ' some words of a text that repeats ')
                 || lower(hex(randomblob(150))) AS text FROM count;
         INSERT INTO mail (n, id, base, session, received_at, mail_from, rcpt, rcpt_orig, size, sender,
                 subject, attachments)
             SELECT n, 'm' || n, '{BASE}', 's' || (n % 40), 3000000000000000 + n * 1000000, 'shop@shop.example',
                 'me@dropmail.me', 'me@dropmail.me', 2000, 'Shop ' || n, 'Your code ' || n, 0 FROM made;
         INSERT INTO raw SELECT n, CAST(text AS BLOB) FROM made;
         INSERT INTO parsed SELECT n, '{{}}' FROM made;
         INSERT INTO search (rowid, text) SELECT n, text FROM made;
         COMMIT;"
    ))
    .unwrap();
}
