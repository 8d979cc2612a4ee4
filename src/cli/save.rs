//! The `save` command: saves a mail or its attachments as files.

use super::args::SaveArgs;
use super::mail_source::MailSource;
use super::{CliError, output};
use crate::adapters::files::DownloadFolder;
use crate::config::Config;
use dropmail_client::ports::files::Files;
use mail_reader::mime;
use mail_reader::sanitize::SafeName;
use serde_json::json;

pub(super) fn save(
    source: &MailSource,
    args: &SaveArgs,
    config: &Config,
    as_json: bool,
) -> Result<u8, CliError> {
    let folder = DownloadFolder::new(args.dir.clone().unwrap_or_else(|| config.download_dir.value.clone()));
    let save = |name: &SafeName, content: &[u8]| {
        let saved = folder.save(name, content).map(|path| path.display().to_string());
        saved.map_err(|why| CliError::failed(format!("not saved: {why}; --dir selects another directory")))
    };
    let mut saved = Vec::new();
    if args.attachments {
        // The attachments are decoded one by one, because all of them together may need more memory than the mail.
        for part in &source.mail.attachments {
            let Some(content) = mime::attachment_bytes(&source.raw, part.part) else {
                return Err(CliError::failed(format!("the attachment {} cannot be decoded", part.name)));
            };
            saved.push(save(&part.name, &content)?);
        }
        if saved.is_empty() {
            output::eprint_line("this mail has no attachments");
        }
    } else {
        let subject = &source.mail.subject;
        let stem: String = subject.chars().take(80).collect();
        let stem = if subject.is_empty() { "mail" } else { stem.trim() };
        saved.push(save(&SafeName::from_title(&format!("{stem}.eml")), &source.raw)?);
    }
    if as_json {
        output::print(&json!({"saved": saved}).to_string())?;
    } else {
        output::print_all(saved)?;
    }
    Ok(0)
}
