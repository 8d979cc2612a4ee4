//! What every command over the service works with.

use super::args::Args;
use super::{Failure, boot, logging, output};
use crate::config::{Config, Environment};
use crate::runtime::signals::Signals;
use crate::service::Mailbox;

/// See the module.
#[derive(Debug)]
pub(super) struct Desk {
    /// The verbs.
    pub(super) mailbox: Mailbox,
    /// Whether results are told as JSON.
    pub(super) json: bool,
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
    work: impl FnOnce(Desk) -> F,
) -> Result<u8, Failure>
where
    F: Future<Output = Result<u8, Failure>>,
{
    let config = Config::load(environment, &args.flags()).map_err(Failure::usage)?;
    let folder =
        if args.no_archive { None } else { Some(config.data_dir().map_err(Failure::usage)?.to_path_buf()) };
    let _log = logging::start_if_asked(&config, folder.as_deref())?;
    let json = args.json;
    boot::block_on(async move {
        let mut signals = Signals::new().map_err(Failure::failed)?;
        let (mailbox, remarks) = boot::verbs(&config, folder).await.map_err(Failure::failed)?;
        for remark in remarks {
            output::tell(&remark);
        }
        let mut work = std::pin::pin!(work(Desk { mailbox, json }));
        tokio::select! {
            outcome = &mut work => outcome,
            ending = signals.next() => {
                if on_signal == OnSignal::Finish {
                    work.await?;
                }
                Ok(ending.exit_code())
            }
        }
    })?
}
