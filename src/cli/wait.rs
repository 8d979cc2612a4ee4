//! The `wait` command: waits for mails, and prints the code, the link or a summary of each.

use super::args::{WaitArgs, parse_duration};
use super::context::CliContext;
use super::exit_code::{NO_MATCH, TIMED_OUT};
use super::{CliError, current, json, list, output};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::service::{MatchedMail, StartPoint, WaitFilter, WaitProgress};
use mail_codes::LinkKind;
use mail_reader::sanitize::SafeText;
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The validated arguments of the `wait` command. Invalid arguments are reported before any request is sent.
#[derive(Debug)]
pub(super) struct WaitPlan {
    filter: WaitFilter,
    prints: Prints,
    timeout: Option<Duration>,
    /// Number of matching mails after which the `wait` command exits.
    count: usize,
    /// If `true` and the user specifies no address, only mail to the current address matches, or mail to any address if
    /// there is no current one. If `false`, the current address has no effect.
    heeds_current: bool,
}

#[derive(Clone, Copy, Debug)]
enum Prints {
    Code,
    /// The `wait` command prints the best link in the mail. If a kind is given, it prints the best link of this kind.
    Link(Option<LinkKind>),
    /// The `wait` command prints the code in the mail, or the best link if the mail contains no code.
    Any,
    Summary,
}

/// Time limit of the `wait` command for `--timeout 0`. With this option, the command checks the existing mail once
/// instead of waiting for new mail.
const LOOK_TIMEOUT: Duration = Duration::from_secs(10);

impl WaitPlan {
    pub(super) fn new(args: &WaitArgs, started: Timestamp) -> Result<Self, CliError> {
        let start_point = match (&args.since, &args.after) {
            (Some(when), _) => StartPoint::Since(parse_time(when, started)?),
            (None, Some(id)) => StartPoint::After(Some(MailId::new(id.as_str()))),
            (None, None) => StartPoint::Start(started),
        };
        let filter = WaitFilter {
            session: args.session.as_deref().map(SessionId::new),
            address: args.address.clone(),
            from: args.from.clone(),
            subject: args.subject.clone(),
            with_link: args.link.flatten(),
            looks_once: args.timeout.is_some_and(|limit| limit.is_zero()),
            // If the command prints several codes, it prints each of them, even if a newer code has replaced it.
            takes_current_code: (args.code || args.any) && args.count.is_none_or(|count| count == 1),
            ..WaitFilter::from_start_point(start_point)
        };
        let prints = match (args.code, args.link, args.any) {
            (true, _, _) => Prints::Code,
            (false, Some(kind), _) => Prints::Link(kind),
            (false, None, true) => Prints::Any,
            (false, None, false) => Prints::Summary,
        };
        // If the user specifies a session or a mail of a session, the current address has no effect.
        let heeds_current = !args.all && args.session.is_none() && args.after.is_none();
        Ok(Self { filter, prints, timeout: args.timeout, count: args.count.unwrap_or(1), heeds_current })
    }
}

pub(super) async fn run(context: CliContext, mut order: WaitPlan) -> Result<u8, CliError> {
    // The most recent problem, for the error message after a timeout.
    let trouble = Mutex::new(Some("the keyring was not unlocked in that time".to_owned()));
    let note = |why: Option<String>| *trouble.lock().unwrap_or_else(PoisonError::into_inner) = why;
    let tell = |stage| match stage {
        WaitProgress::Watching(_) => {
            note(None);
            output::print_progress("waiting for mail");
        }
        WaitProgress::Again(why) => {
            output::print_progress(&format!("{why}; trying again"));
            note(Some(why.to_string()));
        }
        WaitProgress::PassedOver(subject) => output::print_progress(&format!("skipped: {subject}")),
    };
    let (count, prints) = (order.count, order.prints);
    let printer = Printer { context: &context, prints, left: Mutex::new(count), failed: Mutex::new(None) };
    let wait = async {
        context.mailbox.await_keyring().await?;
        note(Some("the service confirmed no push connection in that time".to_owned()));
        if order.heeds_current {
            order.filter.address =
                current::address_or_current(&context.mailbox, order.filter.address.as_deref()).await?;
        }
        context.mailbox.wait_each(&order.filter, &tell, &|matched| printer.accept(&matched)).await
    };
    let ended = match order.timeout {
        None => wait.await,
        Some(limit) => {
            let limit = if limit.is_zero() { LOOK_TIMEOUT } else { limit };
            let Ok(outcome) = tokio::time::timeout(limit, wait).await else {
                let trouble = trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
                let why = trouble.map(|why| format!(": {why}")).unwrap_or_default();
                let missing = printer.missing_message(count);
                let words = format!("{missing} arrived within {} s{why}", limit.as_secs_f64());
                return Err(CliError { code: TIMED_OUT, words });
            };
            outcome
        }
    };
    ended?;
    let left = *printer.left.lock().unwrap_or_else(PoisonError::into_inner);
    let has_failed = printer.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    if left > 0 && !has_failed {
        return Err(CliError {
            code: TIMED_OUT,
            words: format!("{} is there", printer.missing_message(count)),
        });
    }
    printer.failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(0), Err)
}

/// Prints and counts the mails that match the filter of the `wait` command.
struct Printer<'a> {
    context: &'a CliContext,
    prints: Prints,
    /// Number of expected mails that have not been printed yet.
    left: Mutex<usize>,
    /// The error that ended the output: a write error, or a mail without the requested code or link. `None` if there
    /// was none.
    failed: Mutex<Option<CliError>>,
}

impl Printer<'_> {
    fn accept(&self, matched: &MatchedMail) -> ControlFlow<()> {
        if let Err(error) = print_match(self.context, matched, self.prints) {
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            return ControlFlow::Break(());
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_sub(1);
        if *left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Returns the part of an error message that states how many of the `count` expected mails have arrived.
    fn missing_message(&self, count: usize) -> String {
        match *self.left.lock().unwrap_or_else(PoisonError::into_inner) {
            left if left == count && count == 1 => "no matching mail".to_owned(),
            left => format!("{} of {count} matching mails", count.saturating_sub(left)),
        }
    }
}

fn print_match(context: &CliContext, matched: &MatchedMail, prints: Prints) -> Result<(), CliError> {
    let findings = &matched.mail.findings;
    let code = findings.confident_code().map(|code| &code.value);
    let link = |kind: Option<LinkKind>| {
        let link = kind.map_or_else(|| findings.confident_link(), |kind| findings.confident_link_of(kind));
        link.map(|link| &link.url)
    };
    let (what, asked) = match prints {
        Prints::Summary => ("summary", None),
        Prints::Code => ("code", Some(code)),
        Prints::Link(kind) => ("link", Some(link(kind))),
        Prints::Any => ("code and no link", Some(code.or_else(|| link(None)))),
    };
    if context.json {
        output::print(
            &json::with_findings(&matched.stored, &matched.mail.findings.codes, &matched.mail.findings.links)
                .to_string(),
        )?;
    }
    let printed =
        findings.confident_code().filter(|code| matches!(asked, Some(Some(value)) if *value == code.value));
    if let Some(code) = printed.filter(|code| !code.confidence.is_certain()) {
        let percent = code.confidence.thousandths() / 10;
        output::eprint_line(&format!(
            "the code {} is a guess ({percent} %); compare it with the mail",
            code.value
        ));
    }
    match asked {
        Some(None) => {
            let envelope = &matched.stored.summary.envelope;
            let words = format!(
                "the mail has no {what}: \"{}\" from {}; `read {}` shows it",
                matched.stored.summary.subject,
                matched.stored.summary.sender,
                SafeText::new(envelope.id.as_str())
            );
            Err(CliError { code: NO_MATCH, words })
        }
        Some(Some(value)) if !context.json => output::print(value),
        None if !context.json => output::print(&list::format_row(&matched.stored)),
        Some(Some(_)) | None => Ok(()),
    }
}

/// Parses a time from the user, in RFC 3339 format or as a duration before `now`, such as `10m`. Returns an error if
/// the text is not a valid time.
pub(super) fn parse_time(text: &str, now: Timestamp) -> Result<Timestamp, CliError> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let ago = parse_duration(text.trim().trim_end_matches("ago")).ok();
    let ago = ago.and_then(|ago| SignedDuration::try_from(ago).ok());
    ago.and_then(|ago| now.checked_sub(ago).ok()).ok_or_else(|| {
        CliError::usage(format!(
            "--since {}: write how long ago (90s, 10m, 2h) or a time such as 2026-11-24T08:00:00Z",
            SafeText::new(text)
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_since_argument_is_a_time_or_an_age() {
        let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("10m", "2026-11-24T07:50:00Z"),
            ("90s", "2026-11-24T07:58:30Z"),
            ("90", "2026-11-24T07:58:30Z"),
            ("1h 30m ago", "2026-11-24T06:30:00Z"),
            ("2026-11-24T09:00:00+02:00", "2026-11-24T07:00:00Z"),
        ] {
            assert_eq!(parse_time(text, now).unwrap().to_string(), expected, "{text}");
        }
        for text in ["soon", "", "-5m", "-10"] {
            assert_eq!(parse_time(text, now).unwrap_err().code, 2, "{text}");
        }
    }
}
