//! Tests the real program behind real HTTP proxies that interfere with push connections. One proxy refuses WebSocket
//! upgrades; another also buffers whole responses. Within seconds, the program must use the best push transport that
//! works through the proxy, and show it in the status line. When the proxy later forwards upgrades, the program must
//! switch to WebSocket if the user requests a retry.

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

/// Reads the start line and header of an HTTP message, up to the empty line. Returns them, and any bytes after them
/// that were already received. Returns `None` if the connection was closed.
async fn read_head(socket: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            return Some((String::from_utf8(read).ok()?, rest));
        }
        if socket.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// Forwards one HTTP request, whose request line contains the whole URL, as in all requests to HTTP proxies. Returns
/// `None` if the connection was closed.
async fn forward(mut client: TcpStream, server: SocketAddr, kind: ProxyKind) -> Option<()> {
    let (request, body) = read_head(&mut client).await?;
    let mut lines = request.lines();
    let request_line = lines.next()?.replacen("http://dropmail.test", "", 1);
    let is_forwarded = |line: &&str| {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let upgrade = matches!(name.as_str(), "connection" | "upgrade");
        !(name == "host" || name == "proxy-connection" || (upgrade && kind != ProxyKind::Open))
    };
    let upgrades = kind == ProxyKind::Open && request.to_ascii_lowercase().contains("upgrade: websocket");
    let mut forwarded = format!("{request_line}\r\nHost: {server}\r\n");
    for line in lines.filter(|line| !line.is_empty()).filter(is_forwarded) {
        forwarded.push_str(line);
        forwarded.push_str("\r\n");
    }
    // Each request has a separate connection, so a reply ends when its connection ends.
    forwarded.push_str(if upgrades { "\r\n" } else { "Connection: close\r\n\r\n" });
    let mut upstream = TcpStream::connect(server).await.ok()?;
    upstream.write_all(forwarded.as_bytes()).await.ok()?;
    upstream.write_all(&body).await.ok()?;
    if kind == ProxyKind::Buffering {
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = upstream.split();
        let mut reply = Vec::new();
        tokio::select! {
            _read = from_server.read_to_end(&mut reply) => {}
            // Forwards the rest of the request, and detects when the client disconnects.
            _gone = tokio::io::copy(&mut from_client, &mut to_server) => return None,
        }
        return to_client.write_all(&reply).await.ok();
    }
    drop(copy_bidirectional(&mut client, &mut upstream).await);
    Some(())
}

struct Harness {
    runtime: tokio::runtime::Runtime,
    server: Server,
    proxy: SocketAddr,
    kind: Arc<Mutex<ProxyKind>>,
    home: TempDir,
}

impl Harness {
    fn new(kind: ProxyKind) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let free = "127.0.0.1:0".parse().unwrap();
        let config = ServerConfig { http: free, smtp: free, ..ServerConfig::default() };
        let server = runtime.block_on(Server::start(config)).unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (proxy, server_address) = (listener.local_addr().unwrap(), server.http_addr());
        let kind = Arc::new(Mutex::new(kind));
        let current_kind = Arc::clone(&kind);
        runtime.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let kind = *current_kind.lock().unwrap();
                connections.spawn(forward(client, server_address, kind));
            }
        });
        Self { runtime, server, proxy, kind, home: tempdir().unwrap() }
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
fn shown_address(terminal: &Terminal) -> String {
    terminal.wait_for_text("New address");
    let screen = terminal.screen();
    let words = screen.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.contains('@')).max_by_key(|word| word.len()).unwrap().to_owned()
}

#[test]
fn a_proxy_without_websocket_upgrades_gets_a_multipart_stream() {
    let harness = Harness::new(ProxyKind::NoUpgrades);
    let start_time = Instant::now();
    let mut terminal = harness.start(&[]);
    let address = shown_address(&terminal);
    terminal.wait_for_text("push · multipart");
    assert!(start_time.elapsed() < Duration::from_secs(20), "{:?}", start_time.elapsed());
    harness.send(&address, "Streamed to you");
    terminal.wait_for_text("Streamed to you");
    // The proxy now forwards upgrades. The `r` key retries the upgrade immediately, so the user need not wait for the
    // automatic retry.
    *harness.kind.lock().unwrap() = ProxyKind::Open;
    terminal.type_keys("r");
    terminal.wait_for_text("push · WebSocket");
    harness.send(&address, "Pushed to you");
    terminal.wait_for_text("Pushed to you");
    terminal.quit();
    harness.stop();
}

#[test]
fn a_proxy_that_buffers_replies_gets_long_polls() {
    let harness = Harness::new(ProxyKind::Buffering);
    let start_time = Instant::now();
    let mut terminal = harness.start(&[]);
    let address = shown_address(&terminal);
    terminal.wait_for_text("push · long-poll");
    assert!(start_time.elapsed() < Duration::from_secs(30), "{:?}", start_time.elapsed());
    harness.send(&address, "Polled for you");
    terminal.wait_for_text("Polled for you");
    terminal.quit();
    harness.stop();
}

#[test]
fn wait_falls_back_to_other_transports_too() {
    let harness = Harness::new(ProxyKind::NoUpgrades);
    let mut created = harness.start(&["new"]);
    assert_eq!(created.end(), 0, "{}", created.screen());
    let address = created.screen().trim().to_owned();
    let mut wait = harness.start(&["wait", "--code", "--timeout", "60"]);
    wait.wait_for_text("waiting for mail");
    harness.send(&address, "Your code");
    assert_eq!(wait.end(), 0, "{}", wait.screen());
    wait.wait_for_text("482913");
    harness.stop();
}
