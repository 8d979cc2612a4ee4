//! Runs the real program with the `serve` command, and provides a client for its API.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

pub(crate) const TOKEN: &str = "af_benchmark1";

pub(crate) struct ServerProcess {
    child: Child,
    base: String,
    pub(crate) smtp: String,
    http: reqwest::Client,
}

pub(crate) type ClientSocket = WebSocketStream<TcpStream>;

impl ServerProcess {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"))
            .args(["serve", "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--token", TOKEN])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut line = |name: &str| lines.next().unwrap().unwrap().strip_prefix(name).unwrap().to_owned();
        let (base, smtp) = (line("http "), line("smtp "));
        Self { child, base, smtp, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Returns the base URL of the server's API, without a token.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    async fn request(&self, query: &str) -> Value {
        let body = json!({"query": query}).to_string();
        let reply = self.http.post(format!("{}/{TOKEN}", self.base)).body(body).send().await.unwrap();
        serde_json::from_slice(&reply.bytes().await.unwrap()).unwrap()
    }

    /// Opens a session; returns its id and its address.
    pub(crate) async fn session(&self) -> (String, String) {
        let reply = self.request("mutation { introduceSession { id addresses { address } } }").await;
        let session = &reply["data"]["introduceSession"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&session["id"]), text(&session["addresses"][0]["address"]))
    }

    /// Opens a WebSocket with a subscription to a session.
    pub(crate) async fn subscribe(&self, session: &str) -> ClientSocket {
        let address = self.base.strip_prefix("http://").unwrap();
        let mut request = format!("ws://{address}/{TOKEN}/websocket").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
        let stream = TcpStream::connect(address.split('/').next().unwrap()).await.unwrap();
        let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        let query = "subscription($id: ID!) { sessionMailReceived(id: $id) { id headerSubject } }";
        let payload = json!({"query": query, "variables": {"id": session}});
        for message in [
            json!({"type": "connection_init"}),
            json!({"type": "subscribe", "id": "mail", "payload": payload}),
            json!({"type": "subscribe", "id": "probe", "payload": {"query": "{ __typename }"}}),
        ] {
            socket.send(Message::text(message.to_string())).await.unwrap();
        }
        while !next(&mut socket).await.contains("probe") {}
        socket
    }

    /// Returns the current and the peak resident memory of the server in MiB.
    pub(crate) fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
        };
        (field("VmRSS:"), field("VmHWM:"))
    }

    /// Returns the CPU time in seconds that the server has used so far.
    pub(crate) fn work(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Returns the next text message from a WebSocket. Replies to pings that arrive before this message.
pub(crate) async fn next(socket: &mut ClientSocket) -> String {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return text.to_string();
        }
    }
}
