//! Tests personal domains with a fake DNS resolver on loopback, which has records for a few names.

use std::net::{Ipv4Addr, SocketAddr};

use dropmail_server::{DomainCheck, ServerConfig};
use serde_json::json;
use simple_dns::rdata::{A, MX, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, RCODE, ResourceRecord};
use tokio::net::UdpSocket;

use super::harness::{TestServer, config, first_error_of};

const ADD: &str = "mutation($n: String!) { addDomain(input: {name: $n, adminPassword: \"long enough\"}) {
    id name availableVia } }";

/// Returns the MX and address records that the fake DNS resolver has for a domain name; `None` if the name does not
/// exist.
fn records_of(name: &str) -> Option<Vec<RData<'static>>> {
    let mx = |host: &'static str| RData::MX(MX { preference: 10, exchange: Name::new(host).unwrap() });
    let under = |domain: &str| name == domain || name.ends_with(&format!(".{domain}"));
    let address = |last| vec![RData::A(A { address: Ipv4Addr::new(192, 0, 2, last).into() })];
    match name {
        "mx.dropmail.me" | "relay.same.test" => Some(address(1)),
        "relay.other.test" => Some(address(2)),
        "apex.test" => Some(vec![mx("mx.dropmail.me")]),
        "bare.test" => Some(Vec::new()),
        _ if under("good.test") => Some(vec![mx("MX.dropmail.me")]),
        _ if under("second.test") => Some(vec![mx("mx.10mail.org")]),
        _ if under("same.test") => Some(vec![mx("relay.same.test")]),
        _ if under("other.test") => Some(vec![mx("relay.other.test")]),
        _ if under("both.test") => Some(vec![mx("mx.dropmail.me"), mx("relay.other.test")]),
        _ => None,
    }
}

fn answer(question: &[u8]) -> Vec<u8> {
    let question_message = Packet::parse(question).unwrap();
    let query = question_message.questions[0].clone();
    let mut reply = Packet::new_reply(question_message.id());
    match records_of(&query.qname.to_string().to_ascii_lowercase()) {
        Some(records) => {
            let matching =
                records.into_iter().map(|data| ResourceRecord::new(query.qname.clone(), CLASS::IN, 60, data));
            reply.answers.extend(matching.filter(|record| record.match_qtype(query.qtype)));
        }
        None => *reply.rcode_mut() = RCODE::NameError,
    }
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE);
    reply.questions.push(query);
    reply.build_bytes_vec().unwrap()
}

/// Starts a fake DNS resolver that replies until the test ends.
#[expect(clippy::disallowed_methods, reason = "the task ends with the runtime of the test")]
async fn resolver() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut question = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut question).await {
            socket.send_to(&answer(&question[..length]), from).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn a_domain_with_correct_records_is_accepted_and_others_learn_what_is_missing() {
    let domain_check = DomainCheck::Resolver(resolver().await);
    let harness = TestServer::with(ServerConfig { domain_check, ..config() }).await;
    for name in ["good.test", "second.test", "same.test"] {
        let added = harness.data(ADD, json!({"n": name})).await;
        assert_eq!(added["addDomain"]["name"], name);
        assert_eq!(added["addDomain"]["availableVia"], json!(["API"]));
    }
    let record = |name: &str| format!("{name} MX 10 mx.dropmail.me");
    for (name, missing) in [
        ("apex.test", vec![record("*.apex.test")]),
        ("bare.test", vec![record("bare.test"), record("*.bare.test")]),
        ("other.test", vec![record("other.test"), record("*.other.test")]),
        ("both.test", vec![record("both.test"), record("*.both.test")]),
    ] {
        let reply = harness.reply(ADD, json!({"n": name})).await;
        let (message, code) = first_error_of(&reply);
        assert_eq!(code, "resolver_error");
        assert_eq!(message, format!("mx_records_missing: {}", missing.join(", ")));
        assert_eq!(reply["errors"][0]["extensions"]["missingRecords"], json!(missing));
    }
    assert_eq!(harness.first_error(ADD, json!({"n": "nowhere.test"})).await.0, "unknown_domain");
    assert_eq!(harness.first_error(ADD, json!({"n": "no domain"})).await.0, "invalid_domain_name");
    assert_eq!(harness.first_error(ADD, json!({"n": "good.test"})).await.0, "already_in_use");
}

#[tokio::test]
async fn an_unreachable_resolver_is_reported() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let harness =
        TestServer::with(ServerConfig { domain_check: DomainCheck::Resolver(silent), ..config() }).await;
    let (message, code) = harness.first_error(ADD, json!({"n": "good.test"})).await;
    assert!(message.starts_with("dns_unreachable: "), "{message}");
    assert_eq!(code, "resolver_error");
}
