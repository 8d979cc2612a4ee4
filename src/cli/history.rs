//! The `history` command: prints what happened to addresses and when, such as their creation and the arrival of mail.
//! The command sends no requests to the service.

use super::args::{Args, HistoryArgs};
use super::{CliError, archive, current, output};
use crate::config::Environment;
use dropmail_client::domain::history::HistoryEntry;
use serde_json::Value;

pub(super) fn run(args: &Args, environment: &Environment, history: &HistoryArgs) -> Result<u8, CliError> {
    let as_json = args.json;
    archive::run_on_archive(environment, &args.flags(), |mailbox, _| async move {
        let address = if history.all {
            None
        } else {
            current::address_or_current(&mailbox, history.address.as_deref()).await?
        };
        let entries = mailbox.history(address.as_deref(), history.limit).await?;
        if as_json {
            let all: Value = entries.iter().map(HistoryEntry::to_json).collect();
            output::print(&all.to_string())?;
        } else {
            output::print_all(entries.iter().map(format_row))?;
        }
        Ok(0)
    })
}

/// Formats a history entry as one line: its time, address and action, separated by tabs. No field contains a tab.
fn format_row(entry: &HistoryEntry) -> String {
    format!("{}\t{}\t{}", entry.at, entry.address, entry.action.text())
}
