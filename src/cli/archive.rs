//! The `search`, `export` and `purge` commands, which use only the local archive and send no requests to the service.

use super::args::{ExportArgs, PurgeArgs, SearchArgs};
use super::{CliError, async_runtime, json, list, output, wiring};
use crate::adapters::export::Export;
use crate::config::{CliOptions, Config, Environment};
use dropmail_client::domain::search::SearchQuery;
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::time::SignedDuration;
use dropmail_client::ports::archive::PurgeScope;
use dropmail_client::service::{Mailbox, ServiceError};
use serde_json::{Value, json};

/// Opens the archive in the configured data directory, calls `work` with a mailbox for this archive, and returns the
/// exit code that `work` returns.
pub(super) fn run_on_archive<F: Future<Output = Result<u8, CliError>>>(
    environment: &Environment,
    flags: &CliOptions,
    work: impl FnOnce(Mailbox, Config) -> F,
) -> Result<u8, CliError> {
    let config = super::settings::load(environment, flags)?;
    let folder = config.data_dir().map_err(CliError::usage)?.to_path_buf();
    async_runtime::block_on(async move {
        let (mailbox, warnings) = wiring::archive_mailbox(&config, folder).await.map_err(CliError::failed)?;
        for warning in warnings {
            output::eprint_line(&warning);
        }
        work(mailbox, config).await
    })?
}

fn to_cli_error(why: ServiceError) -> CliError {
    CliError::failed(why)
}

pub(super) fn search(
    args: &SearchArgs,
    environment: &Environment,
    flags: &CliOptions,
    json: bool,
) -> Result<u8, CliError> {
    let query = SearchQuery::parse(&args.query.join(" "));
    if query.is_empty() {
        return Err(CliError::usage("search for at least one word"));
    }
    run_on_archive(environment, flags, |mailbox, _| async move {
        // The search index may lack mails that arrived recently or that an earlier version parsed.
        mailbox.index_all().await.map_err(to_cli_error)?;
        let mails = mailbox.search(query, args.limit).await.map_err(to_cli_error)?;
        if json {
            let mut rows = Vec::with_capacity(mails.len());
            for mail in &mails {
                let findings = mailbox.findings(&mail.summary.envelope.id).await.map_err(to_cli_error)?;
                rows.push(json::with_findings(mail, &findings.codes, &findings.links));
            }
            output::print(&Value::from(rows).to_string())?;
        } else {
            output::print_all(mails.iter().map(list::format_row))?;
        }
        if mails.is_empty() {
            output::eprint_line("no stored mail matches");
            return Ok(super::NOT_FOUND);
        }
        Ok(0)
    })
}

pub(super) fn export(
    args: &ExportArgs,
    environment: &Environment,
    flags: &CliOptions,
    json: bool,
) -> Result<u8, CliError> {
    run_on_archive(environment, flags, |mailbox, _| async move {
        let mut export = Export::start(&args.dir, args.format).map_err(CliError::failed)?;
        let mut mails = mailbox.mails().await.map_err(to_cli_error)?;
        mails.extend(mailbox.hidden_mails().await.map_err(to_cli_error)?);
        sort_by_number(&mut mails, |mail| mail.summary.envelope.received_at.as_nanosecond());
        for mail in &mails {
            let raw = mailbox.raw_mail(&mail.summary.envelope.id).await.map_err(to_cli_error)?;
            export.add(&mail.summary, mail.read, &raw).map_err(CliError::failed)?;
        }
        let path = export.finish().map_err(CliError::failed)?;
        let (count, path) = (mails.len(), path.display().to_string());
        if json {
            output::print(&json!({"mails": count, "path": path}).to_string())?;
        } else {
            output::eprint_line(&format!("{count} mails were written to {path}"));
        }
        Ok(0)
    })
}

pub(super) fn purge(
    args: &PurgeArgs,
    environment: &Environment,
    flags: &CliOptions,
    json: bool,
) -> Result<u8, CliError> {
    run_on_archive(environment, flags, |mailbox, config| async move {
        let damaged = mailbox.quarantined_archives().await.map_err(to_cli_error)?;
        let what = if args.all {
            PurgeScope::Everything
        } else {
            match (args.older_than, config.keep_days()) {
                (Some(age), _) => {
                    mailbox.purge_scope_for_age(SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX))
                }
                (None, 0) => {
                    return Err(CliError::usage(
                        "`keep_days` is 0, so no mail is deleted; add --older-than AGE or --all",
                    ));
                }
                (None, days) => mailbox.purge_scope_for_days(days),
            }
        };
        if args.dry_run {
            return print_purge_counts(&mailbox, what, damaged.len(), json).await;
        }
        // An open mailbox removes the deleted mails from its list.
        let mailbox = wiring::connect_to_owner(mailbox, &config).await;
        let removed = mailbox.purge(what).await;
        let removed = removed.map_err(to_cli_error)?;
        mailbox.finish_sharing().await;
        if json {
            let mut object = json!({"removed": removed});
            if args.all {
                json::add_field(&mut object, "damaged_files_removed", damaged.len().into());
            }
            output::print(&object.to_string())?;
        } else {
            output::eprint_line(&format!("{removed} mails were deleted for good"));
        }
        for path in damaged {
            let path = path.display();
            output::eprint_line(&if args.all {
                format!("{path}, a damaged archive, was deleted too")
            } else {
                format!("{path}, a damaged archive, may hold mail too; `purge --all` deletes it")
            });
        }
        Ok(0)
    })
}

/// Prints how many mails and how many damaged archive files the `purge` command would delete. `damaged` is the number
/// of damaged files.
async fn print_purge_counts(
    mailbox: &Mailbox,
    what: PurgeScope,
    damaged: usize,
    json: bool,
) -> Result<u8, CliError> {
    let mails = mailbox.count_purge(what).await.map_err(to_cli_error)?;
    let all = what == PurgeScope::Everything;
    if json {
        let mut object = json!({"would_remove": mails});
        if all {
            json::add_field(&mut object, "damaged_files", damaged.into());
        }
        output::print(&object.to_string())?;
        return Ok(0);
    }
    let more = if all { ", and all sessions, addresses, restore keys and tokens" } else { "" };
    output::eprint_line(&format!("{mails} mails would be deleted{more}"));
    if all && damaged > 0 {
        output::eprint_line(&format!("{damaged} files of damaged archives would be deleted too"));
    }
    Ok(0)
}
