//! Tests that the mailbox loses no mail while the server injects faults. The mailbox draws no screen, and has 20
//! sessions that all receive mail. Each push transport is tested with every kind of fault that does not destroy mail on
//! the server. No mail may be lost or duplicated, and the mails of each session must stay in order.
//!
//! The short version of the test runs by default. The long version sends 2,000 mails per push transport: `cargo test
//! --test it client_fault_run -- --ignored`.

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{GraphqlClient, Timeouts};
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::push_transport::{PushTransport, TransportChoice};
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::session::AddressOptions;
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clipboard::{Clipboard, ClipboardError, Retention};
use dropmail_client::ports::clock::Clock;
use dropmail_client::service::Mailbox;
use dropmail_server::{AccessToken, Server, ServerConfig};
use dropmail_tui::adapters::copy_commands::CopyCommands;
use dropmail_tui::adapters::files::{DownloadFolder, TempDirFiles};
use dropmail_tui::adapters::opener::DesktopOpener;
use dropmail_tui::app::Model;
use dropmail_tui::app::layout::Area;
use dropmail_tui::app::msg::{MailboxSource, Storage};
use dropmail_tui::app::settings::Settings;
use dropmail_tui::config::RestorePolicy;
use dropmail_tui::runtime::dependencies::{Dependencies, SettingsFile};
use dropmail_tui::runtime::engine::Engine;
use mail_reader::sanitize::SafeText;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const SESSIONS: usize = 20;
/// Fault injection plan of the test. It excludes session expiry and permanent SMTP rejection, because both lose mail.
const FAULTS: &str = "drop=0.05,delay=0.05:20ms,duplicate=0.05,403=0.05,429=0.05,500=0.05,502=0.05,\
    rate-limit=0.05,truncate=0.05,smtp-4xx=0.05,seed=7";

/// Returns short client timeouts, which are sufficient for a server on the same machine.
fn timeouts() -> Timeouts {
    Timeouts {
        ready: Duration::from_millis(200),
        poll: Duration::from_millis(200),
        slow_down: Duration::from_millis(50),
        ..Timeouts::default()
    }
}

#[derive(Debug)]
struct NoClipboard;

impl Clipboard for NoClipboard {
    fn copy(&mut self, _: &str, _: Retention) -> Result<CopiedTo, ClipboardError> {
        Ok(CopiedTo::Terminal)
    }
}

struct NoSettings;

impl SettingsFile for NoSettings {
    fn read_if_changed(&self) -> Option<Result<(Settings, Vec<SafeText>), SafeText>> {
        None
    }

    fn write_setting(&self, _: &str, _: &str) -> Result<SafeText, SafeText> {
        Ok(SafeText::default())
    }
}

struct Run {
    server: Server,
    archive: Arc<SqliteArchive>,
    base: BaseUrl,
    token: Token,
}

impl Run {
    async fn start() -> Self {
        let free = "127.0.0.1:0".parse().unwrap();
        let token = Token::parse("af_faultrun1234").unwrap();
        let config = ServerConfig {
            http: free,
            smtp: free,
            tokens: vec![AccessToken::new(token.expose())],
            ..ServerConfig::default()
        };
        let server = Server::start(config).await.unwrap();
        let base = BaseUrl::parse(&server.base_url()).unwrap();
        Self { base, token, archive: Arc::new(SqliteArchive::in_memory().unwrap()), server }
    }

    fn dependencies(&self, channel: TransportChoice) -> Dependencies {
        dependencies(&self.base, Arc::clone(&self.archive), Some(self.token.clone()), channel)
    }
}

/// Creates the dependencies of a mailbox that uses the given service and archive and draws no screen.
pub(crate) fn dependencies(
    base: &BaseUrl,
    archive: Arc<SqliteArchive>,
    token: Option<Token>,
    channel: TransportChoice,
) -> Dependencies {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = GraphqlClient::with_timeouts(base.clone(), Arc::clone(&clock), timeouts());
    Dependencies {
        place: MailboxSource {
            service: "test".into(),
            smtp: None,
            samples: None,
            transports: channel,
            mail: Storage::Archive,
        },
        mailbox: Mailbox::new(Arc::new(transport), archive, Arc::clone(&clock), token),
        clock,
        clipboard: Arc::new(Mutex::new(NoClipboard)),
        terminal_copy: Arc::new(|_, _| Vec::new()),
        programs: Arc::new(CopyCommands),
        settings: Arc::new(NoSettings),
        screen_state: None,
        files: Arc::new(DownloadFolder::new("/nonexistent")),
        scratch: Arc::new(TempDirFiles::default()),
        opener: Arc::new(DesktopOpener),
        samples: None,
        instance: None,
        restore: RestorePolicy::Ask,
        keep_days: 0,
        warnings: Vec::new(),
        notification_targets: None,
        held: None,
    }
}

/// Sends a mail in an SMTP session. Returns `false` if the mail must be sent again because the server ended the session
/// early or refused the mail with a transient error.
async fn deliver(smtp: std::net::SocketAddr, to: &str, raw: &str) -> bool {
    let Ok(socket) = TcpStream::connect(smtp).await else { return false };
    let mut lines = BufReader::new(socket);
    let steps = [
        (String::new(), "220"),
        ("EHLO test.example\r\n".to_owned(), "250"),
        ("MAIL FROM:<sender@example.com>\r\n".to_owned(), "250"),
        (format!("RCPT TO:<{to}>\r\n"), "250"),
        ("DATA\r\n".to_owned(), "354"),
        (format!("{raw}.\r\n"), "250"),
    ];
    for (line, code) in steps {
        if lines.write_all(line.as_bytes()).await.is_err() || !has_reply_code(&mut lines, code).await {
            return false;
        }
    }
    true
}

async fn has_reply_code(lines: &mut BufReader<TcpStream>, code: &str) -> bool {
    loop {
        let mut line = String::new();
        if !lines.read_line(&mut line).await.is_ok_and(|read| read > 0) || !line.starts_with(code) {
            return false;
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return true;
        }
    }
}

/// Sends mails to all addresses in turn, and resends each mail until the server accepts it. A mail may be stored twice,
/// because the sender also resends it if the reply was lost after the server had stored the mail.
async fn send_all(smtp: std::net::SocketAddr, to: Vec<String>, mails: usize) {
    for number in 0..mails {
        let to = &to[number % to.len()];
        let raw = format!("From: a@example.com\r\nSubject: mail {number}\r\n\r\nBody {number}.\r\n");
        while !deliver(smtp, to, &raw).await {}
    }
}

/// Switches fault injection off, and returns the mails on the server as a map from each session to its mails, oldest
/// first.
async fn mails_on_server(run: &Run, sessions: &[SessionId]) -> HashMap<SessionId, Vec<String>> {
    run.server.set_faults("off".parse().unwrap());
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let archive = Arc::new(SqliteArchive::in_memory().unwrap());
    let transport = GraphqlClient::new(run.base.clone(), Arc::clone(&clock));
    let empty_mailbox = Mailbox::new(Arc::new(transport), archive, clock, Some(run.token.clone()));
    let mut all = HashMap::new();
    for id in sessions {
        drop(empty_mailbox.touch(id, None).await.unwrap());
    }
    for mail in empty_mailbox.mails().await.unwrap().into_iter().rev() {
        let envelope = mail.summary.envelope;
        all.entry(envelope.session).or_insert_with(Vec::new).push(envelope.id.to_string());
    }
    all
}

fn shown(model: &Model) -> HashMap<SessionId, Vec<String>> {
    let mut all = HashMap::new();
    let mut mails: Vec<_> = model.inbox.mails().collect();
    mails.reverse();
    for mail in mails {
        let envelope = &mail.summary.envelope;
        all.entry(envelope.session.clone()).or_insert_with(Vec::new).push(envelope.id.to_string());
    }
    all
}

async fn fault_run(channel: PushTransport, mails: usize) {
    let run = Run::start().await;
    let dependencies = run.dependencies(TransportChoice::Only(channel));
    let mut sessions = Vec::new();
    let mut addresses = Vec::new();
    for _ in 0..SESSIONS {
        let session = dependencies.mailbox.open_session(AddressOptions::default()).await.unwrap().value;
        addresses.push(session.addresses[0].address.to_string());
        sessions.push(session.id);
    }
    run.server.set_faults(FAULTS.parse().unwrap());
    let mut engine = Engine::new(Model::new(SystemClock.now(), Area::screen(100, 30)), &dependencies);
    let smtp = run.server.smtp_addr();
    let sending = send_all(smtp, addresses, mails);
    let mut sending = std::pin::pin!(sending);
    loop {
        tokio::select! {
            () = &mut sending => break,
            _bytes = engine.handle_next_event() => {}
        }
    }
    let expected = mails_on_server(&run, &sessions).await;
    let total: usize = expected.values().map(Vec::len).sum();
    assert!(total >= mails, "the server has {total} of {mails} mails");
    run.server.set_faults(FAULTS.parse().unwrap());
    let settled = async {
        while engine.model.inbox.len() < total {
            drop(engine.handle_next_event().await);
        }
    };
    let in_time = tokio::time::timeout(Duration::from_mins(4), settled).await.is_ok();
    let connections: Vec<_> = engine.model.sessions.rows.iter().map(|row| &row.connection).collect();
    assert!(in_time, "{channel}: {} of {total} mails; {connections:?}", engine.model.inbox.len());
    assert_eq!(shown(&engine.model), expected, "{channel}: each mail is shown once and in order");
    let archived = run.archive.mails(run.base.as_str()).unwrap();
    assert_eq!(archived.len(), total, "{channel}: each mail is stored once");
    engine.finish().await;
}

/// Number of mails per push transport in the short version of the test, which runs by default.
const SHORT: usize = 100;
/// Number of mails per push transport in the long version of the test.
const LONG: usize = 2000;

macro_rules! runs {
    ($($short:ident $long:ident $channel:ident),*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $short() {
            fault_run(PushTransport::$channel, SHORT).await;
        }

        #[ignore = "minutes: 2,000 mails"]
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $long() {
            fault_run(PushTransport::$channel, LONG).await;
        }
    )*};
}

runs! {
    faults_on_websocket faults_on_websocket_long WebSocket,
    faults_on_multipart faults_on_multipart_long Multipart,
    faults_on_long_poll faults_on_long_poll_long LongPoll,
    faults_on_poll faults_on_poll_long Poll
}
