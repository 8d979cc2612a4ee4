//! Serves raw mails from local files in place of the service. All mails are in one read-only session that never
//! expires.

// This file exceeds 300 lines because a trait has one implementation block, and `DropMailApi` has a method for each
// request.

use super::mail_file::MailFile;
use bytes::Bytes;
use dropmail_client::domain::delivery::{Body, Delivery, DownloadUrl, Push, TouchReply};
use dropmail_client::domain::ids::{AddressId, DomainId, MailId, SessionId};
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::secrets::{DomainPassword, RestoreKey, Token};
use dropmail_client::domain::service_status::{CaptchaResult, ServiceStatus};
use dropmail_client::domain::session::{Address, AddressOptions, Domain, Session};
use dropmail_client::domain::sorting::sort_by_number;
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::domain::token_lifetime::TokenLifetime;
use dropmail_client::ports::dropmail_api::{
    ApiError, Downloaded, DropMailApi, GraphqlRequest, SubscribeOptions,
};
use dropmail_client::ports::{BoxFuture, BoxStream};
use futures_util::{StreamExt, stream};
use mail_reader::mbox::{MAX_MAIL_BYTES, MboxEntry};
use mail_reader::mime;
use mail_reader::sanitize::SafeText;
use std::io::Error;
use std::path::{Path, PathBuf};

/// Id of the only session, which contains all mails in the opened files.
const SESSION: &str = "files";
/// Lifetime of the session that contains the mails in the opened files. Such mails do not expire, but every session
/// needs an expiry time. One year is far longer than any run of the program.
const LIFE: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Maximum total number of mails in the opened files. If there are more, opening the files fails.
const MAX_MAILS: usize = 100_000;
/// Maximum total size in bytes of the mails in the opened files. If the mails are larger, opening the files fails.
const MAX_BYTES: usize = 1 << 30;

/// Transport that serves the mails in the opened files, oldest first, in place of the service.
#[derive(Debug)]
pub struct FileApi {
    mails: Vec<Delivery>,
    session: Session,
    warnings: Vec<String>,
}

/// The error for a mail file that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct ReadMailFileError {
    /// Path of the mail file that could not be opened or read.
    pub path: PathBuf,
    /// The error that the operating system reported for the mail file.
    pub source: Error,
}

impl FileApi {
    /// Reads mail files, each of which is a single mail or an mbox. A mail without a date gets the date `now`. Returns
    /// an error if a file cannot be read, or if there are too many mails or bytes in total.
    pub fn read(files: &[PathBuf], now: Timestamp) -> Result<Self, ReadMailFileError> {
        let mut content = FileContent::default();
        for path in files {
            content.add(path, now).map_err(|source| ReadMailFileError { path: path.clone(), source })?;
        }
        let FileContent { mut mails, warnings, .. } = content;
        sort_by_number(&mut mails, |mail: &Delivery| mail.envelope.received_at.as_nanosecond());
        let words = match (files, mails.as_slice()) {
            (_, [one]) => one.envelope.to.clone(),
            ([path], _) => file_name(path),
            (many, _) => SafeText::new(&format!("{} files", many.len())),
        };
        let address =
            Address { id: AddressId::new(SESSION), address: words, restore_key: RestoreKey::new("") };
        let expires_at = now.saturating_add(LIFE).unwrap_or(Timestamp::MAX);
        let session = Session { id: SessionId::new(SESSION), expires_at, addresses: vec![address] };
        Ok(Self { mails, session, warnings })
    }

    /// Returns the number of mails in the opened files.
    pub fn len(&self) -> usize {
        self.mails.len()
    }

    /// Returns whether the opened files contain no mail.
    pub fn is_empty(&self) -> bool {
        self.mails.is_empty()
    }

    /// Returns a message for the user about each mail that was skipped because it is too large.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// The mails read so far from the opened files, and messages for the user about skipped mails.
#[derive(Default)]
struct FileContent {
    mails: Vec<Delivery>,
    bytes: usize,
    warnings: Vec<String>,
}

impl FileContent {
    fn add(&mut self, path: &Path, now: Timestamp) -> Result<(), Error> {
        let file = MailFile::open(path)?;
        let is_mbox = file.is_mbox();
        let mut numbers = Vec::new();
        for (at, entry) in file.enumerate() {
            let number = at + 1;
            match entry? {
                MboxEntry::Mail(raw) => {
                    self.add_mail(path, raw.into(), now)?;
                    numbers.push(number);
                }
                MboxEntry::TooLarge => self.warnings.push(too_large(path, is_mbox.then_some(number))),
            }
        }
        if numbers.len() > 1 {
            let first = self.mails.len() - numbers.len();
            for (mail, number) in self.mails.iter_mut().skip(first).zip(numbers) {
                append_number(&mut mail.envelope, number);
            }
        }
        Ok(())
    }

    fn add_mail(&mut self, path: &Path, raw: Bytes, now: Timestamp) -> Result<(), Error> {
        self.bytes += raw.len();
        if self.mails.len() >= MAX_MAILS || self.bytes > MAX_BYTES {
            return Err(Error::other(format!(
                "with this file there are more than {MAX_MAILS} mails or {} MiB; open fewer at once",
                MAX_BYTES >> 20
            )));
        }
        self.mails.push(Delivery {
            envelope: envelope(path, &raw, now),
            body: Body::Inline(raw),
            order: None,
        });
        Ok(())
    }
}

fn too_large(path: &Path, number: Option<usize>) -> String {
    let which = number.map(|number| format!(", mail {number}")).unwrap_or_default();
    format!("{}{which}: it is larger than {} MiB and is left out", path.display(), MAX_MAIL_BYTES >> 20)
}

fn file_name(path: &Path) -> SafeText {
    SafeText::new(&path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy()))
}

/// Makes the id of a mail in an mbox unique by appending `number`, the mail's position in the file. If the file name is
/// displayed in place of the recipient, appends the number to that name as well.
fn append_number(envelope: &mut Envelope, number: usize) {
    envelope.id = MailId::new(format!("{}#{number}", envelope.id.as_str()));
    if envelope.to_orig == envelope.to {
        envelope.to_orig = SafeText::new(&format!("{}, mail {number}", envelope.to));
    }
}

/// Builds the envelope of a mail that was read from a file, based on the mail's header. If the header names no
/// recipient, the file name is displayed instead.
fn envelope(path: &Path, raw: &Bytes, now: Timestamp) -> Envelope {
    let mail = mime::parse_head(raw);
    let name = file_name(path);
    let recipients = mail.recipients();
    Envelope {
        id: MailId::new(path.to_string_lossy().into_owned()),
        session: SessionId::new(SESSION),
        received_at: mail.date.unwrap_or(now),
        from: mail.from.address,
        to: name.clone(),
        to_orig: if recipients.is_empty() { name } else { recipients },
        size: raw.len() as u64,
        oddities: Vec::new(),
    }
}

fn refuse<T: Send + 'static>() -> BoxFuture<'static, Result<T, ApiError>> {
    Box::pin(async { Err(unsupported_error()) })
}

fn unsupported_error() -> ApiError {
    ApiError::Refused("these are files, opened to be read and nothing else".into())
}

impl DropMailApi for FileApi {
    fn base(&self) -> &str {
        SESSION
    }

    fn set_token(&self, _: Token) {}

    fn generate_token(&self, _: TokenLifetime) -> BoxFuture<'_, Result<Token, ApiError>> {
        refuse()
    }

    fn renew_token<'a>(&'a self, _: &'a Token, _: TokenLifetime) -> BoxFuture<'a, Result<Token, ApiError>> {
        refuse()
    }

    fn captcha_image(&self, _: u32) -> BoxFuture<'_, Result<Bytes, ApiError>> {
        refuse()
    }

    fn solve_captcha<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<CaptchaResult, ApiError>> {
        refuse()
    }

    fn service_status(&self) -> BoxStream<'static, ServiceStatus> {
        stream::once(async { ServiceStatus::default() }).chain(stream::pending()).boxed()
    }

    fn cancel_backoff(&self) {}

    fn mail<'a>(
        &'a self,
        _: &'a SessionId,
        id: &'a MailId,
    ) -> BoxFuture<'a, Result<Option<Delivery>, ApiError>> {
        let mail = self.mails.iter().find(|mail| mail.envelope.id == *id).cloned();
        Box::pin(async move { Ok(mail) })
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<Session>, ApiError>> {
        Box::pin(async { Ok(vec![self.session.clone()]) })
    }

    fn open_session(&self, _: AddressOptions) -> BoxFuture<'_, Result<Session, ApiError>> {
        refuse()
    }

    fn touch<'a>(
        &'a self,
        _: &'a SessionId,
        after: Option<&'a MailId>,
    ) -> BoxFuture<'a, Result<TouchReply, ApiError>> {
        let known = after.and_then(|id| self.mails.iter().position(|mail| mail.envelope.id == *id));
        let mails = self.mails.iter().skip(known.map_or(0, |at| at + 1)).cloned().collect();
        let touched = TouchReply { session: self.session.clone(), mails, gap: None };
        Box::pin(async move { Ok(touched) })
    }

    fn add_address<'a>(
        &'a self,
        _: &'a SessionId,
        _: AddressOptions,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        refuse()
    }

    fn restore_address<'a>(
        &'a self,
        _: &'a SessionId,
        _: &'a str,
        _: &'a RestoreKey,
    ) -> BoxFuture<'a, Result<Address, ApiError>> {
        refuse()
    }

    fn delete_address<'a>(&'a self, _: &'a AddressId) -> BoxFuture<'a, Result<(), ApiError>> {
        refuse()
    }

    fn domains(&self) -> BoxFuture<'_, Result<Vec<Domain>, ApiError>> {
        refuse()
    }

    fn download<'a>(&'a self, _: &'a DownloadUrl, _: u64) -> BoxFuture<'a, Result<Downloaded, ApiError>> {
        refuse()
    }

    fn watch(
        &self,
        _: SessionId,
        _: Option<MailId>,
        _: SubscribeOptions,
    ) -> BoxStream<'static, Result<Push, ApiError>> {
        // No mail arrives after the files have been opened.
        stream::once(async { Ok(Push::Ready) }).chain(stream::pending()).boxed()
    }

    fn add_domain<'a>(
        &'a self,
        _: &'a str,
        _: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<Domain, ApiError>> {
        refuse()
    }

    fn delete_domain<'a>(
        &'a self,
        _: &'a DomainId,
        _: &'a DomainPassword,
    ) -> BoxFuture<'a, Result<(), ApiError>> {
        refuse()
    }

    fn query<'a>(&'a self, _: &'a GraphqlRequest) -> BoxFuture<'a, Result<Bytes, ApiError>> {
        refuse()
    }

    fn subscribe(&self, _: GraphqlRequest) -> BoxStream<'static, Result<Bytes, ApiError>> {
        stream::once(async { Err(unsupported_error()) }).boxed()
    }

    fn local_time(&self, moment: Timestamp) -> Timestamp {
        moment
    }
}

#[cfg(test)]
mod tests {
    use super::FileApi;
    use dropmail_client::domain::delivery::{Body, Delivery};
    use dropmail_client::domain::time::Timestamp;
    use mail_reader::mbox;

    fn subject(mail: &Delivery) -> String {
        let Body::Inline(raw) = &mail.body else { panic!("{mail:?}") };
        mail_reader::mime::parse_head(raw).subject.to_string()
    }

    #[test]
    fn every_mail_of_every_file_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = Vec::new();
        for number in 0..1_000 {
            let raw = format!("Subject: {number}\r\n\r\nFrom here on\r\n");
            mbox::append(&mut file, "a@b.example", "Tue Nov  3 09:00:00 2026", raw.as_bytes());
        }
        let paths = ["a.mbox", "b.eml", "c.eml"].map(|name| folder.path().join(name));
        std::fs::write(&paths[0], file).unwrap();
        std::fs::write(&paths[1], "To: Ann <ann@a.example>, bob@b.example\nSubject: single\n\nx\n").unwrap();
        std::fs::write(&paths[2], "").unwrap();
        let file_api = FileApi::read(&paths, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((file_api.len(), file_api.warnings().len()), (1_002, 0));
        assert_eq!(subject(&file_api.mails[999]), "999");
        assert_eq!(file_api.mails[999].envelope.to_orig.as_str(), "a.mbox, mail 1000");
        let single = &file_api.mails[1_000];
        assert_eq!(subject(single), "single");
        let (to, to_orig) = (single.envelope.to.as_str(), single.envelope.to_orig.as_str());
        assert_eq!((to, to_orig), ("b.eml", "ann@a.example, bob@b.example"));
        let ids: std::collections::HashSet<_> = file_api.mails.iter().map(|mail| &mail.envelope.id).collect();
        assert_eq!(ids.len(), 1_002);
    }
}
