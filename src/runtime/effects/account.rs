//! Executes the effects for the token, sessions, addresses and domains.

use super::store::to_ingested_mail;
use super::{RuntimeEvent, to_text};
use crate::app::effect::{AccountEffect, DomainEffect, StoredToken};
use crate::app::msg::{AppError, IngestedMail, Msg, Restoration, RestoredAddress, TouchOutcome};
use crate::runtime::failure::{to_add_domain_error, to_app_error};
use dropmail_client::domain::delivery::Delivery;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::session::{Address, AddressOptions};
use dropmail_client::domain::stored_mail::StoredMail;
use dropmail_client::service::{FetchFailed, Mailbox, Persisted, Restored, ServiceError, SyncedSession};
use futures_util::StreamExt;
use mail_reader::sanitize::SafeText;

/// Maximum number of concurrent API calls that restore addresses; further calls wait. The rate limit for all API calls
/// applies as well.
const MAX_CONCURRENT_CALLS: usize = 8;

/// Executes an effect for the token, a session or an address.
pub(super) async fn run(effect: AccountEffect, mailbox: Mailbox) -> RuntimeEvent {
    RuntimeEvent::Msg(match effect {
        AccountEffect::Open { generation, stored } => {
            match stored {
                StoredToken::Used => {}
                StoredToken::UsedAfterPrompt => mailbox.prompt_keyring_again(),
                StoredToken::Ignored => mailbox.use_temporary_token(),
            }
            let (result, unsaved) = split_save_error(mailbox.sync_sessions().await);
            let result = result.map(|taken| taken.live);
            return with_warning(unsaved, Msg::AccountOpened { generation, result });
        }
        AccountEffect::OpenSession(options) => {
            let (result, unsaved) = split_save_error(mailbox.open_session(options).await);
            return with_warning(unsaved, Msg::SessionOpened(result));
        }
        AccountEffect::AddAddress(session, options) => {
            let (result, unsaved) = split_save_error(mailbox.add_address(&session, options).await);
            return with_warning(unsaved, Msg::AddressAdded(session, result));
        }
        AccountEffect::DeleteAddress(session, id) => {
            let deleted = mailbox.delete_address(&id).await.map_err(|error| to_app_error(&error));
            Msg::AddressDeleted(session, id, deleted)
        }
        AccountEffect::Restore { lapsed, into, addresses } => {
            let result = restore(&mailbox, into, addresses).await.map_err(|error| to_app_error(&error));
            Msg::Restored { lapsed, result }
        }
        AccountEffect::Touch { session, generation } => {
            let touched = mailbox.sync_except_large(&session).await;
            let result = touched.map(touch_outcome).map_err(|error| to_app_error(&error));
            Msg::Touched { session, generation, result }
        }
        AccountEffect::CancelBackoff => {
            mailbox.cancel_backoff();
            Msg::BackoffCancelled
        }
    })
}

/// Executes an effect for the domains of the service or of the user.
pub(super) async fn domains(effect: DomainEffect, mailbox: Mailbox) -> RuntimeEvent {
    RuntimeEvent::Msg(match effect {
        DomainEffect::List => {
            Msg::DomainsListed(mailbox.domains().await.map_err(|error| to_app_error(&error)))
        }
        DomainEffect::ListOwn => {
            Msg::OwnDomainsListed(mailbox.domains().await.map_err(|error| to_app_error(&error)))
        }
        DomainEffect::Add(name, password) => Msg::DomainAdded(
            mailbox.add_domain(&name, &password).await.map_err(|error| to_add_domain_error(&error)),
        ),
        DomainEffect::Delete(id, password) => Msg::DomainDeleted(
            mailbox.delete_domain(&id, &password).await.map_err(|error| to_app_error(&error)),
        ),
    })
}

/// Splits the result of a request into the result for the core and the error that occurred when the program stored the
/// value that the service returned. The error is `None` if the value was stored or if the request failed.
fn split_save_error<T>(
    result: Result<Persisted<T>, ServiceError>,
) -> (Result<T, AppError>, Option<ServiceError>) {
    match result {
        Ok(Persisted { value, unsaved }) => (Ok(value), unsaved),
        Err(error) => (Err(to_app_error(&error)), None),
    }
}

fn with_warning(unsaved: Option<ServiceError>, msg: Msg) -> RuntimeEvent {
    match unsaved {
        Some(error) => RuntimeEvent::WithWarning(to_text(error), msg),
        None => RuntimeEvent::Msg(msg),
    }
}

async fn restore(
    mailbox: &Mailbox,
    into: Option<SessionId>,
    addresses: Vec<Address>,
) -> Result<Restoration, ServiceError> {
    let (into, opened) = if let Some(into) = into {
        (into, None)
    } else {
        let session = mailbox.open_session(AddressOptions::default()).await?.value;
        (session.id.clone(), Some(session))
    };
    let each = addresses.into_iter().map(|address| restore_one(mailbox, &into, address));
    let addresses = futures_util::stream::iter(each).buffered(MAX_CONCURRENT_CALLS).collect().await;
    Ok(Restoration { into, opened, addresses })
}

async fn restore_one(mailbox: &Mailbox, into: &SessionId, address: Address) -> RestoredAddress {
    let Address { address, restore_key, .. } = address;
    let (result, adopted, unsaved) = match mailbox.restore_with_known_keys(into, &address, restore_key).await
    {
        Ok(Persisted { value: Restored { address, adopted, .. }, unsaved }) => {
            (Ok(address), adopted, unsaved.map(to_text))
        }
        Err(error) => (Err(to_app_error(&error)), None, None),
    };
    RestoredAddress { address, result, adopted, unsaved }
}

fn touch_outcome((touched, large): (SyncedSession, Vec<Delivery>)) -> TouchOutcome {
    let (missed, complete_to) = (touched.missed.len(), touched.complete_to);
    let mut problems: Vec<SafeText> =
        touched.missed.into_iter().map(|FetchFailed { error, .. }| to_text(error)).collect();
    problems.extend(touched.unsaved.map(to_text));
    let mails: Vec<IngestedMail> = touched.mails.into_iter().map(to_ingested_mail).collect();
    problems.extend(mails.iter().filter_map(|mail| mail.problem.clone()));
    let mails: Vec<StoredMail> = mails.into_iter().map(|mail| mail.mail).collect();
    TouchOutcome { session: touched.session, mails, problems, large, missed, complete_to }
}
