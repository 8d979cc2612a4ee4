//! Measures how time and memory depend on the size of a hostile mail. Each kind of hostile mail is measured with 1, 2,
//! 4 and 8 MB. The `read`, `read --html`, `read --json` and `extract` commands run as separate processes; `open` runs
//! in a terminal. In the terminal, the page for the browser is requested twice: after the whole mail is shown, and
//! while the mail is still being parsed.
//!
//! `cargo bench --bench hostile` measures all kinds of mail. `-- NAME...` selects the kinds whose names start with one
//! of these strings. `--short` measures only 1 and 2 MB, `--commands` skips the terminal, and `--terminal` measures
//! only the terminal. `--part=N/M` measures only every M-th kind, starting with the N-th.
//!
//! Each figure consists of the elapsed time, the CPU time and the peak memory. A measurement exceeds its limit if
//! doubling the size multiplies the CPU time by more than 2.2, or if a mail of 8 MB takes more than 3 s of CPU time or
//! 250 MB of memory. Such a measurement is repeated up to twice, and the shortest times and the largest memory are
//! used. The figures apply only to this machine and this run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    dead_code,
    reason = "a benchmark measures time, prints figures and stops at the first fault"
)]

#[path = "hostile/headers.rs"]
mod headers;
#[path = "hostile/html.rs"]
mod html;
#[path = "hostile/mime.rs"]
mod mime;
#[path = "hostile/process.rs"]
mod process;
#[path = "hostile/screen.rs"]
mod screen;
#[path = "hostile/styles.rs"]
mod styles;
#[path = "../tests/it/pty/terminal.rs"]
mod terminal;
#[path = "hostile/texts.rs"]
mod texts;

use process::ProcessCost;
use std::time::Duration;

/// A kind of hostile mail: its name, and a function that creates such a mail with about the given size in bytes.
pub(crate) struct HostileMail {
    pub(crate) name: &'static str,
    pub(crate) make: Box<dyn Fn(usize) -> Vec<u8>>,
}

impl HostileMail {
    pub(crate) fn new(name: &'static str, make: impl Fn(usize) -> Vec<u8> + 'static) -> Self {
        Self { name, make: Box::new(make) }
    }
}

/// Sizes in bytes of the hostile mails.
const MAIL_BYTES: [usize; 4] = [1 << 20, 2 << 20, 4 << 20, 8 << 20];
/// Maximum factor by which the CPU time may grow when the size of the mail doubles. A larger factor makes the benchmark
/// fail.
const MAX_GROWTH_FACTOR: f64 = 2.2;
/// Maximum number of attempts at a measurement. A measurement that exceeds its limit is repeated, because other
/// processes on the machine may have slowed it down.
const MAX_MEASURES: usize = 3;
/// A growth factor is computed only if the CPU time for the smaller mail exceeds this value. A shorter run consists
/// mostly of the program's startup.
const MIN_COMPARED: Duration = Duration::from_millis(150);
/// Maximum CPU time for a mail of 8 MB; a longer time makes the benchmark fail.
const MAX_TIME: Duration = Duration::from_secs(3);
/// Maximum peak memory in bytes for a mail of 8 MB; a larger peak makes the benchmark fail.
const MAX_MEMORY_BYTES: u64 = 250_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_selected = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let sizes = if is_selected("--short") { MAIL_BYTES.get(..2).unwrap_or(&MAIL_BYTES) } else { &MAIL_BYTES };
    let parts = [mime::mails(), headers::mails(), texts::mails(), html::mails(), styles::mails()];
    let mails = parts.into_iter().flatten();
    let mut over = Vec::new();
    let (first, step) = part(&arguments);
    for mail in mails
        .filter(|mail| names.is_empty() || names.iter().any(|name| mail.name.starts_with(name.as_str())))
        .skip(first)
        .step_by(step)
    {
        if !is_selected("--terminal") {
            process::measure(&mail, sizes, &mut over);
        }
        if !is_selected("--commands") {
            screen::measure(&mail, sizes, &mut over);
        }
    }
    println!("\n{} runs are above their limit", over.len());
    for line in over {
        println!("{line}");
    }
}

/// Parses the `--part=N/M` option. Returns the index of the first kind of mail to measure, and the distance to the
/// index of the next kind. Without the option, returns `(0, 1)`.
fn part(arguments: &[String]) -> (usize, usize) {
    let part = arguments.iter().find_map(|argument| argument.strip_prefix("--part="));
    let Some((number, count)) = part.and_then(|part| part.split_once('/')) else { return (0, 1) };
    (number.parse::<usize>().unwrap() - 1, count.parse().unwrap())
}

/// Measures a kind of hostile mail at all sizes, and repeats the measurements if a cost exceeds its limit. Returns, for
/// each size, the shortest times and the largest memory of all runs; `None` if no run was completed.
pub(crate) fn measured(
    sizes: &[usize],
    mut measure: impl FnMut(usize) -> Option<ProcessCost>,
) -> Vec<Option<ProcessCost>> {
    let mut costs: Vec<Option<ProcessCost>> = vec![None; sizes.len()];
    for _ in 0..MAX_MEASURES {
        for (at, &size) in sizes.iter().enumerate() {
            // If a run did not end, larger sizes are not measured.
            if at > 0 && costs[at - 1].is_none() {
                break;
            }
            costs[at] = match (costs[at], measure(size)) {
                (Some(before), Some(now)) => Some(before.or_less(now)),
                (before, now) => before.or(now),
            };
        }
        if !is_over(sizes, &costs) {
            break;
        }
    }
    costs
}

/// Returns the largest factor by which the CPU time grows when the size of the mail doubles.
fn growth(costs: &[Option<ProcessCost>]) -> f64 {
    let growth = costs.windows(2).filter_map(|pair| match pair {
        [Some(less), Some(more)] if less.processor > MIN_COMPARED => {
            Some(more.processor.as_secs_f64() / less.processor.as_secs_f64())
        }
        _ => None,
    });
    growth.fold(0.0, f64::max)
}

fn is_over(sizes: &[usize], costs: &[Option<ProcessCost>]) -> bool {
    let last = costs.last().copied().flatten();
    let large = sizes.last() == MAIL_BYTES.last();
    let costly =
        large && last.is_some_and(|cost| cost.processor > MAX_TIME || cost.memory > MAX_MEMORY_BYTES);
    costs.contains(&None) || growth(costs) > MAX_GROWTH_FACTOR || costly
}

/// Prints the cost for each mail size. Also appends the printed line to `over` if a cost exceeds its limit or a run was
/// not completed.
pub(crate) fn report(
    mail: &str,
    command: &str,
    sizes: &[usize],
    costs: &[Option<ProcessCost>],
    over: &mut Vec<String>,
) {
    let shown: Vec<String> =
        costs.iter().map(|cost| cost.map_or(" not ended".to_owned(), ProcessCost::words)).collect();
    let is_over = is_over(sizes, costs);
    let mark = if is_over { "  OVER" } else { "" };
    let line = format!("{mail:<26} {command:<12} {}   growth {:.2}{mark}", shown.join("  "), growth(costs));
    println!("{line}");
    if is_over {
        over.push(line);
    }
}
