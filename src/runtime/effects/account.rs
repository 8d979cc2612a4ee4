//! Runs the effects on the account, its sessions, addresses and domains.

use super::super::failure::{failure, not_added};
use super::{RuntimeEvent, mails, to_text};
use crate::app::captcha_dialog::CaptchaImage;
use crate::app::effect::{Effect, StoredToken};
use crate::app::msg::{AppError, Msg, Restoration, RestoredAddress};
use crate::domain::ids::SessionId;
use crate::domain::session::{Address, AddressOptions};
use crate::domain::stored_mail::PAGE;
use crate::ports::files::TempFiles;
use crate::ports::opener::Opener;
use crate::runtime::blocking::blocking;
use crate::service::{Mailbox, Persisted, Restored, ServiceError};
use futures_util::StreamExt;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Maximum number of restore calls that run at the same time; further calls wait. The rate limit for all
/// calls still applies.
const MAX_CONCURRENT_CALLS: usize = 8;

/// Runs an effect on sessions and addresses, or passes any other effect on to `mails`.
pub(super) async fn perform(effect: Effect, mailbox: &Mailbox) -> RuntimeEvent {
    RuntimeEvent::Msg(match effect {
        Effect::ReadArchive => Msg::ArchiveRead(mailbox.initial_state(PAGE).await.map_err(|e| failure(&e))),
        Effect::OpenAccount { generation, stored } => {
            match stored {
                StoredToken::Used => {}
                StoredToken::UsedAfterPrompt => mailbox.ask_keyring_again(),
                StoredToken::LeftAside => mailbox.use_temporary_token(),
            }
            let (result, unsaved) = split_save_error(mailbox.sync_sessions().await);
            let result = result.map(|taken| taken.live);
            return with_warning(unsaved, Msg::AccountOpened { generation, result });
        }
        Effect::OpenSession(wish) => {
            let (result, unsaved) = split_save_error(mailbox.open_session(wish).await);
            return with_warning(unsaved, Msg::SessionOpened(result));
        }
        Effect::AddAddress(session, wish) => {
            let (result, unsaved) = split_save_error(mailbox.add_address(&session, wish).await);
            return with_warning(unsaved, Msg::AddressAdded(session, result));
        }
        Effect::DeleteAddress(session, id) => {
            let deleted = mailbox.delete_address(&id).await.map_err(|error| failure(&error));
            Msg::AddressDeleted(session, id, deleted)
        }
        Effect::Restore { lapsed, into, addresses } => {
            let result = restore(mailbox, into, addresses).await.map_err(|error| failure(&error));
            Msg::Restored { lapsed, result }
        }
        Effect::FetchCaptcha { drawing } => {
            Msg::CaptchaPicture { drawing, result: captcha_picture(mailbox, drawing).await }
        }
        Effect::SolveCaptcha(answer) => {
            Msg::CaptchaSolved(mailbox.solve_captcha(&answer).await.map_err(to_text))
        }
        Effect::CancelCaptcha => {
            mailbox.give_up_captcha();
            Msg::CaptchaLeft
        }
        Effect::CancelBackoff => {
            mailbox.cancel_backoff();
            Msg::BackoffCancelled
        }
        Effect::ListDomains => Msg::DomainsListed(mailbox.domains().await.map_err(|error| failure(&error))),
        Effect::ListOwnDomains => {
            Msg::OwnDomainsListed(mailbox.domains().await.map_err(|error| failure(&error)))
        }
        Effect::AddDomain(name, password) => {
            Msg::DomainAdded(mailbox.add_domain(&name, &password).await.map_err(|error| not_added(&error)))
        }
        Effect::DeleteDomain(id, password) => {
            Msg::DomainDeleted(mailbox.delete_domain(&id, &password).await.map_err(|error| failure(&error)))
        }
        other => mails(other, mailbox).await,
    })
}

async fn captcha_picture(mailbox: &Mailbox, drawing: u32) -> Result<Arc<CaptchaImage>, SafeText> {
    let bytes = mailbox.captcha_picture(drawing).await.map_err(to_text)?;
    let decoded = blocking(move || crate::runtime::pictures::decode(&bytes)).await;
    decoded.map_err(|why| format!("The picture cannot be shown ({why}). Ctrl-r asks for another.").into())
}

/// Opens the captcha picture in another program, for users who cannot see the picture in the terminal.
/// Returns a text for the user with the path of the picture.
pub(super) async fn show_captcha(
    mailbox: &Mailbox,
    drawing: u32,
    scratch: Arc<dyn TempFiles>,
    opener: Arc<dyn Opener>,
) -> SafeText {
    let bytes = match mailbox.captcha_picture(drawing).await {
        Ok(bytes) => bytes,
        Err(why) => return to_text(why),
    };
    let shown = blocking(move || match scratch.write("png", &bytes) {
        Ok(path) => match opener.open_file(&path) {
            Ok(()) => format!("The picture is open in another program; it is {}", path.display()),
            Err(why) => format!("The picture is {} ({why})", path.display()),
        },
        Err(why) => format!("The picture was not written: {why}"),
    });
    shown.await.into()
}

/// Splits a result into the value for the core and the error text if that value could not be stored on disk.
fn split_save_error<T>(
    result: Result<Persisted<T>, ServiceError>,
) -> (Result<T, AppError>, Option<ServiceError>) {
    match result {
        Ok(Persisted { value, unsaved }) => (Ok(value), unsaved),
        Err(error) => (Err(failure(&error)), None),
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
        Err(error) => (Err(failure(&error)), None, None),
    };
    RestoredAddress { address, result, adopted, unsaved }
}
