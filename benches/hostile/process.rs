//! One mail through one command: how long the process takes and how much memory it has at most.

use super::{Shape, report};
use crate::terminal::program;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that takes longer is ended.
const MAX_RUN: Duration = Duration::from_secs(20);
/// A process that takes more memory is ended, in bytes.
const MAX_RUN_MEMORY: u64 = 1_500_000_000;
/// How often a process is looked at: its peak is known up to its end but for the last of these.
const LOOK: Duration = Duration::from_millis(1);

/// What a run took.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Cost {
    pub(crate) time: Duration,
    /// The most memory that was resident, in bytes.
    pub(crate) memory: u64,
}

impl Cost {
    pub(crate) fn words(self) -> String {
        format!("{:>6.2} s {:>4} MB", self.time.as_secs_f64(), self.memory / 1_000_000)
    }
}

pub(crate) fn measure(shape: &Shape, sizes: &[usize], over: &mut Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let mail = home.path().join("mail.eml");
    let mut costs = vec![Vec::new(); COMMANDS.len()];
    for &size in sizes {
        std::fs::write(&mail, (shape.make)(size)).unwrap();
        for (arguments, costs) in COMMANDS.iter().zip(&mut costs) {
            // A run that did not end tells enough: larger ones are not tried.
            let ended = costs.last().is_none_or(Option::is_some);
            costs.push(if ended { run(home.path(), arguments, &mail) } else { None });
        }
    }
    for (arguments, costs) in COMMANDS.iter().zip(costs) {
        report(shape.name, &arguments.join(" "), sizes, &costs, over);
    }
}

const COMMANDS: [&[&str]; 4] = [&["read"], &["read", "--html"], &["read", "--json"], &["extract"]];

fn run(home: &Path, arguments: &[&str], mail: &Path) -> Option<Cost> {
    let mut command = Command::new(program());
    command.env_clear().env("HOME", home).args(arguments).arg(mail);
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut memory = 0;
    while child.try_wait().unwrap().is_none() {
        memory = peak(child.id()).unwrap_or(memory);
        if started.elapsed() > MAX_RUN || memory > MAX_RUN_MEMORY {
            stop(&mut child);
            return None;
        }
        std::thread::sleep(LOOK);
    }
    let code = child.wait().unwrap().code();
    // A mail without HTML has no page: that is no fault of the command.
    matches!(code, Some(0 | 4)).then_some(Cost { time: started.elapsed(), memory })
}

fn stop(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The most memory that a process has had, in bytes (Linux: `VmHWM` of /proc/PID/status).
pub(crate) fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
