//! Tests downloads whose response is not the mail, or is a redirect to another host. The client must store only the
//! real mail, and send no request to another host.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{Downloads, GraphqlTransport};
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::{Body, Delivery, DownloadUrl};
use dropmail_client::domain::download_host::DownloadHost;
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::mail::Envelope;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::text_fingerprint::TextFingerprint;
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::{FetchFailed, Ingested, Mailbox};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const RAW: &[u8] = b"Subject: caf\xe9\r\n\r\nHello.\r\n";

/// A fake service that answers downloads with a response that the test sets. It can also return the mail as a string
/// through the API.
struct Service {
    origin: String,
    answer: Arc<Mutex<Answer>>,
    text: Arc<Mutex<Value>>,
    asked: Arc<AtomicUsize>,
    _tasks: JoinSet<()>,
}

#[derive(Clone)]
enum Answer {
    Bytes(Vec<u8>),
    Page(String),
    To(String),
    Endless,
}

impl Answer {
    fn response(self) -> Response {
        match self {
            Self::Bytes(bytes) => bytes.into_response(),
            Self::Page(page) => Html(page).into_response(),
            Self::To(place) => (StatusCode::FOUND, [("location", place)]).into_response(),
            Self::Endless => {
                let pieces =
                    futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65_536]));
                HttpBody::from_stream(pieces).into_response()
            }
        }
    }
}

impl Service {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Bytes(RAW.to_vec())));
        let (text, asked) = (Arc::new(Mutex::new(Value::Null)), Arc::new(AtomicUsize::new(0)));
        let (told, count, node) = (Arc::clone(&answer), Arc::clone(&asked), Arc::clone(&text));
        let download = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = told.lock().unwrap().clone();
            async move { answer.response() }
        };
        let router = Router::new()
            .route("/mail", get(download))
            .route("/exact", get(|| async { RAW.to_vec() }))
            .route(
                "/api/graphql/{token}",
                post(move || {
                    let node = node.lock().unwrap().clone();
                    async move { axum::Json(json!({"data": {"node": node}})) }
                }),
            );
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, answer, text, asked, _tasks: tasks }
    }

    fn answers(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn mailbox(&self, hosts: &str) -> Mailbox {
        let base = BaseUrl::parse(&format!("{}/api/graphql", self.origin)).unwrap();
        let hosts = DownloadHost::list(hosts).unwrap();
        let transport =
            GraphqlTransport::with_downloads(base, Arc::new(SystemClock), Downloads { hosts, folder: None });
        let archive = SqliteArchive::in_memory().unwrap();
        let given = Token::parse("af_given12345").unwrap();
        Mailbox::new(Arc::new(transport), Arc::new(archive), Arc::new(SystemClock), Some(given))
    }

    fn delivery(&self) -> Delivery {
        at(&format!("{}/mail", self.origin))
    }
}

fn at(url: &str) -> Delivery {
    let envelope = Envelope {
        id: MailId::new("m"),
        session: SessionId::new("s"),
        received_at: Timestamp::UNIX_EPOCH,
        from: "a@b".into(),
        to: "c@d".into(),
        to_orig: "c@d".into(),
        size: RAW.len() as u64,
        oddities: Vec::new(),
    };
    Delivery { envelope, body: Body::Url(DownloadUrl(url.to_owned())), order: None }
}

/// Ingests a mail and returns its raw bytes from the archive.
async fn came(mailbox: &Mailbox, delivery: Delivery) -> Vec<u8> {
    match mailbox.ingest(delivery).await {
        Ok(Ingested::New(arrival)) => {
            mailbox.load(&arrival.kept.summary.envelope.id).await.unwrap().raw.to_vec()
        }
        Ok(Ingested::AlreadyStored(_)) => panic!("it was not here before"),
        Err(missed) => panic!("{}", missed.error),
    }
}

fn error(result: Result<Ingested, FetchFailed>) -> ApiError {
    result.unwrap_err().error.api_error().unwrap().clone()
}

#[tokio::test]
async fn a_wrong_download_is_not_stored_and_the_right_one_is() {
    let service = Service::new().await;
    let of_its_size = "x".repeat(RAW.len() - 1);
    for other in [
        Answer::Page("<html>Sign in</html>".to_owned()),
        Answer::Bytes(of_its_size.into_bytes()),
        Answer::Bytes([RAW, b"\n"].concat()),
        Answer::Bytes(Vec::new()),
        Answer::Endless,
    ] {
        let mailbox = service.mailbox("");
        service.answers(other);
        let why = error(mailbox.ingest(service.delivery()).await);
        assert!(matches!(why, ApiError::NotTheMail(_) | ApiError::Unexpected(_)), "{why:?}");
        assert!(mailbox.mails().await.unwrap().is_empty());
        let awaited = mailbox.undownloaded_mails();
        assert_eq!(awaited.len(), 1);
        assert_eq!(awaited[0].summary.sender.as_str(), "a@b", "it is told of with what there is");
        service.answers(Answer::Bytes(RAW.to_vec()));
        assert_eq!(came(&mailbox, service.delivery()).await, RAW);
    }
}

#[tokio::test]
async fn a_mail_without_a_download_is_read_from_its_text_if_that_is_exact() {
    let service = Service::new().await;
    let text = "Subject: plain\r\n\r\n";
    let mail = |raw: &str, size: usize| json!({"__typename": "Mail", "id": "m", "rawSize": size, "raw": raw, "downloadUrl": "", "fromAddr": "a@b"});
    service.answers(Answer::Page("<html>".to_owned()));
    *service.text.lock().unwrap() = mail("Subject: caf\u{fffd}\r\n", RAW.len());
    let why = error(service.mailbox("").ingest(service.delivery()).await);
    assert!(why.to_string().contains("web page"), "what is not exact is not the mail: {why}");
    *service.text.lock().unwrap() = mail(text, text.len());
    assert_eq!(came(&service.mailbox(""), service.delivery()).await, text.as_bytes());
    assert_eq!(came(&service.mailbox(""), at("http://elsewhere.example/x")).await, text.as_bytes());
}

#[tokio::test]
async fn a_download_that_differs_from_the_text_is_rejected() {
    let service = Service::new().await;
    let beside = |text: &str| {
        let mut delivery = service.delivery();
        let Body::Url(url) = delivery.body else { panic!("an address") };
        delivery.body = Body::UrlWithFingerprint(url, TextFingerprint::of(text).unwrap());
        delivery
    };
    let why = error(service.mailbox("").ingest(beside("Subject: another\r\n\r\n")).await);
    assert!(matches!(why, ApiError::NotTheMail(_)), "{why:?}");
    let same = beside("Subject: caf\u{fffd}\r\n\r\nHello.\r\n");
    assert_eq!(came(&service.mailbox(""), same).await, RAW);
}

/// Starts a server that the client must not contact. Returns its port and a counter of the requests that it has
/// received.
async fn bystander() -> (u16, Arc<AtomicUsize>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let router = Router::new().fallback(any(move |_: Uri| {
        count.fetch_add(1, Ordering::SeqCst);
        async { RAW.to_vec() }
    }));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (port, asked, tasks)
}

#[tokio::test]
async fn downloads_never_leave_the_host_by_url_or_redirect() {
    let service = Service::new().await;
    let (port, asked, _tasks) = bystander().await;
    let host = service.origin.strip_prefix("http://").unwrap();
    let elsewhere = [
        format!("http://127.0.0.1:{port}/mail"),
        format!("http://localhost:{port}/mail"),
        format!("http://me:secret@{host}/mail"),
        format!("http://[::1]:{port}/mail"),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ];
    for url in &elsewhere {
        let why = error(service.mailbox("").ingest(at(url)).await);
        assert!(matches!(why, ApiError::NotFollowed(_)), "{url}: {why:?}");
        assert!(!why.to_string().contains("secret"), "{why}");
        if !url.is_empty() {
            service.answers(Answer::To(url.clone()));
            let why = error(service.mailbox("").ingest(service.delivery()).await);
            assert!(matches!(why, ApiError::NotFollowed(_)), "to {url}: {why:?}");
        }
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody else was asked");
    assert_eq!(service.asked.load(Ordering::SeqCst), elsewhere.len() - 1, "and each was asked once");

    service.answers(Answer::To("/exact".to_owned()));
    assert_eq!(came(&service.mailbox(""), service.delivery()).await, RAW, "on the host itself");
    let named = format!("localhost:{port}");
    let url = format!("http://localhost:{port}/mail");
    assert_eq!(came(&service.mailbox(&named), at(&url)).await, RAW, "what a setting names");
}
