//! The command line: which shell is opened over the library, and with which exit code it ends.

mod account;
mod announce;
mod api;
mod archive;
mod args;
mod boot;
mod charset;
mod desk;
mod domains;
mod exit_code;
mod extract;
mod json;
mod list;
mod logging;
mod mailbox;
mod mcp;
mod output;
mod password;
mod read;
mod reference;
mod serve;
mod settings;
mod settings_file;
mod shell;
mod source;
mod token;
mod token_file;
mod token_key;
mod wait;

pub use exit_code::exit_code_rows;
pub use reference::command_reference;

#[cfg(all(unix, not(target_os = "macos")))]
use crate::adapters::clipboard::owner;
use crate::adapters::clock::SystemClock;
use crate::config::Environment;
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::service::ServiceError;
use args::{Args, Verb};
use clap::Parser;
use desk::OnSignal;
use exit_code::{FAILED, INTERRUPTED, NOT_FOUND, REFUSED, USAGE};
use output::tell;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// The name of the official MCP package's command: under it, the program is that server.
const MCP_NAME: &str = "dropmail-mcp";

/// Runs the program: reads the command line, does what it says, returns the exit code.
pub fn main() -> ExitCode {
    // The first thing that is done: what comes after it is new to `wait`.
    let started = SystemClock.now();
    let arguments = arguments();
    #[cfg(all(unix, not(target_os = "macos")))]
    if let Some(went_well) = owner::run_if_asked(&arguments) {
        return ExitCode::from(if went_well { 0 } else { FAILED });
    }
    let environment = Environment::read();
    charset::set_up(&environment.terminal);
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            output::usage(&error);
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    if let Err(words) = args.check() {
        tell(&words);
        return ExitCode::from(USAGE);
    }
    match run(&args, &environment, started) {
        Ok(code) => ExitCode::from(code),
        Err(Failure { code, words }) => {
            tell(&words);
            ExitCode::from(code)
        }
    }
}

/// The command line; under the name of the official MCP package it is that of `mcp`.
fn arguments() -> Vec<OsString> {
    let mut all: Vec<OsString> = std::env::args_os().collect();
    let name = all.first().and_then(|first| Path::new(first).file_stem().map(ToOwned::to_owned));
    if name.is_some_and(|name| name == MCP_NAME) {
        all.insert(1, "mcp".into());
    }
    all
}

fn run(args: &Args, environment: &Environment, started: Timestamp) -> Result<u8, Failure> {
    let over = match &args.verb {
        Some(verb) => return verbs(args, verb, environment, started),
        None if args.local => mailbox::Over::Local(args.smtp_address()),
        None => mailbox::Over::Service,
    };
    mailbox::run(args, environment, over)
}

/// Verbs that need no service; the others are passed on.
fn verbs(args: &Args, verb: &Verb, environment: &Environment, started: Timestamp) -> Result<u8, Failure> {
    match verb {
        Verb::Demo => mailbox::run(args, environment, mailbox::Over::Demo),
        Verb::Open(open) => mailbox::run(args, environment, mailbox::Over::Files(open.files.clone())),
        Verb::Serve(serve) => serve::run(serve, args.json),
        Verb::Extract(extract) => extract::run(extract, args.json),
        Verb::Search(search) => archive::search(search, environment, &args.flags(), args.json),
        Verb::Export(export) => archive::export(export, environment, &args.flags(), args.json),
        Verb::Purge(purge) => archive::purge(purge, environment, &args.flags(), args.json),
        Verb::Completions { shell } => shell::completions(*shell),
        Verb::Man => shell::man(),
        Verb::Config(config) => settings::run(args, environment, config.verb),
        Verb::Mcp(mcp) => mcp::run(args, environment, mcp),
        Verb::Read(read) => {
            let source = source::fetch(args, environment, &read.which)?;
            read::read(source, read, args.json)
        }
        Verb::Save(save) => {
            let config = settings::load(environment, &args.flags())?;
            let source = source::fetch(args, environment, &save.which)?;
            read::save(&source, save, &config, args.json)
        }
        other => over_service(args, other, environment, started),
    }
}

fn over_service(
    args: &Args,
    verb: &Verb,
    environment: &Environment,
    started: Timestamp,
) -> Result<u8, Failure> {
    let asks = OnSignal::Stop;
    let keeps = OnSignal::Finish;
    match verb {
        Verb::New(new) => desk::run(args, environment, keeps, |desk| account::new(desk, new)),
        Verb::AddAddress(add) => desk::run(args, environment, keeps, |desk| account::add(desk, add)),
        Verb::Restore(restore) => desk::run(args, environment, keeps, |desk| account::restore(desk, restore)),
        Verb::DeleteAddress(delete) => {
            desk::run(args, environment, keeps, |desk| account::delete(desk, delete))
        }
        Verb::Domain(domain) => {
            desk::run(args, environment, keeps, |desk| domains::change(desk, &domain.verb, environment))
        }
        Verb::Token(token) => desk::run(args, environment, keeps, |desk| token::run(desk, token)),
        Verb::Sessions => desk::run(args, environment, asks, account::sessions),
        Verb::Domains => desk::run(args, environment, asks, domains::list),
        Verb::Ls(ls) => desk::run(args, environment, asks, |desk| list::run(desk, ls)),
        Verb::Wait(wait) => {
            let order = wait::Order::new(wait, started)?;
            desk::run(args, environment, asks, |desk| wait::run(desk, order))
        }
        Verb::Api(api) => {
            let question = api::question(api)?;
            desk::run(args, environment, asks, |desk| api::run(desk, question, api.stream))
        }
        _ => Err(Failure::usage("this command is not known; --help lists them")),
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

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        Self { code: code(error.failure()), words: error.to_string() }
    }
}

/// The exit code of a failure of the service's.
fn code(kind: crate::service::Failure) -> u8 {
    match kind {
        crate::service::Failure::Failed => FAILED,
        crate::service::Failure::NotFound => NOT_FOUND,
        crate::service::Failure::Refused => REFUSED,
    }
}
