//! The `quick` command: creates an address, waits for mail to it, and prints the code or link. It does not draw a
//! screen.

use super::args::QuickArgs;
use super::context::CliContext;
use super::exit_code::TIMED_OUT;
use super::{CliError, account, json, output, wiring};
use crate::config::{ClipboardRoute, Config};
use crate::runtime::clipboard::{ClipboardPorts, copy_through};
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::domain::history::{CopiedItem, HistoryAction};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::service::{MatchedMail, StartPoint, WaitFilter, WaitProgress};
use mail_reader::sanitize::SafeText;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The characters of the spinner animation. They are ASCII, so that every terminal can show them.
const SPINNER: [char; 4] = ['|', '/', '-', '\\'];
const SPINNER_STEP: Duration = Duration::from_millis(150);
/// The control characters that move the cursor to the start of the line and clear the line (ECMA-48, EL).
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// Copies text to the clipboard if both standard output and standard error are terminals. The clipboard stays unchanged
/// in a pipeline.
pub(super) struct Copier {
    ports: ClipboardPorts,
    route: ClipboardRoute,
}

impl Copier {
    /// Creates a `Copier` that copies text by the methods selected in the settings.
    pub(super) fn new(config: &Config) -> Self {
        Self { ports: wiring::clipboard_ports(config), route: config.clipboard_route() }
    }

    /// Copies text and prints whether this succeeded; `what` is the kind of text, such as `code`. Returns the clipboard
    /// that received the text; `None` if the text was not copied.
    async fn copy(&self, what: &str, text: &SafeText) -> Option<CopiedTo> {
        if !(std::io::stdout().is_terminal() && std::io::stderr().is_terminal()) {
            return None;
        }
        let (bytes, answer) = copy_through(self.ports.clone(), text.clone(), self.route.clone()).await;
        if !bytes.is_empty() {
            let mut out = std::io::stdout().lock();
            drop(out.write_all(&bytes).and_then(|()| out.flush()));
        }
        match &answer {
            Ok(CopiedTo::Terminal) => {
                output::print_progress(&format!("the terminal was asked to copy the {what}"));
            }
            Ok(_) => output::print_progress(&format!("the {what} is copied")),
            Err(why) => output::print_progress(&format!("the {what} is not copied: {why}")),
        }
        answer.ok()
    }
}

/// Selects the awaited code or link from those found in a mail, according to the arguments of the `quick` command.
#[derive(Clone, Copy)]
struct FindingSelector<'a>(&'a QuickArgs);

impl FindingSelector<'_> {
    /// Returns the code or link for which the `quick` command is waiting, together with its kind. Returns `None` if the
    /// mail contains no such code or link.
    fn value(self, matched: &MatchedMail) -> Option<(CopiedItem, &SafeText)> {
        let findings = &matched.mail.findings;
        let code = findings.confident_code().map(|code| (CopiedItem::Code, &code.value));
        let link = match self.0.link.flatten() {
            Some(kind) => findings.confident_link_of(kind),
            None => findings.confident_link(),
        };
        let link = link.map(|link| (CopiedItem::Link, &link.url));
        match (self.0.code, self.0.link) {
            (true, _) => code,
            (false, Some(_)) => link,
            (false, None) => code.or(link),
        }
    }
}

/// Opens a session, prints its address, and then prints the code or link from a mail to this address. If a signal ends
/// the command, no restore key is lost, because the service lists the key while the session is live.
pub(super) async fn run(
    context: CliContext,
    args: &QuickArgs,
    copier: Copier,
    started: Timestamp,
) -> Result<u8, CliError> {
    let session = account::report_save_error(context.mailbox.open_session(AddressOptions::default()).await?);
    let Some(address) = session.addresses.first() else {
        return Err(CliError::failed("the service opened a session without an address; try again"));
    };
    if context.json {
        output::print(&json::address(&session, address).to_string())?;
    } else {
        output::print(&address.address)?;
    }
    if let Some(to) = copier.copy("address", &address.address).await {
        let action = HistoryAction::Copied { item: CopiedItem::Address, to, mail: None };
        context.mailbox.record_history(&address.address, action).await;
    }
    let waiting = print_findings(&context, args, &copier, &session.id, started);
    let outcome = tokio::select! {
        outcome = with_time_limit(args.timeout, waiting) => outcome,
        never = show_spinner() => never,
    };
    clear_spinner();
    outcome
}

/// Prints the code or link of each mail that has one. Returns after the first such mail unless `--keep` is given.
async fn print_findings(
    context: &CliContext,
    args: &QuickArgs,
    copier: &Copier,
    session: &SessionId,
    started: Timestamp,
) -> Result<u8, CliError> {
    let mut start_point = StartPoint::Start(started);
    let report = |progress| {
        if let WaitProgress::Again(why) = progress {
            clear_spinner();
            output::print_progress(&format!("{why}; trying again"));
        }
    };
    loop {
        let filter = WaitFilter {
            session: Some(session.clone()),
            takes_current_code: args.link.is_none() && !args.keep,
            ..WaitFilter::from_start_point(start_point)
        };
        let matched = context.mailbox.wait(&filter, &report).await?;
        clear_spinner();
        let summary = &matched.stored.summary;
        start_point = StartPoint::After(Some(summary.envelope.id.clone()));
        let Some((what, value)) = FindingSelector(args).value(&matched) else {
            output::print_progress(&format!("arrived: \"{}\" from {}", summary.subject, summary.sender));
            continue;
        };
        output::print_progress(&format!(
            "the {} of \"{}\" from {}:",
            what.as_str(),
            summary.subject,
            summary.sender
        ));
        if context.json {
            let findings = &matched.mail.findings;
            output::print(
                &json::with_findings(&matched.stored, &findings.codes, &findings.links).to_string(),
            )?;
        } else {
            output::print(value)?;
        }
        if let Some(to) = copier.copy(what.as_str(), value).await {
            let action = HistoryAction::Copied { item: what, to, mail: Some(summary.envelope.id.clone()) };
            context.mailbox.record_history(&summary.envelope.to, action).await;
        }
        if !args.keep {
            return Ok(0);
        }
    }
}

async fn with_time_limit(
    limit: Option<Duration>,
    work: impl Future<Output = Result<u8, CliError>>,
) -> Result<u8, CliError> {
    let Some(limit) = limit else { return work.await };
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_elapsed| {
        let words = format!("nothing more arrived within {} s", limit.as_secs_f64());
        Err(CliError { code: TIMED_OUT, words })
    })
}

/// Shows a spinner on the terminal while the `quick` command is waiting; never returns.
async fn show_spinner<T>() -> T {
    let mut steps = tokio::time::interval(SPINNER_STEP);
    let is_terminal = std::io::stderr().is_terminal();
    for picture in SPINNER.iter().cycle() {
        steps.tick().await;
        if is_terminal {
            drop(write!(std::io::stderr(), "{CLEAR_LINE}{picture} waiting for mail (Ctrl-C ends)"));
        } else {
            return std::future::pending().await;
        }
    }
    std::future::pending().await
}

fn clear_spinner() {
    if std::io::stderr().is_terminal() {
        drop(write!(std::io::stderr(), "{CLEAR_LINE}"));
    }
}
