//! Tests the server's catch-all mode, in which the server accepts mail to any recipient.

use dropmail_server::{Limits, ServerConfig};
use serde_json::{Value, json};

use super::harness::{TestServer, config, json_of};

async fn with_catch_all(limits: Limits) -> TestServer {
    TestServer::with(ServerConfig { catch_all: true, limits, ..config() }).await
}

impl TestServer {
    /// Returns, for each session of the token, its addresses and the recipients of its mails, both oldest first.
    async fn addresses_and_recipients(&self) -> Vec<(Vec<String>, Vec<String>)> {
        let query = "{ sessions { addresses { address } mails { toAddr toAddrOrig } } }";
        let mut data = self.data(query, json!({})).await;
        let texts = |list: &Value, name: &str| {
            let list = list.as_array().unwrap().iter().rev();
            list.map(|item| item[name].as_str().unwrap().to_owned()).collect()
        };
        let sessions = data["sessions"].take();
        let sessions = sessions.as_array().unwrap().iter();
        sessions
            .map(|session| (texts(&session["addresses"], "address"), texts(&session["mails"], "toAddr")))
            .collect()
    }
}

#[tokio::test]
async fn catch_all_adds_each_recipient_to_one_session() {
    let harness = with_catch_all(Limits::default()).await;
    let session = harness.session().await;
    harness.session().await;
    let extended = session.address.replace('@', "+word@");
    for to in ["User@Example.com", "user+1@example.com", "user@[127.0.0.1]", "root@localhost", &extended] {
        harness.send_subject(to, "caught").await;
    }
    harness.send_subject("user@example.com", "again").await;
    let sessions = harness.addresses_and_recipients().await;
    let (addresses, recipients) =
        sessions.iter().find(|(addresses, _)| addresses.contains(&session.address)).unwrap();
    let caught = ["user@example.com", "user+1@example.com", "user@[127.0.0.1]", "root@localhost"];
    assert_eq!(addresses[0], session.address);
    assert_eq!(addresses[1..], caught);
    let mut expected = caught.to_vec();
    expected.extend([session.address.as_str(), "user@example.com"]);
    assert_eq!(*recipients, expected);
    assert_eq!(sessions.iter().filter(|(_, mails)| mails.is_empty()).count(), 1);
}

#[tokio::test]
async fn postmaster_is_accepted_without_a_domain() {
    let harness = with_catch_all(Limits::default()).await;
    harness.smtp().await.deliver(&["Postmaster"], b"Subject: caught\r\n\r\nbody\r\n").await;
    let sessions = harness.addresses_and_recipients().await;
    let caught = vec!["postmaster@localhost".to_owned()];
    assert_eq!(sessions, [(caught.clone(), caught)]);
}

#[tokio::test]
async fn mail_before_any_client_opens_a_session_for_the_first_token() {
    let harness = with_catch_all(Limits::default()).await;
    harness.send_subject("early@example.com", "early").await;
    let caught = vec!["early@example.com".to_owned()];
    assert_eq!(harness.addresses_and_recipients().await, [(caught.clone(), caught)]);
}

#[tokio::test]
async fn the_first_client_gets_mail_received_without_token_and_session() {
    let harness = TestServer::with(ServerConfig { catch_all: true, tokens: Vec::new(), ..config() }).await;
    harness.send_subject("early@example.com", "early").await;
    let body = json!({"type": "af", "lifetime": "1h"});
    let generated = harness.http.post(harness.url("/api/token/generate")).json(&body).send().await.unwrap();
    let token = json_of(generated).await["token"].as_str().unwrap().to_owned();
    let request =
        async |query: &str| json_of(harness.post(&token, query, &json!({})).send().await.unwrap()).await;
    assert_eq!(
        request("{ sessions { id } }").await["data"]["sessions"],
        json!([]),
        "no token owns the mail before the first session"
    );

    let open = "mutation { introduceSession { id addresses { address } mails { toAddr } } }";
    let first = request(open).await["data"]["introduceSession"].take();
    assert_eq!(first["addresses"][1]["address"], "early@example.com", "{first}");
    assert_eq!(first["mails"], json!([{"toAddr": "early@example.com"}]));
    let second = request(open).await["data"]["introduceSession"].take();
    assert_ne!(second["id"], first["id"], "the second session is a new one");
    harness.send_subject("late@example.com", "late").await;
    let sessions = request("{ sessions { id mails { toAddr } } }").await["data"]["sessions"].take();
    let session = sessions.as_array().unwrap().iter().find(|session| session["id"] == first["id"]).unwrap();
    assert_eq!(session["mails"].as_array().unwrap().len(), 2, "later mail goes to the first session");
}

#[tokio::test]
async fn the_oldest_caught_address_is_removed_at_the_limit_and_can_be_restored() {
    let limits = Limits { addresses_per_session: 3, ..Limits::default() };
    let harness = with_catch_all(limits).await;
    let session = harness.session().await;
    for n in 1..=3 {
        harness.send_subject(&format!("user{n}@example.com"), "caught").await;
    }
    let (addresses, recipients) = harness.addresses_and_recipients().await.pop().unwrap();
    assert_eq!(addresses, [session.address.as_str(), "user2@example.com", "user3@example.com"]);
    assert_eq!(recipients.len(), 3, "the mails of the removed address are kept");
    let query =
        "query($id: ID!) { session(id: $id) { addresses { id address restoreKey domain { name } } } }";
    let data = harness.data(query, json!({"id": session.id})).await;
    let newest = &data["session"]["addresses"][0];
    assert_eq!(newest["domain"]["name"], "example.com");
    let delete = "mutation($id: ID!) { deleteAddress(input: {addressId: $id}) }";
    harness.data(delete, json!({"id": newest["id"]})).await;
    let restore = "mutation($id: ID!, $address: String!, $key: String!) {
        restoreAddress(input: {sessionId: $id, mailAddress: $address, restoreKey: $key}) { address } }";
    let variables = json!({"id": session.id, "address": newest["address"], "key": newest["restoreKey"]});
    let restored = harness.data(restore, variables).await;
    assert_eq!(restored["restoreAddress"]["address"], "user3@example.com");
}

#[tokio::test]
async fn a_subscriber_receives_caught_mail() {
    let harness = with_catch_all(Limits::default()).await;
    let session = harness.session().await;
    let mut socket = harness.websocket(super::harness::TOKEN, "graphql-transport-ws").await.unwrap();
    socket.init().await;
    socket.subscribe("subscribe", &session.id, None).await;
    socket.wait_for_probe().await;
    harness.send_subject("anybody@example.com", "pushed").await;
    assert_eq!(socket.subject().await, "pushed");
}
