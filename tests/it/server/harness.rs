//! Test harness that starts a server on free ports and provides clients for it.

use std::time::Duration;

use dropmail_server::{AccessToken, Server, ServerConfig};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

pub(super) const TOKEN: &str = "af_testing_0001";
/// Timeout for each step of a server test; if it expires, the test fails.
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);

/// Waits for the future `step`, one step of a test, and returns its output; panics if it takes longer than [`TIMEOUT`].
pub(super) async fn within_timeout<F: Future>(step: F) -> F::Output {
    tokio::time::timeout(TIMEOUT, step).await.expect("a step of the test exceeded its timeout")
}

pub(super) fn config() -> ServerConfig {
    ServerConfig {
        http: "127.0.0.1:0".parse().unwrap(),
        smtp: "127.0.0.1:0".parse().unwrap(),
        tokens: vec![AccessToken::new(TOKEN)],
        ..ServerConfig::default()
    }
}

/// A session's id, address and restore key, from the response to `introduceSession`.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) address: String,
    pub(super) key: String,
}

pub(super) struct TestServer {
    pub(super) server: Server,
    pub(super) http: Client,
}

impl TestServer {
    pub(super) async fn start() -> Self {
        Self::with(config()).await
    }

    pub(super) async fn with(config: ServerConfig) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
        Self { server: Server::start(config).await.unwrap(), http }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.http_addr())
    }

    pub(super) fn endpoint(&self, token: &str) -> String {
        format!("{}/{token}", self.server.base_url())
    }

    pub(super) fn post(&self, token: &str, query: &str, variables: &Value) -> RequestBuilder {
        self.http.post(self.endpoint(token)).json(&json!({"query": query, "variables": variables}))
    }

    /// Sends a GraphQL query and returns the whole response.
    pub(super) async fn reply(&self, query: &str, variables: Value) -> Value {
        json_of(self.post(TOKEN, query, &variables).send().await.unwrap()).await
    }

    /// Sends a GraphQL query and returns the data of the response; panics if the response contains errors.
    pub(super) async fn data(&self, query: &str, variables: Value) -> Value {
        let mut reply = self.reply(query, variables).await;
        assert!(reply["errors"].is_null(), "{query}: {reply}");
        reply["data"].take()
    }

    /// Sends a GraphQL query and returns the message and the code of the first error in the response.
    pub(super) async fn first_error(&self, query: &str, variables: Value) -> (String, String) {
        first_error_of(&self.reply(query, variables).await)
    }

    pub(super) async fn session(&self) -> Session {
        let query = "mutation { introduceSession { id addresses { address restoreKey } } }";
        let mut data = self.data(query, json!({})).await;
        let session = data["introduceSession"].take();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Session {
            id: text(&session["id"]),
            address: text(&session["addresses"][0]["address"]),
            key: text(&session["addresses"][0]["restoreKey"]),
        }
    }

    /// Sends a mail over SMTP and waits for the reply 250.
    pub(super) async fn send(&self, to: &str, mail: &[u8]) {
        let mut smtp = self.smtp().await;
        smtp.deliver(&[to], mail).await;
    }

    pub(super) async fn send_subject(&self, to: &str, subject: &str) {
        let mail = format!("From: A <a@sender.test>\r\nSubject: {subject}\r\n\r\nHello\r\n");
        self.send(to, mail.as_bytes()).await;
    }

    pub(super) async fn smtp(&self) -> Smtp {
        Smtp::connect_and_greet(self.server.smtp_addr()).await
    }

    pub(super) async fn websocket(&self, token: &str, protocol: &str) -> Result<Socket, Box<Error>> {
        let addr = self.server.http_addr();
        let mut request = format!("ws://{addr}/api/graphql/{token}/websocket").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol.parse().unwrap());
        let stream = TcpStream::connect(addr).await.unwrap();
        let (socket, response) = tokio_tungstenite::client_async(request, stream).await?;
        assert_eq!(response.headers()["sec-websocket-protocol"], protocol);
        Ok(Socket(socket))
    }
}

pub(super) async fn json_of(response: Response) -> Value {
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

pub(super) fn first_error_of(reply: &Value) -> (String, String) {
    let error = &reply["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["message"]), text(&error["extensions"]["code"]))
}

/// A WebSocket client that sends and receives JSON messages.
pub(super) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub(super) async fn send(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Receives the next JSON message. If the connection has been closed, returns the status code of the close frame as
    /// the error, or `None` if there was no close frame.
    pub(super) async fn next_message(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match within_timeout(self.0.next()).await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    pub(super) async fn init(&mut self) {
        self.send(json!({"type": "connection_init", "payload": {}})).await;
        assert_eq!(self.next_message().await.unwrap(), json!({"type": "connection_ack"}));
    }

    pub(super) async fn subscribe(&mut self, kind: &str, session: &str, after: Option<&str>) {
        let query = "subscription($id: ID!, $after: ID) {
            sessionMailReceived(id: $id, mailsAfterId: $after) { id headerSubject } }";
        let variables = json!({"id": session, "after": after});
        self.send(json!({"type": kind, "id": "1", "payload": {"query": query, "variables": variables}}))
            .await;
        // The reply to the probe query shows that the server has processed all earlier messages.
        let probe = json!({"query": "{ __typename }"});
        self.send(json!({"type": kind, "id": "probe", "payload": probe})).await;
    }

    /// Returns the subject of the mail in the next subscription event. Skips responses to the query with the id
    /// `probe`.
    pub(super) async fn subject(&mut self) -> String {
        loop {
            let event = self.next_message().await.unwrap();
            if event["id"] == "probe" {
                continue;
            }
            let mail = &event["payload"]["data"]["sessionMailReceived"];
            return mail["headerSubject"].as_str().unwrap_or_else(|| panic!("{event}")).to_owned();
        }
    }

    /// Waits for the response to the query with the id `probe`. The response shows that the server has processed all
    /// earlier messages.
    pub(super) async fn wait_for_probe(&mut self) {
        loop {
            let message = self.next_message().await.unwrap();
            if message["id"] == "probe" && message["type"] == "complete" {
                return;
            }
            assert_eq!(message["id"], "probe", "{message}");
        }
    }
}

/// An SMTP client that sends lines unchanged, so that tests can send invalid commands.
pub(super) struct Smtp(BufStream<TcpStream>);

impl Smtp {
    /// Connects to the SMTP server and reads the banner.
    pub(super) async fn connect(addr: std::net::SocketAddr) -> (Self, String) {
        let mut smtp = Self(BufStream::new(TcpStream::connect(addr).await.unwrap()));
        let banner = smtp.read_reply().await;
        (smtp, banner)
    }

    async fn connect_and_greet(addr: std::net::SocketAddr) -> Self {
        let (mut smtp, banner) = Self::connect(addr).await;
        assert!(banner.starts_with("220 "), "{banner}");
        assert!(smtp.command("EHLO client.test").await.starts_with("250"));
        smtp
    }

    pub(super) async fn send_raw(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Reads one SMTP reply and returns all of its lines.
    pub(super) async fn read_reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let mut line = String::new();
            within_timeout(self.0.read_line(&mut line)).await.unwrap();
            let last = line.as_bytes().get(3) != Some(&b'-');
            reply.push_str(&line);
            if last {
                return reply;
            }
        }
    }

    pub(super) async fn command(&mut self, command: &str) -> String {
        self.send_raw(format!("{command}\r\n").as_bytes()).await;
        self.read_reply().await
    }

    /// Sends a mail over SMTP with dot-stuffing; panics if the server refuses a step.
    pub(super) async fn deliver(&mut self, to: &[&str], mail: &[u8]) {
        assert!(self.command("MAIL FROM:<a@sender.test>").await.starts_with("250"));
        for to in to {
            let reply = self.command(&format!("RCPT TO:<{to}>")).await;
            assert!(reply.starts_with("250"), "{to}: {reply}");
        }
        assert!(self.command("DATA").await.starts_with("354"));
        let reply = self.send_content(mail).await;
        assert!(reply.starts_with("250"), "{reply}");
    }

    pub(super) async fn send_content(&mut self, mail: &[u8]) -> String {
        let mut wire_bytes = Vec::new();
        for line in mail.split_inclusive(|byte| *byte == b'\n') {
            if line.starts_with(b".") && (wire_bytes.is_empty() || wire_bytes.ends_with(b"\r\n")) {
                wire_bytes.push(b'.');
            }
            wire_bytes.extend_from_slice(line);
        }
        assert!(wire_bytes.ends_with(b"\r\n"), "the mail ends with a line break");
        wire_bytes.extend_from_slice(b".\r\n");
        self.send_raw(&wire_bytes).await;
        self.read_reply().await
    }

    /// Returns all data that the SMTP server sends until it closes the connection.
    pub(super) async fn read_to_end(&mut self) -> String {
        let mut rest = String::new();
        within_timeout(self.0.read_to_string(&mut rest)).await.unwrap();
        rest
    }
}
