//! Fetching the bytes of a mail when the network is at its worst: a mail is asked for again, and
//! never passed over in silence.

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use dropmail_tui::adapters::clock::SystemClock;
use dropmail_tui::adapters::graphql::GraphqlTransport;
use dropmail_tui::adapters::sqlite::SqliteArchive;
use dropmail_tui::domain::base_url::BaseUrl;
use dropmail_tui::domain::ids::{MailId, SessionId};
use dropmail_tui::domain::mail::Envelope;
use dropmail_tui::domain::secrets::Token;
use dropmail_tui::domain::time::Timestamp;
use dropmail_tui::ports::transport::{Body, Delivery, DownloadUrl};
use dropmail_tui::service::{Arrival, Ingested, Mailbox};
use serde_json::json;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const RAW: &str = "Subject: at last\r\n\r\nHello.\r\n";

/// A service that answers downloads as scripted, and then with the mail.
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
        let transport = GraphqlTransport::new(base, Arc::new(SystemClock));
        let archive = SqliteArchive::in_memory().unwrap();
        let given = Token::parse("af_given12345").unwrap();
        Mailbox::new(Arc::new(transport), Arc::new(archive), Arc::new(SystemClock), Some(given))
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
        };
        Delivery { envelope, body: Body::At(DownloadUrl(format!("{}/mail", self.base))) }
    }
}

fn busy() -> Response {
    StatusCode::BAD_GATEWAY.into_response()
}

fn new(ingested: Ingested) -> Arrival {
    match ingested {
        Ingested::New(arrival) => *arrival,
        Ingested::Known(_) => panic!("it was not here before"),
    }
}

#[tokio::test]
async fn a_fetch_that_fails_is_tried_again() {
    let service = Service::new([busy(), "Subject: cut".into_response()]).await;
    let arrival = new(service.mailbox().ingest(service.delivery(RAW.len())).await.unwrap());
    assert_eq!(&arrival.raw[..], RAW.as_bytes());
    assert!(arrival.mail.notes.is_empty());
    assert!(service.script.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_size_that_stays_different_is_noted_and_the_mail_is_shown() {
    let service = Service::new([]).await;
    let arrival = new(service.mailbox().ingest(service.delivery(RAW.len() + 5)).await.unwrap());
    assert_eq!(arrival.kept.summary.subject.as_str(), "at last");
    assert!(arrival.mail.notes[0].contains("something may be missing"), "{:?}", arrival.mail.notes);
}

#[tokio::test]
async fn a_mail_that_could_not_be_fetched_comes_with_the_next_touch() {
    let service = Service::new([busy(), busy(), busy()]).await;
    let mailbox = service.mailbox();
    let missed = mailbox.ingest(service.delivery(RAW.len())).await.unwrap_err();
    assert!(missed.error.to_string().contains("down or busy"), "{}", missed.error);
    assert!(mailbox.mails().await.unwrap().is_empty());

    let mut touched = mailbox.touch(&SessionId::new("s"), None).await.unwrap();
    assert_eq!(new(touched.mails.remove(0)).kept.summary.subject.as_str(), "at last");
    let touched = mailbox.touch(&SessionId::new("s"), None).await.unwrap();
    assert!(touched.mails.is_empty() && touched.missed.is_empty());
}
