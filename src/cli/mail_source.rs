//! Reads the mail for a command: from the archive, the service, a file or standard input.

use super::args::{Args, WhichMail};
use super::{CliError, async_runtime, context, extract, output};
use crate::config::Environment;
use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::service;
use mail_codes::MailWithFindings;
use mail_reader::mbox::MboxEntry;
use mail_reader::mime;
use mail_reader::sanitize::SafeText;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A mail in memory, both raw and parsed. `stored` is its entry in the archive; `None` for a mail from a file and for
/// an attached mail.
#[derive(Debug)]
pub(super) struct MailSource {
    pub(super) raw: Bytes,
    pub(super) mail: Arc<MailWithFindings>,
    pub(super) stored: Option<StoredMail>,
}

/// Reads the mail that the arguments specify. Reading a mail from a file uses no network, no token and no data
/// directory.
pub(super) fn load(
    args: &Args,
    environment: &Environment,
    which: &WhichMail,
) -> Result<MailSource, CliError> {
    let name = which.name.as_str();
    let outer = if is_file(name) {
        from_file(name, which.mail)?
    } else if which.mail.is_some() {
        return Err(CliError::usage("--mail N selects a mail of an mbox file, but MAIL is not a file"));
    } else {
        stored_mail(args, environment, name)?
    };
    which.part.iter().try_fold(outer, |outer, part| attached_mail(&outer, *part))
}

/// Reads a mail from a file. `number` is the number of the mail in an mbox, counted from 1; `None` means the first
/// mail.
fn from_file(name: &str, number: Option<usize>) -> Result<MailSource, CliError> {
    let shown = SafeText::new(name);
    let unread = |why: std::io::Error| read_error(name, &why);
    let file = extract::open_mail_file(Path::new(name)).map_err(unread)?;
    let at = number.unwrap_or(1);
    let mut count = 0;
    let mut mail = None;
    for entry in file {
        let entry = entry.map_err(unread)?;
        count += 1;
        if count == at {
            mail = Some(entry);
            if number.is_some() {
                break;
            }
        }
    }
    if number.is_none() && count > 1 {
        output::eprint_line(&format!(
            "{shown} contains {count} mails; this is the first one, --mail N selects another (`open` lists them)"
        ));
    }
    match mail {
        Some(MboxEntry::Mail(raw)) => parse_source(raw.into()),
        Some(MboxEntry::TooLarge) => {
            Err(CliError::failed(format!("{shown}: {}", extract::too_large_message())))
        }
        None => {
            Err(CliError { code: super::NOT_FOUND, words: extract::no_such_mail_message(&shown, count, at) })
        }
    }
}

/// Reads the mail that is attached to `outer` as the MIME part `part`.
fn attached_mail(outer: &MailSource, part: usize) -> Result<MailSource, CliError> {
    let raw = outer.raw.clone();
    let nested = move || mime::nested_mail(&raw, part).map(|nested| Bytes::from(nested.into_owned()));
    match async_runtime::block_on(service::run_bounded(nested))?.map_err(CliError::failed)? {
        Some(raw) => parse_source(raw),
        None => Err(CliError {
            code: super::NOT_FOUND,
            words: format!(
                "part {part} is not a mail; `read --parts` lists the parts, `save --attachments` saves them"
            ),
        }),
    }
}

fn parse_source(raw: Bytes) -> Result<MailSource, CliError> {
    let mail = async_runtime::block_on(service::parse(raw.clone()))?;
    Ok(MailSource { raw, mail: Arc::new(mail), stored: None })
}

/// Reads the mail with the id `name` from the archive. If the archive does not contain the mail, fetches it from the
/// service.
fn stored_mail(args: &Args, environment: &Environment, name: &str) -> Result<MailSource, CliError> {
    let slot = Arc::new(Mutex::new(None));
    let target = Arc::clone(&slot);
    let id = MailId::new(name);
    let code = context::run(args, environment, context::OnSignal::Stop, |context| async move {
        let loaded = context.mailbox.load_or_fetch(&id).await?;
        let stored =
            context.mailbox.mails().await?.into_iter().find(|stored| stored.summary.envelope.id == id);
        let source = MailSource { raw: loaded.raw, mail: loaded.mail, stored };
        *target.lock().unwrap_or_else(PoisonError::into_inner) = Some(source);
        Ok(0)
    })?;
    let source = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    // If a signal has ended the command, there is no mail.
    source.ok_or_else(|| CliError { code, words: "interrupted".to_owned() })
}

/// Returns `true` if the argument `name` is a path rather than a mail id. Names such as `-`, `a.eml` and `./a` are
/// paths. A mail id may contain `/`, so any other name with `/` is a path only if the file or its parent directory
/// exists.
fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    let ends =
        |end: &std::ffi::OsStr| ["eml", "mbox", "mbx"].iter().any(|known| end.eq_ignore_ascii_case(known));
    let looks = name == "-" || path.extension().is_some_and(ends) || name.starts_with(['/', '.', '~']);
    looks || (name.contains('/') && (path.exists() || path.parent().is_some_and(Path::is_dir)))
}

fn read_error(name: &str, why: &std::io::Error) -> CliError {
    let code = if why.kind() == std::io::ErrorKind::NotFound { super::NOT_FOUND } else { super::FAILED };
    CliError { code, words: format!("{}: {why}", SafeText::new(name)) }
}
