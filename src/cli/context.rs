//! What every command over the service works with.

use super::args::Args;
use super::{CliError, logging, output, wiring};
use crate::config::Environment;
use crate::runtime::signals::Signals;
use crate::service::Mailbox;
use std::pin::Pin;

/// See the module.
#[derive(Debug)]
pub(super) struct CliContext {
    /// The verbs.
    pub(super) mailbox: Mailbox,
    /// Whether results are told as JSON.
    pub(super) json: bool,
    /// Whether the archive on disk could not be opened: what is stored there is not at hand.
    pub(super) lacks_archive: bool,
}

/// What a signal does to a verb.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum OnSignal {
    /// It ends at once: it only asks.
    Stop,
    /// It comes to its end first, which its calls bound: a key could be lost.
    Finish,
}

/// Runs a verb over the service.
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

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<u8, CliError>> + 'a>>;

/// Compiled once, and not for each verb.
fn run_boxed<'a>(
    args: &Args,
    environment: &Environment,
    on_signal: OnSignal,
    work: Box<dyn FnOnce(CliContext) -> Outcome<'a> + 'a>,
) -> Result<u8, CliError> {
    let config = super::settings::load(environment, &args.flags())?;
    let folder =
        if args.no_archive { None } else { Some(config.data_dir().map_err(CliError::usage)?.to_path_buf()) };
    let _log = logging::start_if_asked(&config, folder.as_deref())?;
    let json = args.json;
    wiring::block_on(async move {
        let mut signals = Signals::new().map_err(CliError::failed)?;
        let wiring::Verbs { mailbox, remarks, lacks_archive } =
            wiring::verbs(&config, folder).await.map_err(CliError::failed)?;
        for remark in remarks {
            output::eprint_line(&remark);
        }
        let mut work = work(CliContext { mailbox, json, lacks_archive });
        tokio::select! {
            outcome = &mut work => outcome,
            ending = signals.ending() => {
                if on_signal == OnSignal::Finish {
                    work.await?;
                }
                Ok(ending.exit_code())
            }
        }
    })?
}
