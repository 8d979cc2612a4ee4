//! `ls`: the mails, newest first.

use super::args::LsArgs;
use super::context::CliContext;
use super::{CliError, json, output};
use crate::adapters::clock::SystemClock;
use crate::app::filter::{Filter, haystack};
use crate::domain::sanitize::SafeText;
use crate::ports::archive::StoredMail;
use crate::ports::clock::Clock;
use jiff::tz::TimeZone;
use serde_json::Value;

pub(super) async fn run(context: CliContext, args: &LsArgs) -> Result<u8, CliError> {
    let filter = filter(args)?;
    // All mails at hand are listed in any case. The exit code says that some may be missing: of a stored mail
    // nothing is known without the archive.
    let mut code = if context.lacks_archive { super::FAILED } else { 0 };
    if !args.kept {
        match context.mailbox.catch_up().await {
            Ok(failures) => {
                for failure in failures {
                    output::eprint_line(&failure.to_string());
                    code = CliError::from(failure).code;
                }
            }
            Err(error) => {
                output::eprint_line(&format!("{error}; only stored mail is listed"));
                code = CliError::from(error).code;
            }
        }
    }
    if !filter.is_empty() {
        // Rows that an earlier version wrote lack the sender's address.
        context.mailbox.update_outdated().await?;
    }
    let mut mails: Vec<ListRow> = context.mailbox.mails().await?.into_iter().map(ListRow::Here).collect();
    // Their place is known, their content is not.
    mails.extend(context.mailbox.awaited().into_iter().map(ListRow::Awaited));
    mails.sort_by_key(|row| std::cmp::Reverse(row.kept().summary.envelope.received_at));
    if let Some(address) = &args.address {
        mails.retain(|row| {
            let envelope = &row.kept().summary.envelope;
            [&envelope.to, &envelope.to_orig].iter().any(|to| to.eq_ignore_ascii_case(address))
        });
    }
    mails.retain(|row| filter.keeps(row.kept(), &haystack(&row.kept().summary)));
    if context.json {
        let all: Value = mails.iter().map(ListRow::json).collect();
        output::print(&all.to_string())?;
    } else {
        output::print_all(mails.iter().map(ListRow::words))?;
    }
    Ok(code)
}

/// The filter of the command line, as the screen reads it.
fn filter(args: &LsArgs) -> Result<Filter, CliError> {
    let (filter, wrong) = Filter::parse(&args.filter.join(" "), SystemClock.now(), &TimeZone::system());
    wrong.map_or(Ok(filter), |wrong| Err(CliError::usage(wrong)))
}

/// A mail of the list.
enum ListRow {
    /// It is kept.
    Here(StoredMail),
    /// Its bytes could not be fetched yet.
    Awaited(StoredMail),
}

impl ListRow {
    fn kept(&self) -> &StoredMail {
        match self {
            Self::Here(kept) | Self::Awaited(kept) => kept,
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Here(kept) => row(kept),
            Self::Awaited(kept) => format!("{}(not fetched yet; the next `ls` tries again)", row(kept)),
        }
    }

    fn json(&self) -> Value {
        let mut told = json::summary(self.kept());
        if let Self::Awaited(_) = self {
            json::add(&mut told, "fetched", Value::Bool(false));
        }
        told
    }
}

/// Id, time, recipient, sender, code or `-`, subject: parted by tabs, of which no text holds one.
pub(super) fn row(kept: &StoredMail) -> String {
    let summary = &kept.summary;
    let envelope = &summary.envelope;
    let code = summary.code.as_ref().map_or("-", |code| code.value.as_str());
    format!(
        "{}\t{}\t{}\t{}\t{code}\t{}",
        SafeText::new(envelope.id.as_str()),
        envelope.received_at,
        envelope.to,
        summary.sender,
        summary.subject
    )
}
