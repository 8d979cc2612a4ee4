//! The command line: which shell is opened over the library, and with which exit code it ends.

mod args;
mod boot;
mod extract;
mod logging;
mod mailbox;
mod output;
mod serve;
mod token_key;

use crate::config::Environment;
use args::{Args, Verb};
use clap::Parser;
use output::tell;
use std::process::ExitCode;

/// Wrong usage or bad settings.
const USAGE: u8 = 2;
/// Anything that failed.
const FAILED: u8 = 1;

/// Runs the program: reads the command line, does what it says, returns the exit code.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are printed to stdout and are no errors; a closed pipe is silent.
            drop(error.print());
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    if let Err(words) = args.check() {
        tell(&words);
        return ExitCode::from(USAGE);
    }
    let environment = Environment::read();
    let result = match &args.verb {
        Some(Verb::Extract(extract)) => extract::run(extract),
        Some(Verb::Serve(serve)) => serve::run(serve),
        Some(Verb::Demo) => mailbox::run(&args, &environment, mailbox::Over::Demo),
        None if args.local => mailbox::run(&args, &environment, mailbox::Over::Local(args.smtp_address())),
        None => mailbox::run(&args, &environment, mailbox::Over::Service),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(Failure { code, words }) => {
            tell(&words);
            ExitCode::from(code)
        }
    }
}

/// Why a verb failed, for the user and for the shell.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    words: String,
}

impl Failure {
    fn usage(words: impl std::fmt::Display) -> Self {
        Self { code: USAGE, words: words.to_string() }
    }

    fn failed(words: impl std::fmt::Display) -> Self {
        Self { code: FAILED, words: words.to_string() }
    }
}
