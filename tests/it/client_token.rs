//! Tests that the client renews a token before or after it expires, and that it keeps using a token after a firewall
//! has refused a request. Also tests legacy tokens.

// This file exceeds 300 lines because it contains a test for each event in the lifecycle of a token.

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::keyring::KeyringProblem;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::service_status::ServiceStatus;
use dropmail_client::domain::session::{AddressOptions, Session};
use dropmail_client::domain::time::{SignedDuration, Timestamp};
use dropmail_client::domain::token_lifetime::TokenLifetime;
use dropmail_client::ports::BoxFuture;
use dropmail_client::ports::archive::{Archive, ArchiveError, ArchivedToken};
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::ports::secrets::{SecretError, SecretStore};
use dropmail_client::service::{GivenTokenPlace, KeyringProgress, KeyringWait, Mailbox, ServiceError};
use dropmail_server::{Server, ServerConfig};
use futures_util::StreamExt;
use secrecy::SecretString;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A fake clock that returns the system time plus an offset in seconds, which the test can increase.
#[derive(Debug, Default)]
struct OffsetClock(AtomicI64);

impl OffsetClock {
    fn advance(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60, Ordering::SeqCst);
    }
}

impl Clock for OffsetClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, rest: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(rest)
    }
}

struct TestClient {
    server: Server,
    archive: Arc<SqliteArchive>,
    clock: Arc<OffsetClock>,
}

impl TestClient {
    async fn new(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let free = "127.0.0.1:0".parse().unwrap();
        let mut config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        change(&mut config);
        let server = Server::start(config).await.unwrap();
        Self { server, archive: Arc::new(SqliteArchive::in_memory().unwrap()), clock: Arc::default() }
    }

    /// Creates a mailbox as a restarted program would, on the same archive. `configured` is the user's own token, if
    /// any.
    fn mailbox(&self, configured: Option<&str>) -> Mailbox {
        let base = BaseUrl::parse(&self.server.base_url()).unwrap();
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let transport = Arc::new(GraphqlClient::new(base, Arc::clone(&clock)));
        let configured = configured.map(|token| Token::parse(token).unwrap());
        Mailbox::new(transport, Arc::clone(&self.archive) as _, clock, configured)
            .with_lifetime(TokenLifetime::Hour)
    }

    fn stored_token(&self) -> ArchivedToken {
        self.archive.token(&self.server.base_url()).unwrap().unwrap()
    }
}

async fn open(mailbox: &Mailbox) -> Session {
    mailbox.open_session(AddressOptions::default()).await.unwrap().value
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires_and_not_at_every_start() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let first = client.stored_token();
    let lifetime = first.ends_at.unwrap().duration_since(client.clock.now()).as_secs();
    assert!((3590..=3600).contains(&lifetime), "{lifetime}");

    for _start in 0..3 {
        client.clock.advance(14);
        drop(client.mailbox(None).touch(&session.id, None).await.unwrap());
        assert_eq!(client.stored_token(), first, "a token far from its expiry is not renewed");
    }
    client.clock.advance(4);
    let touched = client.mailbox(None).touch(&session.id, None).await.unwrap();
    assert_eq!(touched.session.id, session.id);
    let second = client.stored_token();
    assert!(second.ends_at > first.ends_at);
    // The renewed token has the same identity, so the session of the old token still exists.
    assert_eq!(client.mailbox(None).sync_sessions().await.unwrap().value.live.len(), 1);
    // A running mailbox renews its token too.
    client.clock.advance(46);
    drop(mailbox.touch(&session.id, None).await.unwrap());
    assert!(client.stored_token().ends_at > second.ends_at);
}

#[tokio::test]
async fn a_token_without_a_stored_expiry_is_renewed_once() {
    let client = TestClient::new(|_| {}).await;
    let session = open(&client.mailbox(None)).await;
    let token = client.stored_token().token;
    client.archive.put_token(&client.server.base_url(), &ArchivedToken { token, ends_at: None }).unwrap();
    drop(client.mailbox(None).touch(&session.id, None).await.unwrap());
    let renewed = client.stored_token();
    assert!(renewed.ends_at.is_some());
    drop(client.mailbox(None).touch(&session.id, None).await.unwrap());
    assert_eq!(client.stored_token(), renewed);
}

#[tokio::test]
async fn a_refusal_by_a_firewall_does_not_replace_the_token() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let before = client.stored_token();
    client.server.set_faults("403=100%".parse().unwrap());
    let refused = mailbox.touch(&session.id, None).await.unwrap_err();
    assert_eq!(refused.api_error(), Some(&ApiError::Forbidden));
    assert!(refused.to_string().contains("firewall"), "{refused}");
    // The token also survives a refusal at the time when it is due for renewal.
    client.clock.advance(50);
    drop(mailbox.touch(&session.id, None).await.unwrap_err());
    assert_eq!(client.stored_token(), before);
    client.server.set_faults("off".parse().unwrap());
    client.clock.advance(2);
    assert_eq!(mailbox.touch(&session.id, None).await.unwrap().session.id, session.id);
    assert_ne!(client.stored_token(), before, "a failed renewal is retried");
}

/// Starts a fake service that rejects each token as expired, and replies to renewals with `renewal`. The service counts
/// the client's requests for new tokens.
async fn service_with_expired_tokens(
    renewal: fn() -> axum::response::Response,
) -> (String, Arc<std::sync::atomic::AtomicUsize>, tokio::task::JoinSet<()>) {
    use axum::routing::{any, post};
    let configured = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&configured);
    let generate = move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { axum::Json(serde_json::json!({"token": "af_another12345"})) }
    };
    let router = axum::Router::new()
        .route("/api/token/generate", post(generate))
        .route("/api/token/renew", post(move || async move { renewal() }))
        .fallback(any(|| async { (axum::http::StatusCode::FORBIDDEN, "token_expired") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api/graphql", listener.local_addr().unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (base, configured, tasks)
}

#[tokio::test]
async fn a_renewal_answered_by_another_host_does_not_replace_the_token() {
    use axum::http::StatusCode;
    use axum::response::{Html, IntoResponse};
    let answers: [(fn() -> axum::response::Response, bool); 7] = [
        (|| Html("<html>Sign in</html>").into_response(), false),
        (|| "OK".into_response(), false),
        (|| axum::Json(serde_json::json!({"token": 5})).into_response(), false),
        (|| (StatusCode::FOUND, [("location", "http://portal.example/")]).into_response(), false),
        (|| (StatusCode::FORBIDDEN, Html("<html>Blocked")).into_response(), false),
        (|| (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response(), false),
        (|| (StatusCode::FORBIDDEN, "token_unknown").into_response(), true),
    ];
    for (renewal, refused) in answers {
        let (base, configured, _tasks) = service_with_expired_tokens(renewal).await;
        let archive: Arc<dyn Archive> = Arc::new(SqliteArchive::in_memory().unwrap());
        let token = Token::parse("af_kept1234567").unwrap();
        let ends_at = SystemClock.now().checked_add(SignedDuration::from_hours(24)).ok();
        let stored_token = ArchivedToken { token, ends_at };
        archive.put_token(&base, &stored_token).unwrap();
        let transport = GraphqlClient::new(BaseUrl::parse(&base).unwrap(), Arc::new(SystemClock));
        let mailbox = Mailbox::new(Arc::new(transport), Arc::clone(&archive), Arc::new(SystemClock), None);
        drop(mailbox.sync_sessions().await.unwrap_err());
        assert_eq!(configured.load(Ordering::SeqCst), usize::from(refused));
        assert_eq!(archive.token(&base).unwrap().unwrap().token == stored_token.token, !refused);
    }
}

#[tokio::test]
async fn an_accepted_legacy_token_works_and_is_reported_once() {
    let client = TestClient::new(|config| config.legacy_tokens = true).await;
    let mailbox = client.mailbox(Some("my-old-token:1"));
    let mut service_status = mailbox.service_status();
    assert_eq!(service_status.next().await, Some(ServiceStatus::default()));
    let session = open(&mailbox).await;
    assert!(service_status.next().await.unwrap().legacy_token);
    drop(mailbox.touch(&session.id, None).await.unwrap());
    let second_report = tokio::time::timeout(Duration::from_millis(50), service_status.next()).await;
    assert!(second_report.is_err(), "{second_report:?}");
    assert!(
        client.archive.token(&client.server.base_url()).unwrap().is_none(),
        "a configured token is not stored"
    );

    let strict = TestClient::new(|_| {}).await;
    let refused = strict.mailbox(Some("my-old-token:1")).open_session(AddressOptions::default()).await;
    let refused = refused.unwrap_err();
    assert!(matches!(refused, ServiceError::GivenTokenRefused { .. }), "{refused:?}");
    assert!(refused.to_string().contains("unset it to use a free token"), "{refused}");
    let given = strict.mailbox(Some("my-old-token:1")).with_given_place(GivenTokenPlace::CommandLine);
    let refused = given.open_session(AddressOptions::default()).await.unwrap_err().to_string();
    assert!(refused.contains("leave it out") && !refused.contains("DROPMAIL_TOKEN"), "{refused}");
    assert!(refused.contains("give --token a valid token"), "{refused}");
}

/// A fake keyring that a test can lock and unlock.
#[derive(Debug, Default)]
struct Keyring {
    secret: Mutex<Option<SecretString>>,
    locked: AtomicBool,
    /// Number of calls to `is_locked` after which this fake keyring unlocks itself, as if the user had unlocked it; 0
    /// if it stays locked.
    looks_until_unlocked: AtomicU32,
    /// Channel on which the fake keyring waits before its first reply; `None` after the first reply, or if the keyring
    /// replies immediately.
    gate: Mutex<Option<Receiver<()>>>,
}

impl SecretStore for Keyring {
    fn get(&self, _: &str) -> Result<Option<SecretString>, SecretError> {
        if let Some(gate) = self.gate.lock().unwrap().take() {
            gate.recv().unwrap();
        }
        if self.locked.load(Ordering::SeqCst) {
            return Err(SecretError::Locked);
        }
        Ok(self.secret.lock().unwrap().clone())
    }

    fn is_locked(&self, _: &str) -> Result<bool, SecretError> {
        if self.looks_until_unlocked.load(Ordering::SeqCst) > 0
            && self.looks_until_unlocked.fetch_sub(1, Ordering::SeqCst) == 1
        {
            self.locked.store(false, Ordering::SeqCst);
        }
        Ok(self.locked.load(Ordering::SeqCst))
    }

    fn set(&self, _: &str, secret: &SecretString) -> Result<(), SecretError> {
        *self.secret.lock().unwrap() = Some(secret.clone());
        Ok(())
    }
}

/// Creates a mailbox with an archive in the data directory `folder`, as a run of the program would.
fn mailbox_with_keyring(
    client: &TestClient,
    folder: &Path,
    keyring: &Arc<Keyring>,
) -> (Mailbox, Arc<SqliteArchive>) {
    let opened = SqliteArchive::open(folder, client.clock.now()).unwrap();
    let archive = Arc::new(opened.archive.with_keyring(Arc::clone(keyring) as _));
    let base = BaseUrl::parse(&client.server.base_url()).unwrap();
    let clock = Arc::clone(&client.clock) as Arc<dyn Clock>;
    let transport = Arc::new(GraphqlClient::new(base, Arc::clone(&clock)));
    (Mailbox::new(transport, Arc::clone(&archive) as _, clock, None), archive)
}

/// Returns whether any file in the directory contains the text.
fn is_on_disk(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).any(|path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
fn secrets_are_encrypted_from_the_first_write() {
    let folder = tempfile::tempdir().unwrap();
    let (answer, gate) = mpsc::channel();
    let keyring = Arc::new(Keyring { gate: Mutex::new(Some(gate)), ..Keyring::default() });
    let opened = SqliteArchive::open(folder.path(), Timestamp::UNIX_EPOCH).unwrap();
    let archive = opened.archive.with_keyring(keyring);
    let token = Token::parse("af_0123456789abcdef").unwrap();
    let stored_token = ArchivedToken { token: token.clone(), ends_at: None };
    std::thread::scope(|scope| {
        // The keyring replies after the write has started.
        let writing = scope.spawn(|| archive.put_token("http://h/api/graphql", &stored_token));
        answer.send(()).unwrap();
        writing.join().unwrap().unwrap();
    });
    assert_eq!(archive.token("http://h/api/graphql").unwrap(), Some(stored_token));
    drop(archive);
    assert!(!is_on_disk(folder.path(), token.expose()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keyring_does_not_replace_the_token() {
    let client = TestClient::new(|_| {}).await;
    let (folder, keyring) = (tempfile::tempdir().unwrap(), Arc::<Keyring>::default());
    let (mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let session = open(&mailbox).await;
    drop((mailbox, archive));

    keyring.locked.store(true, Ordering::SeqCst);
    let (mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let error = mailbox.sync_sessions().await.unwrap_err();
    assert!(matches!(error, ServiceError::Archive(ArchiveError::CannotDecrypt { .. })), "{error}");
    assert!(error.to_string().contains("unlock the keyring"), "{error}");
    // The user continues with a temporary token, which is valid for this run only.
    mailbox.use_temporary_token();
    assert_ne!(open(&mailbox).await.id, session.id);
    drop((mailbox, archive));

    keyring.locked.store(false, Ordering::SeqCst);
    let (mailbox, _archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let live = mailbox.sync_sessions().await.unwrap().value.live;
    assert_eq!(live.iter().map(|live| &live.id).collect::<Vec<_>>(), [&session.id]);
}

/// The progress messages that were reported while the program waited for the keyring.
static KEYRING_MESSAGES: Mutex<Vec<KeyringProgress>> = Mutex::new(Vec::new());

#[tokio::test(flavor = "multi_thread")]
async fn a_command_waits_for_the_keyring_and_reports_it() {
    let client = TestClient::new(|_| {}).await;
    let (folder, keyring) = (tempfile::tempdir().unwrap(), Arc::<Keyring>::default());
    let tell = |progress| KEYRING_MESSAGES.lock().unwrap().push(progress);
    let (mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let session = open(&mailbox).await;
    drop((mailbox, archive));

    keyring.locked.store(true, Ordering::SeqCst);
    let (mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let mailbox = mailbox.with_keyring_wait(KeyringWait { limit: Duration::from_millis(1), tell });
    let error = mailbox.await_keyring().await.unwrap_err();
    assert_eq!(error.keyring_problem(), Some(KeyringProblem::Locked), "{error}");
    assert_eq!(*KEYRING_MESSAGES.lock().unwrap(), [KeyringProgress::Waiting(KeyringProblem::Locked)]);
    KEYRING_MESSAGES.lock().unwrap().clear();
    drop((mailbox, archive));

    keyring.looks_until_unlocked.store(5, Ordering::SeqCst);
    let (mailbox, _archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let mailbox = mailbox.with_keyring_wait(KeyringWait { limit: Duration::from_mins(2), tell });
    let live = mailbox.sync_sessions().await.unwrap().value.live;
    assert_eq!(live.iter().map(|live| &live.id).collect::<Vec<_>>(), [&session.id]);
    let expected = [KeyringProgress::Waiting(KeyringProblem::Locked), KeyringProgress::Opened];
    assert_eq!(*KEYRING_MESSAGES.lock().unwrap(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_in_plain_text_while_the_keyring_is_locked() {
    let client = TestClient::new(|_| {}).await;
    let folder = tempfile::tempdir().unwrap();
    let keyring = Arc::new(Keyring { locked: AtomicBool::new(true), ..Keyring::default() });
    let (mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let error = mailbox.sync_sessions().await.unwrap_err();
    assert!(matches!(error, ServiceError::Archive(ArchiveError::CannotEncrypt { .. })), "{error}");
    assert!(error.to_string().contains("unlock the keyring"), "{error}");
    assert!(!is_on_disk(folder.path(), "af_"), "no token is stored");

    // The user continues with a temporary token, which is valid for this run only.
    mailbox.use_temporary_token();
    let session = open(&mailbox).await;
    let key = session.addresses.first().unwrap().restore_key.expose().to_owned();
    assert!(
        !is_on_disk(folder.path(), "af_") && !is_on_disk(folder.path(), &key),
        "no secret is stored in plain text"
    );

    // As soon as the user has unlocked the keyring, the same run stores its secrets encrypted.
    keyring.locked.store(false, Ordering::SeqCst);
    mailbox.sync_sessions().await.unwrap();
    drop((mailbox, archive));
    assert!(
        !is_on_disk(folder.path(), "af_") && !is_on_disk(folder.path(), &key),
        "no secret is stored in plain text"
    );
    let (_mailbox, archive) = mailbox_with_keyring(&client, folder.path(), &keyring);
    let address = session.addresses.first().unwrap().address.as_str();
    let stored = archive.restore_key(&client.server.base_url(), address).unwrap().unwrap();
    assert_eq!(stored.expose(), key);
}
