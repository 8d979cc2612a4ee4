//! Executes requests from other processes in the process that owns the data directory: sends them to the service,
//! stores new mail, and reports changes to the owner's window.

use super::owner_state::OwnerState;
use super::protocol::{Call, ChangeCall, OwnerMessage, Reply, StreamItem, to_json_line};
use super::streams::{OwnerStreamEvent, is_connected_soon, stored_mail_stream};
use super::wire::{Delivery, Session, WireError, gap_to_number};
use crate::domain::delivery::{self, Push};
use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::push_transport::PushTransport;
use crate::domain::secrets::{DomainPassword, RestoreKey};
use crate::domain::service_status::CaptchaResult;
use crate::domain::session::AddressOptions;
use crate::domain::sharing::SharedChange;
use crate::ports::dropmail_api::{ApiError, GraphqlRequest, SubscribeOptions};
use crate::ports::instance::InstanceEvent;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, stream};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Maximum number of mails fetched in parallel by the process that owns the data directory on behalf of another
/// process; further mails wait.
const MAX_PARALLEL_FETCHES: usize = 4;

/// Size in bytes from which a new mail counts as large. When the process that owns the data directory queries a session
/// for another process, it stores the smaller new mails before it replies. The other process requests each large mail
/// separately.
const LARGE_BYTES: u64 = 512 << 10;

/// Executes a request from another process and returns the reply for that process. `from` is the number of the
/// connection over which the request arrived.
pub(super) async fn perform(call: Call, owner_state: &OwnerState, from: u64) -> Result<Reply, WireError> {
    let reply = match call {
        Call::Sessions => {
            let sessions = owner_state.mailbox.forward(|| owner_state.direct.sessions()).await;
            if let Ok(all) = &sessions {
                // The service lists the newest session first, and the archive orders sessions as they were stored.
                for session in all.iter().rev() {
                    // The other process stores the session too, and reports an error to the user.
                    drop(owner_state.mailbox.adopt_session(session).await);
                }
            }
            sessions.map(|all| Reply::Sessions { sessions: all.iter().map(Session::from).collect() })
        }
        Call::Touch { session, after } => {
            touch(owner_state, &SessionId::new(session), after.map(MailId::new), from).await
        }
        Call::Mail { session, mail } => {
            let found = fetch_mail(owner_state, &SessionId::new(session), &MailId::new(mail)).await;
            found.map(|mail| Reply::Mail { mail: mail.as_ref().map(Delivery::from) })
        }
        Call::Store { session, mail } => {
            store(owner_state, &SessionId::new(session), &MailId::new(mail)).await
        }
        Call::CaptchaPicture { drawing } => {
            let picture = owner_state.direct.captcha_image(drawing).await;
            picture.map(|bytes| Reply::Bytes { base64: BASE64_STANDARD.encode(bytes) })
        }
        Call::SolveCaptcha { answer } => {
            owner_state.mailbox.solve_shared_captcha(&answer).await.map(|verdict| {
                let verdict = match verdict {
                    CaptchaResult::Accepted => 0,
                    CaptchaResult::Rejected => 1,
                    CaptchaResult::Expired => 2,
                };
                Reply::Verdict { verdict }
            })
        }
        Call::CancelBackoff => {
            owner_state.direct.cancel_backoff();
            Ok(Reply::Done)
        }
        Call::Query { query, variables } => {
            let question = GraphqlRequest { query, variables };
            let reply = owner_state.mailbox.forward(|| owner_state.direct.query(&question)).await;
            reply.map(|bytes| Reply::Bytes { base64: BASE64_STANDARD.encode(bytes) })
        }
        Call::Domains => {
            let domains = owner_state.mailbox.forward(|| owner_state.direct.domains()).await;
            domains.map(|all| Reply::Domains { domains: all.iter().map(Into::into).collect() })
        }
        Call::Change { change } => perform_change(change, owner_state, from).await,
    };
    reply.map_err(|error| WireError::from(&error))
}

/// Executes a request that changes sessions, addresses or domains, and returns the reply for the other process. `from`
/// is the number of the connection over which the request arrived.
async fn perform_change(call: ChangeCall, owner_state: &OwnerState, from: u64) -> Result<Reply, ApiError> {
    match call {
        ChangeCall::OpenSession { domain, permanent_only } => {
            let options = AddressOptions { domain: domain.map(DomainId::new), permanent_only };
            let session =
                owner_state.mailbox.forward(|| owner_state.direct.open_session(options.clone())).await?;
            // The other process stores the session too, and reports an error to the user.
            drop(owner_state.mailbox.adopt_session(&session).await);
            owner_state.report_change(SharedChange::SessionOpened(session.clone()), from);
            Ok(Reply::Session { session: (&session).into() })
        }
        ChangeCall::AddAddress { session, domain, permanent_only } => {
            let session = SessionId::new(session);
            let options = AddressOptions { domain: domain.map(DomainId::new), permanent_only };
            let add = || owner_state.direct.add_address(&session, options.clone());
            let address = owner_state.mailbox.forward(add).await?;
            share_added_address(owner_state, &session, address, from).await
        }
        ChangeCall::RestoreAddress { session, address, key } => {
            let (session, key) = (SessionId::new(session), RestoreKey::new(key.0));
            let restore = || owner_state.direct.restore_address(&session, &address, &key);
            let address = owner_state.mailbox.forward(restore).await?;
            share_added_address(owner_state, &session, address, from).await
        }
        ChangeCall::DeleteAddress { id } => {
            let id = AddressId::new(id);
            owner_state.mailbox.forward(|| owner_state.direct.delete_address(&id)).await?;
            owner_state.report_change(SharedChange::AddressDeleted(id), from);
            Ok(Reply::Done)
        }
        ChangeCall::AddDomain { name, password } => {
            let password = DomainPassword::new(password.0);
            let domain =
                owner_state.mailbox.forward(|| owner_state.direct.add_domain(&name, &password)).await?;
            Ok(Reply::Domain { domain: (&domain).into() })
        }
        ChangeCall::DeleteDomain { id, password } => {
            let (id, password) = (DomainId::new(id), DomainPassword::new(password.0));
            owner_state.mailbox.forward(|| owner_state.direct.delete_domain(&id, &password)).await?;
            Ok(Reply::Done)
        }
    }
}

async fn share_added_address(
    owner_state: &OwnerState,
    session: &SessionId,
    address: crate::domain::session::Address,
    from: u64,
) -> Result<Reply, ApiError> {
    // The other process stores the address too, and reports an error to the user.
    drop(owner_state.mailbox.adopt_address(session, address.clone()).await);
    owner_state.report_change(SharedChange::AddressAdded(session.clone(), address.clone()), from);
    Ok(Reply::Address { address: (&address).into() })
}

/// Queries a session on behalf of another process; returns the session and its mails after `after` (all mails if it is
/// `None`). Stores small new mails before it returns, so that the other process finds them in the archive.
async fn touch(
    owner_state: &OwnerState,
    session: &SessionId,
    after: Option<MailId>,
    from: u64,
) -> Result<Reply, ApiError> {
    let reply = owner_state.mailbox.forward(|| owner_state.direct.touch(session, after.as_ref())).await?;
    // The other process stores the session too, and reports an error to the user.
    drop(owner_state.mailbox.adopt_session(&reply.session).await);
    let mails: Vec<Delivery> = reply.mails.iter().map(Delivery::from).collect();
    let mut small = reply.mails;
    small.retain(|mail| mail.envelope.size < LARGE_BYTES);
    for mail in &mut small {
        owner_state.mailbox.assign_order(mail);
    }
    // If a mail cannot be fetched, the other process requests it again.
    let mut stored =
        stream::iter(small).map(|mail| store_new(owner_state, mail)).buffered(MAX_PARALLEL_FETCHES);
    while stored.next().await.is_some() {}
    // The process that owns the data directory still queries on its own schedule, on which all other processes rely.
    owner_state.hub.report_change(SharedChange::Queried(reply.session.clone()), Some(from));
    Ok(Reply::Touched { session: (&reply.session).into(), mails, gap: reply.gap.map(gap_to_number) })
}

/// Stores a mail. If it is new, shows it in the window of the process that owns the data directory.
async fn store_new(owner_state: &OwnerState, mail: delivery::Delivery) {
    if owner_state.mailbox.store_new(mail.clone()).await {
        owner_state.send_to_window(InstanceEvent::Mail(Box::new(mail)));
    }
}

async fn fetch_mail(
    owner_state: &OwnerState,
    session: &SessionId,
    mail: &MailId,
) -> Result<Option<delivery::Delivery>, ApiError> {
    owner_state.mailbox.forward(|| owner_state.direct.mail(session, mail)).await
}

/// Fetches a single mail from the service and stores it in the archive. Returns an error if the service does not have
/// the mail.
async fn store(owner_state: &OwnerState, session: &SessionId, mail: &MailId) -> Result<Reply, ApiError> {
    let missing = || ApiError::Refused("mail_not_found".into());
    let delivery = fetch_mail(owner_state, session, mail).await?.ok_or_else(missing)?;
    store_new(owner_state, delivery).await;
    Ok(Reply::Done)
}

/// Sends the new mail of a session to another process. If this process has a push connection for the session or opens
/// one soon (see [`is_connected_soon`]), sends each mail of the session as soon as it is stored. If not, opens a
/// separate push connection for the other process. Each protocol message contains the stream number `id`.
pub(super) async fn watch(
    id: u64,
    session: String,
    owner_state: Arc<OwnerState>,
    answers: mpsc::Sender<String>,
) {
    let session = SessionId::new(session);
    let send = async |item| {
        let line = to_json_line(&OwnerMessage::Pushed { id, item });
        match line {
            Some(line) => answers.send(line).await.is_ok(),
            None => false,
        }
    };
    let failure = if is_connected_soon(&owner_state.hub, &session).await {
        let mut mails = stored_mail_stream(&owner_state.hub, session);
        send(StreamItem::Ready).await;
        while let Some(OwnerStreamEvent::Mail(envelope)) = mails.next().await {
            if !send(StreamItem::Mail { envelope: (&*envelope).into() }).await {
                return;
            }
        }
        Some(WireError::Unreachable("the connection of the other window has ended".to_owned()))
    } else {
        let way = SubscribeOptions { transport: PushTransport::WebSocket, is_only_transport: false };
        let mut pushes = owner_state.direct.watch(session, None, way);
        loop {
            let item = match pushes.next().await {
                Some(Ok(Push::Ready)) => StreamItem::Ready,
                Some(Ok(Push::Mail(mail))) => {
                    let envelope = (&mail.envelope).into();
                    store_new(&owner_state, *mail).await;
                    StreamItem::Mail { envelope }
                }
                Some(Err(error)) => break Some(WireError::from(&error)),
                None => break None,
            };
            if !send(item).await {
                return;
            }
        }
    };
    if let Some(line) = to_json_line(&OwnerMessage::Ended { id, failure }) {
        drop(answers.send(line).await);
    }
}

/// Runs a GraphQL subscription for another process, and sends the responses to that process. Each protocol message
/// contains the stream number `id`.
pub(super) async fn subscribe(
    id: u64,
    (query, variables): (String, serde_json::Map<String, serde_json::Value>),
    owner_state: Arc<OwnerState>,
    answers: mpsc::Sender<String>,
) {
    let mut replies = owner_state.direct.subscribe(GraphqlRequest { query, variables });
    let mut failure = None;
    while let Some(reply) = replies.next().await {
        let item = match reply {
            Ok(bytes) => StreamItem::Bytes { base64: BASE64_STANDARD.encode(bytes) },
            Err(error) => {
                failure = Some(WireError::from(&error));
                break;
            }
        };
        let Some(line) = to_json_line(&OwnerMessage::Pushed { id, item }) else { return };
        if answers.send(line).await.is_err() {
            return;
        }
    }
    if let Some(line) = to_json_line(&OwnerMessage::Ended { id, failure }) {
        drop(answers.send(line).await);
    }
}
