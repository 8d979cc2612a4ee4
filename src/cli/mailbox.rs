//! The mailbox on the screen.

use super::args::Args;
use super::{Failure, boot, logging, output};
use crate::adapters::clock::SystemClock;
use crate::config::{Config, Environment, Terminal};
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
    /// Raw mails on disk.
    Files(Vec<PathBuf>),
}

pub(super) fn run(args: &Args, environment: &Environment, over: Over) -> Result<u8, Failure> {
    let config = Config::load(environment, &args.flags()).map_err(Failure::usage)?;
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(Failure::usage(
            "the mailbox needs a terminal; `new`, `wait`, `read` and the other commands do not (--help lists them)",
        ));
    }
    if let Over::Files(files) = &over {
        readable(files)?;
    }
    let folder = data_folder(args, &config, &over)?;
    let log = logging::start_if_asked(&config, folder.as_deref())?;
    panic::install(log.as_ref().map(|log| log.path.clone()));
    let styles = if config.no_color.value { Styles::plain() } else { Styles::sixteen() };
    let styles = styles.with_hyperlinks(knows_links(&environment.terminal));
    let ended = boot::block_on(screen(args, &config, folder, over, styles))??;
    match ended {
        Ended::ByUser => Ok(0),
        Ended::BySignal(ending) => {
            output::tell(&format!("ended by {}; what was shown is kept", ending.name()));
            Ok(ending.exit_code())
        }
    }
}

/// Whether the files are there, told before the screen is taken.
fn readable(files: &[PathBuf]) -> Result<(), Failure> {
    for file in files {
        let told = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
        match std::fs::metadata(file) {
            Ok(about) if about.is_file() => {}
            Ok(_) => return Err(Failure::usage(told(&"it is no file; name the raw mails themselves"))),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                return Err(Failure { code: super::NOT_FOUND, words: told(&why) });
            }
            Err(why) => return Err(Failure::failed(told(&why))),
        }
    }
    Ok(())
}

/// Whether the terminal can be given links: those that do not know OSC 8 leave it out, but for a
/// few that print it.
fn knows_links(terminal: &Terminal) -> bool {
    let term = terminal.term.as_str();
    let old = ["linux", "dumb", "vt", "ansi", "cons", "screen"].iter().any(|old| term.starts_with(old));
    !(term.is_empty() || old || terminal.screen)
}

/// Where the archive is, if this mailbox keeps one.
fn data_folder(args: &Args, config: &Config, over: &Over) -> Result<Option<PathBuf>, Failure> {
    match over {
        Over::Service if !args.no_archive => {
            config.data_dir().map(|folder| Some(folder.to_path_buf())).map_err(Failure::usage)
        }
        Over::Service | Over::Local(_) | Over::Demo | Over::Files(_) => Ok(None),
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
            Over::Files(files) => boot::over_files(config, files).await,
            Over::Demo => boot::over_local(config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), true).await,
        }
    };
    let ended = run_loop(&mut screen, SystemClock.now(), boot).await;
    // Words on standard error are for after the screen.
    drop(taken);
    ended.map_err(|why| match why {
        RunError::Boot(why) => Failure::failed(why),
        RunError::Terminal(_) => Failure::failed(why),
    })
}

#[cfg(debug_assertions)]
fn break_on_purpose(args: &Args) {
    assert!(!args.break_on_purpose, "broken on purpose");
}

#[cfg(not(debug_assertions))]
fn break_on_purpose(_: &Args) {}
