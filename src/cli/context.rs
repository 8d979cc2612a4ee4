//! Runs commands that use the service, and defines their common context.

use super::args::Args;
use super::{CliError, async_runtime, keyring_wait, logging, output, wiring};
use crate::config::Environment;
use crate::runtime::signals::Signals;
use dropmail_client::service::Mailbox;
use std::pin::Pin;

/// The context of a command that uses the service: the mailbox, and the options that every command has.
#[derive(Debug)]
pub(super) struct CliContext {
    /// The mailbox through which the command accesses sessions, addresses and mail.
    pub(super) mailbox: Mailbox,
    /// If `true`, the command prints its result as JSON instead of text.
    pub(super) json: bool,
    /// If `true`, the archive on disk could not be opened, and the command has no access to stored mail.
    pub(super) lacks_archive: bool,
}

/// How a running command reacts to a signal such as SIGINT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OnSignal {
    /// The signal ends the command immediately. This is safe for a command that only reads data.
    Stop,
    /// The signal ends the program only after the command has finished, because an interrupted command could lose a
    /// restore key. The delay is limited by the timeouts of the command's requests.
    Finish,
}

/// Constructs a mailbox for the service, passes it to the command `work`, and returns the exit code that `work`
/// returns.
pub(super) fn run<F>(
    args: &Args,
    environment: &Environment,
    on_signal: OnSignal,
    work: impl FnOnce(CliContext) -> F,
) -> Result<u8, CliError>
where
    F: Future<Output = Result<u8, CliError>>,
{
    run_boxed(args, environment, on_signal, Box::new(|context| Box::pin(work(context))))
}

type CommandFuture<'a> = Pin<Box<dyn Future<Output = Result<u8, CliError>> + 'a>>;

/// Implements [`run`] without a type parameter, so that the compiler generates the code only once.
fn run_boxed<'a>(
    args: &Args,
    environment: &Environment,
    on_signal: OnSignal,
    work: Box<dyn FnOnce(CliContext) -> CommandFuture<'a> + 'a>,
) -> Result<u8, CliError> {
    let config = super::settings::load(environment, &args.flags())?;
    let folder =
        if args.no_archive { None } else { Some(config.data_dir().map_err(CliError::usage)?.to_path_buf()) };
    let _log = logging::start_if_configured(&config, folder.as_deref())?;
    let json = args.json;
    async_runtime::block_on(async move {
        let mut signals = Signals::new().map_err(CliError::failed)?;
        let wiring::CommandMailbox { mailbox, warnings, lacks_archive } =
            wiring::command_mailbox(&config, folder).await.map_err(CliError::failed)?;
        for warning in warnings {
            output::eprint_line(&warning);
        }
        let mailbox = keyring_wait::wait_if_terminal(mailbox);
        if on_signal == OnSignal::Finish {
            // While the command waits only for the user to unlock the keyring, a signal ends it immediately.
            tokio::select! {
                opened = mailbox.await_keyring() => opened?,
                ending = signals.next_termination() => return Ok(ending.exit_code()),
            }
        }
        let shared = mailbox.clone();
        let mut work = work(CliContext { mailbox, json, lacks_archive });
        let outcome = tokio::select! {
            outcome = &mut work => outcome,
            ending = signals.next_termination() => {
                if on_signal == OnSignal::Finish {
                    work.await?;
                }
                Ok(ending.exit_code())
            }
        };
        shared.finish_sharing().await;
        outcome
    })?
}
