//! Measures the response time of a client while many other clients send GraphQL queries whose fragments expand to many
//! fields.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::server_process::{ServerProcess, TOKEN};

const ATTACKERS: usize = 64;
const CALLS: usize = 300;
const TURNS: usize = 3;
/// Pause between two requests of the client whose response time is measured.
const PAUSE: Duration = Duration::from_millis(2);

pub(crate) async fn measure() {
    let server = ServerProcess::start();
    let (session, _) = server.session().await;
    let harmless_query = format!("{{ session(id: \"{session}\") {{ id expiresAt mails {{ id }} }} }}");
    let base = server.base().to_owned();
    let refused = doubling_query(30);
    let allowed = doubling_query(9);
    tokio::task::spawn_blocking(move || {
        for (what, query) in [("are refused", &refused), ("are answered", &allowed)] {
            let (mut alone, mut during, mut hostile_count) = (Vec::new(), Vec::new(), 0);
            for _ in 0..TURNS {
                alone.extend(call(&base, &harmless_query));
                let (times, answered) = during_attack(&base, query, &harmless_query);
                during.extend(times);
                hostile_count += answered;
            }
            println!(
                "hostile: {ATTACKERS} clients send doubling queries that {what} ({hostile_count} in total); another client \
                 waits p50 {:.1} ms, p99 {:.1} ms, alone {:.1} and {:.1} ms",
                at(&mut during, 0.5),
                at(&mut during, 0.99),
                at(&mut alone, 0.5),
                at(&mut alone, 0.99),
            );
        }
    })
    .await
    .unwrap();
}

/// Creates a GraphQL query with `levels` fragments. Each fragment spreads the next one twice, so the number of fields
/// grows exponentially.
fn doubling_query(levels: usize) -> String {
    let fragment = |n: usize| format!("fragment F{n} on QueryRoot {{ ...F{0} ...F{0} }} ", n + 1);
    let fragments: String = (0..levels).map(fragment).collect();
    format!("{{ ...F0 }} {fragments} fragment F{levels} on QueryRoot {{ __typename }}")
}

/// Measures the response times in milliseconds of a client that sends the query `harmless_query` while other clients
/// attack the server with `query`. Each attacker sends its next query as soon as it has received the response to the
/// previous one. Also returns the number of responses to the attackers.
fn during_attack(base: &str, query: &str, harmless_query: &str) -> (Vec<f64>, usize) {
    let (over, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..ATTACKERS {
            scope.spawn(|| {
                let mut client = HttpClient::new(base);
                while !over.load(Ordering::Relaxed) {
                    client.request(query);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        while answered.load(Ordering::Relaxed) < ATTACKERS {
            std::thread::sleep(PAUSE);
        }
        let times = call(base, harmless_query);
        over.store(true, Ordering::Relaxed);
        (times, answered.load(Ordering::Relaxed))
    })
}

fn call(base: &str, query: &str) -> Vec<f64> {
    let mut client = HttpClient::new(base);
    let one = |_| {
        std::thread::sleep(PAUSE);
        let before = Instant::now();
        client.request(query);
        before.elapsed().as_secs_f64() * 1000.0
    };
    (0..CALLS).map(one).collect()
}

fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is an index into a list"
    )]
    let place = ((times.len() - 1) as f64 * share).round() as usize;
    times[place]
}

/// An HTTP client that sends its requests one after another over a single connection.
struct HttpClient {
    stream: BufReader<TcpStream>,
    path: String,
}

impl HttpClient {
    fn new(base: &str) -> Self {
        let (host, path) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), path: format!("/{path}/{TOKEN}") }
    }

    fn request(&mut self, query: &str) {
        let body = serde_json::json!({"query": query}).to_string();
        let request = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
            self.path,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
            assert!(!line.is_empty(), "the server closed the connection");
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).unwrap();
    }
}
