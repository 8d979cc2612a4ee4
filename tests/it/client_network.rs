//! Tests network problems that could make the client hang or fail without a clear error: an address that drops all
//! packets, and a server with an untrusted certificate.

use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{GraphqlClient, Timeouts};
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::ids::SessionId;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::secrets::Token;
use dropmail_client::domain::token_lifetime::TokenLifetime;
use dropmail_client::ports::dropmail_api::{ApiError, DropMailApi, SubscribeOptions};
use dropmail_server::{Server, ServerConfig};
use futures_util::StreamExt;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig as TlsConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

fn client(base: &str, timeouts: Timeouts) -> GraphqlClient {
    let client = GraphqlClient::with_timeouts(BaseUrl::parse(base).unwrap(), Arc::new(SystemClock), timeouts);
    client.set_token(Token::parse("af_network1234").unwrap());
    client
}

/// Starts a listener whose backlog is full, so that it neither refuses nor accepts connections.
async fn unresponsive_listener() -> (SocketAddr, JoinSet<()>, TcpListener) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut pending_connections = JoinSet::new();
    // There are more connections than the queue can contain, so some wait until the test ends.
    for _ in 0..16 {
        pending_connections.spawn(async move {
            let connected = TcpStream::connect(address).await;
            std::future::pending::<()>().await;
            drop(connected);
        });
    }
    // The queue is full as soon as a new connection has to wait.
    let probe = async {
        loop {
            match tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
                Ok(accepted) => drop(accepted),
                Err(_elapsed) => return,
            }
        }
    };
    probe.await;
    (address, pending_connections, listener)
}

#[tokio::test]
async fn an_address_that_drops_packets_is_reported_within_the_timeout() {
    let (address, _knocking, _listener) = unresponsive_listener().await;
    let base = format!("http://{address}/api/graphql");
    let timeouts = Timeouts { connect: Duration::from_millis(400), ..Timeouts::default() };
    let client = client(&base, timeouts);
    let start_time = tokio::time::Instant::now();
    let call = client.generate_token(TokenLifetime::Day).await.unwrap_err();
    assert!(matches!(&call, ApiError::Unreachable(words) if words.contains("in time")), "{call:?}");
    for transport in PushTransport::ALL {
        let subscribe_options = SubscribeOptions { transport, is_only_transport: false };
        let error =
            client.watch(SessionId::new("s"), None, subscribe_options).next().await.unwrap().unwrap_err();
        assert!(matches!(&error, ApiError::Unreachable(words) if words.contains("in time")), "{error:?}");
    }
    assert!(start_time.elapsed() < Duration::from_secs(5), "{:?}", start_time.elapsed());
    assert!(Timeouts::default().connect < Duration::from_secs(5), "the connect timeout is below 5 s");
}

/// A local server with TLS, whose certificate for `localhost` was issued by a test certificate authority.
struct Encrypted {
    port: u16,
    /// File that contains the certificate of the test certificate authority.
    authority: tempfile::NamedTempFile,
    _server: Server,
    _tasks: JoinSet<()>,
}

impl Encrypted {
    async fn start() -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = TlsConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let free = "127.0.0.1:0".parse().unwrap();
        let server =
            Server::start(ServerConfig { http: free, smtp: free, ..ServerConfig::default() }).await.unwrap();
        let plain = server.http_addr();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    // A client that does not trust the certificate closes the connection, which is allowed.
                    if let Ok(mut client_stream) = acceptor.accept(socket).await {
                        let mut server_stream = TcpStream::connect(plain).await.unwrap();
                        drop(tokio::io::copy_bidirectional(&mut client_stream, &mut server_stream).await);
                    }
                });
            }
        });
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), authority.pem()).unwrap();
        Self { port, authority: file, _server: server, _tasks: tasks }
    }

    fn base(&self) -> String {
        format!("https://localhost:{}/api/graphql", self.port)
    }

    /// Runs the program with this TLS server as its service. If `trusts_authority` is true, the program trusts the test
    /// certificate authority.
    async fn run(&self, args: &[&str], trusts_authority: bool) -> Output {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_dropmail-tui"));
        command.env_clear().env("HOME", home.path()).env("DROPMAIL_BASE_URL", self.base());
        if trusts_authority {
            command.env("SSL_CERT_FILE", self.authority.path());
        }
        command.args(args).stdin(Stdio::null());
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_untrusted_certificate_is_reported_as_such() {
    let encrypted = Encrypted::start().await;
    let client = client(&encrypted.base(), Timeouts::default());
    let message = format!("the certificate of localhost:{} is not trusted", encrypted.port);
    let call = client.generate_token(TokenLifetime::Day).await.unwrap_err();
    assert_eq!(call, ApiError::UntrustedCertificate(message.as_str().into()));
    for transport in [PushTransport::WebSocket, PushTransport::Multipart, PushTransport::LongPoll] {
        let subscribe_options = SubscribeOptions { transport, is_only_transport: false };
        let error =
            client.watch(SessionId::new("s"), None, subscribe_options).next().await.unwrap().unwrap_err();
        assert_eq!(error, ApiError::UntrustedCertificate(message.as_str().into()), "{transport}");
    }
    let refused = encrypted.run(&["domains"], false).await;
    assert_eq!(refused.status.code(), Some(1));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("is not trusted"), "{words}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_over_trusted_tls() {
    let encrypted = Encrypted::start().await;
    let created = encrypted.run(&["new"], true).await;
    assert_eq!(created.status.code(), Some(0), "{created:?}");
    assert!(String::from_utf8(created.stdout).unwrap().contains('@'));
    // `api --stream` uses a WebSocket, so this call tests the upgrade over TLS too.
    let opened = encrypted
        .run(&["api", "--stream", "subscription { sessionMailReceived(id: \"none\") { id } }"], true)
        .await;
    let reply = String::from_utf8(opened.stdout).unwrap();
    assert!(reply.contains("SESSION_NOT_FOUND"), "{reply} {:?}", String::from_utf8_lossy(&opened.stderr));
}
