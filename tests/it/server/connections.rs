//! Tests HTTP connections to the server: their maximum number, their timeouts, incomplete requests, and the accepted
//! host names.

use std::net::SocketAddr;
use std::time::Duration;

use dropmail_server::{Limits, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::harness::{TOKEN, TestServer, config, within_timeout};

const QUERY: &str = r#"{"query":"{ __typename }"}"#;

async fn connect_and_send(addr: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// Returns everything that the server sends until it closes the connection.
async fn read_to_end(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A connection reset is accepted too: the server may have closed the connection with unread data.
    drop(within_timeout(stream.read_to_end(&mut text)).await);
    String::from_utf8(text).unwrap()
}

/// Sends an HTTP request with the given request line and header lines, and returns the response.
async fn request_reply(harness: &TestServer, request_line: &str, lines: &[u8]) -> String {
    let length = format!("Connection: close\r\nContent-Length: {}\r\n\r\n{QUERY}", QUERY.len());
    let request = [request_line.as_bytes(), b"\r\n", lines, length.as_bytes()].concat();
    read_to_end(connect_and_send(harness.server.http_addr(), &request).await).await
}

#[tokio::test]
async fn only_a_single_host_header_of_this_machine_is_served() {
    let harness = TestServer::start().await;
    let query = format!("POST /api/graphql/{TOKEN} HTTP/1.1");
    let port = harness.server.http_addr().port();
    for host_line in
        ["Host: localhost", "Host: LOCALHOST:1", "Host: [::1]:80", "Host: mail.localhost", "host:127.0.0.1"]
    {
        let reply = request_reply(&harness, &query, format!("{host_line}\r\n").as_bytes()).await;
        assert!(reply.starts_with("HTTP/1.1 200 "), "{host_line}: {reply}");
    }
    for (lines, status) in [
        (&b""[..], 400),
        (b"Host: localhost\r\nHost: localhost\r\n", 400),
        (b"Host: localhost\r\nHost: evil.test\r\n", 400),
        (b"Host: evil\xe4.localhost\r\n", 400),
        (b"Host: evil.test/.localhost\r\n", 400),
        (b"Host: evil.test#.localhost\r\n", 400),
        (b"Host: user@localhost\r\n", 400),
        (b"Host: localhost:\r\n", 400),
        (b"Host: 127.1\r\n", 400),
        (b"Host: 8.8.8.8\r\n", 403),
        (b"Host: 192.168.0.1\r\n", 403),
        (b"Host: [2001:db8::1]\r\n", 403),
        (b"Host: 0.0.0.0\r\n", 403),
        (b"Host: evil.test\r\n", 403),
        (b"Host: localhost\r\nOrigin: http://evil.test\r\n", 403),
        (b"Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.test\r\n", 403),
        (b"Host: localhost\r\nSec-Fetch-Site: cross-site\r\n", 403),
    ] {
        for request_line in [query.as_str(), "GET /admin/faults HTTP/1.1"] {
            let reply = request_reply(&harness, request_line, lines).await;
            let shown = String::from_utf8_lossy(lines);
            assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{request_line} {shown}: {reply}");
        }
    }
    let target = format!("POST http://evil.test/api/graphql/{TOKEN} HTTP/1.1");
    let reply = request_reply(&harness, &target, format!("Host: localhost:{port}\r\n").as_bytes()).await;
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
}

#[tokio::test]
async fn slow_headers_slow_bodies_and_idle_connections_time_out() {
    let (head_timeout, body_timeout) = (Duration::from_millis(100), Duration::from_millis(100));
    let harness = TestServer::with(ServerConfig { head_timeout, body_timeout, ..config() }).await;
    let addr = harness.server.http_addr();
    for partial_request in ["", "G", "GET / HTTP/1.1\r\nHost: localhost\r\nX: "] {
        let reply = read_to_end(connect_and_send(addr, partial_request.as_bytes()).await).await;
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 408 "), "{partial_request:?}: {reply}");
    }
    let head = format!("POST /api/graphql/{TOKEN} HTTP/1.1\r\nHost: localhost\r\n");
    for partial_request in ["Content-Length: 100\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n5\r\n{"] {
        let reply =
            read_to_end(connect_and_send(addr, format!("{head}{partial_request}").as_bytes()).await).await;
        assert!(reply.starts_with("HTTP/1.1 408 "), "{partial_request:?}: {reply}");
    }
    let idle = format!("{head}Content-Length: {}\r\n\r\n{QUERY}", QUERY.len());
    let reply = read_to_end(connect_and_send(addr, idle.as_bytes()).await).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with('}'), "{reply}");
}

#[tokio::test]
async fn connections_above_the_limit_are_refused_until_others_close() {
    let limits = Limits { http_connections: 3, ..Limits::default() };
    let harness = TestServer::with(ServerConfig { limits, ..config() }).await;
    let addr = harness.server.http_addr();
    let request = format!(
        "POST /api/graphql/{TOKEN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{QUERY}",
        QUERY.len()
    );
    let mut open_streams = Vec::new();
    for _ in 0..3 {
        let mut stream = connect_and_send(addr, request.as_bytes()).await;
        // The server has counted the connection when its first reply byte arrives.
        within_timeout(stream.read_u8()).await.unwrap();
        open_streams.push(stream);
    }
    let refused = read_to_end(TcpStream::connect(addr).await.unwrap()).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    open_streams.clear();
    let close = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    within_timeout(async {
        while !read_to_end(connect_and_send(addr, close.as_bytes()).await).await.starts_with("HTTP/1.1 200 ")
        {
        }
    })
    .await;
}

#[tokio::test]
async fn partial_requests_of_all_connections_share_a_limit() {
    let limits = Limits { half_received_bytes: 1 << 20, ..Limits::default() };
    let harness = TestServer::with(ServerConfig { limits, ..config() }).await;
    let head =
        format!("POST /api/graphql/{TOKEN} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 600000\r\n\r\n");
    let half = [head.as_bytes(), &vec![b' '; 500_000]].concat();
    // The first request is within the limit. At least one further request exceeds the limit, and the server closes
    // its connection.
    let streams =
        futures_util::future::join_all((0..4).map(|_| TcpStream::connect(harness.server.http_addr()))).await;
    let (mut open_streams, mut ended) = (Vec::new(), 0);
    for stream in streams {
        let mut stream = stream.unwrap();
        drop(stream.write_all(&half).await);
        open_streams.push(stream);
    }
    let mut pending = futures_util::future::select_all(
        open_streams.into_iter().map(|stream| Box::pin(read_to_end(stream))),
    );
    while ended < 2 {
        let (reply, _, others) = within_timeout(pending).await;
        assert!(!reply.starts_with("HTTP/1.1 200"), "{reply}");
        ended += 1;
        pending = futures_util::future::select_all(others);
    }
    // Small requests have a separate limit.
    let small = harness.data("{ __typename }", serde_json::json!({})).await;
    assert_eq!(small["__typename"], "QueryRoot");
    drop(pending);
}
