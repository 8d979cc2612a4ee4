//! Tests the real program behind real HTTP proxies that interfere with push connections. One proxy refuses WebSocket
//! upgrades; another also buffers whole responses. Within seconds, the program must use the best remaining push
//! transport and show it in the status line. Later it must retry the better transport.

use super::terminal::Terminal;
use dropmail_server::{Server, ServerConfig};
use lettre::address::Envelope;
use lettre::{SmtpTransport, Transport};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::{TempDir, tempdir};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How a proxy interferes with push connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ProxyKind {
    /// The proxy forwards everything.
    Open,
    /// The proxy does not forward WebSocket upgrades.
    NoUpgrades,
    /// The proxy does not forward WebSocket upgrades, and buffers each response until it is complete.
    Buffering,
}

/// Reads the head of an HTTP message up to the empty line. Returns the head, and the bytes after it that were already
/// received. Returns `None` if the connection was closed.
async fn head(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Some((String::from_utf8(read).ok()?, rest));
        }
        if socket.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// Forwards one HTTP request. Its request line contains the whole URL, as in all requests to HTTP proxies. Returns
/// `None` if the connection was closed.
async fn pass(mut client: TcpStream, server: SocketAddr, manner: ProxyKind) -> Option<()> {
    let (request, body) = head(&mut client).await?;
    let mut lines = request.lines();
    let first = lines.next()?.replacen("http://dropmail.test", "", 1);
    let hop = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let upgrade = matches!(name.as_str(), "connection" | "upgrade");
        !(name == "host" || name == "proxy-connection" || (upgrade && manner != ProxyKind::Open))
    };
    let upgrades = manner == ProxyKind::Open && request.to_ascii_lowercase().contains("upgrade: websocket");
    let mut said = format!("{first}\r\nHost: {server}\r\n");
    for line in lines.filter(|line| !line.is_empty()).filter(hop) {
        said.push_str(line);
        said.push_str("\r\n");
    }
    // Each request has a separate connection, so a reply ends when its connection ends.
    said.push_str(if upgrades { "\r\n" } else { "Connection: close\r\n\r\n" });
    let mut inside = TcpStream::connect(server).await.ok()?;
    inside.write_all(said.as_bytes()).await.ok()?;
    inside.write_all(&body).await.ok()?;
    if manner == ProxyKind::Buffering {
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = inside.split();
        let mut reply = Vec::new();
        tokio::select! {
            _read = from_server.read_to_end(&mut reply) => {}
            // Forwards the rest of the request, and detects when the client disconnects.
            _gone = tokio::io::copy(&mut from_client, &mut to_server) => return None,
        }
        return to_client.write_all(&reply).await.ok();
    }
    drop(copy_bidirectional(&mut client, &mut inside).await);
    Some(())
}

struct Harness {
    runtime: tokio::runtime::Runtime,
    server: Server,
    proxy: SocketAddr,
    manner: Arc<Mutex<ProxyKind>>,
    home: TempDir,
}

impl Harness {
    fn new(manner: ProxyKind) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        let server = runtime.block_on(Server::start(config)).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (proxy, behind) = (listener.local_addr().unwrap(), server.http_addr());
        let manner = Arc::new(Mutex::new(manner));
        let now = Arc::clone(&manner);
        runtime.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let manner = *now.lock().unwrap();
                talks.spawn(pass(client, behind, manner));
            }
        });
        Self { runtime, server, proxy, manner, home: tempdir().unwrap() }
    }

    fn start(&self, args: &[&str]) -> Terminal {
        let proxy = format!("http://{}", self.proxy);
        let env = [("DROPMAIL_BASE_URL", "http://dropmail.test/api/graphql"), ("ALL_PROXY", proxy.as_str())];
        Terminal::start_with(args, self.home.path(), (110, 30), &env)
    }

    fn send(&self, to: &str, subject: &str) {
        let smtp = self.server.smtp_addr();
        let post = SmtpTransport::builder_dangerous(smtp.ip().to_string()).port(smtp.port()).build();
        let from = "shop@example.com";
        let raw = format!("From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nYour code is 482913.\r\n");
        let envelope = Envelope::new(Some(from.parse().unwrap()), vec![to.parse().unwrap()]).unwrap();
        assert!(post.send_raw(&envelope, raw.as_bytes()).unwrap().is_positive());
    }

    fn stop(self) {
        self.runtime.block_on(self.server.shutdown());
    }
}

/// Returns the e-mail address that the screen shows.
fn address(terminal: &Terminal) -> String {
    terminal.shows("New address");
    let screen = terminal.screen();
    let words = screen.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.contains('@')).max_by_key(|word| word.len()).unwrap().to_owned()
}

#[test]
fn a_proxy_without_websocket_upgrades_gets_a_multipart_stream() {
    let harness = Harness::new(ProxyKind::NoUpgrades);
    let begun = Instant::now();
    let mut terminal = harness.start(&[]);
    let address = address(&terminal);
    terminal.shows("push · multipart");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    harness.send(&address, "Streamed to you");
    terminal.shows("Streamed to you");
    // The proxy now forwards upgrades. The key r retries them at once, so the user need not wait for the automatic
    // retry.
    *harness.manner.lock().unwrap() = ProxyKind::Open;
    terminal.type_keys("r");
    terminal.shows("push · WebSocket");
    harness.send(&address, "Pushed to you");
    terminal.shows("Pushed to you");
    terminal.quit();
    harness.stop();
}

#[test]
fn a_proxy_that_buffers_replies_gets_long_polls() {
    let harness = Harness::new(ProxyKind::Buffering);
    let begun = Instant::now();
    let mut terminal = harness.start(&[]);
    let address = address(&terminal);
    terminal.shows("push · long-poll");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    harness.send(&address, "Polled for you");
    terminal.shows("Polled for you");
    terminal.quit();
    harness.stop();
}

#[test]
fn wait_falls_back_to_other_transports_too() {
    let harness = Harness::new(ProxyKind::NoUpgrades);
    let mut made = harness.start(&["new"]);
    assert_eq!(made.end(), 0, "{}", made.screen());
    let address = made.screen().trim().to_owned();
    let mut wait = harness.start(&["wait", "--code", "--timeout", "60"]);
    wait.shows("waiting for mail");
    harness.send(&address, "Your code");
    assert_eq!(wait.end(), 0, "{}", wait.screen());
    wait.shows("482913");
    harness.stop();
}
