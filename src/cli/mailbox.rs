//! The mailbox on the screen.

use super::args::Args;
use super::{Failure, boot, logging, output};
use crate::adapters::clock::SystemClock;
use crate::config::{Config, Environment};
use crate::ports::clock::Clock;
use crate::runtime::screen::{Screen, TakenOver};
use crate::runtime::{Ended, RunError, panic, run as run_loop};
use crate::ui::theme::Styles;
use std::io::IsTerminal;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// What the mailbox is opened over.
pub(super) enum Over {
    /// The service.
    Service,
    /// A local server that takes mail at this address.
    Local(SocketAddr),
    /// A local server on free ports, with sample mails.
    Demo,
}

pub(super) fn run(args: &Args, environment: &Environment, over: Over) -> Result<u8, Failure> {
    let config = Config::load(environment, &args.flags()).map_err(Failure::usage)?;
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(Failure::usage(
            "the mailbox needs a terminal; `dropmail-tui extract` and `dropmail-tui serve` do not",
        ));
    }
    let folder = data_folder(args, &config, &over)?;
    let log = match (&config.log, &folder) {
        (Some(filter), Some(folder)) => Some(logging::start(&filter.value, folder)?),
        (Some(_), None) | (None, _) => None,
    };
    panic::install(log.as_ref().map(|log| log.path.clone()));
    let styles = if config.no_color.value { Styles::plain() } else { Styles::sixteen() };
    let ended = boot::block_on(screen(args, &config, folder, over, styles))??;
    match ended {
        Ended::ByUser => Ok(0),
        Ended::BySignal(ending) => {
            output::tell(&format!("ended by {}; what was shown is kept", ending.name()));
            Ok(ending.exit_code())
        }
    }
}

/// Where the archive is, if this mailbox keeps one.
fn data_folder(args: &Args, config: &Config, over: &Over) -> Result<Option<PathBuf>, Failure> {
    match over {
        Over::Service if !args.no_archive => {
            config.data_dir().map(|folder| Some(folder.to_path_buf())).map_err(Failure::usage)
        }
        Over::Service | Over::Local(_) | Over::Demo => Ok(None),
    }
}

async fn screen(
    args: &Args,
    config: &Config,
    folder: Option<PathBuf>,
    over: Over,
    styles: Styles,
) -> Result<Ended, Failure> {
    let terminal = |why: std::io::Error| Failure::failed(format!("the terminal cannot be used: {why}"));
    let taken = TakenOver::new().map_err(terminal)?;
    let mut screen = Screen::on_stdout(styles, config.terminal.pictures).map_err(terminal)?;
    let boot = async move {
        break_on_purpose(args);
        match over {
            Over::Service => boot::over_service(config, folder).await,
            Over::Local(smtp) => boot::over_local(config, smtp, false).await,
            Over::Demo => boot::over_local(config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), true).await,
        }
    };
    let ended = run_loop(&mut screen, SystemClock.now(), boot).await;
    // Words on standard error are for after the screen.
    drop(taken);
    ended.map_err(|why| match why {
        RunError::Boot(why) => Failure::failed(format!("{why:#}")),
        RunError::Terminal(_) => Failure::failed(why),
    })
}

#[cfg(debug_assertions)]
fn break_on_purpose(args: &Args) {
    assert!(!args.break_on_purpose, "broken on purpose");
}

#[cfg(not(debug_assertions))]
fn break_on_purpose(_: &Args) {}
