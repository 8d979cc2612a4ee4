//! The command line: runs the command that the user specified in the arguments, and returns its exit code.

mod account;
mod api;
mod archive;
mod args;
mod assert;
mod async_runtime;
mod charset;
mod context;
mod current;
mod domains;
mod exit_code;
mod extract;
mod history;
mod json;
mod keyring_wait;
mod list;
mod logging;
mod mail_source;
mod manual;
mod mcp;
mod notifications;
mod output;
mod password;
mod quick;
mod read;
mod reference;
mod release;
mod save;
mod serve;
mod settings;
mod settings_file;
mod shell;
mod shell_init_data;
mod smtp;
mod token;
mod token_file;
mod token_key;
mod tui;
mod wait;
mod wiring;

pub use exit_code::exit_code_rows;
pub use reference::command_reference;

#[cfg(all(unix, not(target_os = "macos")))]
use crate::adapters::clipboard::owner;
use crate::config::Environment;
use args::{ArchiveWords, Args, CliCommand};
use context::OnSignal;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::clock::Clock;
use dropmail_client::service::ServiceError;
use exit_code::{FAILED, INTERRUPTED, NOT_FOUND, REFUSED, USAGE};
use output::eprint_line;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Name under which the official MCP package installs its program. If this program is started under this name, it runs
/// the `mcp` command.
const MCP_NAME: &str = "dropmail-mcp";

/// Runs the program: parses the command line, runs the command and returns the exit code.
pub fn main() -> ExitCode {
    // The time is read first, because `wait` treats every mail after this time as new.
    let started = SystemClock.now();
    let arguments = arguments();
    #[cfg(all(unix, not(target_os = "macos")))]
    if let Some(went_well) = owner::run_if_requested(&arguments) {
        return ExitCode::from(if went_well { 0 } else { FAILED });
    }
    let environment = Environment::read();
    charset::set_up(&environment.terminal);
    let args = match Args::read(arguments) {
        Ok(args) => args,
        Err(error) => {
            output::print_usage(&error);
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    if let Err(words) = args.check() {
        eprint_line(&words);
        return ExitCode::from(USAGE);
    }
    match run(&args, &environment, started) {
        Ok(code) => ExitCode::from(code),
        Err(CliError { code, words }) => {
            eprint_line(&words);
            ExitCode::from(code)
        }
    }
}

/// Returns the command-line arguments. Inserts the `mcp` command if the program was started under the name of the
/// official MCP package.
fn arguments() -> Vec<OsString> {
    let mut all: Vec<OsString> = std::env::args_os().collect();
    let name = all.first().and_then(|first| Path::new(first).file_stem().map(ToOwned::to_owned));
    if name.is_some_and(|name| name == MCP_NAME) {
        all.insert(1, "mcp".into());
    }
    all
}

fn run(args: &Args, environment: &Environment, started: Timestamp) -> Result<u8, CliError> {
    let over = match &args.verb {
        Some(verb) => return run_command(args, verb, environment, started),
        None if args.local => tui::MailboxKind::Local(args.smtp_address(), args.smtp_options.clone()),
        None => tui::MailboxKind::Service,
    };
    tui::run(args, environment, over)
}

/// Runs a command. Passes a command that needs a connection to the service on to `run_service_command`.
fn run_command(
    args: &Args,
    verb: &CliCommand,
    environment: &Environment,
    started: Timestamp,
) -> Result<u8, CliError> {
    match verb {
        CliCommand::Demo(demo) => tui::run(args, environment, tui::MailboxKind::Demo(*demo)),
        CliCommand::Open(open) => tui::run(args, environment, tui::MailboxKind::Files(open.files.clone())),
        CliCommand::Serve(serve) => serve::run(serve, args.json),
        CliCommand::Extract(extract) => extract::run(extract, args.json),
        CliCommand::Search(search) => archive::search(search, environment, &args.flags(), args.json),
        CliCommand::Export(export) => archive::export(export, environment, &args.flags(), args.json),
        CliCommand::Purge(purge) => archive::purge(purge, environment, &args.flags(), args.json),
        CliCommand::History(history) => history::run(args, environment, history),
        CliCommand::Current => current::show(args, environment),
        CliCommand::Completions { shell } => shell::completions(*shell),
        CliCommand::ShellInit { shell } => shell::init(*shell),
        CliCommand::ArchiveWords { words: ArchiveWords::Addresses } => {
            shell_init_data::print_addresses(environment, &args.flags())
        }
        CliCommand::ArchiveWords { words: ArchiveWords::Mails } => {
            shell_init_data::print_mail_ids(environment, &args.flags())
        }
        CliCommand::Man => manual::print(),
        CliCommand::Config(config) => settings::run(args, environment, config.verb),
        CliCommand::Mcp(mcp) => mcp::run(args, environment, mcp),
        CliCommand::Read(read) => {
            let source = mail_source::load(args, environment, &read.which)?;
            read::read(source, read, args.json)
        }
        CliCommand::Release(release) => {
            let plan = release::Plan::new(release)?;
            let source = mail_source::load(args, environment, &release.which)?;
            release::run(args, &source, release, plan, environment)
        }
        CliCommand::Save(arguments) => {
            let config = settings::load(environment, &args.flags())?;
            let source = mail_source::load(args, environment, &arguments.which)?;
            save::save(&source, arguments, &config, args.json)
        }
        CliCommand::New(_)
        | CliCommand::AddAddress(_)
        | CliCommand::Restore(_)
        | CliCommand::DeleteAddress(_)
        | CliCommand::Domain(_)
        | CliCommand::Token(_)
        | CliCommand::Use(_)
        | CliCommand::Sessions
        | CliCommand::Domains
        | CliCommand::Ls(_)
        | CliCommand::ArchiveWords { words: ArchiveWords::Code }
        | CliCommand::Wait(_)
        | CliCommand::Quick(_)
        | CliCommand::Assert(_)
        | CliCommand::Api(_) => run_service_command(args, verb, environment, started),
    }
}

#[expect(clippy::too_many_lines, reason = "the function only has one arm for each command")]
fn run_service_command(
    args: &Args,
    verb: &CliCommand,
    environment: &Environment,
    started: Timestamp,
) -> Result<u8, CliError> {
    let asks = OnSignal::Stop;
    let keeps = OnSignal::Finish;
    match verb {
        CliCommand::New(new) => context::run(args, environment, keeps, |context| account::new(context, new)),
        CliCommand::AddAddress(add) => {
            context::run(args, environment, keeps, |context| account::add(context, add))
        }
        CliCommand::Restore(restore) => {
            context::run(args, environment, keeps, |context| account::restore(context, restore))
        }
        CliCommand::DeleteAddress(delete) => {
            context::run(args, environment, keeps, |context| account::delete(context, delete))
        }
        CliCommand::Domain(domain) => context::run(args, environment, keeps, |context| {
            domains::change(context, &domain.verb, environment)
        }),
        CliCommand::Token(token) => {
            let on_signal = if token.verb.is_some() { keeps } else { asks };
            context::run(args, environment, on_signal, |context| token::run(context, token))
        }
        CliCommand::Use(chosen) => {
            context::run(args, environment, keeps, |context| current::choose(context, chosen))
        }
        CliCommand::Sessions => context::run(args, environment, asks, account::list_sessions),
        CliCommand::Domains => context::run(args, environment, asks, domains::list),
        CliCommand::Ls(ls) => context::run(args, environment, asks, |context| list::run(context, ls)),
        CliCommand::ArchiveWords { words: ArchiveWords::Code } => {
            context::run(args, environment, asks, shell_init_data::print_newest_code)
        }
        CliCommand::Wait(wait) => {
            let order = wait::WaitPlan::new(wait, started)?;
            context::run(args, environment, asks, |context| wait::run(context, order))
        }
        CliCommand::Quick(quick) => {
            let config = settings::load(environment, &args.flags())?;
            let copier = quick::Copier::new(&config);
            context::run(args, environment, asks, |context| quick::run(context, quick, copier, started))
        }
        CliCommand::Assert(assert) => {
            context::run(args, environment, asks, |context| assert::run(context, assert, started))
        }
        CliCommand::Api(api) => {
            let question = api::read_request(api)?;
            context::run(args, environment, asks, |context| api::run(context, question, api.stream))
        }
        // The function `run_command` has already run these commands.
        CliCommand::Demo(_)
        | CliCommand::Open(_)
        | CliCommand::Serve(_)
        | CliCommand::Extract(_)
        | CliCommand::Search(_)
        | CliCommand::Export(_)
        | CliCommand::Purge(_)
        | CliCommand::History(_)
        | CliCommand::Current
        | CliCommand::Completions { .. }
        | CliCommand::ShellInit { .. }
        | CliCommand::ArchiveWords { words: ArchiveWords::Addresses | ArchiveWords::Mails }
        | CliCommand::Man
        | CliCommand::Config(_)
        | CliCommand::Mcp(_)
        | CliCommand::Read(_)
        | CliCommand::Release(_)
        | CliCommand::Save(_) => Err(CliError::usage("this command is not known; --help lists them")),
    }
}

/// An error that ends a command: its message for the user and its exit code.
#[derive(Debug)]
pub(crate) struct CliError {
    code: u8,
    words: String,
}

impl CliError {
    fn usage(words: impl std::fmt::Display) -> Self {
        Self { code: USAGE, words: words.to_string() }
    }

    fn failed(words: impl std::fmt::Display) -> Self {
        Self { code: FAILED, words: words.to_string() }
    }
}

impl From<ServiceError> for CliError {
    fn from(error: ServiceError) -> Self {
        Self { code: exit_code_of_class(error.failure_class()), words: error.to_string() }
    }
}

/// Returns the exit code for a class of errors from the service layer.
fn exit_code_of_class(kind: dropmail_client::service::FailureClass) -> u8 {
    match kind {
        dropmail_client::service::FailureClass::Failed => FAILED,
        dropmail_client::service::FailureClass::NotFound => NOT_FOUND,
        dropmail_client::service::FailureClass::Refused => REFUSED,
    }
}
