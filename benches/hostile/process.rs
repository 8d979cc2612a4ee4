//! Runs a command on a mail, and measures the elapsed time, the CPU time and the peak memory of the process.

use super::{HostileMail, measured, report};
use crate::terminal::program;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Maximum CPU time of a process under measurement; a process that takes longer is killed.
pub(crate) const MAX_CPU_TIME: Duration = Duration::from_secs(20);
/// Maximum elapsed time of a process under measurement; a process that takes longer is killed. This limit is higher
/// than that for CPU time, because other processes can delay the process.
pub(crate) const MAX_ELAPSED_TIME: Duration = Duration::from_mins(3);
/// Maximum memory in bytes of a process under measurement; a process that uses more is killed.
const MAX_RUN_MEMORY_BYTES: u64 = 1_500_000_000;
/// Interval between two readings of a process's peak memory. A peak after the last reading is not detected.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// The elapsed time, CPU time and peak memory of one run of a process.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct ProcessCost {
    pub(crate) time: Duration,
    /// Total CPU time of all threads of the process. Other processes on the machine do not affect it.
    pub(crate) processor: Duration,
    /// Peak resident memory of the process in bytes.
    pub(crate) memory: u64,
}

impl ProcessCost {
    /// Combines two measurements of the same work: the shorter of the times, and the larger peak memory.
    pub(crate) fn or_less(self, other: Self) -> Self {
        Self {
            time: self.time.min(other.time),
            processor: self.processor.min(other.processor),
            memory: self.memory.max(other.memory),
        }
    }

    pub(crate) fn words(self) -> String {
        let (time, processor) = (self.time.as_secs_f64(), self.processor.as_secs_f64());
        format!("{time:>5.2} s {processor:>5.2} s {:>3} MB", self.memory / 1_000_000)
    }
}

pub(crate) fn measure(hostile: &HostileMail, sizes: &[usize], over: &mut Vec<String>) {
    let home = tempfile::tempdir().unwrap();
    let mails: Vec<PathBuf> = sizes.iter().map(|size| home.path().join(format!("{size}.eml"))).collect();
    for (&size, mail) in sizes.iter().zip(&mails) {
        std::fs::write(mail, (hostile.make)(size)).unwrap();
    }
    for arguments in COMMANDS {
        let mail = |size| &mails[sizes.iter().position(|&other| other == size).unwrap()];
        let costs = measured(sizes, |size| run(home.path(), arguments, mail(size)));
        report(hostile.name, &arguments.join(" "), sizes, &costs, over);
    }
}

const COMMANDS: [&[&str]; 4] = [&["read"], &["read", "--html"], &["read", "--json"], &["extract"]];

fn run(home: &Path, arguments: &[&str], mail: &Path) -> Option<ProcessCost> {
    let mut command = Command::new(program());
    command.env_clear().env("HOME", home).args(arguments).arg(mail);
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (mut memory, mut processor) = (0, Duration::ZERO);
    while child.try_wait().unwrap().is_none() {
        memory = peak(child.id()).unwrap_or(memory);
        processor = processor_time(child.id()).unwrap_or(processor);
        if processor > MAX_CPU_TIME || started.elapsed() > MAX_ELAPSED_TIME || memory > MAX_RUN_MEMORY_BYTES {
            stop(&mut child);
            return None;
        }
        std::thread::sleep(POLL_INTERVAL);
    }
    let code = child.wait().unwrap().code();
    // A mail without HTML has no page; the command's exit code for this case is not a failure.
    matches!(code, Some(0 | 4 | 5)).then_some(ProcessCost { time: started.elapsed(), processor, memory })
}

fn stop(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Returns the peak resident memory of a process in bytes (Linux: `VmHWM` in `/proc/PID/status`); `None` if it cannot
/// be read.
pub(crate) fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// Returns the CPU time that a process has used (Linux: `utime` and `stime` in `/proc/PID/stat`, in units of
/// 10 ms); `None` if it cannot be read.
pub(crate) fn processor_time(id: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks * 10))
}
