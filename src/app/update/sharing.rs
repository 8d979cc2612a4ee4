//! Handles events from other processes that use the same data directory: changes to the data, and changes of the owner
//! (the process that holds the lock of the data directory).

use super::account::open_account;
use super::connection::ensure_session;
use super::sessions::{apply_shared_removal, live_entry};
use super::sync::{connect_all, send_event, send_event_to_all, update_demand};
use super::{notify_info, read_archive, restore};
use crate::app::account::Account;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::sessions::{SessionEntry, SessionSources};
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{Address, Session, SessionEvent};
use dropmail_client::domain::session_sync::SyncEvent;
use dropmail_client::domain::sharing::{Ownership, SharedChange};
use dropmail_client::domain::time::Timestamp;
use std::collections::HashSet;
use std::time::Duration;

/// Handles a change in the role of this process among the processes that use the same data directory.
pub(super) fn handle_ownership_changed(model: &mut Model, ownership: Ownership) -> Vec<Effect> {
    let before = std::mem::replace(&mut model.ownership, ownership);
    if before == ownership {
        return Vec::new();
    }
    update_demand(model);
    match ownership {
        Ownership::ReadOnly => {
            model.account = Account::ReadOnly;
            return read_archive();
        }
        Ownership::Owner => {
            notify_info(model, "The other dropmail-tui has ended: this one takes the mail from here on.");
        }
        Ownership::ViaOwner if before == Ownership::Owner => {
            notify_info(
                model,
                "Another dropmail-tui has taken over, because this one did not answer for a while.",
            );
        }
        Ownership::ViaOwner => {}
    }
    match model.account {
        Account::ReadOnly | Account::Waiting { .. } => {
            model.sessions.sources = SessionSources::Neither;
            let mut effects = read_archive();
            effects.extend(open_account(model, 0));
            effects
        }
        Account::Open => {
            // The push connections were forwarded by the other process, or by this process for the other one. Their end
            // does not show that a push transport has failed.
            model.transport_selector.reset();
            let mut effects = send_event_to_all(model, Some(&SyncEvent::Woke));
            effects.extend(send_event_to_all(model, Some(&SyncEvent::Refresh)));
            effects.extend(restore::auto_restore(model));
            effects.extend(ensure_session(model));
            effects
        }
        // The reply may come from the process that has ended. Only a request from this process obtains a token; without
        // a token, no push connection opens.
        Account::Opening { .. } if ownership == Ownership::Owner => open_account(model, 0),
        Account::Booting | Account::Opening { .. } => Vec::new(),
    }
}

/// Applies a change made by another process that uses the same data directory.
pub(super) fn apply_change(model: &mut Model, change: SharedChange) -> Vec<Effect> {
    match change {
        SharedChange::Archive => return read_archive(),
        SharedChange::SessionOpened(session) => {
            let row = live_entry(model, session);
            model.sessions.insert(row);
            return connect_all(model);
        }
        SharedChange::AddressAdded(session, address) => add_address(model, &session, address),
        SharedChange::AddressDeleted(id) => {
            for row in &mut model.sessions.rows {
                row.session.addresses.retain(|known| known.id != id);
            }
            model.sessions.sort();
        }
        SharedChange::Read(mail, read) => drop(model.inbox.set_read(&HashSet::from([mail]), read)),
        SharedChange::Starred(mail, starred) => {
            drop(model.inbox.set_starred(&HashSet::from([mail]), starred));
        }
        SharedChange::Hidden(mail, true) => model.inbox.remove(&HashSet::from([mail])),
        SharedChange::Hidden(mail, false) => {
            model.inbox.forget_removed(&mail);
            return read_archive();
        }
        SharedChange::Label(session, label) if label.is_empty() => {
            model.sessions.labels.remove(&session);
        }
        SharedChange::Label(session, label) => {
            model.sessions.labels.insert(session, label);
        }
        SharedChange::Current(address) => model.sessions.current = address,
        SharedChange::Queried(session) => return handle_queried(model, session),
        SharedChange::SessionRemoved(session, removed) => {
            return apply_shared_removal(model, &session, removed);
        }
        SharedChange::Purged(before) => return remove_purged(model, before),
        // The event loop reads the settings file.
        SharedChange::Settings => {}
    }
    Vec::new()
}

/// Handles the report that the owner of the data directory has queried a session: updates the session, and postpones
/// this process's next query of the session.
fn handle_queried(model: &mut Model, session: Session) -> Vec<Effect> {
    let (id, now) = (session.id.clone(), model.now);
    let left = Duration::try_from(session.expires_at.duration_since(now)).ok();
    let Some(row) = model.sessions.get_mut(&id).filter(|row| row.is_live()) else { return Vec::new() };
    row.session = session;
    row.apply(SessionEvent::Confirmed);
    row.update_expiry(now);
    send_event(model, &id, SyncEvent::QueriedElsewhere { left })
}

/// Removes from the inbox the mails that another process has permanently deleted: those received before the time
/// `before`, or all mails if `before` is `None`. Then reads the archive again.
fn remove_purged(model: &mut Model, before: Option<Timestamp>) -> Vec<Effect> {
    model.inbox.purge(before);
    if let Some(before) = before {
        model.changes.forget_purged(before);
    } else {
        model.changes.clear();
        model.sessions.rows.retain(SessionEntry::is_live);
        model.sessions.labels.clear();
        model.sessions.current = None;
        model.sessions.sort();
    }
    read_archive()
}

/// Adds an address to a session, and removes it from the session to which it belonged before, if any.
fn add_address(model: &mut Model, session: &SessionId, address: Address) {
    for row in &mut model.sessions.rows {
        row.session.addresses.retain(|known| known.address != address.address);
    }
    if let Some(row) = model.sessions.get_mut(session) {
        row.session.addresses.insert(0, address);
    }
    // An expired session without addresses is no longer useful.
    model.sessions.rows.retain(|row| row.is_live() || !row.session.addresses.is_empty());
    model.sessions.sort();
}
