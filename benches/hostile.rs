//! How time and memory grow with the size of a hostile mail: each shape at 1, 2, 4 and 8 MB, as whole
//! processes (`read`, `read --html`, `read --json`, `extract`) and in a terminal (`open`, and the page for
//! the browser: requested when the whole mail is shown, and while it is still read).
//!
//! `cargo bench --bench hostile` measures all shapes. `-- NAME...` takes the shapes whose name begins so,
//! `--short` takes 1 and 2 MB, `--commands` leaves the terminal out and `--terminal` takes it alone. A run is
//! over its bound if twice the size takes more than twice the time on a processor plus 20 %, or if 8 MB
//! take more than 3 s or 250 MB. Each figure is the time, the time on a processor, and the most memory; they
//! are of this machine at this moment.
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

use process::Cost;
use std::time::Duration;

/// A kind of hostile mail, and how it is made in about so many bytes.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) make: Box<dyn Fn(usize) -> Vec<u8>>,
}

impl Shape {
    pub(crate) fn new(name: &'static str, make: impl Fn(usize) -> Vec<u8> + 'static) -> Self {
        Self { name, make: Box::new(make) }
    }
}

/// The sizes of the mails, in bytes.
const SIZES: [usize; 4] = [1 << 20, 2 << 20, 4 << 20, 8 << 20];
/// By how much the time may grow when the size doubles.
const MAX_GROWTH: f64 = 2.4;
/// Runs below this time are not compared with longer ones: starting the program is most of them.
const MIN_COMPARED: Duration = Duration::from_millis(150);
/// The longest time of a mail of 8 MB.
const MAX_TIME: Duration = Duration::from_secs(3);
/// The most memory of a mail of 8 MB, in bytes.
const MAX_MEMORY: u64 = 250_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wants = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let sizes = if wants("--short") { SIZES.get(..2).unwrap_or(&SIZES) } else { &SIZES };
    let parts = [mime::shapes(), headers::shapes(), texts::shapes(), html::shapes(), styles::shapes()];
    let shapes = parts.into_iter().flatten();
    let mut over = Vec::new();
    for shape in shapes
        .filter(|shape| names.is_empty() || names.iter().any(|name| shape.name.starts_with(name.as_str())))
    {
        if !wants("--terminal") {
            process::measure(&shape, sizes, &mut over);
        }
        if !wants("--commands") {
            screen::measure(&shape, sizes, &mut over);
        }
    }
    println!("\n{} runs are over their bound", over.len());
    for line in over {
        println!("{line}");
    }
}

/// Prints what each size cost and notes what is over its bound.
pub(crate) fn report(
    shape: &str,
    command: &str,
    sizes: &[usize],
    costs: &[Option<Cost>],
    over: &mut Vec<String>,
) {
    let shown: Vec<String> =
        costs.iter().map(|cost| cost.map_or(" not ended".to_owned(), Cost::words)).collect();
    let growth = costs.windows(2).filter_map(|pair| match pair {
        [Some(less), Some(more)] if less.processor > MIN_COMPARED => {
            Some(more.processor.as_secs_f64() / less.processor.as_secs_f64())
        }
        _ => None,
    });
    let growth = growth.fold(0.0, f64::max);
    let line = format!("{shape:<26} {command:<12} {}   growth {growth:.2}", shown.join("  "));
    println!("{line}");
    let last = costs.last().copied().flatten();
    let large = sizes.last() == SIZES.last();
    let costly = large && last.is_some_and(|cost| cost.time > MAX_TIME || cost.memory > MAX_MEMORY);
    if costs.contains(&None) || growth > MAX_GROWTH || costly {
        over.push(line);
    }
}
