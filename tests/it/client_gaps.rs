//! Tests that the client finds mail that the service fails to report. The service fails to report a mail if it loses a
//! push on an open connection. It also fails if a query requests the mails after a certain mail, and the service no
//! longer knows that mail. The client, the archive and the local server are real.

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::Push;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::push_transport::{PushTransport, TransportChoice};
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::domain::session::Session;
use dropmail_client::domain::session_sync::{
    Demand, SessionSync, Stream, SyncAction, SyncContext, SyncEvent,
};
use dropmail_client::domain::time::{Timestamp, saturating_add};
use dropmail_client::domain::transport_selector::TransportSelector;
use dropmail_client::ports::BoxStream;
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::{ApiError, DropMailApi, SubscribeOptions};
use dropmail_client::service::{
    Ingested, Mailbox, MatchedMail, StartPoint, SyncedSession, WaitFilter, WaitProgress,
};
use dropmail_server::{Server, ServerConfig};
use futures_util::{FutureExt, StreamExt};
use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

struct TestService {
    server: Server,
    archive: Arc<SqliteArchive>,
    mailbox: Mailbox,
    base: String,
}

impl TestService {
    async fn new() -> Self {
        let free = "127.0.0.1:0".parse().unwrap();
        let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        let server = Server::start(config).await.unwrap();
        let base = BaseUrl::parse(&server.base_url()).unwrap();
        let api = Arc::new(GraphqlClient::new(base, Arc::new(SystemClock)));
        let base = api.base().to_owned();
        let archive = Arc::new(SqliteArchive::in_memory().unwrap());
        let mailbox = Mailbox::new(api, Arc::clone(&archive) as _, Arc::new(SystemClock), None);
        Self { server, archive, mailbox, base }
    }

    /// Creates a second mailbox on the same archive, as another process would.
    async fn other_mailbox(&self) -> Mailbox {
        let base = BaseUrl::parse(&self.server.base_url()).unwrap();
        let api = Arc::new(GraphqlClient::new(base, Arc::new(SystemClock)));
        let mailbox = Mailbox::new(api, Arc::clone(&self.archive) as _, Arc::new(SystemClock), None);
        mailbox.ensure_token().await.unwrap();
        mailbox
    }

    async fn open(&self) -> Session {
        self.mailbox.open_session(AddressOptions::default()).await.unwrap().value
    }

    async fn send(&self, session: &Session, subject: &str) {
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.server.smtp_addr().port())
            .build();
        let to = session.addresses[0].address.as_str().parse().unwrap();
        let envelope = Envelope::new(Some("sender@example.com".parse().unwrap()), vec![to]).unwrap();
        smtp.send_raw(&envelope, format!("Subject: {subject}\r\n\r\nHello.").as_bytes()).await.unwrap();
    }

    /// Returns the id and the arrival time of a mail in another session. The archive contains this mail, but the
    /// service does not find the id in the session under test.
    async fn foreign_mail(&self) -> (MailId, Timestamp) {
        let other = self.open().await;
        self.send(&other, "foreign").await;
        let touched = self.mailbox.touch(&other.id, None).await.unwrap();
        let envelope = &stored_mail(&touched.mails[0]).summary.envelope;
        (envelope.id.clone(), envelope.received_at)
    }

    /// Starts waiting for a mail, and sends a mail as soon as the service has acknowledged the subscription. Returns
    /// the mail that ended the wait.
    async fn wait_and_send(&self, session: &Session, start_point: StartPoint, subject: &str) -> MatchedMail {
        let (ready, mut is_ready) = mpsc::unbounded_channel();
        let filter =
            WaitFilter { session: Some(session.id.clone()), ..WaitFilter::from_start_point(start_point) };
        let report = move |stage| {
            if matches!(stage, WaitProgress::Watching(_)) {
                ready.send(()).unwrap();
            }
        };
        let sending = async {
            is_ready.recv().await.unwrap();
            self.send(session, subject).await;
        };
        let (matched, ()) = tokio::join!(self.mailbox.wait(&filter, &report), sending);
        matched.unwrap()
    }
}

fn stored_mail(mail: &Ingested) -> &dropmail_client::domain::stored_mail::StoredMail {
    match mail {
        Ingested::New(arrival) => &arrival.stored,
        Ingested::AlreadyStored(stored_mail) => stored_mail,
    }
}

#[tokio::test]
async fn a_wait_continues_if_the_service_dropped_the_last_known_mail() {
    let service = TestService::new().await;
    let (dropped_id, _) = service.foreign_mail().await;
    let session = service.open().await;
    assert!(service.archive.move_complete_to(&service.base, &session.id, None, &dropped_id).unwrap());
    // The stream also connects if the session has no mail after which it could begin.
    let matched = service.wait_and_send(&session, StartPoint::Start(SystemClock.now()), "at last").await;
    assert_eq!(matched.stored.summary.subject.as_str(), "at last");
    let touched = service.mailbox.touch(&session.id, Some(&dropped_id)).await.unwrap();
    assert!(touched.relisted && touched.mails.len() == 1);
}

#[tokio::test]
async fn a_completeness_mark_that_another_process_has_moved_hides_no_mail() {
    let service = TestService::new().await;
    let (session, other) = (service.open().await, service.other_mailbox().await);
    let subjects = |touched: SyncedSession| -> Vec<String> {
        let mails = touched.mails.iter().filter(|mail| matches!(mail, Ingested::New(_)));
        mails.map(|mail| stored_mail(mail).summary.subject.to_string()).collect()
    };
    for n in 0..3 {
        assert!(service.mailbox.sync(&session.id).await.unwrap().mails.is_empty());
        let (first, second) = (format!("first {n}"), format!("second {n}"));
        service.send(&session, &first).await;
        assert_eq!(subjects(other.sync(&session.id).await.unwrap()), [first]);
        service.send(&session, &second).await;
        assert_eq!(subjects(service.mailbox.sync(&session.id).await.unwrap()), [second]);
        // If the completeness mark in memory differs from that in the archive, the next query starts at the mark in the
        // archive.
        assert!(service.mailbox.sync(&session.id).await.unwrap().mails.len() <= 1);
        let newest = service.mailbox.newest_mail_id(&session.id).await.unwrap();
        assert_eq!(service.mailbox.complete_to(&session.id).await.unwrap(), newest);
    }
}

#[tokio::test]
async fn a_marker_dropped_by_the_service_still_separates_old_from_new_mail() {
    let service = TestService::new().await;
    let session = service.open().await;
    service.send(&session, "before").await;
    let before = service.mailbox.touch(&session.id, None).await.unwrap();
    let before = stored_mail(&before.mails[0]).summary.envelope.received_at;
    let dropped_id = loop {
        let (id, received_at) = service.foreign_mail().await;
        if received_at > before {
            break id;
        }
    };
    service.send(&session, "after").await;
    let filter = WaitFilter {
        session: Some(session.id.clone()),
        ..WaitFilter::from_start_point(StartPoint::After(Some(dropped_id)))
    };
    let matched = service.mailbox.wait(&filter, &|_| {}).await.unwrap();
    assert_eq!(matched.stored.summary.subject.as_str(), "after");

    // An id that is in neither the archive nor the service is probably a typing error. No old mail may then count
    // as a new one.
    let filter = WaitFilter { start_point: StartPoint::After(Some(MailId::new("TWFpbDp4"))), ..filter };
    let refused = service.mailbox.wait(&filter, &|_| {}).await.unwrap_err();
    assert!(matches!(refused.api_error(), Some(ApiError::Refused(_))), "{refused}");
}

/// Runs the synchronisation of a single session with a fake clock and real requests.
struct Driver<'a> {
    service: &'a TestService,
    session: &'a Session,
    sync: SessionSync,
    transports: TransportSelector,
    last_number: u64,
    now: Timestamp,
    stream: BoxStream<'static, Result<Push, ApiError>>,
    found: Vec<String>,
}

impl<'a> Driver<'a> {
    fn new(service: &'a TestService, session: &'a Session, demand: Demand, transport: PushTransport) -> Self {
        Self {
            service,
            session,
            sync: SessionSync::new(demand, None, Timestamp::UNIX_EPOCH),
            transports: TransportSelector::new(TransportChoice::Only(transport)),
            last_number: 0,
            now: Timestamp::UNIX_EPOCH,
            stream: futures_util::stream::pending().boxed(),
            found: Vec::new(),
        }
    }

    /// Advances the fake clock to the next time for which the synchronisation has scheduled an action, and performs all
    /// due actions.
    async fn advance(&mut self) {
        self.now = self.sync.due().unwrap().max(self.now);
        let mut context = SyncContext {
            now: self.now,
            transports: &mut self.transports,
            last_number: &mut self.last_number,
        };
        let mut actions = self.sync.poll(&mut context);
        while let Some(action) = actions.pop() {
            let event = match action {
                SyncAction::Connect { number, transport, is_only_transport, after } => {
                    let subscribe_options = SubscribeOptions { transport, is_only_transport };
                    self.stream = self.service.mailbox.watch_with_options(
                        self.session.id.clone(),
                        after,
                        subscribe_options,
                    );
                    assert_eq!(self.stream.next().await, Some(Ok(Push::Ready)));
                    SyncEvent::Acknowledged { stream: number }
                }
                SyncAction::Query { number } => {
                    let after = self.sync.complete_to().cloned();
                    let touched = self.service.mailbox.touch(&self.session.id, after.as_ref()).await.unwrap();
                    let new = touched.mails.iter().filter(|mail| matches!(mail, Ingested::New(_)));
                    self.found.extend(new.map(|mail| stored_mail(mail).summary.subject.to_string()));
                    let (lifetime, complete_to) = (Some(Duration::from_mins(10)), touched.complete_to);
                    SyncEvent::Answered { query: number, complete_to, left: lifetime, missed: 0 }
                }
            };
            let mut context = SyncContext {
                now: self.now,
                transports: &mut self.transports,
                last_number: &mut self.last_number,
            };
            actions.extend(self.sync.handle(event, &mut context));
        }
    }

    /// Sends a mail but drops its push notification; returns the time until a query finds the mail.
    async fn send_with_lost_push(&mut self, subject: &str) -> Duration {
        let sent_at = self.now;
        self.service.server.set_faults("lost-push=100%".parse().unwrap());
        self.service.send(self.session, subject).await;
        while !self.found.iter().any(|found| found == subject) {
            self.advance().await;
        }
        assert!(self.stream.next().now_or_never().is_none(), "the stream stays open and delivers nothing");
        self.service.server.set_faults("off".parse().unwrap());
        self.now.duration_since(sent_at).unsigned_abs()
    }
}

#[tokio::test]
async fn the_next_query_finds_a_mail_whose_push_was_lost() {
    let service = TestService::new().await;
    for transport in [PushTransport::WebSocket, PushTransport::Multipart, PushTransport::LongPoll] {
        // The pings of a WebSocket show that the connection works.
        let limit_collecting = if transport == PushTransport::WebSocket { 120 } else { 60 };
        for (demand, limit_after_ready, limit_later) in
            [(Demand::Waiting, 3, 30), (Demand::Collecting, 10, limit_collecting)]
        {
            let session = service.open().await;
            let mut driver = Driver::new(&service, &session, demand, transport);
            while !driver.sync.is_refreshed() {
                driver.advance().await;
            }
            let Stream::Up { since, .. } = *driver.sync.stream() else { panic!("the stream is not open") };
            let wait = driver.send_with_lost_push("soon").await;
            assert!(wait <= Duration::from_secs(limit_after_ready), "{transport} {demand:?}: {wait:?}");
            while driver.now < saturating_add(since, Duration::from_mins(1)) {
                driver.advance().await;
            }
            let wait = driver.send_with_lost_push("settled").await;
            assert!(wait <= Duration::from_secs(limit_later), "{transport} {demand:?}: {wait:?}");
        }
    }
}
