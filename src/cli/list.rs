//! The `ls` command: lists mails, newest first.

use super::args::LsArgs;
use super::context::CliContext;
use super::{CliError, current, json, output};
use crate::app::filter::{Filter, searchable_text};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::domain::current_code::CurrentCodes;
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::ports::clock::Clock;
use jiff::tz::TimeZone;
use mail_reader::sanitize::SafeText;
use serde_json::Value;

pub(super) async fn run(context: CliContext, args: &LsArgs) -> Result<u8, CliError> {
    let filter = parse_filter(args)?;
    // If the archive cannot be opened, the command still lists the other mails. The exit code shows that stored mails
    // may be missing.
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
        // Rows that an earlier version of the program wrote contain no sender address.
        context.mailbox.update_outdated().await?;
    }
    let stored = context.mailbox.mails().await?;
    let current = CurrentCodes::from_mails(stored.iter().rev().map(|mail| &mail.summary));
    let mut mails: Vec<ListRow> = stored.into_iter().map(ListRow::Stored).collect();
    // The envelopes of these mails are known, but their raw bytes could not be downloaded.
    mails.extend(context.mailbox.undownloaded_mails().into_iter().map(ListRow::DownloadPending));
    sort_by_number(&mut mails, |row| -row.mail().summary.envelope.received_at.as_nanosecond());
    let address = if args.all || filter.selects_recipient() {
        args.address.clone()
    } else {
        current::address_or_current(&context.mailbox, args.address.as_deref()).await?
    };
    if let Some(address) = &address {
        mails.retain(|row| {
            let envelope = &row.mail().summary.envelope;
            [&envelope.to, &envelope.to_orig].iter().any(|to| to.eq_ignore_ascii_case(address))
        });
    }
    mails.retain(|row| filter.matches(row.mail(), &searchable_text(&row.mail().summary)));
    if context.json {
        let all: Value = mails.iter().map(|row| row.json(&current)).collect();
        output::print(&all.to_string())?;
    } else {
        output::print_all(mails.iter().map(|row| row.line(&current)))?;
    }
    Ok(code)
}

/// Parses the filter in the command-line arguments, in the syntax of the inbox filter. Returns an error for an invalid
/// term.
fn parse_filter(args: &LsArgs) -> Result<Filter, CliError> {
    if args.filter.is_empty() {
        // A filter without a day does not need the time zone, and determining the time zone requires reading many
        // files.
        return Ok(Filter::default());
    }
    let (filter, wrong) = Filter::parse(&args.filter.join(" "), SystemClock.now(), &TimeZone::system());
    wrong.map_or(Ok(filter), |wrong| Err(CliError::usage(wrong)))
}

/// A mail that the `ls` command lists.
enum ListRow {
    /// The archive contains the summary and the raw bytes of the mail.
    Stored(StoredMail),
    /// The envelope of the mail is known, but the raw bytes have not been downloaded successfully yet.
    DownloadPending(StoredMail),
}

impl ListRow {
    fn mail(&self) -> &StoredMail {
        match self {
            Self::Stored(mail) | Self::DownloadPending(mail) => mail,
        }
    }

    fn line(&self, current: &CurrentCodes) -> String {
        match self {
            Self::Stored(mail) if current.newer(&mail.summary).is_some() => {
                format_columns(mail, |code| format!("{code} (replaced)"))
            }
            Self::Stored(mail) => format_row(mail),
            Self::DownloadPending(mail) => {
                format!("{}(not fetched yet; the next `ls` tries again)", format_row(mail))
            }
        }
    }

    fn json(&self, current: &CurrentCodes) -> Value {
        let mut object = json::summary(self.mail());
        if let Some(newer) = current.newer(&self.mail().summary) {
            json::add_field(&mut object, "replaced_by", Value::String(newer.value.to_string()));
        }
        if let Self::DownloadPending(_) = self {
            json::add_field(&mut object, "fetched", Value::Bool(false));
        }
        object
    }
}

/// Formats a mail as one line: id, time, recipient, sender, code (or `-`) and subject, separated by tabs. No field
/// contains a tab.
pub(super) fn format_row(mail: &StoredMail) -> String {
    format_columns(mail, str::to_owned)
}

/// Like [`format_row`], but uses the function `code` to format the mail's code.
fn format_columns(mail: &StoredMail, code: impl FnOnce(&str) -> String) -> String {
    let summary = &mail.summary;
    let envelope = &summary.envelope;
    let code = summary.code.as_ref().map_or_else(|| "-".to_owned(), |found| code(&found.value));
    format!(
        "{}\t{}\t{}\t{}\t{code}\t{}",
        SafeText::new(envelope.id.as_str()),
        envelope.received_at,
        envelope.to,
        summary.sender,
        summary.subject
    )
}
