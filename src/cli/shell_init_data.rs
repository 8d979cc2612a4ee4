//! The hidden `archive-words` command, which the `shell-init` scripts call. It prints addresses, mail ids or the newest
//! code.

use super::context::CliContext;
use super::exit_code::NOT_FOUND;
use super::{CliError, archive, output};
use crate::config::{CliOptions, Environment};
use dropmail_client::domain::sorting::sort_by_number;
use mail_reader::sanitize::SafeText;
use std::time::Duration;

/// Maximum number of mail ids that the `archive-words` command prints, newest first; older mails are omitted.
const MAX_MAILS: usize = 200;
/// Timeout for fetching new mail in the `archive-words` command. If it expires, the command prints the newest stored
/// code.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// Maximum length in bytes of a code that a `shell-init` script inserts at a shell prompt. A longer code is refused,
/// because the sender of the mail could have crafted it to harm the user.
const MAX_CODE_BYTES: usize = 64;

/// Prints the stored addresses, those of the newest session first, each followed by a tab and a description. Sends no
/// requests to the service.
pub(super) fn print_addresses(environment: &Environment, flags: &CliOptions) -> Result<u8, CliError> {
    archive::run_on_archive(environment, flags, |mailbox, _| async move {
        let current = mailbox.current_address().await?.map(|current| current.address);
        let sessions = mailbox.known_sessions().await?;
        let rows = sessions.iter().flat_map(|session| &session.addresses).map(|address| {
            let is_current = current.as_ref() == Some(&address.address);
            let words = if is_current { "current address" } else { "address" };
            format!("{}\t{words}", address.address)
        });
        output::print_all(rows)?;
        Ok(0)
    })
}

/// Prints the ids of the newest stored mails, each followed by a tab, the sender and the subject. Sends no requests to
/// the service.
pub(super) fn print_mail_ids(environment: &Environment, flags: &CliOptions) -> Result<u8, CliError> {
    archive::run_on_archive(environment, flags, |mailbox, _| async move {
        let mails = mailbox.page(None, MAX_MAILS).await?;
        let rows = mails.iter().map(|mail| {
            let summary = &mail.summary;
            format!(
                "{}\t{}: {}",
                SafeText::new(summary.envelope.id.as_str()),
                summary.sender,
                summary.subject
            )
        });
        output::print_all(rows)?;
        Ok(0)
    })
}

/// Fetches new mail and prints the newest code. If there is a current address, only mail to this address is considered.
pub(super) async fn print_newest_code(context: CliContext) -> Result<u8, CliError> {
    // If the service cannot be reached, the newest stored code is printed.
    drop(tokio::time::timeout(FETCH_TIMEOUT, context.mailbox.catch_up()).await);
    let current = context.mailbox.current_address().await?.map(|current| current.address);
    let mut mails = context.mailbox.mails().await?;
    sort_by_number(&mut mails, |mail| -mail.summary.envelope.received_at.as_nanosecond());
    let mut codes = mails.iter().filter(|mail| {
        current.as_ref().is_none_or(|current| current.eq_ignore_ascii_case(&mail.summary.envelope.to))
    });
    let code = codes.find_map(|mail| mail.summary.code.as_ref()).map(|code| code.value.as_str());
    match code.filter(|code| is_shell_safe(code)) {
        Some(code) => output::print(code).map(|()| 0),
        None => Err(CliError { code: NOT_FOUND, words: "no mail has a code".to_owned() }),
    }
}

/// Returns `true` if a code can safely be inserted at a shell prompt: it is short, contains only ASCII letters, digits
/// and hyphens, and does not start with a hyphen. The code comes from a mail, which anyone may have sent.
fn is_shell_safe(code: &str) -> bool {
    code.len() <= MAX_CODE_BYTES
        && !code.starts_with('-')
        && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::is_shell_safe;

    #[test]
    fn a_code_with_shell_metacharacters_is_not_inserted() {
        for (code, harmless) in [
            ("482913", true),
            ("AB-12-CD", true),
            ("$(id)", false),
            ("a;b", false),
            ("-rf", false),
            ("1 2", false),
            ("\u{661}\u{662}", false),
        ] {
            assert_eq!(is_shell_safe(code), harmless, "{code}");
        }
    }
}
