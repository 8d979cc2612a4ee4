//! Limits the number and duration of HTTP connections, and the size of partly received requests.
//!
//! The hyper library limits the time for receiving the head of a request. This module limits the number of connections.
//! It also closes a connection whose client does not read the response.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};
use tokio_util::task::TaskTracker;

use crate::ServerState;
use crate::receive_pool::ConnectionMemory;

/// Pause after a failure to accept an HTTP connection, for example because the operating system has no free sockets.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Memory in bytes that each HTTP connection may use for partly received requests before it takes memory from the pool
/// shared by all connections.
const OWN_BYTES: usize = 16 << 10;
/// Maximum size in bytes of the head of an HTTP request; a request with a larger head is refused.
const MAX_HEAD_BYTES: usize = 64 << 10;
/// Timeout for a pending write of an HTTP response. After the timeout, the connection is closed.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// Accepts HTTP connections until the server stops, then waits until the open connections have ended.
pub(super) async fn accept(listener: TcpListener, router: Router, shared: Arc<ServerState>) {
    let places = Arc::new(Semaphore::new(shared.config.limits.http_connections));
    let connections = TaskTracker::new();
    let service = TowerToHyperService::new(router);
    loop {
        let accepted = tokio::select! {
            () = shared.stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "an HTTP connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            // The response always fits into the empty send buffer of a new socket, so the write need not be awaited.
            drop(stream.try_write(BUSY));
            continue;
        };
        if !cfg!(target_os = "linux") {
            drop(stream.set_nodelay(true));
        }
        connections.spawn(serve(stream, peer, place, service.clone(), Arc::clone(&shared)));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    service: TowerToHyperService<Router>,
    shared: Arc<ServerState>,
) {
    let memory = Arc::new(shared.receive_pool.memory(OWN_BYTES));
    let io = HttpStream { stream, memory: Arc::clone(&memory), stalled: None, _place: place };
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(Arc::clone(&memory));
        service.call(request)
    });
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(shared.config.head_timeout)
        .max_buf_size(MAX_HEAD_BYTES);
    let connection = builder.serve_connection(TokioIo::new(io), service).with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shared.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    shared.purge_signal.report();
    if let Err(error) = ended {
        tracing::debug!(%error, "an HTTP connection ended early");
    }
}

/// A client connection that counts the received bytes and limits how long a write can be pending.
struct HttpStream {
    stream: TcpStream,
    memory: Arc<ConnectionMemory>,
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl HttpStream {
    /// Returns the result of a write, or a timeout error if the write has been pending for [`SEND_TIMEOUT`].
    fn write_with_timeout<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let until = Instant::now() + SEND_TIMEOUT;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, into))?;
        let received = this.memory.receive(into.filled().len() - before);
        Poll::Ready(
            received
                .map_err(|_full| io::Error::other("the memory for partly received requests is exhausted")),
        )
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.write_with_timeout(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, pieces);
        this.write_with_timeout(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
