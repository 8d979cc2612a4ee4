//! The `extract` command: prints the codes and links in raw mails, without using the network.

use super::args::ExtractArgs;
use super::{CliError, async_runtime, output};
use crate::adapters::mail_file::MailFile;
use dropmail_client::service;
use mail_codes::{MailWithFindings, to_json, to_json_numbered};
use mail_reader::mbox::{MAX_MAIL_BYTES, MboxEntry};
use std::io;
use std::path::Path;

pub(super) fn run(args: &ExtractArgs, json: bool) -> Result<u8, CliError> {
    let stdin = [Path::new("-").to_path_buf()];
    let files = if args.files.is_empty() { &stdin } else { args.files.as_slice() };
    async_runtime::block_on(async {
        let mut code = 0;
        for file in files {
            let done = extract_from_file(file, args.mail, json).await?;
            code = if code == 0 { done } else { code };
        }
        Ok(code)
    })?
}

/// Prints one line for each mail in a file or, if `only` is given, one line for the mail with this number (counted from
/// 1). If a mail is too large or cannot be parsed, prints an error and an empty result, and continues with the next
/// mail. If the file cannot be read, prints an error and stops.
async fn extract_from_file(path: &Path, only: Option<usize>, json: bool) -> Result<u8, CliError> {
    let name = path.display().to_string();
    let unread = |why: io::Error| {
        output::eprint_line(&format!("{name}: {why}"));
        Ok(super::FAILED)
    };
    let file = match open_mail_file(path) {
        Ok(file) => file,
        Err(why) => return unread(why),
    };
    let is_mbox = file.is_mbox();
    let (mut code, mut count) = (0, 0);
    for entry in file {
        count += 1;
        let entry = match entry {
            Ok(entry) => entry,
            Err(why) => return unread(why),
        };
        if only.is_some_and(|only| only != count) {
            continue;
        }
        let place = if is_mbox { format!("{name}, mail {count}") } else { name.clone() };
        let mail = match entry {
            MboxEntry::Mail(raw) => service::try_parse(raw.into()).await.map_err(|why| why.to_string()),
            MboxEntry::TooLarge => Err(too_large_message()),
        };
        let mail = mail.unwrap_or_else(|why| {
            output::eprint_line(&format!("{place}: {why}"));
            code = super::FAILED;
            MailWithFindings::default()
        });
        let text = match json {
            true if is_mbox => to_json_numbered(&name, count, &mail.findings),
            true => to_json(&name, &mail.findings),
            false => best_finding(&mail),
        };
        output::print(&text)?;
        if only.is_some() {
            return Ok(code);
        }
    }
    match only {
        Some(only) => {
            output::eprint_line(&no_such_mail_message(&name, count, only));
            Ok(super::NOT_FOUND)
        }
        None => Ok(code),
    }
}

/// Opens a mail file; the path `-` means standard input. Before reading from a terminal, prints a hint that the program
/// is waiting for a mail.
pub(super) fn open_mail_file(path: &Path) -> io::Result<MailFile> {
    if path == Path::new("-") && io::IsTerminal::is_terminal(&io::stdin()) {
        output::eprint_line("reading a mail from standard input; Ctrl-D ends the input, Ctrl-C cancels");
    }
    MailFile::open(path)
}

/// Returns the error message for a mail that the command does not read because it exceeds the maximum size.
pub(super) fn too_large_message() -> String {
    format!("this mail is larger than {} MiB and is not read", MAX_MAIL_BYTES >> 20)
}

/// Returns the error message for a file that contains only `count` mails, and thus no mail with the given `number`.
pub(super) fn no_such_mail_message(name: &str, count: usize, number: usize) -> String {
    let mails = if count == 1 { "one mail".to_owned() } else { format!("{count} mails") };
    format!("{name} contains {mails}; there is no mail {number}")
}

/// Returns the text that the `extract` command prints for a mail: its best code, or its best link if it has no code.
/// The text is empty if the mail has neither.
fn best_finding(mail: &MailWithFindings) -> String {
    let code = mail.findings.confident_code().map(|code| code.value.to_string());
    let link = mail.findings.confident_link().map(|link| link.url.to_string());
    code.or(link).unwrap_or_default()
}
