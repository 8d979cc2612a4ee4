//! Tests mail downloads that return something other than the mail, or a redirect to another host. The client must store
//! only the real mail, and must not contact other hosts.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get, post};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{Downloads, GraphqlClient};
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

/// A fake service that answers download requests with a response chosen by the test. The service can also return the
/// mail as a string through the API.
struct Service {
    origin: String,
    answer: Arc<Mutex<Answer>>,
    text: Arc<Mutex<Value>>,
    request_count: Arc<AtomicUsize>,
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
            Self::To(location) => (StatusCode::FOUND, [("location", location)]).into_response(),
            Self::Endless => {
                let chunks =
                    futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 65_536]));
                HttpBody::from_stream(chunks).into_response()
            }
        }
    }
}

impl Service {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Answer::Bytes(RAW.to_vec())));
        let (text, request_count) = (Arc::new(Mutex::new(Value::Null)), Arc::new(AtomicUsize::new(0)));
        let (shared_answer, count, node) =
            (Arc::clone(&answer), Arc::clone(&request_count), Arc::clone(&text));
        let download = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = shared_answer.lock().unwrap().clone();
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
        Self { origin, answer, text, request_count, _tasks: tasks }
    }

    fn set_answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    fn mailbox(&self, hosts: &str) -> Mailbox {
        let base = BaseUrl::parse(&format!("{}/api/graphql", self.origin)).unwrap();
        let hosts = DownloadHost::list(hosts).unwrap();
        let transport =
            GraphqlClient::with_downloads(base, Arc::new(SystemClock), Downloads { hosts, folder: None });
        let archive = SqliteArchive::in_memory().unwrap();
        let configured = Token::parse("af_given12345").unwrap();
        Mailbox::new(Arc::new(transport), Arc::new(archive), Arc::new(SystemClock), Some(configured))
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
async fn ingest_and_load(mailbox: &Mailbox, delivery: Delivery) -> Vec<u8> {
    match mailbox.ingest(delivery).await {
        Ok(Ingested::New(arrival)) => {
            mailbox.load(&arrival.stored.summary.envelope.id).await.unwrap().raw.to_vec()
        }
        Ok(Ingested::AlreadyStored(_)) => panic!("the mail was already stored"),
        Err(missed) => panic!("{}", missed.error),
    }
}

fn error(result: Result<Ingested, FetchFailed>) -> ApiError {
    result.unwrap_err().error.api_error().unwrap().clone()
}

#[tokio::test]
async fn a_wrong_download_is_not_stored_and_the_right_one_is() {
    let service = Service::new().await;
    let wrong_bytes = "x".repeat(RAW.len() - 1);
    for other in [
        Answer::Page("<html>Sign in</html>".to_owned()),
        Answer::Bytes(wrong_bytes.into_bytes()),
        Answer::Bytes([RAW, b"\n"].concat()),
        Answer::Bytes(Vec::new()),
        Answer::Endless,
    ] {
        let mailbox = service.mailbox("");
        service.set_answer(other);
        let failure = error(mailbox.ingest(service.delivery()).await);
        assert!(matches!(failure, ApiError::NotTheMail(_) | ApiError::Unexpected(_)), "{failure:?}");
        assert!(mailbox.mails().await.unwrap().is_empty());
        let undownloaded = mailbox.undownloaded_mails();
        assert_eq!(undownloaded.len(), 1);
        assert_eq!(
            undownloaded[0].summary.sender.as_str(),
            "a@b",
            "the mail is listed with the data of its envelope"
        );
        service.set_answer(Answer::Bytes(RAW.to_vec()));
        assert_eq!(ingest_and_load(&mailbox, service.delivery()).await, RAW);
    }
}

#[tokio::test]
async fn a_mail_without_a_download_is_read_from_its_text_if_that_is_exact() {
    let service = Service::new().await;
    let text = "Subject: plain\r\n\r\n";
    let mail = |raw: &str, size: usize| json!({"__typename": "Mail", "id": "m", "rawSize": size, "raw": raw, "downloadUrl": "", "fromAddr": "a@b"});
    service.set_answer(Answer::Page("<html>".to_owned()));
    *service.text.lock().unwrap() = mail("Subject: caf\u{fffd}\r\n", RAW.len());
    let failure = error(service.mailbox("").ingest(service.delivery()).await);
    assert!(failure.to_string().contains("web page"), "an inexact text is not stored as the mail: {failure}");
    *service.text.lock().unwrap() = mail(text, text.len());
    assert_eq!(ingest_and_load(&service.mailbox(""), service.delivery()).await, text.as_bytes());
    assert_eq!(
        ingest_and_load(&service.mailbox(""), at("http://elsewhere.example/x")).await,
        text.as_bytes()
    );
}

#[tokio::test]
async fn a_download_that_differs_from_the_text_is_rejected() {
    let service = Service::new().await;
    let delivery_with_text = |text: &str| {
        let mut delivery = service.delivery();
        let Body::Url(url) = delivery.body else { panic!("the delivery contains no URL") };
        delivery.body = Body::UrlWithFingerprint(url, TextFingerprint::new(text).unwrap());
        delivery
    };
    let failure = error(service.mailbox("").ingest(delivery_with_text("Subject: another\r\n\r\n")).await);
    assert!(matches!(failure, ApiError::NotTheMail(_)), "{failure:?}");
    let same = delivery_with_text("Subject: caf\u{fffd}\r\n\r\nHello.\r\n");
    assert_eq!(ingest_and_load(&service.mailbox(""), same).await, RAW);
}

/// Starts a server that the client must not contact. Returns the server's port, a counter of the requests that the
/// server has received, and the server task.
async fn other_host() -> (u16, Arc<AtomicUsize>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let request_count = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&request_count);
    let router = Router::new().fallback(any(move |_: Uri| {
        count.fetch_add(1, Ordering::SeqCst);
        async { RAW.to_vec() }
    }));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (port, request_count, tasks)
}

#[tokio::test]
async fn downloads_never_leave_the_host_by_url_or_redirect() {
    let service = Service::new().await;
    let (port, other_requests, _tasks) = other_host().await;
    let host = service.origin.strip_prefix("http://").unwrap();
    let refused_urls = [
        format!("http://127.0.0.1:{port}/mail"),
        format!("http://localhost:{port}/mail"),
        format!("http://me:secret@{host}/mail"),
        format!("http://[::1]:{port}/mail"),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ];
    for url in &refused_urls {
        let failure = error(service.mailbox("").ingest(at(url)).await);
        assert!(matches!(failure, ApiError::NotFollowed(_)), "{url}: {failure:?}");
        assert!(!failure.to_string().contains("secret"), "{failure}");
        if !url.is_empty() {
            service.set_answer(Answer::To(url.clone()));
            let failure = error(service.mailbox("").ingest(service.delivery()).await);
            assert!(
                matches!(failure, ApiError::NotFollowed(_)),
                "a redirect to {url} is not followed: {failure:?}"
            );
        }
    }
    assert_eq!(other_requests.load(Ordering::SeqCst), 0, "no other host received a request");
    assert_eq!(
        service.request_count.load(Ordering::SeqCst),
        refused_urls.len() - 1,
        "each redirect caused one request to the service"
    );

    service.set_answer(Answer::To("/exact".to_owned()));
    assert_eq!(
        ingest_and_load(&service.mailbox(""), service.delivery()).await,
        RAW,
        "a redirect within the host is followed"
    );
    let allowed_host = format!("localhost:{port}");
    let url = format!("http://localhost:{port}/mail");
    assert_eq!(
        ingest_and_load(&service.mailbox(&allowed_host), at(&url)).await,
        RAW,
        "a host from the settings is allowed"
    );
}
