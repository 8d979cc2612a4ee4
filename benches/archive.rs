//! Measures archives of 1,000, 10,000 and 100,000 mails (about two kilobytes each): the startup time of the real
//! program, the time for searches, the time until a new mail is safely on the disk, and the memory use. Prints each
//! figure with its limit. A figure that exceeds its limit is marked and makes the benchmark fail.
//!
//! Run the benchmark with `cargo bench --bench archive`; `-- 1000 10000` measures other sizes.

// This file exceeds 300 lines because it contains a measurement for each operation of the archive.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    dead_code,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "archive/fill.rs"]
mod fill;
#[path = "../tests/it/pty/terminal.rs"]
mod terminal;

use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::{Envelope, Summary};
use dropmail_client::domain::search::SearchQuery;
use dropmail_client::domain::stored_mail::MAILS_PER_PAGE;
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::ports::archive::{Archive, PurgeScope};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use terminal::Terminal;

/// Base URL of a service that is not running: no server listens on the port, so the startup time is measured without
/// network traffic.
const BASE: &str = "http://127.0.0.1:9/api/graphql";

/// Maximum time from the start of the program to its first frame, regardless of the archive size. A longer time makes
/// the benchmark fail.
const MAX_FIRST_FRAME: Duration = Duration::from_millis(60);
const MAX_FIRST_ANSWER: Duration = Duration::from_millis(50);
const MAX_STORE: Duration = Duration::from_millis(5);
const MAX_MEMORY_KB: u64 = 60_000;

/// Minimum time that counts for an operation on the smaller archive when its growth factor is calculated. A shorter
/// measured time is replaced with this value, because it consists mostly of measurement noise.
const MIN_COMPARED: Duration = Duration::from_micros(500);

/// The measured time of one operation on an archive of a given size.
struct OperationTime {
    what: &'static str,
    elapsed: Duration,
}

/// The memory allocator of the benchmark. The program uses the same one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let sizes: Vec<u64> = std::env::args().filter_map(|arg| arg.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1000, 10_000, 100_000] } else { sizes };
    let mut over = 0;
    let mut before: Option<(u64, Vec<OperationTime>)> = None;
    for size in sizes {
        let figures = measure(size, &mut over);
        if let Some((smaller, earlier)) = before {
            growth(&earlier, &figures, smaller, size, &mut over);
        }
        before = Some((size, figures));
    }
    println!("\n{over} results are above their limit");
    if over == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn measure(mails: u64, over: &mut u32) -> Vec<OperationTime> {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/share/dropmail-tui");
    let mut figures = Vec::new();
    let mut note = |what, elapsed| figures.push(OperationTime { what, elapsed });
    println!("\n{mails} mails");
    let filling = Instant::now();
    fill::fill(&folder, BASE, mails);
    let filled = filling.elapsed();
    println!("{:<48} {:>9.3} s", "store and index all mails in one batch", filled.as_secs_f64());

    // The program does this in the background after its start.
    let tidying = Instant::now();
    let optimization_due = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    while optimization_due.optimize().unwrap() {}
    drop(optimization_due);
    // A small archive needs no optimisation, so only the sum of filling and optimising is compared between sizes.
    note("store, index and optimise all mails", filled + tidying.elapsed());
    println!("{:<48} {:>9.3} s", "optimise the index", tidying.elapsed().as_secs_f64());

    let opening = Instant::now();
    let archive = SqliteArchive::open(&folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    let page = archive.page(BASE, None, MAILS_PER_PAGE).unwrap();
    let tally = archive.count_mails(BASE).unwrap();
    note("open, first page, tally", line("open, first page, tally", &mut [opening.elapsed()], None, over));
    assert_eq!((page.len() as u64, tally.total() as u64), (mails.min(MAILS_PER_PAGE as u64), mails));
    for (what, words, at_least) in [
        ("search: a rare word", format!("rare{}x", mails / 2), 1),
        ("search: part of a word of every mail", "erificat".to_owned(), 50),
        ("search: three words", "verification shop code".to_owned(), 50),
        ("search: a word that no mail has", "zyxwvutsr".to_owned(), 0),
        ("search: a number that no mail has", "rare000000x".to_owned(), 0),
        ("search: two letters of every mail", "ve".to_owned(), 50),
        ("search: two letters that no mail has", "qj".to_owned(), 0),
        ("search: two signs that no mail has", "§¶".to_owned(), 0),
        ("search: a Chinese word of two letters", "検索".to_owned(), 1),
        ("search: a Chinese letter", "葉".to_owned(), 1),
        ("search: a Chinese word that no mail has", "鬱鬱".to_owned(), 0),
        ("search: a frequent word and one that is absent", "verification qj".to_owned(), 0),
    ] {
        let query = SearchQuery::parse(&words);
        let start_time = Instant::now();
        let found = archive.search(BASE, &query, 50).unwrap();
        note(what, line(what, &mut [start_time.elapsed()], Some(MAX_FIRST_ANSWER), over));
        assert!(found.len() >= at_least, "{what}: {}", found.len());
    }
    steps(&archive, &mut note, over);
    keep(&archive, mails, home.path(), &mut note, over);
    let mut used = memory("self");
    println!("{:<48} {used:>9} kB", "memory of this process");
    drop(archive);
    note("start to the newest mail", start(home.path(), &mut used, over));
    let mark = verdict(used <= MAX_MEMORY_KB, over);
    println!("{:<48} {used:>9} kB   (< {MAX_MEMORY_KB} kB{mark})", "memory of the program");
    remove(&folder, mails, &mut note);
    figures
}

/// Measures the duration of each step of a search. The duration matters because other tasks can use the database only
/// between two steps.
fn steps(archive: &SqliteArchive, note: &mut impl FnMut(&'static str, Duration), over: &mut u32) {
    for (what, words) in [("a step of the search, every mail", "ve"), ("a step of the search, no mail", "qj")]
    {
        let query = SearchQuery::parse(words);
        let mut times = Vec::new();
        let mut from = None;
        loop {
            let start_time = Instant::now();
            let step = archive.search_step(BASE, &query, from, 500).unwrap();
            times.push(start_time.elapsed());
            from = step.reached;
            if from.is_none() {
                break;
            }
        }
        note(what, line(what, &mut times, Some(MAX_FIRST_ANSWER), over));
    }
}

/// Measures the time for storing a new mail: first while the search index is optimised after every eight mails, then
/// while 500 mails arrive together.
fn keep(
    archive: &SqliteArchive,
    mails: u64,
    home: &Path,
    note: &mut impl FnMut(&'static str, Duration),
    over: &mut u32,
) {
    let (mut is_within_limit, mut bare, mut ordered) = (Vec::new(), Vec::new(), Vec::new());
    let mut disk = Disk::in_folder(home);
    for n in 0..504 {
        is_within_limit.push(put(archive, mails + n));
        bare.push(disk.write());
        // The program optimises the search index when no mail has arrived for a while.
        if n % 8 == 7 {
            let start_time = Instant::now();
            while archive.optimize().unwrap() {}
            ordered.push(start_time.elapsed());
        }
    }
    let what = "store a new mail, full sync (p99)";
    note(what, line(what, &mut is_within_limit, Some(MAX_STORE), over));
    line("  the disk alone, beside each: 32 kB and a sync", &mut bare, None, over);
    line("  optimise the index after eight of them", &mut ordered, None, over);
    let mut burst: Vec<Duration> = std::thread::scope(|scope| {
        // When many mails arrive, the program also optimises the search index in the meantime.
        let (optimization_due, many_came) = std::sync::mpsc::channel();
        scope.spawn(move || many_came.into_iter().for_each(|()| while archive.optimize().unwrap() {}));
        let puts = (504..1004).map(|n| {
            if n % 128 == 127 {
                optimization_due.send(()).unwrap();
            }
            put(archive, mails + n)
        });
        puts.collect()
    });
    line("store one of 500 mails that arrive together", &mut burst, None, over);
    let start_time = Instant::now();
    archive.search(BASE, &SearchQuery::parse("verification shop code"), 50).unwrap();
    let what = "search: three words, right after these mails";
    note(what, line(what, &mut [start_time.elapsed()], Some(MAX_FIRST_ANSWER), over));
    while archive.optimize().unwrap() {}
}

/// Measures how long it takes to delete the oldest 1 % of the mails, and then all remaining mails. Passes each time to
/// `note`.
fn remove(folder: &Path, mails: u64, note: &mut impl FnMut(&'static str, Duration)) {
    let archive = SqliteArchive::open(folder, Timestamp::UNIX_EPOCH).unwrap().archive;
    let old = mails / 100;
    let until = Timestamp::from_second(3_000_000_000).unwrap() + SignedDuration::from_secs(old as i64 + 1);
    for (what, purge, at_least) in [
        ("delete one per cent of the mails permanently", PurgeScope::Before(until), old),
        ("delete all mails permanently", PurgeScope::Everything, mails - old),
    ] {
        let start_time = Instant::now();
        let removed = archive.purge(purge).unwrap();
        note(what, start_time.elapsed());
        println!("{what:<48} {:>9.3} s    ({removed} mails)", start_time.elapsed().as_secs_f64());
        assert!(removed as u64 >= at_least);
    }
}

/// Measures the time from the start of the real program to the frame that shows the newest mail. Stores the largest
/// memory use of all runs in `used`, and increments `over` if the time exceeds its limit.
fn start(home: &Path, used: &mut u64, over: &mut u32) -> Duration {
    let mut times = Vec::new();
    *used = 0;
    for _ in 0..8 {
        let started = Instant::now();
        let mut terminal = Terminal::start(&["--base-url", BASE], home, (120, 40));
        let frame = terminal.expect_text("Your new code").wait();
        times.push(frame.saturating_duration_since(started));
        terminal.wait_for_text("unread");
        *used = (*used).max(memory(&terminal.id().to_string()));
        terminal.type_keys("q");
        terminal.end();
    }
    // The first start is not counted, because it reads the program from the disk.
    times.remove(0);
    line("start to the frame with the newest mail", &mut times, Some(MAX_FIRST_FRAME), over)
}

/// Prints measured times with their limit `bound` (`None` for no limit). Returns the value to which the limit applies:
/// the 99th percentile if there are at least 100 times; otherwise, the median. Increments `over` if this value exceeds
/// the limit.
fn line(what: &str, times: &mut [Duration], bound: Option<Duration>, over: &mut u32) -> Duration {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let counts = if times.len() < 100 { at(0.5) } else { at(0.99) };
    let limit_text = bound.map_or_else(String::new, |bound| {
        format!("   (< {} ms{})", bound.as_millis(), verdict(counts <= bound, over))
    });
    println!(
        "{what:<48} {:>9.3} ms   n {:>3}   p99 {:>8.3} ms   max {:>8.3} ms{limit_text}",
        ms(at(0.5)),
        times.len(),
        ms(at(0.99)),
        ms(at(1.0))
    );
    counts
}

fn verdict(is_within_limit: bool, over: &mut u32) -> &'static str {
    *over += u32::from(!is_within_limit);
    if is_within_limit { "" } else { ": OVER" }
}

/// Prints the factor by which each time has grown relative to the smaller archive. Marks each factor that exceeds n log
/// n growth, and increments `over` for each of them.
fn growth(earlier: &[OperationTime], now: &[OperationTime], smaller: u64, size: u64, over: &mut u32) {
    let cost = |n: u64| n as f64 * (n as f64).ln();
    let allowed = cost(size) / cost(smaller);
    println!("\nfrom {smaller} to {size} mails: at most {allowed:.1} times as long");
    for (before, after) in earlier.iter().zip(now) {
        let factor = after.elapsed.as_secs_f64() / before.elapsed.max(MIN_COMPARED).as_secs_f64();
        let mark = verdict(factor <= allowed, over);
        println!("{:<48} {factor:>9.1} times{mark}", after.what);
    }
}

fn memory(id: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A file for measuring the minimum time that storing a mail takes on this disk: the time for appending to a file and
/// syncing it. If this time alone exceeds the limit for storing a mail, the benchmark cannot meet the limit.
struct Disk(std::fs::File);

impl Disk {
    fn in_folder(folder: &Path) -> Self {
        Self(std::fs::File::create(folder.join("bare")).unwrap())
    }

    fn write(&mut self) -> Duration {
        let start_time = Instant::now();
        self.0.write_all(&vec![7; 32 << 10]).unwrap();
        self.0.sync_data().unwrap();
        start_time.elapsed()
    }
}

fn put(archive: &SqliteArchive, n: u64) -> Duration {
    let raw = format!(
        "From: Shop <shop@shop.example>\r\nSubject: Your new code {n}\r\n\r\nYour verification code is {}.\r\n{}\r\n",
        100_000 + n,
        fill::text(n)
    );
    let mail = mail_codes::parse(raw.as_bytes());
    let envelope = Envelope {
        id: MailId::new(format!("new{n}")),
        session: SessionId::new("s1"),
        received_at: Timestamp::from_second(4_000_000_000 + i64::try_from(n).unwrap()).unwrap(),
        from: "shop@shop.example".into(),
        to: "me@dropmail.me".into(),
        to_orig: "me@dropmail.me".into(),
        size: raw.len() as u64,
        oddities: Vec::new(),
    };
    let summary = Summary::new(envelope, &mail);
    let start_time = Instant::now();
    archive.put_mail(BASE, &summary, raw.as_bytes(), &mail).unwrap();
    start_time.elapsed()
}
