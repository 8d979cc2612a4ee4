//! `ls`: the mails, newest first.

use super::args::LsArgs;
use super::desk::Desk;
use super::{Failure, json, output};
use crate::domain::sanitize::SafeText;
use crate::ports::archive::Kept;
use serde_json::Value;

pub(super) async fn run(desk: Desk, args: &LsArgs) -> Result<u8, Failure> {
    let mut code = 0;
    if !args.kept {
        // What is kept is listed in any case; the exit code tells that it may not be all.
        match desk.mailbox.catch_up().await {
            Ok(failures) => {
                for failure in failures {
                    output::tell(&failure.to_string());
                    code = Failure::from(failure).code;
                }
            }
            Err(error) => {
                output::tell(&format!("{error}; only what is kept here is listed"));
                code = Failure::from(error).code;
            }
        }
    }
    let mut mails = desk.mailbox.mails().await?;
    if let Some(address) = &args.address {
        mails.retain(|kept| {
            let envelope = &kept.summary.envelope;
            [&envelope.to, &envelope.to_orig].iter().any(|to| to.eq_ignore_ascii_case(address))
        });
    }
    if desk.json {
        let all: Value = mails.iter().map(json::summary).collect();
        output::print(&all.to_string())?;
    } else {
        output::print_all(mails.iter().map(row))?;
    }
    Ok(code)
}

/// Id, time, recipient, sender, code or `-`, subject: parted by tabs, of which no text holds one.
pub(super) fn row(kept: &Kept) -> String {
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
