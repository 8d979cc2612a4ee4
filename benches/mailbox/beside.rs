//! Compares the mailbox with another mail program in the same run. The programs run one after the other, in the same
//! kind of terminal and with the same mails. Their figures can be compared with each other, but not with those of
//! another run.

use super::{fill, watched::Watched};
use dropmail_server::{AccessToken, Server, ServerConfig};
use std::ffi::OsString;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Number of mails in the mailbox of each compared program.
const MAILS: u64 = 10_000;
/// Number of times that each program is started for the measurement. The result of one additional first start is
/// discarded, because this start reads the files from the disk.
const STARTS: usize = 7;
/// Number of key presses whose response time is measured.
const KEYS: usize = 200;
const BETWEEN_KEYS: Duration = Duration::from_millis(30);
/// Time during which the wake-ups of an idle program are counted. In this time, a mailbox whose terminal window has the
/// focus sends two regular queries and receives several pings.
const IDLE: Duration = Duration::from_mins(4);
/// Time during which the wake-ups of an unattended mailbox are counted. In this time, the mailbox sends two queries. A
/// mailbox is considered unattended two minutes after its terminal window has lost the focus. These two minutes pass
/// while the wake-ups without focus are counted, so the count for the unattended mailbox can start immediately
/// afterwards.
const UNATTENDED_IDLE: Duration = Duration::from_mins(10);
/// Delay before the wake-ups are counted. In the first 34 s after a push connection has been acknowledged, the mailbox
/// sends additional queries for mails that the service may not push yet.
const SETTLE: Duration = Duration::from_secs(45);
/// Interval between two readings of the number of wake-ups. It is shorter than the lifetime of a thread for blocking
/// work, so that the wake-ups of such threads are counted too.
const READING_INTERVAL: Duration = Duration::from_millis(10);
/// Wake-ups with less than this time between them belong to the same burst.
const BURST_GAP: Duration = Duration::from_millis(500);
const REST: Duration = Duration::from_secs(5);

const TOKEN: &str = "af_benchmark01";

/// A mail program under measurement, and its home directory, which contains the mails.
struct Program<'a> {
    name: &'a str,
    command: Vec<String>,
    home: &'a Path,
}

/// The benchmark results of one mail program: its startup time, its response time to a key, its memory use, and its
/// wake-ups per second.
struct ProgramFigures {
    paint: Duration,
    key_median: Duration,
    key_p95: Duration,
    memory: u64,
    focused: WakeUps,
    unfocused: WakeUps,
    /// The wake-ups of an unattended mailbox; `None` if they were not counted.
    unattended: Option<WakeUps>,
}

/// The wake-ups of an idle program.
#[derive(Clone)]
struct WakeUps {
    per_second: f64,
    /// The bursts of wake-ups: for each burst, the time since the start of the count, and the number of wake-ups.
    bursts: Vec<(Duration, u64)>,
}

impl WakeUps {
    /// Counts the wake-ups of the running program `run` during the given time.
    fn count(run: &mut Watched, time: Duration) -> Self {
        let started = Instant::now();
        let (mut before, mut bursts): (_, Vec<(Duration, u64)>) = (run.wake_ups(), Vec::new());
        let mut last = Duration::ZERO;
        while started.elapsed() < time {
            run.read_for(READING_INTERVAL);
            let now = run.wake_ups();
            let since = |(id, count): (&OsString, &u64)| count.saturating_sub(*before.get(id).unwrap_or(&0));
            let count: u64 = now.iter().map(since).sum();
            before = now;
            if count == 0 {
                continue;
            }
            let at = started.elapsed();
            match bursts.last_mut().filter(|_| at.saturating_sub(last) < BURST_GAP) {
                Some((_, of_burst)) => *of_burst += count,
                None => bursts.push((at, count)),
            }
            last = at;
        }
        let total: u64 = bursts.iter().map(|(_, count)| count).sum();
        Self { per_second: total as f64 / time.as_secs_f64(), bursts }
    }

    fn print(&self, what: &str) {
        let bursts = self.bursts.iter().map(|(at, count)| format!("{count} at {:.0} s", at.as_secs_f64()));
        println!("wake-ups of {what}: {}", bursts.collect::<Vec<_>>().join(", "));
    }
}

/// A row of the printed table: its label, and a function that formats one of a program's figures.
type FigureRow<'a> = (&'a str, &'a dyn Fn(&ProgramFigures) -> String);

/// Measures this program and the mail program `other`, and prints the figures side by side. If `other` is not
/// installed, prints `SKIPPED` in place of its figures.
pub(crate) fn measure(other: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ServerConfig {
        http: "127.0.0.1:0".parse().unwrap(),
        smtp: "127.0.0.1:0".parse().unwrap(),
        tokens: vec![AccessToken::new(TOKEN)],
        ..ServerConfig::default()
    };
    let server = runtime.block_on(Server::start(config)).unwrap();
    let home = archive(&server.base_url());
    let command =
        vec![env!("CARGO_BIN_EXE_dropmail-tui").to_owned(), "--base-url".to_owned(), server.base_url()];
    let own_figures = figures(&Program { name: "dropmail-tui", command, home: home.path() });
    assert_eq!(other, "neomutt", "only neomutt is available for the comparison");
    let other_figures = neomutt();
    println!("{:<44} {:>14} {other:>14}", format!("{MAILS} mails"), "dropmail-tui");
    let ms = |time: Duration| format!("{:.2} ms", time.as_secs_f64() * 1000.0);
    let rows: [FigureRow<'_>; 6] = [
        ("start to full first paint, median (≤ 40 ms)", &|figures| ms(figures.paint)),
        ("key to bytes, median (≤ 1 ms)", &|figures| ms(figures.key_median)),
        ("key to bytes, 95th percentile (≤ 2 ms)", &|figures| ms(figures.key_p95)),
        ("resident memory (≤ 36 MiB)", &|figures| format!("{:.1} MiB", figures.memory as f64 / 1024.0)),
        ("wake-ups a second, focused (≤ 0.2)", &|figures| format!("{:.2}", figures.focused.per_second)),
        ("wake-ups a second, unfocused (0)", &|figures| format!("{:.2}", figures.unfocused.per_second)),
    ];
    for (what, value) in rows {
        let other = other_figures.as_ref().map_or_else(|| "SKIPPED".to_owned(), value);
        println!("{what:<44} {:>14} {other:>14}", value(&own_figures));
    }
    own_figures.focused.print("dropmail-tui with the focus");
    own_figures.unfocused.print("dropmail-tui without the focus");
    if let Some(unattended) = &own_figures.unattended {
        println!("{:<44} {:>14.2}", "wake-ups a second, unattended", unattended.per_second);
        unattended.print("dropmail-tui, unattended");
    }
    runtime.block_on(server.shutdown());
}

/// Creates a home directory with an archive that contains mails from the service at `base`.
fn archive(base: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".local/share/dropmail-tui");
    fs::create_dir_all(&folder).unwrap();
    fill::fill(&folder, base, MAILS);
    home
}

/// Measures neomutt with a Maildir whose mails have the same texts as the mails in this program's archive. Returns
/// `None` if neomutt is not installed.
fn neomutt() -> Option<ProgramFigures> {
    let Some(path) =
        ["/usr/bin/neomutt", "/usr/local/bin/neomutt"].into_iter().find(|path| Path::new(path).exists())
    else {
        println!("SKIPPED: neomutt is not installed");
        return None;
    };
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("Maildir");
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(folder.join(part)).unwrap();
    }
    for n in 1..=MAILS {
        let mut mail = String::new();
        // The dates increase with the numbers, as in the archive.
        let (day, second) = (1 + n / 1000, n % 1000);
        write!(
            mail,
            "From: Shop {n} <shop@shop.example>\nTo: me@dropmail.me\nSubject: Your code {n}\nDate: {day} Nov 2026 \
             10:{:02}:{:02} +0000\n\n{}\n",
            second / 60,
            second % 60,
            fill::text(n).replace("\r\n", "\n")
        )
        .unwrap();
        fs::write(folder.join("cur").join(format!("{n}.1.host:2,S")), mail).unwrap();
    }
    // With the header cache, neomutt reads no mail files on its second start.
    let settings = "set folder=~/Maildir\nset header_cache=~/cache\nset sort=reverse-date\nset mail_check=5\nset sleep_time=0\n";
    fs::write(home.path().join("muttrc"), settings).unwrap();
    let words = [path, "-n", "-F", "muttrc", "-f", "Maildir"];
    let command = words.map(str::to_owned).to_vec();
    Some(figures(&Program { name: "neomutt", command, home: home.path() }))
}

fn figures(program: &Program<'_>) -> ProgramFigures {
    let newest = format!("Your code {MAILS}");
    let mut paints: Vec<Duration> = (0..=STARTS)
        .map(|_| {
            let mut run = Watched::start(&program.command, program.home);
            let paint = run.wait_for_text(&newest);
            run.quit();
            paint
        })
        .skip(1)
        .collect();
    paints.sort_unstable();
    let mut run = Watched::start(&program.command, program.home);
    run.wait_for_text(&newest);
    run.read_for(REST);
    let memory = run.resident_memory();
    let mut keys: Vec<Duration> = (0..KEYS).map(|_| run.key("j", BETWEEN_KEYS)).collect();
    keys.sort_unstable();
    let mut idle = |focus: &str| {
        run.type_keys(focus);
        run.read_for(SETTLE);
        WakeUps::count(&mut run, IDLE)
    };
    // The other program does not request focus reports from the terminal.
    let reports = program.name == "dropmail-tui";
    let focused = idle(if reports { "\x1b[I" } else { "" });
    let unfocused = if reports { idle("\x1b[O") } else { focused.clone() };
    let waits = reports && std::env::args().any(|arg| arg == "--unattended");
    let unattended = waits.then(|| WakeUps::count(&mut run, UNATTENDED_IDLE));
    run.quit();
    ProgramFigures {
        paint: paints[STARTS / 2],
        key_median: keys[KEYS / 2],
        key_p95: keys[KEYS * 95 / 100],
        memory,
        focused,
        unfocused,
        unattended,
    }
}
