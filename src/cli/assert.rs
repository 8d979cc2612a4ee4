//! The `assert` command: checks, for example in CI, that the expected mails have arrived, or that no mail has.

mod conditions;
mod junit;

use super::args::AssertArgs;
use super::context::CliContext;
use super::exit_code::NO_MATCH;
use super::{CliError, current, json, list, output, wait};
use conditions::{Conditions, Expected};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::clock::Clock;
use dropmail_client::service::{MatchedMail, ServiceError, StartPoint, WaitFilter};
use serde_json::Value;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::sync::Notify;

/// Maximum number of mails of each kind, matching and not matching, that the `assert` command lists after a failed
/// check. Further mails are only counted.
const MAX_LISTED: usize = 20;
/// Interval at which the `assert` command checks whether a session has been opened, as long as no session exists.
const SESSION_POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The stored mails, divided by the conditions of the `assert` command into matching and other mails, both newest
/// first.
#[derive(Default)]
struct CheckOutcome {
    matching: Vec<StoredMail>,
    others: Vec<StoredMail>,
}

pub(super) async fn run(context: CliContext, args: &AssertArgs, started: Timestamp) -> Result<u8, CliError> {
    let since = args.since.as_deref().map(|when| wait::parse_time(when, started)).transpose()?;
    let to = if args.all {
        None
    } else {
        current::address_or_current(&context.mailbox, args.to.as_deref()).await?
    };
    let conditions = Conditions::new(args, to, since);
    let expected = Expected::new(args);
    // Mail that arrives during the first check counts as new for the wait that follows.
    let begun = SystemClock.now();
    let mut outcome = check(&context, &conditions).await?;
    if let Some(within) = args.within.filter(|_| !expected.is_decided(outcome.matching.len())) {
        if expected == Expected::Nothing {
            output::print_progress(&format!(
                "waiting {} s for mail that must not come",
                within.as_secs_f64()
            ));
        }
        let watching = check_each_arrival(&context, &conditions, expected, begun);
        outcome = match tokio::time::timeout(within, watching).await {
            Ok(outcome) => outcome?,
            Err(_elapsed) => check(&context, &conditions).await?,
        };
    }
    let holds = expected.is_met_by(outcome.matching.len());
    let words = result_message(expected, &outcome, args);
    if let Some(path) = &args.junit {
        let took = SystemClock.now().duration_since(started).unsigned_abs();
        let details = mail_table(&outcome);
        let failure = (!holds).then_some((words.as_str(), details.as_str()));
        let xml = junit::report(&expected.text(), took, failure);
        std::fs::write(path, xml)
            .map_err(|why| CliError::failed(format!("--junit {}: {why}", path.display())))?;
    }
    if context.json {
        let rows = |mails: &[StoredMail]| mails.iter().map(json::summary).collect::<Vec<Value>>();
        let result = serde_json::json!({
            "passed": holds,
            "expected": expected.text(),
            "matching": rows(&outcome.matching),
            "others": rows(&outcome.others),
        });
        output::print(&result.to_string())?;
    } else if holds {
        output::print_all(outcome.matching.iter().map(list::format_row))?;
    }
    if holds {
        return Ok(0);
    }
    let table = if context.json { String::new() } else { mail_table(&outcome) };
    let words = if table.is_empty() { words } else { format!("{words}\n{table}") };
    Err(CliError { code: NO_MATCH, words: words.trim_end().to_owned() })
}

/// Fetches new mail, and checks which stored mails meet the conditions of the `assert` command. Prints an error for
/// each mail that could not be fetched.
async fn check(context: &CliContext, conditions: &Conditions<'_>) -> Result<CheckOutcome, CliError> {
    for failure in context.mailbox.catch_up().await? {
        output::eprint_line(&failure.to_string());
    }
    divide_stored_mails(context, conditions).await
}

/// Divides the stored mails into matching and other mails, according to the conditions of the `assert` command.
async fn divide_stored_mails(
    context: &CliContext,
    conditions: &Conditions<'_>,
) -> Result<CheckOutcome, CliError> {
    let mut mails = context.mailbox.mails().await?;
    sort_by_number(&mut mails, |mail| -mail.summary.envelope.received_at.as_nanosecond());
    let mut outcome = CheckOutcome::default();
    for mail in mails {
        let mut holds = conditions.match_row(&mail);
        if holds && conditions.need_content() {
            let loaded = context.mailbox.load_or_fetch(&mail.summary.envelope.id).await?;
            holds = conditions.match_content(&mail, &loaded.mail);
        }
        if holds { outcome.matching.push(mail) } else { outcome.others.push(mail) }
    }
    Ok(outcome)
}

/// Checks the stored mails again each time a new mail arrives. Returns the outcome as soon as further mails cannot
/// change the result of the `assert` command.
async fn check_each_arrival(
    context: &CliContext,
    conditions: &Conditions<'_>,
    expected: Expected,
    begun: Timestamp,
) -> Result<CheckOutcome, CliError> {
    let came = Notify::new();
    let next = WaitFilter::from_start_point(StartPoint::Start(begun));
    let receiving = async {
        loop {
            let on_mail = |_found: MatchedMail| -> ControlFlow<()> {
                came.notify_one();
                ControlFlow::Continue(())
            };
            match context.mailbox.wait_each(&next, &|_progress| {}, &on_mail).await {
                // Another program or a catch-all may open the first session during this pause.
                Ok(()) | Err(ServiceError::NoSession) => tokio::time::sleep(SESSION_POLL_INTERVAL).await,
                Err(error) => return CliError::from(error),
            }
        }
    };
    let dividing = async {
        loop {
            came.notified().await;
            let outcome = divide_stored_mails(context, conditions).await?;
            if expected.is_decided(outcome.matching.len()) {
                return Ok(outcome);
            }
        }
    };
    tokio::select! {
        outcome = dividing => outcome,
        error = receiving => Err(error),
    }
}

/// Returns a one-line message with the expected and the actual number of matching mails.
fn result_message(expected: Expected, outcome: &CheckOutcome, args: &AssertArgs) -> String {
    let waited = args.within.map(|within| format!(" within {} s", within.as_secs_f64())).unwrap_or_default();
    let matching = outcome.matching.len();
    let others = match outcome.others.len() {
        1 => "1 other mail".to_owned(),
        others => format!("{others} other mails"),
    };
    format!("expected {}{waited}, found {matching}; {others}", expected.text())
}

/// Returns the matching mails and all other mails as rows of text for the message about a failed check.
fn mail_table(outcome: &CheckOutcome) -> String {
    let rows = |mark: &'static str, mails: &[StoredMail]| -> Vec<String> {
        mails.iter().take(MAX_LISTED).map(|mail| format!("{mark}\t{}", list::format_row(mail))).collect()
    };
    let mut lines = rows("matches", &outcome.matching);
    lines.extend(rows("other", &outcome.others));
    let left = (outcome.matching.len() + outcome.others.len()).saturating_sub(lines.len());
    if left > 0 {
        lines.push(format!("{left} more; `ls` lists all"));
    }
    lines.join("\n")
}
