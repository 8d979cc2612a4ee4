//! Runs the program without a terminal, and returns its output and its exit code.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The output and the exit code of one run of the program.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) stdout: String,
    pub(super) stderr: String,
    pub(super) code: Option<i32>,
}

pub(super) fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
    command.env_clear().env("HOME", home).current_dir(home);
    command
}

/// Runs the program with the text `input` on its standard input. The home directory is temporary, and only the
/// environment variables in `env` are set.
pub(super) fn run(args: &[&str], env: &[(&str, &str)], input: &[u8]) -> Outcome {
    let home = tempfile::tempdir().unwrap();
    let mut child = command(home.path())
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that rejects its arguments may exit before it has read its input.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    Outcome {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}
