//! Synchronises sessions: passes events to the `SessionSync` of each session, and converts the actions that it returns
//! into effects.

use crate::app::code_watch::CodeWatch;
use crate::app::connection::{ConnectionState, StreamParams};
use crate::app::effect::{AccountEffect, Effect};
use crate::app::model::Model;
use crate::app::sessions::SessionEntry;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session_sync::{Demand, SessionSync, SyncAction, SyncContext, SyncEvent};
use dropmail_client::domain::sharing::Ownership;
use dropmail_client::domain::time::SignedDuration;

/// Time without window focus and without new mail after which the user is considered away. A user who is waiting for a
/// code often looks at another window, and most codes arrive within two minutes.
const AWAY_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Returns how urgently this process needs new mail, which determines how often it queries sessions. A process that
/// sends its requests via the owner of the data directory queries less often than the owner.
fn demand(model: &Model) -> Demand {
    match model.ownership {
        Ownership::Owner if is_away(model) => Demand::Away,
        Ownership::Owner | Ownership::ReadOnly => Demand::Collecting,
        Ownership::ViaOwner if is_away(model) => Demand::FollowingAway,
        Ownership::ViaOwner => Demand::Following,
    }
}

/// Returns `true` if the user is away: the window has not had the focus, and no mail has arrived, for at least
/// `AWAY_AFTER`. Returns `false` while the program copies new codes automatically, because the user is then waiting for
/// mail.
fn is_away(model: &Model) -> bool {
    let waits = model.code_watch == CodeWatch::On;
    !model.focused && !waits && model.now.duration_since(model.attended_at) >= AWAY_AFTER
}

/// Records the current time as the time of the last focus change or mail arrival, and adapts the query schedules.
pub(super) fn attend(model: &mut Model) {
    model.attended_at = model.now;
    update_demand(model);
}

/// Adapts the query schedules of all sessions to the current role of this process, and to whether the user is away.
pub(super) fn update_demand(model: &mut Model) {
    let demand = demand(model);
    for row in &mut model.sessions.rows {
        row.sync.set_demand(demand);
    }
}

/// Starts the synchronisation of each live session that has no push connection.
pub(super) fn connect_all(model: &mut Model) -> Vec<Effect> {
    let idle: Vec<SessionId> = model
        .sessions
        .rows
        .iter()
        .filter(|row| row.is_live() && row.connection == ConnectionState::Off)
        .map(|row| row.session.id.clone())
        .collect();
    let (now, demand) = (model.now, demand(model));
    let mut effects = Vec::new();
    for id in idle {
        if let Some(row) = model.sessions.get_mut(&id) {
            let complete_to = row.sync.complete_to().cloned();
            row.sync = SessionSync::new(demand, complete_to, now);
        }
        effects.extend(advance(model, &id, None));
    }
    effects
}

/// Passes an event to every session that is being synchronised. If `event` is `None`, only starts the actions that are
/// due.
pub(super) fn send_event_to_all(model: &mut Model, event: Option<&SyncEvent>) -> Vec<Effect> {
    let ids: Vec<SessionId> =
        model.sessions.rows.iter().filter(|row| row.is_synced()).map(|row| row.session.id.clone()).collect();
    ids.iter().flat_map(|id| advance(model, id, event.cloned())).collect()
}

/// Passes an event to a session. Does nothing if the session is not being synchronised.
pub(super) fn send_event(model: &mut Model, id: &SessionId, event: SyncEvent) -> Vec<Effect> {
    if model.sessions.get(id).is_some_and(SessionEntry::is_synced) {
        advance(model, id, Some(event))
    } else {
        Vec::new()
    }
}

fn advance(model: &mut Model, id: &SessionId, event: Option<SyncEvent>) -> Vec<Effect> {
    let newest = model.inbox.newest_of(id);
    let Some(row) = model.sessions.get_mut(id).filter(|row| row.is_live()) else { return Vec::new() };
    let mut context = SyncContext {
        now: model.now,
        transports: &mut model.transport_selector,
        last_number: &mut model.generation,
    };
    let actions = match event {
        Some(event) => row.sync.handle(event, &mut context),
        None => row.sync.poll(&mut context),
    };
    let mut effects = Vec::new();
    for action in actions {
        match action {
            SyncAction::Connect { number: generation, transport, is_only_transport, after } => {
                // After a failed push connection, the newest known mail is not passed to the service: the connection
                // may have failed because the service no longer has that mail.
                let newest = newest.clone().filter(|_| row.sync.stream_failures() == 0);
                let after = after.or(newest);
                row.stream_params = Some(StreamParams { generation, after, transport, is_only_transport });
            }
            SyncAction::Query { number: generation } => {
                effects.push(Effect::Account(AccountEffect::Touch { session: id.clone(), generation }));
            }
        }
    }
    if row.update_connection() {
        model.revision += 1;
    }
    effects
}

/// Schedules an early query of a session after the program has failed to fetch an announced mail. Without this query,
/// the program would retry only after half of the session's lifetime.
pub(super) fn missed(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    send_event(model, id, SyncEvent::FetchFailed)
}

/// Queries a session immediately, because it has received a mail for an address that the model does not contain. The
/// response lists all addresses of the session.
pub(super) fn look_up_addresses(model: &mut Model, id: &SessionId) -> Vec<Effect> {
    send_event(model, id, SyncEvent::UnknownAddress)
}
