//! Raw mails on disk in the place of a service: one session that never lapses, to be looked at and
//! nothing else.

use crate::domain::ids::{AddressId, DomainId, MailId, SessionId};
use crate::domain::lifetime::Lifetime;
use crate::domain::mail::Envelope;
use crate::domain::mime;
use crate::domain::sanitize::SafeText;
use crate::domain::secrets::{DomainPassword, RestoreKey, Token};
use crate::domain::session::{Address, Domain, Session};
use crate::domain::time::{SignedDuration, Timestamp};
use crate::ports::transport::{
    AddressWish, Body, Delivery, DownloadUrl, Push, Question, Touched, Transport, TransportError, Verdict,
    Way, Weather,
};
use crate::ports::{BoxFuture, BoxStream};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::path::{Path, PathBuf};

/// The name of the one session.
const SESSION: &str = "files";
/// The life that it is told to have left: no screen counts it down.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 365);

/// The mails, oldest first.
#[derive(Debug)]
pub struct Shelf {
    mails: Vec<Delivery>,
    session: Session,
}

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct ShelfError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: std::io::Error,
}

impl Shelf {
    /// Reads the files. `now` is the date of mails that have none.
    pub fn read(files: &[PathBuf], now: Timestamp) -> Result<Self, ShelfError> {
        let mut mails = Vec::new();
        for path in files {
            let about = |source| ShelfError { path: path.clone(), source };
            let raw = Bytes::from(std::fs::read(path).map_err(about)?);
            mails.push(Delivery { envelope: envelope(path, &raw, now), body: Body::Here(raw) });
        }
        mails.sort_by_key(|mail| mail.envelope.received_at);
        let words = match mails.as_slice() {
            [one] => one.envelope.to.clone(),
            many => SafeText::new(&format!("{} files", many.len())),
        };
        let address =
            Address { id: AddressId::new(SESSION), address: words, restore_key: RestoreKey::new("") };
        let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
        let session = Session { id: SessionId::new(SESSION), expires_at, addresses: vec![address] };
        Ok(Self { mails, session })
    }
}

fn envelope(path: &Path, raw: &Bytes, now: Timestamp) -> Envelope {
    let mail = mime::parse(raw);
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    let name = SafeText::new(&name);
    Envelope {
        id: MailId::new(path.to_string_lossy().into_owned()),
        session: SessionId::new(SESSION),
        received_at: mail.date.unwrap_or(now),
        from: mail.from.address,
        to: name.clone(),
        to_orig: name,
        size: raw.len() as u64,
    }
}

fn refused<T: Send + 'static>() -> BoxFuture<'static, Result<T, TransportError>> {
    Box::pin(async { Err(no()) })
}

fn no() -> TransportError {
    TransportError::Refused("these are files, opened to be read and nothing else".into())
}

impl Transport for Shelf {
    fn base(&self) -> &str {
        SESSION
    }

    fn set_token(&self, _: Token) {}

    fn generate_token(&self, _: Lifetime) -> BoxFuture<'_, Result<Token, TransportError>> {
        refused()
    }

    fn renew_token<'a>(&'a self, _: &'a Token, _: Lifetime) -> BoxFuture<'a, Result<Token, TransportError>> {
        refused()
    }

    fn captcha_picture(&self, _: u32) -> BoxFuture<'_, Result<Bytes, TransportError>> {
        refused()
    }

    fn solve_captcha<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Verdict, TransportError>> {
        refused()
    }

    fn weather(&self) -> BoxStream<'static, Weather> {
        stream::once(async { Weather::default() }).chain(stream::pending()).boxed()
    }

    fn hasten(&self) {}

    fn mail<'a>(
        &'a self,
        _: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, TransportError>> {
        let mail = self.mails.iter().find(|mail| mail.envelope.id == *id).cloned();
        Box::pin(async move { Ok(mail) })
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, TransportError>> {
        Box::pin(async { Ok(vec![self.session.clone()]) })
    }

    fn open_session(&self, _: AddressWish) -> BoxFuture<'_, Result<Session, TransportError>> {
        refused()
    }

    fn touch<'a>(
        &'a self,
        _: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<Touched, TransportError>> {
        let known = after.and_then(|id| self.mails.iter().position(|mail| mail.envelope.id == *id));
        let mails = self.mails.iter().skip(known.map_or(0, |at| at + 1)).cloned().collect();
        let touched = Touched { session: self.session.clone(), mails };
        Box::pin(async move { Ok(touched) })
    }

    fn add_address<'a>(
        &'a self,
        _: &'a SessionId,
        _: AddressWish,
    ) -> BoxFuture<'a, Result<Address, TransportError>> {
        refused()
    }

    fn restore_address<'a>(
        &'a self,
        _: &'a SessionId,
        _: &'a str,
        _: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, TransportError>> {
        refused()
    }

    fn delete_address<'a>(&'a self, _: &'a AddressId) -> BoxFuture<'a, Result<(), TransportError>> {
        refused()
    }

    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, TransportError>> {
        refused()
    }

    fn download<'a>(&'a self, _: &'a DownloadUrl) -> BoxFuture<'a, Result<Bytes, TransportError>> {
        refused()
    }

    fn watch(
        &self,
        _: SessionId,
        _: Option<MailId>,
        _: Way,
    ) -> BoxStream<'static, Result<Push, TransportError>> {
        // Nothing more will come.
        stream::once(async { Ok(Push::Ready) }).chain(stream::pending()).boxed()
    }

    fn add_domain<'a>(
        &'a self,
        _: &'a str,
        _: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, TransportError>> {
        refused()
    }

    fn delete_domain<'a>(
        &'a self,
        _: &'a DomainId,
        _: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), TransportError>> {
        refused()
    }

    fn query<'a>(&'a self, _: &'a Question) -> BoxFuture<'a, Result<Bytes, TransportError>> {
        refused()
    }

    fn subscribe(&self, _: Question) -> BoxStream<'static, Result<Bytes, TransportError>> {
        stream::once(async { Err(no()) }).boxed()
    }

    fn local_time(&self, moment: Timestamp) -> Timestamp {
        moment
    }
}
