//! Converts the HTML of many mails to text, and compares the time with that of `w3m -dump` for the same files. Measures
//! both the elapsed time and the CPU time; other processes on the machine do not affect the CPU time.

use super::{made, ms};
use mail_codes::MailWithFindings;
use mail_reader::mime;
use mail_reader::richtext::{View, render};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Number of mails that a program converts before it is the other program's turn.
const MAILS_PER_TURN: usize = 10;

pub(crate) fn measure(folder: Option<&str>) {
    let mut raws: Vec<Vec<u8>> = Vec::new();
    if let Some(folder) = folder {
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        raws.extend(
            paths
                .iter()
                .filter(|path| path.extension().is_some_and(|end| end == "eml"))
                .map(|path| std::fs::read(path).unwrap()),
        );
    }
    let mut size = 2_000;
    while raws.len() < 200 {
        raws.push(made::html_mail(size));
        size += 500;
    }
    let temporary = tempfile::tempdir().unwrap();
    let mut pages = Vec::new();
    for (n, raw) in raws.iter().enumerate() {
        let Some(html) = mail_codes::parse(raw).mail.html else { continue };
        let path = temporary.path().join(format!("{n}.html"));
        std::fs::write(&path, &html).unwrap();
        pages.push((path, format!("Content-Type: text/html; charset=utf-8\n\n{html}").into_bytes()));
    }
    // The two programs take turns, so that a temporary slowdown of the machine affects both.
    let (mut own_cost, mut found, mut w3m_cost) =
        (ConversionTime::default(), ConversionTime::default(), Some(ConversionTime::default()));
    let (mut lines, mut total) = (0, 0);
    for measure_once in pages.chunks(MAILS_PER_TURN) {
        let mut laid_out_lines = |parse: fn(&[u8]) -> MailWithFindings, cost: &mut ConversionTime| {
            let (started, worked) = (Instant::now(), processor_time());
            lines = measure_once.iter().map(|(_, raw)| render(&parse(raw), raw, View::Html, 80).len()).sum();
            cost.add(started, processor_time().own.saturating_sub(worked.own));
        };
        laid_out_lines(|raw| mime::parse_without_attached(raw).into(), &mut own_cost);
        w3m_cost = w3m_cost.filter(|_| is_installed()).map(|mut w3m_cost| {
            dump(measure_once, &mut w3m_cost);
            w3m_cost
        });
        laid_out_lines(mail_codes::parse, &mut found);
        total += lines;
    }
    let count = pages.len();
    for (what, own_cost) in [("HTML to lines", own_cost), ("and codes and links found", found)] {
        let comparison = w3m_cost.map_or_else(
            || "w3m is not installed".to_owned(),
            |w3m_cost| {
                let ratio = |cost: fn(ConversionTime) -> Duration| ms(cost(w3m_cost)) / ms(cost(own_cost));
                format!(
                    "w3m {}; ratio {:.1}, {:.1}",
                    w3m_cost.words(),
                    ratio(|c| c.time),
                    ratio(|c| c.processor)
                )
            },
        );
        println!("{count} mails, {total} lines, {what}: {} in this process; {comparison}", own_cost.words());
    }
    compare_in_one_process(&pages);
    find(&pages);
}

/// Number of times that each of the two programs converts all mails in a single process.
const ROUNDS: usize = 7;

/// Converts all mails in this process, and again in a single `w3m` process. Compares the CPU time of this process with
/// that of `w3m`, which is its user time for all mails minus its user time for an empty document.
fn compare_in_one_process(pages: &[(PathBuf, Vec<u8>)]) {
    let paths: Vec<&Path> = pages.iter().map(|(path, _)| path.as_path()).collect();
    let Some(empty) = paths.first().and_then(|path| Some(path.parent()?.join("empty.html"))) else { return };
    std::fs::write(&empty, "").unwrap();
    let (mut own, mut w3m, mut start) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    // The two programs take turns, so that a temporary slowdown of the machine affects both.
    for _ in 0..ROUNDS {
        let before = thread_time();
        for (_, raw) in pages {
            drop(render(&mime::parse_without_attached(raw), raw, View::Html, 80));
        }
        own += thread_time().saturating_sub(before);
        if !is_installed() {
            continue;
        }
        w3m += user_time_of_w3m(&paths);
        start += user_time_of_w3m(&[&empty]);
    }
    let converting = w3m.saturating_sub(start);
    let rounds = u32::try_from(ROUNDS).unwrap();
    println!(
        "{} mails in one process, mean of {ROUNDS} rounds: {:.1} ms on a processor; one process of w3m {:.1} ms of user \
         time without its start; ratio {:.2}",
        pages.len(),
        ms(own / rounds),
        ms(converting / rounds),
        ms(converting) / ms(own)
    );
}

/// Returns the user time that a single `w3m` process takes to convert the documents in `paths`.
fn user_time_of_w3m(paths: &[&Path]) -> Duration {
    let before = processor_time().children_user;
    w3m().args(paths).status().unwrap();
    processor_time().children_user.saturating_sub(before)
}

/// Returns the CPU time of the main thread (Linux: the first field of `/proc/self/schedstat`, in nanoseconds).
fn thread_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split_whitespace().next().and_then(|field| field.parse().ok()).unwrap_or(0))
}

/// Number of times that each mail is searched for codes and links. Only the shortest time of these runs counts.
const SEARCHES: usize = 5;

/// Measures the time for finding the codes and links in the mails, without laying the mails out.
fn find(pages: &[(impl AsRef<Path>, Vec<u8>)]) {
    let mut total = Duration::ZERO;
    for (_, raw) in pages {
        let mail = mime::parse(raw);
        let times = (0..SEARCHES).map(|_| {
            let started = Instant::now();
            drop(mail_codes::find(&mail, raw));
            started.elapsed()
        });
        total += times.min().unwrap_or_default();
    }
    println!("{} mails, the search for codes and links alone: {:.1} ms", pages.len(), ms(total));
}

/// The elapsed time and the CPU time for converting all mails.
#[derive(Clone, Copy, Default)]
struct ConversionTime {
    time: Duration,
    processor: Duration,
}

impl ConversionTime {
    fn add(&mut self, started: Instant, processor: Duration) {
        self.time += started.elapsed();
        self.processor += processor;
    }

    fn words(self) -> String {
        format!("{:.1} ms ({:.0} ms on a processor)", ms(self.time), ms(self.processor))
    }
}

/// CPU time of this process, and of its child processes that have exited and been waited for.
#[derive(Clone, Copy, Default)]
struct ProcessorTime {
    own: Duration,
    children: Duration,
    /// The part of the child processes' CPU time that was spent in user mode.
    children_user: Duration,
}

/// Returns the CPU times of this process and its child processes (Linux: `utime`, `stime`, `cutime` and `cstime` in
/// `/proc/self/stat`, in units of 10 ms).
fn processor_time() -> ProcessorTime {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let mut ticks = fields.split_whitespace().skip(11).filter_map(|field| field.parse::<u64>().ok());
    let mut next = || Duration::from_millis(10 * ticks.next().unwrap_or(0));
    let own = next() + next();
    let children_user = next();
    ProcessorTime { own, children: children_user + next(), children_user }
}

fn is_installed() -> bool {
    Command::new("w3m").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn dump(pages: &[(impl AsRef<Path>, Vec<u8>)], cost: &mut ConversionTime) {
    let (started, worked) = (Instant::now(), processor_time());
    for (path, _) in pages {
        w3m().arg(path.as_ref()).status().unwrap();
    }
    cost.add(started, processor_time().children.saturating_sub(worked.children));
}

/// Returns the command that converts HTML documents to text with `w3m`.
fn w3m() -> Command {
    let mut command = Command::new("w3m");
    command
        .args(["-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}
