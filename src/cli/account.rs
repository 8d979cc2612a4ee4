//! Implements the commands for sessions and addresses: `new`, `add-address`, `restore`, `delete-address` and
//! `sessions`.

use super::args::{DeleteArgs, NewArgs, RestoreArgs, SessionChoice};
use super::context::CliContext;
use super::{CliError, current, json, output};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::secrets::RestoreKey;
use dropmail_client::domain::session::{Address, AddressOptions, Session, clean_label};
use dropmail_client::service::{Persisted, RestoreKeyCheck, ServiceError};
use mail_reader::sanitize::SafeText;
use serde_json::json;
use std::collections::HashMap;

pub(super) async fn new(context: CliContext, args: &NewArgs) -> Result<u8, CliError> {
    let options = address_options(&context, args.domain.as_deref(), args.permanent).await?;
    let session = report_save_error(context.mailbox.open_session(options).await?);
    if let Some(text) = &args.label {
        let noted = context.mailbox.set_label(&session.id, clean_label(text)).await;
        report_save_error(Persisted { value: (), unsaved: noted.err() });
    }
    let Some(address) = session.addresses.first() else {
        return Err(CliError::failed("the service opened a session without an address; try again"));
    };
    if args.becomes_current {
        let noted = context.mailbox.set_current_address(Some(address.address.clone())).await;
        report_save_error(Persisted { value: (), unsaved: noted.err() });
    }
    print_address(&context, &session, address)
}

pub(super) async fn add(context: CliContext, args: &SessionChoice) -> Result<u8, CliError> {
    let session = match args.session.as_deref() {
        Some(id) => chosen_session(&context, Some(id)).await?,
        None => current_session(&context).await?,
    };
    let options = address_options(&context, args.domain.as_deref(), args.permanent).await?;
    let address = report_save_error(context.mailbox.add_address(&session.id, options).await?);
    print_address(&context, &session, &address)
}

pub(super) async fn restore(context: CliContext, args: &RestoreArgs) -> Result<u8, CliError> {
    let address = current::required_address(&context.mailbox, args.address.as_deref()).await?;
    let mut into = chosen_session(&context, args.session.as_deref()).await;
    if args.session.is_none() && matches!(into, Err(ServiceError::NoSession)) {
        into = context.mailbox.open_session(AddressOptions::default()).await.map(report_save_error);
    }
    let into = into?;
    let key = args.key.as_deref().map(RestoreKey::new);
    let restored = report_save_error(context.mailbox.restore(&into.id, &address, key).await?);
    let held = restored.adopted.as_ref().unwrap_or(&into);
    if restored.lives == Some(RestoreKeyCheck::Wrong) {
        let address = &restored.address.address;
        let words = format!(
            "the restore key is wrong or already used; nothing was restored. {address} is still in your session \
             {} and receives mail. `dropmail-tui restore {address} --json` prints its current key",
            held.id
        );
        return Err(CliError { code: super::REFUSED, words });
    }
    print_address(&context, held, &restored.address)
}

pub(super) async fn delete(context: CliContext, args: &DeleteArgs) -> Result<u8, CliError> {
    let address = current::required_address(&context.mailbox, args.address.as_deref()).await?;
    let (_, address) = context.mailbox.find_address(&address).await?;
    if args.dry_run {
        if context.json {
            output::print(&json!({"would_delete": address.address.as_str()}).to_string())?;
        } else {
            output::print(&address.address)?;
        }
        return Ok(0);
    }
    context.mailbox.delete_address(&address.id).await?;
    // Listing the sessions updates the archive, so that it no longer lists the deleted address. If this request fails,
    // the next command repeats it.
    drop(context.mailbox.sync_sessions().await);
    if context.json {
        output::print(&json!({"deleted": address.address.as_str()}).to_string())?;
    } else {
        output::print(&address.address)?;
    }
    Ok(0)
}

pub(super) async fn list_sessions(context: CliContext) -> Result<u8, CliError> {
    let taken = report_save_error(context.mailbox.sync_sessions().await?);
    let labels: HashMap<SessionId, SafeText> = context.mailbox.labels().await?.into_iter().collect();
    if context.json {
        output::print(&json::sessions(&taken, &labels).to_string())?;
        return Ok(0);
    }
    let rows = |state: &'static str, session: &Session| -> Vec<String> {
        let end = session.expires_at;
        let id = SafeText::new(session.id.as_str());
        let called = labels.get(&session.id).map_or("-", SafeText::as_str);
        if session.addresses.is_empty() {
            return vec![format!("-\t{state}\t{end}\t{id}\t-\t{called}")];
        }
        let row = |address: &Address| {
            let (name, address_id) = (&address.address, SafeText::new(address.id.as_str()));
            format!("{name}\t{state}\t{end}\t{id}\t{address_id}\t{called}")
        };
        session.addresses.iter().map(row).collect()
    };
    let live = taken.live.iter().flat_map(|session| rows("live", session));
    let lapsed = taken.lapsed.iter().flat_map(|session| rows("lapsed", session));
    output::print_all(live.chain(lapsed))?;
    Ok(0)
}

/// Returns the value in `saved`. If storing the value failed, also prints the error to standard error.
pub(super) fn report_save_error<T>(saved: Persisted<T>) -> T {
    if let Some(error) = saved.unsaved {
        output::eprint_line(&format!("not stored on disk: {error}"));
    }
    saved.value
}

/// Returns the live session that contains the current address. If there is no such session, returns the newest live
/// session. Returns an error if no session is live.
async fn current_session(context: &CliContext) -> Result<Session, ServiceError> {
    let current = context.mailbox.current_address().await?;
    let Some(address) = current.map(|current| current.address) else {
        return chosen_session(context, None).await;
    };
    match context.mailbox.find_address(&address).await {
        Err(ServiceError::NoSuchAddress { .. }) => chosen_session(context, None).await,
        current => current.map(|(session, _)| session),
    }
}

async fn chosen_session(context: &CliContext, id: Option<&str>) -> Result<Session, ServiceError> {
    let id = id.map(SessionId::new);
    context.mailbox.session_or_newest(id.as_ref()).await
}

async fn address_options(
    context: &CliContext,
    domain: Option<&str>,
    permanent_only: bool,
) -> Result<AddressOptions, ServiceError> {
    let domain = match domain {
        Some(name) => Some(context.mailbox.domain_id(name).await?),
        None => None,
    };
    Ok(AddressOptions { domain, permanent_only })
}

fn print_address(context: &CliContext, session: &Session, address: &Address) -> Result<u8, CliError> {
    if context.json {
        output::print(&json::address(session, address).to_string())?;
    } else {
        output::print(&address.address)?;
    }
    Ok(0)
}
