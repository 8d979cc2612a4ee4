//! The verbs of a mailbox: open a session, take up the ones that live, ask for mail, keep it,
//! read it. The screen, the command line and every other shell speak these and nothing below.
//!
//! Two orders are kept here so that no shell can get them wrong: a mail is in the archive before
//! it is handed on, and a restore key is in the archive before the next request leaves. Where the
//! archive fails, the thing itself is still handed on, with the failure beside it ([`Saved`]):
//! a full disk hides no mail.

mod afloat;
mod archive_thread;
mod ask;
mod captcha;
mod catch_up;
mod domains;
mod error;
mod fetch;
mod find;
mod ingest;
mod keep;
mod parse;
mod persist;
mod renewal;
mod sessions;
mod syncing;
mod token;
mod token_state;
mod under_way;
mod unordered;
mod waiting;

pub use error::{Doing, Failure, ServiceError};
pub use ingest::{Arrival, Ingested, Missed};
pub use keep::FirstSight;
pub use parse::{Undone, bounded, parse, parse_and, try_parse};
pub use sessions::{KeyOfLiving, Restored, TakenUp};
pub use syncing::Touched;
pub use token::TokenSource;
pub use token_state::{Prolonged, TokenHealth, TokenReport};
pub use waiting::{Found, Mark, Stage, Wanted};

use crate::domain::channel::{Channel, ChannelChoice};
use crate::domain::channels::Channels;
use crate::domain::ids::{MailId, SessionId};
use crate::domain::lifetime::Lifetime;
use crate::domain::mail::{Envelope, Mail, Summary};
use crate::domain::mime::Start;
use crate::domain::secrets::Token;
use crate::ports::BoxStream;
use crate::ports::archive::{Archive, Findings, Kept};
use crate::ports::clock::Clock;
use crate::ports::transport::{Push, Transport, TransportError, Way, Weather};
use afloat::Afloat;
use bytes::Bytes;
use captcha::Desk;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use token::TokenState;
use tokio::sync::mpsc::UnboundedSender;
use under_way::UnderWay;
use unordered::Unordered;

/// Something that the service gave, and whether it is also kept.
#[derive(Debug)]
pub struct Saved<T> {
    /// What was given.
    pub value: T,
    /// Why it is not on disk. It works in this run, and is lost with it.
    pub unsaved: Option<ServiceError>,
}

/// A mail from the archive, taken apart.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the service said of it.
    pub envelope: Envelope,
    /// Its exact bytes.
    pub raw: Bytes,
    /// What they hold.
    pub mail: Arc<Mail>,
    /// How many attachments there are.
    pub attachments: usize,
}

/// The verbs, over the ports. Clones share everything.
#[derive(Clone, Debug)]
pub struct Mailbox {
    transport: Arc<dyn Transport>,
    archive: Arc<dyn Archive>,
    clock: Arc<dyn Clock>,
    base: Arc<str>,
    given: Option<Token>,
    token: Arc<tokio::sync::Mutex<TokenState>>,
    afloat: Arc<Mutex<Afloat>>,
    under_way: UnderWay,
    unordered: Unordered,
    lifetime: Lifetime,
    channels: Arc<Mutex<Channels>>,
    desk: Arc<Desk>,
    listener: Option<UnboundedSender<Told>>,
    /// Whether a token of this run alone is used, since the stored one is sealed.
    temporary: Arc<AtomicBool>,
}

async fn taken_apart(envelope: Envelope, raw: Bytes) -> Loaded {
    let mail = Arc::new(parse(raw.clone()).await);
    let attachments = mail.attachments.len();
    Loaded { envelope, raw, mail, attachments }
}

/// A mail that was not here before, for whoever listens.
#[derive(Clone, Debug)]
pub struct Told {
    /// What a list shows of it.
    pub summary: Summary,
    /// What its bytes hold.
    pub mail: Arc<Mail>,
}

impl Mailbox {
    /// Puts the verbs over these ports. `given` is the user's own token: with one, no other is
    /// ever fetched or used.
    pub fn new(
        transport: Arc<dyn Transport>,
        archive: Arc<dyn Archive>,
        clock: Arc<dyn Clock>,
        given: Option<Token>,
    ) -> Self {
        Self {
            base: transport.base().into(),
            transport,
            archive,
            clock,
            given,
            token: Arc::default(),
            afloat: Arc::default(),
            under_way: UnderWay::default(),
            unordered: Unordered::default(),
            lifetime: Lifetime::default(),
            channels: Arc::default(),
            desk: Arc::default(),
            listener: None,
            temporary: Arc::default(),
        }
    }

    /// Tells every mail that is new, after it was kept.
    #[must_use]
    pub fn with_listener(mut self, listener: UnboundedSender<Told>) -> Self {
        self.listener = Some(listener);
        self
    }

    /// Asks for tokens of this lifetime.
    #[must_use]
    pub fn with_lifetime(self, lifetime: Lifetime) -> Self {
        Self { lifetime, ..self }
    }

    fn with_known_channels<T>(&self, look: impl FnOnce(&mut Channels) -> T) -> T {
        look(&mut self.channels.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for mail by these channels.
    #[must_use]
    pub fn with_channels(self, choice: ChannelChoice) -> Self {
        Self { channels: Arc::new(Mutex::new(Channels::new(choice))), ..self }
    }

    /// The service's base address, without token.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Mails that are kept and not hidden, newest first. Needs no network.
    pub async fn mails(&self) -> Result<Vec<Kept>, ServiceError> {
        self.on_archive(|archive, base| archive.mails(base)).await
    }

    /// The newest mail kept of a session. Older ones may be missing: see [`Self::complete_to`].
    pub async fn newest(&self, session: &SessionId) -> Result<Option<MailId>, ServiceError> {
        let session = session.clone();
        self.on_archive(move |archive, _| archive.newest(&session)).await
    }

    /// Marks a mail as read or unread.
    pub async fn set_read(&self, id: &MailId, read: bool) -> Result<(), ServiceError> {
        let id = id.clone();
        self.on_archive(move |archive, _| archive.set_read(&id, read)).await
    }

    /// Watches a session over a WebSocket until the stream ends. A token that is refused here is
    /// healed by the next [`Self::touch`], which every reconnect begins with.
    pub fn watch(
        &self,
        session: SessionId,
        after: Option<MailId>,
    ) -> BoxStream<'static, Result<Push, TransportError>> {
        self.watch_by(session, after, Way { channel: Channel::WebSocket, alone: false })
    }

    /// As [`Self::watch`], by a channel of one's own choice.
    pub fn watch_by(
        &self,
        session: SessionId,
        after: Option<MailId>,
        way: Way,
    ) -> BoxStream<'static, Result<Push, TransportError>> {
        // Mail will come, and it is waited for.
        parse::warm_up();
        self.transport.watch(session, after, way)
    }

    /// How the service stands to us (a wait, a captcha that is on offer, a token of the old kind),
    /// now and whenever that changes.
    pub fn weather(&self) -> BoxStream<'static, Weather> {
        self.transport.weather()
    }

    /// Ends the wait that the service asked for: somebody wants to know now.
    pub fn hasten(&self) {
        self.transport.hasten();
    }

    /// Tells whether somebody looks at what comes.
    pub fn attend(&self, attended: bool) {
        self.transport.attend(attended);
    }

    /// A mail that was kept, taken apart.
    pub async fn load(&self, id: &MailId) -> Result<Loaded, ServiceError> {
        let (envelope, raw) = self.load_bytes(id).await?;
        Ok(taken_apart(envelope, raw).await)
    }

    async fn load_bytes(&self, id: &MailId) -> Result<(Envelope, Bytes), ServiceError> {
        let wanted = id.clone();
        let kept = self.on_archive(move |archive, _| archive.mail(&wanted)).await;
        match (kept, self.afloat_mail(id)) {
            (Ok(Some(found)), _) | (_, Some(found)) => Ok(found),
            (Ok(None), None) => Err(ServiceError::NoSuchMail { id: id.clone() }),
            (Err(error), None) => Err(error),
        }
    }

    /// The beginning of a mail that was kept, quickly, and whether that is all of it. Its codes and links
    /// are those that were found when it came.
    pub async fn load_start(&self, id: &MailId) -> Result<(Loaded, bool), ServiceError> {
        let wanted = id.clone();
        // One visit: another may have to wait for somebody who writes. Its beginning is read there too, since
        // each change of threads is waited for.
        let visit = move |archive: &dyn Archive, _: &str| {
            let listed = archive.kept(&wanted)?.map_or(0, |kept| kept.summary.attachments);
            let kept = archive.mail(&wanted)?;
            let found = archive.findings(&wanted)?.unwrap_or_default();
            Ok(kept.map(|(envelope, raw)| (envelope, parse::start_of(&raw), raw, found, listed)))
        };
        // A mail that is only in memory has its beginning shown without codes and links.
        let (envelope, start, raw, found, listed) = if let Ok(Some(kept)) = self.on_archive(visit).await {
            kept
        } else {
            let (envelope, raw) = self.load_bytes(id).await?;
            (envelope, parse::parse_start(raw.clone()).await, raw, Findings::default(), 0)
        };
        let Some(Start { mut mail, parts }) = start else {
            let mail = Arc::new(parse::parse_to_show(raw.clone()).await);
            let attachments = mail.attachments.len();
            return Ok((Loaded { envelope, raw, mail, attachments }, true));
        };
        (mail.codes, mail.links) = (found.codes, found.links);
        let attachments = if parts { mail.attachments.len() } else { listed };
        Ok((Loaded { envelope, raw, mail: Arc::new(mail), attachments }, false))
    }

    fn afloat_mail(&self, id: &MailId) -> Option<(Envelope, Bytes)> {
        self.afloat.lock().ok()?.mail(id)
    }
}
