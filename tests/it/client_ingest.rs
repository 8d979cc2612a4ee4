//! Tests that the client fetches raw mails over an unreliable network. The client must retry failed downloads and must
//! never skip a mail silently.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::{Body, Delivery, DownloadUrl};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::service::{Arrival, Ingested, Mailbox};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const RAW: &str = "Subject: at last\r\n\r\nHello.\r\n";

/// A fake service that replies to download requests with a scripted sequence of responses. After the end of the
/// sequence, it replies with the raw mail.
struct Service {
    base: String,
    script: Arc<Mutex<VecDeque<Response>>>,
    _tasks: JoinSet<()>,
}

impl Service {
    async fn new(script: impl IntoIterator<Item = Response>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script.into_iter().collect::<VecDeque<_>>()));
        let answers = Arc::clone(&script);
        let download = move || async move {
            answers.lock().unwrap().pop_front().unwrap_or_else(|| RAW.as_bytes().into_response())
        };
        let session = json!({"data": {"session": {
            "id": "s", "expiresAt": "2099-01-01T00:00:00+00:00", "addresses": [], "mailsAfterId": [],
        }}});
        let router = Router::new()
            .route("/mail", get(download))
            .route("/api/graphql/{token}", post(|| async { axum::Json(session) }));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base: origin, script, _tasks: tasks }
    }

    fn mailbox(&self) -> Mailbox {
        let base = BaseUrl::parse(&format!("{}/api/graphql", self.base)).unwrap();
        let transport = GraphqlClient::new(base, Arc::new(SystemClock));
        let archive = SqliteArchive::in_memory().unwrap();
        let configured = Token::parse("af_given12345").unwrap();
        Mailbox::new(Arc::new(transport), Arc::new(archive), Arc::new(SystemClock), Some(configured))
    }

    fn delivery(&self, size: usize) -> Delivery {
        let envelope = Envelope {
            id: MailId::new("m"),
            session: SessionId::new("s"),
            received_at: Timestamp::UNIX_EPOCH,
            from: "a@b".into(),
            to: "c@d".into(),
            to_orig: "c@d".into(),
            size: size as u64,
            oddities: Vec::new(),
        };
        Delivery { envelope, body: Body::Url(DownloadUrl(format!("{}/mail", self.base))), order: None }
    }
}

fn bad_gateway() -> Response {
    StatusCode::BAD_GATEWAY.into_response()
}

fn new_arrival(ingested: Ingested) -> Arrival {
    match ingested {
        Ingested::New(arrival) => *arrival,
        Ingested::AlreadyStored(_) => panic!("the mail was already stored"),
    }
}

#[tokio::test]
async fn a_failed_fetch_is_retried() {
    let service = Service::new([bad_gateway(), "Subject: cut".into_response()]).await;
    let mailbox = service.mailbox();
    let arrival = new_arrival(mailbox.ingest(service.delivery(RAW.len())).await.unwrap());
    let loaded = mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap();
    assert_eq!(&loaded.raw[..], RAW.as_bytes());
    assert!(arrival.mail.notes.is_empty());
    assert!(service.script.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_next_keep_alive_fetches_a_mail_that_failed_before() {
    let service = Service::new([bad_gateway(), bad_gateway(), bad_gateway()]).await;
    let mailbox = service.mailbox();
    let missed = mailbox.ingest(service.delivery(RAW.len())).await.unwrap_err();
    assert!(missed.error.to_string().contains("down or busy"), "{}", missed.error);
    assert!(mailbox.mails().await.unwrap().is_empty());

    let mut touched = mailbox.touch(&SessionId::new("s"), None).await.unwrap();
    assert_eq!(new_arrival(touched.mails.remove(0)).stored.summary.subject.as_str(), "at last");
    let touched = mailbox.touch(&SessionId::new("s"), None).await.unwrap();
    assert!(touched.mails.is_empty() && touched.missed.is_empty());
}

/// Starts a fake service with a session that contains an older large mail and a newer small mail. Returns a mailbox
/// that uses this service, and the server task. `downloads` counts the downloads of the large mail. Each download of
/// the large mail waits for a permit from the semaphore `gate`.
async fn with_a_large_mail(gate: Arc<Semaphore>, downloads: Arc<AtomicUsize>) -> (Mailbox, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let large = format!("Subject: large\r\n\r\n{}\r\n", "x".repeat(600 << 10));
    let mail_fields = |id: &str, size: usize, second: u8| {
        json!({
            "id": id, "receivedAt": format!("2026-11-24T03:00:0{second}+00:00"), "fromAddr": "a@b",
            "toAddr": "c@d", "toAddrOrig": "c@d", "rawSize": size, "downloadUrl": format!("{origin}/{id}"),
        })
    };
    let mails = [mail_fields("small", RAW.len(), 2), mail_fields("large", large.len(), 1)];
    let session = json!({"data": {"session": {
        "id": "s", "expiresAt": "2099-01-01T00:00:00+00:00", "addresses": [], "mailsAfterId": mails,
    }}});
    let serve_large = move || async move {
        downloads.fetch_add(1, Ordering::SeqCst);
        drop(gate.acquire().await.unwrap());
        large
    };
    let router = Router::new()
        .route("/small", get(|| async { RAW }))
        .route("/large", get(serve_large))
        .route("/api/graphql/{token}", post(|| async { axum::Json(session) }));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    let base = BaseUrl::parse(&format!("{origin}/api/graphql")).unwrap();
    let transport = GraphqlClient::new(base, Arc::new(SystemClock));
    let configured = Token::parse("af_given12345").unwrap();
    let archive = Arc::new(SqliteArchive::in_memory().unwrap());
    (Mailbox::new(Arc::new(transport), archive, Arc::new(SystemClock), Some(configured)), tasks)
}

#[tokio::test]
async fn a_large_mail_is_fetched_once_and_delays_no_small_one() {
    let (gate, downloads) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (mailbox, _tasks) = with_a_large_mail(Arc::clone(&gate), Arc::clone(&downloads)).await;
    let session = SessionId::new("s");
    let (touched, mut large) = mailbox.sync_except_large(&session).await.unwrap();
    let small: Vec<_> =
        touched.mails.into_iter().map(|mail| new_arrival(mail).stored.summary.subject).collect();
    assert_eq!(small, ["at last".into()], "the small mail arrives before the large one");
    let large = large.remove(0);

    // A stream and a touch both report the mail. Another touch runs while the fetch is in progress.
    let (by_push, by_touch) = (mailbox.ingest(large.clone()), mailbox.ingest(large));
    let meanwhile = async {
        let (touched, large) = mailbox.sync_except_large(&session).await.unwrap();
        assert!(matches!(touched.mails[..], [Ingested::AlreadyStored(_)]), "{:?}", touched.mails);
        assert!(large.is_empty(), "a mail that is being fetched is not fetched again");
        gate.add_permits(1);
    };
    let (first, second_result, ()) = tokio::join!(by_push, by_touch, meanwhile);
    assert_eq!(new_arrival(first.unwrap()).stored.summary.subject.as_str(), "large");
    assert!(matches!(second_result.unwrap(), Ingested::AlreadyStored(_)));
    assert_eq!(downloads.load(Ordering::SeqCst), 1);

    let (touched, large) = mailbox.sync_except_large(&session).await.unwrap();
    assert_eq!((touched.mails.len(), large.len()), (2, 0), "stored mails are not fetched again");
}
