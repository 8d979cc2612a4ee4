//! Sessions and addresses: `new`, `add-address`, `restore`, `delete-address`, `sessions`.

use super::args::{AddressArgs, NewArgs, RestoreArgs, SessionChoice};
use super::desk::Desk;
use super::{Failure, json, output};
use crate::domain::ids::SessionId;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::RestoreKey;
use crate::domain::session::{Address, Session, label};
use crate::ports::transport::AddressWish;
use crate::service::{KeyOfLiving, Saved, ServiceError};
use serde_json::json;
use std::collections::HashMap;

pub(super) async fn new(desk: Desk, args: &NewArgs) -> Result<u8, Failure> {
    let wish = wish(&desk, args.domain.as_deref(), args.permanent).await?;
    let session = kept(desk.mailbox.open_session(wish).await?);
    if let Some(text) = &args.label {
        let noted = desk.mailbox.set_label(&session.id, label(text)).await;
        kept(Saved { value: (), unsaved: noted.err() });
    }
    let Some(address) = session.addresses.first() else {
        return Err(Failure::failed("the service opened a session without an address; try again"));
    };
    print(&desk, &session, address)
}

pub(super) async fn add(desk: Desk, args: &SessionChoice) -> Result<u8, Failure> {
    let session = session(&desk, args.session.as_deref()).await?;
    let wish = wish(&desk, args.domain.as_deref(), args.permanent).await?;
    let address = kept(desk.mailbox.add_address(&session.id, wish).await?);
    print(&desk, &session, &address)
}

pub(super) async fn restore(desk: Desk, args: &RestoreArgs) -> Result<u8, Failure> {
    let mut into = session(&desk, args.session.as_deref()).await;
    if args.session.is_none() && matches!(into, Err(ServiceError::NoSession)) {
        into = desk.mailbox.open_session(AddressWish::default()).await.map(kept);
    }
    let into = into?;
    let key = args.key.as_deref().map(RestoreKey::new);
    let restored = kept(desk.mailbox.restore(&into.id, &args.address, key).await?);
    let held = restored.adopted.as_ref().unwrap_or(&into);
    if restored.lives == Some(KeyOfLiving::Wrong) {
        let address = &restored.address.address;
        let words = format!(
            "the restore key is wrong or already used; nothing was restored. {address} is still in your session \
             {} and receives mail. `dropmail-tui restore {address} --json` prints its current key",
            held.id
        );
        return Err(Failure { code: super::REFUSED, words });
    }
    print(&desk, held, &restored.address)
}

pub(super) async fn delete(desk: Desk, args: &AddressArgs) -> Result<u8, Failure> {
    let (_, address) = desk.mailbox.find_address(&args.address).await?;
    desk.mailbox.delete_address(&address.id).await?;
    // So that no list shows it any more; the next one would mend it as well.
    drop(desk.mailbox.take_up_sessions().await);
    if desk.json {
        output::print(&json!({"deleted": address.address.as_str()}).to_string())?;
    } else {
        output::print(&address.address)?;
    }
    Ok(0)
}

pub(super) async fn sessions(desk: Desk) -> Result<u8, Failure> {
    let taken = kept(desk.mailbox.take_up_sessions().await?);
    let labels: HashMap<SessionId, SafeText> = desk.mailbox.labels().await?.into_iter().collect();
    if desk.json {
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

/// What was given; what could not be kept is told.
pub(super) fn kept<T>(saved: Saved<T>) -> T {
    if let Some(error) = saved.unsaved {
        output::tell(&format!("not stored on disk: {error}"));
    }
    saved.value
}

async fn session(desk: &Desk, id: Option<&str>) -> Result<Session, ServiceError> {
    let id = id.map(SessionId::new);
    desk.mailbox.session_or_newest(id.as_ref()).await
}

async fn wish(desk: &Desk, domain: Option<&str>, permanent_only: bool) -> Result<AddressWish, ServiceError> {
    let domain = match domain {
        Some(name) => Some(desk.mailbox.domain_id(name).await?),
        None => None,
    };
    Ok(AddressWish { domain, permanent_only })
}

fn print(desk: &Desk, session: &Session, address: &Address) -> Result<u8, Failure> {
    if desk.json {
        output::print(&json::address(session, address).to_string())?;
    } else {
        output::print(&address.address)?;
    }
    Ok(0)
}
