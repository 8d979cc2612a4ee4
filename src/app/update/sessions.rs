//! Sessions and addresses: taken up, opened, added to, deleted, restored.

use super::{connection, done, failed, info, problem};
use crate::app::effect::Effect;
use crate::app::link::Link;
use crate::app::model::{Account, Asking, Model};
use crate::app::msg::{Archived, Failure, Restoration, RestoredAddress};
use crate::app::overlay::{Confirm, Deed, Overlay};
use crate::app::sessions::{Life, Line, Row};
use crate::domain::ids::{AddressId, SessionId};
use crate::domain::session::{Address, Session};
use crate::ports::transport::AddressWish;

/// What was kept comes on the screen at once; whether its sessions live is told later.
pub(super) fn archive_read(model: &mut Model, result: Result<Archived, Failure>) -> Vec<Effect> {
    let archived = match result {
        Ok(archived) => archived,
        Err(why) => return problem(model, why.words),
    };
    model.inbox.insert(archived.mails);
    for session in archived.sessions.into_iter().rev() {
        if model.sessions.get(&session.id).is_none() {
            let mails = mails_of(model, &session.id);
            model.sessions.put(Row {
                session,
                life: Life::Lapsed,
                link: Link::Off,
                mails,
                listed: false,
                owed: None,
            });
        }
    }
    Vec::new()
}

fn mails_of(model: &Model, id: &SessionId) -> usize {
    model.inbox.mails().filter(|mail| mail.summary.envelope.session == *id).count()
}

fn live_row(model: &Model, session: Session) -> Row {
    let known = model.sessions.get(&session.id);
    let link = known.map_or(Link::Off, |row| row.link.clone());
    let mails = known.map_or_else(|| mails_of(model, &session.id), |row| row.mails);
    let listed = known.is_some_and(|row| row.listed);
    Row {
        session,
        life: Life::Live { touched_at: model.now, touching: None },
        link,
        mails,
        listed,
        owed: None,
    }
}

/// Takes the service's word for which sessions live.
pub(super) fn reconcile(model: &mut Model, live: Vec<Session>) {
    for row in &mut model.sessions.rows {
        if row.is_live() && !live.iter().any(|session| session.id == row.session.id) {
            row.life = Life::Lapsed;
            row.link = Link::Off;
        }
    }
    for session in live.into_iter().rev() {
        let row = live_row(model, session);
        model.sessions.put(row);
    }
    model.sessions.order();
}

/// Sessions that lapsed while the program was away: their addresses can still be had back.
pub(super) fn tell_lapsed(model: &mut Model) {
    let lapsed = model.sessions.rows.iter().filter(|row| !row.is_live() && !row.session.addresses.is_empty());
    let words = match lapsed.count() {
        0 => return,
        1 => "A session of earlier has lapsed. R restores its addresses.".to_owned(),
        n => format!("{n} sessions of earlier have lapsed. R restores the addresses of one."),
    };
    info(model, words);
}

pub(super) fn opened(model: &mut Model, result: Result<Session, Failure>) -> Vec<Effect> {
    model.asking = Asking::Nothing;
    match result {
        Ok(session) => {
            let newest = session.addresses.first().cloned();
            let row = live_row(model, session);
            model.sessions.put(row);
            connection::connect_all(model);
            newest.map_or_else(Vec::new, |address| show_address(model, &address))
        }
        Err(why) => failed(model, why),
    }
}

fn show_address(model: &mut Model, address: &Address) -> Vec<Effect> {
    model.sessions.select(&address.id);
    done(model, format!("New address {} (a copies it)", address.address))
}

pub(super) fn address_added(
    model: &mut Model,
    id: &SessionId,
    result: Result<Address, Failure>,
) -> Vec<Effect> {
    model.asking = Asking::Nothing;
    match result {
        Ok(address) => {
            if let Some(row) = model.sessions.get_mut(id) {
                row.session.addresses.retain(|known| known.id != address.id);
                row.session.addresses.insert(0, address.clone());
            }
            show_address(model, &address)
        }
        Err(why) => failed(model, why),
    }
}

pub(super) fn address_deleted(
    model: &mut Model,
    id: &SessionId,
    address: &AddressId,
    result: Result<(), Failure>,
) -> Vec<Effect> {
    if let Err(why) = result {
        return failed(model, why);
    }
    if let Some(row) = model.sessions.get_mut(id) {
        row.session.addresses.retain(|known| known.id != *address);
    }
    model.sessions.order();
    done(model, "The address no longer takes mail. What came to it stays here.")
}

/// `n`, or a line of the domain chooser: an address in the session under the cursor, or in a new
/// session where that one does not live.
pub(super) fn new_address(model: &mut Model, wish: AddressWish) -> Vec<Effect> {
    if model.asking != Asking::Nothing {
        return done(model, "A new address is already on its way.");
    }
    if model.account != Account::Open {
        return problem(
            model,
            "There is no connection to the service yet, so no new address. r tries again at once.",
        );
    }
    model.asking = Asking::Address;
    let live = model.sessions.selected_row().filter(|row| row.is_live()).or(model.sessions.first_live());
    match live {
        Some(row) => vec![Effect::AddAddress(row.session.id.clone(), wish)],
        None => vec![Effect::OpenSession(wish)],
    }
}

/// `d` on an address: asks first.
pub(super) fn ask_delete(model: &mut Model) -> Vec<Effect> {
    let Some(Line::Address(row, at)) = model.sessions.selected() else {
        return problem(model, "Go to the address that is to be deleted, then press d.");
    };
    let Some(row) = model.sessions.rows.get(row) else { return Vec::new() };
    if !row.is_live() {
        return done(model, "This session has lapsed: its addresses take no mail any more.");
    }
    let Some(address) = row.session.addresses.get(at) else { return Vec::new() };
    let confirm = Confirm {
        question: "Delete this address? Mail to it will be refused.".into(),
        details: vec![address.address.clone(), "Its restore key is kept.".into()],
        deed: Deed::DeleteAddress(row.session.id.clone(), address.id.clone()),
    };
    model.overlays.push(Overlay::Confirm(confirm));
    Vec::new()
}

/// `R`: brings the addresses of the lapsed session under the cursor into a new session.
pub(super) fn restore(model: &mut Model) -> Vec<Effect> {
    if model.account != Account::Open || model.asking != Asking::Nothing {
        return problem(model, "The service is not at hand at the moment. Try again once it is connected.");
    }
    let under = model.sessions.selected_row().filter(|row| !row.is_live());
    let Some(row) = under.or_else(|| model.sessions.rows.iter().find(|row| !row.is_live())) else {
        return done(model, "No session has lapsed: there is nothing to restore.");
    };
    if row.session.addresses.is_empty() {
        return problem(model, "This session has no address whose restore key is known.");
    }
    let effect = Effect::Restore {
        lapsed: row.session.id.clone(),
        into: model.sessions.first_live().map(|row| row.session.id.clone()),
        addresses: row.session.addresses.clone(),
    };
    model.asking = Asking::Restore;
    info(model, "Restoring addresses …");
    vec![effect]
}

pub(super) fn restored(
    model: &mut Model,
    lapsed: &SessionId,
    result: Result<Restoration, Failure>,
) -> Vec<Effect> {
    model.asking = Asking::Nothing;
    let Restoration { into, opened, adopted, addresses } = match result {
        Ok(restoration) => restoration,
        Err(why) => return failed(model, why),
    };
    if let Some(session) = opened {
        let row = live_row(model, session);
        model.sessions.put(row);
        connection::connect_all(model);
    }
    for session in adopted {
        let row = live_row(model, session);
        model.sessions.put(row);
    }
    connection::connect_all(model);
    let mut count = 0;
    for RestoredAddress { address, result, unsaved } in addresses {
        if let Some(why) = unsaved {
            problem(model, format!("{address}: {why}"));
        }
        match result {
            Ok(back) => {
                count += 1;
                move_address(model, lapsed, &into, back);
            }
            Err(why) => {
                problem(model, format!("{address}: {why}"));
            }
        }
    }
    // A lapsed session without addresses and without mail tells nothing any more.
    model.sessions.rows.retain(|row| row.session.id != *lapsed || !row.session.addresses.is_empty());
    model.sessions.order();
    match count {
        0 => Vec::new(),
        1 => done(model, "1 address takes mail again."),
        _ => done(model, format!("{count} addresses take mail again.")),
    }
}

fn move_address(model: &mut Model, from: &SessionId, into: &SessionId, address: Address) {
    if let Some(row) = model.sessions.get_mut(from) {
        row.session.addresses.retain(|old| old.address != address.address);
    }
    if let Some(row) = model.sessions.get_mut(into) {
        row.session.addresses.retain(|old| old.address != address.address);
        row.session.addresses.insert(0, address);
    }
}
