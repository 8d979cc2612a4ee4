//! Implements the operations on a mailbox: opening sessions, restoring addresses, querying for mail, and storing and
//! reading mail.
//!
//! The screen, the command line and the MCP server call only these operations and no lower layer. This module
//! guarantees that a mail is stored in the archive before it is returned, and that a restore key is stored before the
//! next request is sent. If the archive fails, the result is returned together with the error ([`Persisted`]), so the
//! user can see the mail even if the disk is full.

// This file exceeds 300 lines because every operation of a mailbox uses the fields of the same type.

mod archive;
mod blocking;
mod captcha;
mod catch_up;
mod completeness;
mod current;
mod domains;
mod error;
mod fetch;
mod history;
mod in_flight;
mod index_backlog;
mod ingest;
mod ingest_batches;
mod keyring;
mod lookup;
mod parse;
mod raw_query;
mod renewal;
mod retry;
mod sessions;
mod sharing;
mod stored_sessions;
mod syncing;
mod token;
mod token_command;
mod unsaved;
mod wait;

pub use current::CurrentAddress;
pub use error::{FailureClass, ServiceError, ServiceOperation};
pub use ingest::{Arrival, FetchFailed, Ingested};
pub use keyring::{KeyringProgress, KeyringWait};
pub use parse::{ParseFailure, parse, parse_then, run_bounded, try_parse};
pub use sessions::{RestoreKeyCheck, Restored, SyncedSessions};
pub use syncing::SyncedSession;
pub use token::{GivenTokenPlace, TokenSource};
pub use token_command::{RenewedToken, TokenHealth, TokenReport};
pub use wait::{MatchedMail, OnMatch, StartPoint, WaitFilter, WaitProgress};

use crate::domain::delivery::Push;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::mail::{Envelope, Summary};
use crate::domain::push_transport::{PushTransport, TransportChoice};
use crate::domain::secrets::Token;
use crate::domain::service_status::ServiceStatus;
use crate::domain::sharing::SharedChange;
use crate::domain::stored_mail::StoredMail;
use crate::domain::token_lifetime::TokenLifetime;
use crate::domain::transport_selector::TransportSelector;
use crate::ports::BoxStream;
use crate::ports::archive::Archive;
use crate::ports::clock::Clock;
use crate::ports::dropmail_api::{ApiError, DropMailApi, SubscribeOptions};
use crate::ports::instance::Instance;
use bytes::Bytes;
use captcha::CaptchaGate;
use completeness::CompletenessMarks;
use in_flight::InFlight;
use index_backlog::IndexBacklog;
use mail_codes::{Findings, MailWithFindings};
use mail_reader::mime::MailPreview;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex, PoisonError};
use token::TokenState;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use unsaved::UnsavedMail;

/// A result from the service, together with the archive's error if the result could not be stored.
#[derive(Debug)]
pub struct Persisted<T> {
    /// The result from the service.
    pub value: T,
    /// The reason why the result could not be stored in the archive; `None` if it is stored. If it is not stored, only
    /// this run of the program can use it, through `value`.
    pub unsaved: Option<ServiceError>,
}

/// A mail that was read from the archive and parsed.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The envelope of the mail as the service reported it.
    pub envelope: Envelope,
    /// The raw bytes of the mail as the service received them.
    pub raw: Bytes,
    /// The parsed mail, with its codes and links.
    pub mail: Arc<MailWithFindings>,
    /// Number of attachments of the mail.
    pub attachments: usize,
}

/// A mailbox and its operations, which use the ports (traits) for the service, the archive and the clock. All clones
/// of this value share the same state.
#[derive(Clone, Debug)]
pub struct Mailbox {
    api: Arc<dyn DropMailApi>,
    archive: Arc<dyn Archive>,
    clock: Arc<dyn Clock>,
    base: Arc<str>,
    given: Option<Token>,
    given_place: GivenTokenPlace,
    token: Arc<tokio::sync::Mutex<TokenState>>,
    unsaved_mail: Arc<Mutex<UnsavedMail>>,
    in_flight: InFlight,
    marks: CompletenessMarks,
    /// Lock that prevents the raw bytes of several large mails from being in memory at the same time.
    large_mail: Arc<tokio::sync::Mutex<()>>,
    large_downloads: Arc<Semaphore>,
    unordered: IndexBacklog,
    lifetime: TokenLifetime,
    transports: Arc<Mutex<TransportSelector>>,
    gate: Arc<CaptchaGate>,
    listener: Option<UnboundedSender<NewMail>>,
    /// The highest sequence number that [`Self::assign_order`] has assigned to a mail so far.
    last_order: Arc<AtomicI64>,
    /// Port that reports stored mails and changes to the other processes that use the data directory; `None` if there
    /// can be no other process.
    instance: Option<Arc<dyn Instance>>,
    /// `true` if this run of the program uses a temporary token, because the stored token is encrypted and the keyring
    /// does not return the key.
    temporary: Arc<AtomicBool>,
    /// How an operation waits for a locked keyring; with `None`, the operation fails after a few seconds.
    keyring_wait: Option<KeyringWait>,
}

async fn parse_into_loaded(envelope: Envelope, raw: Bytes) -> Loaded {
    let mail = Arc::new(parse(raw.clone()).await);
    let attachments = mail.attachments.len();
    Loaded { envelope, raw, mail, attachments }
}

/// A newly stored mail that is sent to the listener set by [`Mailbox::with_listener`].
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Summary of the new mail: envelope, sender, subject, best code and best link.
    pub summary: Summary,
    /// The parsed new mail, with its codes and links.
    pub mail: Arc<MailWithFindings>,
}

impl Mailbox {
    /// Creates a mailbox that uses the given implementations of the ports (traits). If `given` is the user's own
    /// token, the mailbox uses only this token and never requests another one.
    pub fn new(
        api: Arc<dyn DropMailApi>,
        archive: Arc<dyn Archive>,
        clock: Arc<dyn Clock>,
        given: Option<Token>,
    ) -> Self {
        Self {
            base: api.base().into(),
            api,
            archive,
            clock,
            given,
            given_place: GivenTokenPlace::default(),
            token: Arc::default(),
            unsaved_mail: Arc::default(),
            in_flight: InFlight::default(),
            marks: CompletenessMarks::default(),
            large_mail: Arc::default(),
            large_downloads: Arc::new(Semaphore::new(ingest::MAX_LARGE_DOWNLOADS)),
            unordered: IndexBacklog::default(),
            lifetime: TokenLifetime::default(),
            transports: Arc::default(),
            gate: Arc::default(),
            listener: None,
            last_order: Arc::default(),
            instance: None,
            temporary: Arc::default(),
            keyring_wait: None,
        }
    }

    /// Sets a listener to which the mailbox sends each new mail after storing it.
    #[must_use]
    pub fn with_listener(mut self, listener: UnboundedSender<NewMail>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Sets the place where the user provided the token. Error messages about the token mention this place.
    #[must_use]
    pub fn with_given_place(self, given_place: GivenTokenPlace) -> Self {
        Self { given_place, ..self }
    }

    /// Sets the lifetime of the tokens that the mailbox requests.
    #[must_use]
    pub fn with_lifetime(self, lifetime: TokenLifetime) -> Self {
        Self { lifetime, ..self }
    }

    fn with_transport_selector<T>(&self, access: impl FnOnce(&mut TransportSelector) -> T) -> T {
        access(&mut self.transports.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Sets the push transports among which the mailbox chooses when it waits for mail.
    #[must_use]
    pub fn with_transports(self, choice: TransportChoice) -> Self {
        Self { transports: Arc::new(Mutex::new(TransportSelector::new(choice))), ..self }
    }

    /// Returns the base URL of the service, without the token.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Returns the stored mails that are not hidden, newest first. Sends no request.
    pub async fn mails(&self) -> Result<Vec<StoredMail>, ServiceError> {
        self.with_archive(|archive, base| archive.mails(base)).await
    }

    /// Returns the id of the newest stored mail of a session; `None` if none is stored. Older mails may be missing
    /// from the archive: see [`Self::complete_to`].
    pub async fn newest_mail_id(&self, session: &SessionId) -> Result<Option<MailId>, ServiceError> {
        let session = session.clone();
        self.with_archive(move |archive, _| archive.newest_mail_id(&session)).await
    }

    /// Marks a mail in the archive as read or, if `read` is `false`, as unread.
    pub async fn set_read(&self, id: &MailId, read: bool) -> Result<(), ServiceError> {
        let changed = id.clone();
        self.with_archive(move |archive, _| archive.set_read(&changed, read)).await?;
        self.share(SharedChange::Read(id.clone(), read));
        Ok(())
    }

    /// Returns a stream of the new mail of a session, received over a WebSocket. If the service rejects the token, only
    /// the next [`Self::touch`] renews or replaces the token. Callers must therefore call `touch` before they open a
    /// new stream.
    pub fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        self.watch_with_options(
            session,
            after,
            SubscribeOptions { transport: PushTransport::WebSocket, is_only_transport: false },
        )
    }

    /// Returns a stream of the new mail of a session, received over the push transport in `options`.
    pub fn watch_with_options(
        &self,
        session: SessionId,
        after: Option<MailId>,
        options: SubscribeOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        // The user is waiting for a mail, so the lookup tables for parsing it are built now.
        parse::warm_up();
        self.api.watch(session, after, options)
    }

    /// Returns a stream that yields the service's current status (rate limit, captcha, legacy token), and then the new
    /// status after each change.
    pub fn service_status(&self) -> BoxStream<'static, ServiceStatus> {
        self.api.service_status()
    }

    /// Ends the delay after a rate-limit error, because the user wants to retry now. Delayed requests are sent
    /// immediately.
    pub fn cancel_backoff(&self) {
        self.api.cancel_backoff();
    }

    /// Sets whether the user is watching the screen; see [`DropMailApi::set_foreground`].
    pub fn set_foreground(&self, is_foreground: bool) {
        self.api.set_foreground(is_foreground);
    }

    /// Reads a mail from the archive and parses it completely.
    pub async fn load(&self, id: &MailId) -> Result<Loaded, ServiceError> {
        let (envelope, raw) = self.load_bytes(id).await?;
        Ok(parse_into_loaded(envelope, raw).await)
    }

    async fn load_bytes(&self, id: &MailId) -> Result<(Envelope, Bytes), ServiceError> {
        let mail_id = id.clone();
        let archived = self.with_archive(move |archive, _| archive.mail(&mail_id)).await;
        match (archived, self.find_unsaved(id)) {
            (Ok(Some(loaded)), _) | (_, Some(loaded)) => Ok(loaded),
            (Ok(None), None) => Err(ServiceError::NoSuchMail { id: id.clone() }),
            (Err(error), None) => Err(error),
        }
    }

    /// Reads a stored mail and parses only its beginning, which is fast. The returned `bool` is `true` if the
    /// beginning is already the whole mail. The returned codes and links are those found when the mail arrived.
    pub async fn load_start(&self, id: &MailId) -> Result<(Loaded, bool), ServiceError> {
        let mail_id = id.clone();
        // This is a single call to the archive, because a second call might have to wait for a write. The beginning is
        // parsed in the same call, because each change of threads costs time.
        let visit = move |archive: &dyn Archive, _: &str| {
            let listed = archive.stored_mail(&mail_id)?.map_or(0, |stored| stored.summary.attachments);
            let archived = archive.mail(&mail_id)?;
            let findings = archive.findings(&mail_id)?.unwrap_or_default();
            Ok(archived.map(|(envelope, raw)| (envelope, parse::parse_start(&raw), raw, findings, listed)))
        };
        // For a mail that is only in memory, no codes and links are stored, so its beginning is shown without them.
        let (envelope, start, raw, findings, listed) =
            if let Ok(Some(archived)) = self.with_archive(visit).await {
                archived
            } else {
                let (envelope, raw) = self.load_bytes(id).await?;
                (envelope, parse::parse_preview(raw.clone()).await, raw, Findings::default(), 0)
            };
        let Some(MailPreview { mail, parts }) = start else {
            let mail = Arc::new(parse::parse_without_html_source(raw.clone()).await);
            let attachments = mail.attachments.len();
            return Ok((Loaded { envelope, raw, mail, attachments }, true));
        };
        let attachments = if parts { mail.attachments.len() } else { listed };
        let mail = Arc::new(MailWithFindings { mail, findings });
        Ok((Loaded { envelope, raw, mail, attachments }, false))
    }

    fn find_unsaved(&self, id: &MailId) -> Option<(Envelope, Bytes)> {
        self.unsaved_mail.lock().ok()?.mail(id)
    }
}
