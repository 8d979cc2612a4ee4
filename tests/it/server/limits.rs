//! Tests that the server drops the oldest entries, such as mails or sessions, when a limit is exceeded, and that paging
//! returns all remaining entries.

use dropmail_server::{Limits, Server, ServerConfig, ServerError};
use serde_json::{Value, json};

use super::harness::{Session, TestServer, config};

async fn with_limits(limits: Limits) -> TestServer {
    TestServer::with(ServerConfig { limits, ..config() }).await
}

impl TestServer {
    async fn subjects(&self, session: &Session) -> Vec<String> {
        let query = "query($id: ID!) { session(id: $id) { mails { headerSubject } } }";
        let data = self.data(query, json!({"id": session.id})).await;
        let mails = data["session"]["mails"].as_array().unwrap();
        mails.iter().map(|mail| mail["headerSubject"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn the_oldest_mail_is_dropped_at_the_limit() {
    let harness = with_limits(Limits { mails_per_session: 3, ..Limits::default() }).await;
    let session = harness.session().await;
    for n in 0..5 {
        harness.send_subject(&session.address, &n.to_string()).await;
    }
    assert_eq!(harness.subjects(&session).await, ["4", "3", "2"]);

    let harness = with_limits(Limits { total_bytes: 5_000, ..Limits::default() }).await;
    let (one, two) = (harness.session().await, harness.session().await);
    for n in 0..4 {
        harness.send_subject(&one.address, &n.to_string()).await;
        harness.send_subject(&two.address, &n.to_string()).await;
    }
    assert_eq!(harness.subjects(&one).await, ["3", "2"]);
    assert_eq!(harness.subjects(&two).await, ["3", "2"]);
}

#[tokio::test]
async fn the_least_recently_used_session_is_dropped_at_the_limit() {
    let harness = with_limits(Limits { sessions: 2, ..Limits::default() }).await;
    let (queried, unused) = (harness.session().await, harness.session().await);
    let query = "query($id: ID!) { session(id: $id) { id } }";
    harness.data(query, json!({"id": queried.id})).await;
    harness.session().await;
    harness.data(query, json!({"id": queried.id})).await;
    assert_eq!(harness.first_error(query, json!({"id": unused.id})).await.0, "session_not_found");
}

#[tokio::test]
async fn addresses_of_a_session_and_restore_keys_are_limited() {
    let limits = Limits { addresses_per_session: 2, lapsed_addresses: 1, ..Limits::default() };
    let harness = with_limits(limits).await;
    let session = harness.session().await;
    let add = "mutation($s: ID!) { introduceAddress(input: {sessionId: $s}) { id address restoreKey } }";
    let second = harness.data(add, json!({"s": session.id})).await;
    assert_eq!(harness.first_error(add, json!({"s": session.id})).await.0, "too_many_addresses");

    let list = "query($id: ID!) { session(id: $id) { addresses { id } } }";
    let listed = harness.data(list, json!({"id": session.id})).await;
    let delete = "mutation($id: ID!) { deleteAddress(input: {addressId: $id}) }";
    // The list is newest first, so the first address is the last entry, and its key is the older one.
    for at in [1, 0] {
        harness.data(delete, json!({"id": listed["session"]["addresses"][at]["id"]})).await;
    }
    let restore = "mutation($s: ID!, $a: String!, $k: String!) {
        restoreAddress(input: {sessionId: $s, mailAddress: $a, restoreKey: $k}) { id } }";
    let dropped_key = json!({"s": session.id, "a": session.address, "k": session.key});
    assert_eq!(harness.first_error(restore, dropped_key).await.0, "bad_signature");
    let remaining = &second["introduceAddress"];
    harness
        .data(restore, json!({"s": session.id, "a": remaining["address"], "k": remaining["restoreKey"]}))
        .await;
}

#[tokio::test]
async fn listings_return_a_hundred_mails_and_pages_continue() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mut smtp = harness.smtp().await;
    for n in 0..105 {
        smtp.deliver(&[&session.address], format!("Subject: {n}\r\n\r\n\r\n").as_bytes()).await;
    }
    let listed = harness.subjects(&session).await;
    assert_eq!((listed.len(), listed[0].as_str(), listed[99].as_str()), (100, "104", "5"));

    let query = "query($id: ID!, $f: Int, $l: Int, $a: String, $b: String, $s: Order) {
        session(id: $id) { mailsCount mailsConnection(first: $f, last: $l, after: $a, before: $b, sort: $s) {
            totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            edges { cursor node { headerSubject } } } } }";
    let page = async |mut arguments: Value| -> (Vec<String>, Value) {
        arguments["id"] = json!(session.id);
        let data = harness.data(query, arguments).await;
        assert_eq!(data["session"]["mailsCount"], 105);
        let connection = &data["session"]["mailsConnection"];
        assert_eq!(connection["totalCount"], 105);
        let edges = connection["edges"].as_array().unwrap();
        let subject = |edge: &Value| edge["node"]["headerSubject"].as_str().unwrap().to_owned();
        if let (Some(first), Some(last)) = (edges.first(), edges.last()) {
            assert_eq!(connection["pageInfo"]["startCursor"], first["cursor"]);
            assert_eq!(connection["pageInfo"]["endCursor"], last["cursor"]);
        }
        (edges.iter().map(subject).collect(), connection["pageInfo"].clone())
    };
    // Paging forward in both orders returns every mail once.
    for (sort, first, last) in [("ASC", "0", "104"), ("DESC", "104", "0")] {
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let (subjects, info) = page(json!({"f": 25, "a": after, "s": sort})).await;
            assert_eq!(info["hasPreviousPage"], !all.is_empty());
            all.extend(subjects);
            if info["hasNextPage"] == false {
                break;
            }
            after = info["endCursor"].clone();
        }
        assert_eq!((all.len(), all[0].as_str(), all[104].as_str()), (105, first, last));
    }
    let (_, middle) = page(json!({"f": 10, "s": "ASC"})).await;
    let (before, info) = page(json!({"l": 3, "b": middle["endCursor"], "s": "ASC"})).await;
    assert_eq!(before, ["6", "7", "8"]);
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(true)));
    let (both, _) = page(json!({"f": 5, "l": 2, "a": middle["endCursor"], "s": "ASC"})).await;
    assert_eq!(both, ["13", "14"]);
    let (newest, _) = page(json!({"a": middle["endCursor"], "s": "DESC"})).await;
    assert_eq!(newest, ["8", "7", "6", "5", "4", "3", "2", "1", "0"]);
    let (none, _) = page(json!({"f": 0})).await;
    assert!(none.is_empty());
    for bad in [json!({"f": -1}), json!({"a": "?"})] {
        let mut arguments = bad.clone();
        arguments["id"] = json!(session.id);
        assert!(harness.first_error(query, arguments).await.0.starts_with("invalid_"), "{bad}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_reported_with_its_number() {
    let harness = TestServer::start().await;
    let config_in_use = ServerConfig { smtp: harness.server.smtp_addr(), ..config() };
    let error = Server::start(config_in_use).await.unwrap_err();
    assert!(matches!(error, ServerError::Bind { listener: "smtp", .. }));
    let message = error.to_string();
    assert!(message.contains(&harness.server.smtp_addr().to_string()), "{message}");
    assert!(message.contains("--smtp 127.0.0.1:0"), "{message}");
}
