//! Shows the mailbox on the screen: prepares the terminal and the dependencies, then runs the event loop.

use super::args::{Args, DemoArgs, SmtpOptions};
use super::charset::reports_cursor;
use super::{CliError, async_runtime, logging, output, settings_file, wiring};
use crate::adapters::tmux_pane::SystemTmuxPane;
use crate::adapters::ui_state_file::UiStateFile;
use crate::app::settings::Settings;
use crate::config::{Config, Environment, Terminal};
use crate::runtime::charset::TerminalCharset;
use crate::runtime::dependencies::{Dependencies, SettingsFile};
use crate::runtime::screen::{Capabilities, Screen, TerminalGuard, TerminalMode};
use crate::runtime::{ExitReason, RunError, StartupState, panic, run as run_loop, ui_state};
use crate::ui::theme::ColorDepth;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::tmux::TmuxPane;
use dropmail_client::ports::ui_state::UiStateStore;
use std::io::IsTerminal;
use std::mem::ManuallyDrop;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// The kind of mailbox on the screen, which depends on the source of the mail.
pub(super) enum MailboxKind {
    /// The mailbox shows mail from the service.
    Service,
    /// The mailbox shows mail from a local server with this SMTP listen address and these SMTP options.
    Local(SocketAddr, SmtpOptions),
    /// The mailbox shows the demo: the mail of a local server on free ports, to which sample mails are sent.
    Demo(DemoArgs),
    /// The mailbox shows raw mails in local files.
    Files(Vec<PathBuf>),
}

/// Message that the program prints when the demo ends. It informs the user that the address and the mail of the demo no
/// longer exist.
const DEMO_ENDED: &str =
    "that was the demo; its addresses and mails are gone. Run `dropmail-tui` for a mailbox of your own";

pub(super) fn run(args: &Args, environment: &Environment, over: MailboxKind) -> Result<u8, CliError> {
    let config = Config::load(environment, &args.flags()).map_err(CliError::usage)?;
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return Err(CliError::usage(
            "the mailbox needs a terminal; `new`, `wait`, `read` and the other commands do not (--help lists them)",
        ));
    }
    if let MailboxKind::Files(files) = &over {
        check_files_exist(files)?;
    }
    let folder = data_directory(args, &config, &over)?;
    let log = logging::start_if_configured(&config, folder.as_deref())?;
    let suffix = if folder.is_some() { "; everything shown is stored" } else { "" };
    panic::install(log.as_ref().map(|log| log.path.clone()));
    let watched = settings_file::WatchedFile::new(
        environment.clone(),
        args.flags(),
        &config,
        !matches!(over, MailboxKind::Demo(_)),
    );
    let is_demo = matches!(over, MailboxKind::Demo(_));
    let ended = async_runtime::block_on_idle(run_screen(args, &config, folder, over, Arc::new(watched)))??;
    match ended {
        ExitReason::ByUser => {
            if is_demo {
                output::eprint_line(DEMO_ENDED);
            }
            Ok(0)
        }
        ExitReason::BySignal(ending) => {
            output::eprint_line(&format!("ended by {}{suffix}", ending.name()));
            Ok(ending.exit_code())
        }
    }
}

/// Checks that each path is an existing file. The check runs before the screen is drawn, so that errors can be printed
/// normally.
fn check_files_exist(files: &[PathBuf]) -> Result<(), CliError> {
    for file in files {
        let file_error = |why: &dyn std::fmt::Display| format!("{}: {why}", file.display());
        match std::fs::metadata(file) {
            Ok(about) if about.is_file() => {}
            Ok(_) => return Err(CliError::usage(file_error(&"not a file; name the raw mails themselves"))),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
                return Err(CliError { code: super::NOT_FOUND, words: file_error(&why) });
            }
            Err(why) => return Err(CliError::failed(file_error(&why))),
        }
    }
    Ok(())
}

/// Returns `true` if the program may send hyperlinks (OSC 8) to the terminal. Most terminals without support for
/// hyperlinks ignore the escape sequences. Returns `false` for the few terminals that would print them.
fn supports_hyperlinks(terminal: &Terminal) -> bool {
    let term = terminal.term.as_str();
    let old = ["linux", "dumb", "vt", "ansi", "cons", "screen"].iter().any(|old| term.starts_with(old));
    !(term.is_empty() || old || terminal.screen)
}

/// Returns the data directory; `None` if the mailbox has no archive on disk.
fn data_directory(args: &Args, config: &Config, over: &MailboxKind) -> Result<Option<PathBuf>, CliError> {
    match over {
        MailboxKind::Service if !args.no_archive => {
            config.data_dir().map(|folder| Some(folder.to_path_buf())).map_err(CliError::usage)
        }
        MailboxKind::Service | MailboxKind::Local(..) | MailboxKind::Demo(_) | MailboxKind::Files(_) => {
            Ok(None)
        }
    }
}

async fn run_screen(
    args: &Args,
    config: &Config,
    folder: Option<PathBuf>,
    over: MailboxKind,
    settings: Arc<dyn SettingsFile>,
) -> Result<ExitReason, CliError> {
    let terminal = |why: std::io::Error| CliError::failed(format!("the terminal cannot be used: {why}"));
    let terminal_mode = terminal_mode(config);
    let taken = TerminalGuard::new(terminal_mode).map_err(terminal)?;
    let abilities = Capabilities {
        depth: ColorDepth::from_terminal(&config.terminal),
        hyperlinks: supports_hyperlinks(&config.terminal),
        pictures: reports_cursor(&config.terminal).then_some(config.terminal.program),
        charset: if config.terminal.has_utf8_locale() {
            TerminalCharset::Utf8
        } else {
            TerminalCharset::Ascii
        },
        cursor_reports: reports_cursor(&config.terminal),
        replies_in_order: config.terminal.replies_in_order(),
        wide_ambiguous: config.wide_ambiguous(),
    };
    let tmux = config.terminal.tmux.then(|| Box::new(SystemTmuxPane) as Box<dyn TmuxPane>);
    let screen = Screen::on_stdout(abilities, terminal_mode).map_err(terminal)?.with_tmux(tmux);
    // The guard restores the terminal. The screen is never dropped: if the user has closed the window, dropping
    // Ratatui's terminal panics, because it cannot print to standard error that the cursor stays hidden.
    let mut screen = ManuallyDrop::new(screen);
    let state: Option<Arc<dyn UiStateStore>> =
        folder.as_deref().map(|folder| Arc::new(UiStateFile::new(folder)) as Arc<dyn UiStateStore>);
    let start = StartupState {
        now: SystemClock.now(),
        arrangement: ui_state::read_pane_layout(state.as_deref()),
        settings: Settings::from_config(config),
    };
    let boot = async move {
        panic_if_requested(args);
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let dependencies = match over {
            MailboxKind::Service => wiring::service_dependencies(config, settings, folder).await,
            MailboxKind::Local(smtp, options) => {
                wiring::local_dependencies(config, settings, smtp, &options, None).await
            }
            MailboxKind::Files(files) => wiring::file_dependencies(config, settings, files).await,
            MailboxKind::Demo(demo) => {
                let options = SmtpOptions::default();
                wiring::local_dependencies(config, settings, free, &options, Some(demo)).await
            }
        };
        dependencies.map(|dependencies| Dependencies { screen_state: state, ..dependencies })
    };
    let ended = run_loop(&mut screen, start, boot).await;
    // The terminal must be restored before anything is printed to standard error.
    drop(taken);
    ended.map_err(|why| match why {
        RunError::Boot(why) => CliError::failed(why),
        RunError::Terminal(_) => CliError::failed(why),
    })
}

fn terminal_mode(config: &Config) -> TerminalMode {
    // A dumb terminal cannot move the cursor, so the program prints lines instead of drawing a screen.
    if config.accessible() {
        return TerminalMode::Lines;
    }
    // The Linux console misinterprets the sequences of the keyboard protocol.
    TerminalMode::Screen { mouse: config.mouse(), keyboard: config.terminal.term != "linux" }
}

/// Panics if the user has requested a panic. Only debug builds have an option for this.
#[cfg_attr(
    not(debug_assertions),
    expect(unused_variables, reason = "release builds have no option to panic")
)]
fn panic_if_requested(args: &Args) {
    #[cfg(debug_assertions)]
    assert!(!args.break_on_purpose, "broken on purpose");
}
