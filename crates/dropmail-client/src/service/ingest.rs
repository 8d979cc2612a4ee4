//! Fetches, parses and stores the mails that the service reports.

use super::fetch::read_into_memory;
use super::{Mailbox, NewMail, ServiceError, ServiceOperation, parse};
use crate::domain::delivery::{Body, Delivery};
use crate::domain::ids::SessionId;
use crate::domain::mail::{Envelope, Summary};
use crate::domain::stored_mail::{ArrivalOrder, Stored, StoredMail};
use crate::ports::archive::{Archive, ParsedMail};
use crate::ports::dropmail_api::{ApiError, Downloaded};
use bytes::Bytes;
use mail_codes::MailWithFindings;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Minimum size in bytes of a mail that counts as large. At most [`MAX_LARGE_DOWNLOADS`] large mails are fetched and
/// stored at the same time.
const LARGE_BYTES: u64 = 1 << 20;

/// Maximum number of large mails that are fetched and stored at the same time; further large mails wait.
pub(super) const MAX_LARGE_DOWNLOADS: usize = 4;

/// A fetched mail that was not yet in the archive.
#[derive(Debug)]
pub struct Arrival {
    /// The new mail as shown in a row of the inbox: its summary, whether it is read, and whether it is starred.
    pub stored: StoredMail,
    /// The parsed mail, without its raw bytes. [`Mailbox::load`] reads them from the archive.
    pub mail: Arc<MailWithFindings>,
    /// The reason why the archive could not store the mail; `None` if it is stored. A mail that is not stored can be
    /// read until the program exits.
    pub unsaved: Option<ServiceError>,
}

/// The result of fetching and storing a reported mail.
#[derive(Debug)]
pub enum Ingested {
    /// The mail is new to the archive and was fetched.
    New(Box<Arrival>),
    /// The archive already contained the mail, so nothing was downloaded or changed.
    AlreadyStored(Box<StoredMail>),
}

/// A mail that could not be downloaded. The next query of its session retries the download.
#[derive(Debug)]
pub struct FetchFailed {
    /// The envelope of the mail as the service reported it.
    pub envelope: Envelope,
    /// The reason why the mail could not be downloaded.
    pub error: ServiceError,
}

impl Mailbox {
    /// Processes a mail that the service has reported: downloads the mail if necessary, parses, stores and returns it.
    /// If the archive already contains the mail, returns the stored mail.
    pub async fn ingest(&self, mut delivery: Delivery) -> Result<Ingested, FetchFailed> {
        self.assign_order(&mut delivery);
        let registration = self.in_flight.register(&delivery.envelope.id);
        // A second task for the same mail waits for this lock, and then finds the mail stored.
        let _lock = registration.lock.lock().await;
        // Large mails that are waiting to be stored are in temporary files, so their number is limited to save disk
        // space.
        let is_large = delivery.envelope.size >= LARGE_BYTES;
        let _permit = if is_large { self.large_downloads.acquire().await.ok() } else { None };
        let ingested = self.store_fetched(self.fetch(delivery).await?).await?;
        if let Ingested::AlreadyStored(stored) = &ingested {
            // Another process may have stored the mail, so the processes that wait for it are notified too.
            self.report_stored(&stored.summary.envelope);
        }
        Ok(ingested)
    }

    fn report_stored(&self, envelope: &Envelope) {
        if let Some(instance) = &self.instance {
            instance.report_stored(envelope);
        }
    }

    /// Assigns a sequence number to a mail that has none; each number is higher than the previous one. A caller that
    /// fetches several mails in parallel must first number them in the order in which the service reported them.
    pub fn assign_order(&self, delivery: &mut Delivery) {
        delivery.order.get_or_insert_with(|| self.next_order());
    }

    /// Returns a sequence number higher than all previously assigned ones, including those of earlier runs of the
    /// program (unless the clock was wrong).
    fn next_order(&self) -> ArrivalOrder {
        let now = self.clock.now().as_microsecond();
        let next = |last: i64| Some(now.max(last.saturating_add(1)));
        let last = self.last_order.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(now);
        ArrivalOrder(now.max(last.saturating_add(1)))
    }

    pub(super) async fn fetch(&self, delivery: Delivery) -> Result<Fetched, FetchFailed> {
        let id = delivery.envelope.id.clone();
        if let Ok(Some(stored)) = self.with_archive(move |archive, _| archive.stored_mail(&id)).await {
            return Ok(Fetched::Known(Box::new(stored)));
        }
        if let Some(known) = self.store_via_owner(&delivery).await {
            return known.map_err(|source| self.record_failed_fetch(delivery, source));
        }
        match self.fetch_bytes(&delivery).await {
            Ok(Downloaded::InMemory(raw)) => {
                let mail = parse(raw.clone()).await;
                Ok(Fetched::Parsed(Box::new(to_parsed_mail(delivery, raw, mail))))
            }
            Ok(downloaded @ Downloaded::InFile(_)) => {
                Ok(Fetched::Large { delivery: Box::new(delivery), downloaded })
            }
            Err(source) => Err(self.record_failed_fetch(delivery, source)),
        }
    }

    /// Makes the process that owns the data directory fetch and store a mail, and then reads the mail's row from the
    /// archive. Returns `None` if this process must process the mail itself: it owns the data directory, or the service
    /// sent the mail's bytes or text with the envelope.
    async fn store_via_owner(&self, delivery: &Delivery) -> Option<Result<Fetched, ApiError>> {
        let Body::Url(url) = &delivery.body else { return None };
        if let Err(error) = self.api.store_by_owner(url).await? {
            return Some(Err(error));
        }
        let id = delivery.envelope.id.clone();
        match self.with_archive(move |archive, _| archive.stored_mail(&id)).await {
            Ok(Some(stored)) => Some(Ok(Fetched::Known(Box::new(stored)))),
            // The other process could not store the mail.
            Ok(None) | Err(_) => {
                Some(Err(ApiError::Unreachable("the other window could not store a mail".into())))
            }
        }
    }

    /// Stores a fetched mail. Large mails are read into memory, parsed and stored one at a time, because each of them
    /// needs a lot of memory.
    pub(super) async fn store_fetched(&self, fetched: Fetched) -> Result<Ingested, FetchFailed> {
        match fetched {
            Fetched::Known(stored) => Ok(Ingested::AlreadyStored(stored)),
            Fetched::Parsed(mail) => Ok(self.store(*mail).await),
            Fetched::Large { delivery, downloaded } => {
                let _lock = self.large_mail.lock().await;
                match read_into_memory(downloaded).await {
                    Ok(raw) => {
                        let mail = parse(raw.clone()).await;
                        Ok(self.store(to_parsed_mail(*delivery, raw, mail)).await)
                    }
                    Err(source) => Err(self.record_failed_fetch(*delivery, source)),
                }
            }
        }
    }

    pub(super) async fn store(&self, mail: ParsedMail) -> Ingested {
        let row = mail.clone();
        let put = move |archive: &dyn Archive, base: &str| {
            archive.put_mail_in_order(base, &row.summary, &row.raw, &row.mail, row.order)
        };
        let stored = self.with_archive(put).await;
        self.handle_store_result(mail, stored)
    }

    /// Converts the result of storing a mail to the result of ingesting it. Reports a new mail to the listener and to
    /// the other processes. If the mail could not be stored, keeps it in memory.
    pub(super) fn handle_store_result(
        &self,
        mail: ParsedMail,
        result: Result<Stored, ServiceError>,
    ) -> Ingested {
        let ParsedMail { summary, raw, mail, order } = mail;
        let stored = StoredMail { order, ..StoredMail::new(summary) };
        let unsaved = match result {
            Ok(Stored::New) => {
                self.unordered.add();
                None
            }
            Ok(Stored::AlreadyPresent) => return Ingested::AlreadyStored(Box::new(stored)),
            Err(error) => {
                if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
                    unsaved_mail.add(stored.summary.envelope.clone(), raw, order);
                }
                Some(error)
            }
        };
        self.report_stored(&stored.summary.envelope);
        if let Some(listener) = &self.listener {
            // The receiver of new mail may have been dropped.
            drop(listener.send(NewMail { summary: stored.summary.clone(), mail: Arc::clone(&mail) }));
        }
        Ingested::New(Box::new(Arrival { stored, mail, unsaved }))
    }

    /// Records a mail that could not be downloaded, so that the next query of its session retries the download. Returns
    /// the mail's envelope and the error, which the caller reports.
    fn record_failed_fetch(&self, delivery: Delivery, source: ApiError) -> FetchFailed {
        let envelope = delivery.envelope.clone();
        self.queue_download_retry(delivery);
        FetchFailed { envelope, error: ServiceError::from_api_error(ServiceOperation::FetchMail, source) }
    }

    /// Retries storing the mails that the archive failed to store. Returns the number of mails that still could not be
    /// stored.
    pub async fn retry_unsaved(&self) -> usize {
        while let Some((envelope, raw, order)) =
            self.unsaved_mail.lock().ok().and_then(|unsaved_mail| unsaved_mail.oldest())
        {
            let id = envelope.id.clone();
            let mail = Arc::new(parse(raw.clone()).await);
            let summary = Summary::new(envelope, &mail);
            let put = move |archive: &dyn Archive, base: &str| {
                archive.put_mail_in_order(base, &summary, &raw, &mail, order)
            };
            if self.with_archive(put).await.is_err() {
                break;
            }
            self.unordered.add();
            if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
                unsaved_mail.remove(&id);
            }
        }
        self.unsaved_mail.lock().map_or(0, |unsaved_mail| unsaved_mail.count())
    }

    pub(super) fn take_failed_downloads(&self, session: &SessionId) -> Vec<Delivery> {
        self.unsaved_mail
            .lock()
            .map(|mut unsaved_mail| unsaved_mail.take_downloads(session))
            .unwrap_or_default()
    }

    fn queue_download_retry(&self, delivery: Delivery) {
        if let Ok(mut unsaved_mail) = self.unsaved_mail.lock() {
            unsaved_mail.add_download(delivery);
        }
    }
}

/// A fetched mail that is not stored yet, or a mail that the archive already contained.
pub(super) enum Fetched {
    Parsed(Box<ParsedMail>),
    Large { delivery: Box<Delivery>, downloaded: Downloaded },
    Known(Box<StoredMail>),
}

fn to_parsed_mail(delivery: Delivery, raw: Bytes, mail: MailWithFindings) -> ParsedMail {
    let mut envelope = delivery.envelope;
    if envelope.size == 0 {
        envelope.size = raw.len() as u64;
    }
    let summary = Summary::new(envelope, &mail);
    ParsedMail { summary, raw, mail: Arc::new(mail), order: delivery.order.unwrap_or_default() }
}
