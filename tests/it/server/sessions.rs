//! Tests how sessions and addresses are created, expire, and are deleted and restored. Also tests personal domains.

use std::time::Duration;

use dropmail_server::ServerConfig;
use serde_json::{Value, json};

use super::harness::{Session, TestServer, config};

const RESTORE: &str = "mutation($s: ID!, $a: String!, $k: String!) {
    restoreAddress(input: {sessionId: $s, mailAddress: $a, restoreKey: $k}) { address restoreKey } }";
const WAIT: &str = "subscription($id: ID!) { sessionMailReceived(id: $id) { id } }";

fn restore(session: &str, address: &str, key: &str) -> Value {
    json!({"s": session, "a": address, "k": key})
}

impl TestServer {
    /// Waits until a session has expired, without extending its lifetime.
    async fn wait_until_expired(&self, session: &Session) {
        let reply = self.reply(WAIT, json!({"id": session.id})).await;
        assert_eq!(reply["errors"][0]["extensions"]["code"], "SESSION_NOT_FOUND", "{reply}");
    }
}

#[tokio::test]
async fn a_session_expires_with_its_mail_and_a_restore_key_restores_its_address() {
    let lifetime = Duration::from_secs(1);
    let harness = TestServer::with(ServerConfig { session_lifetime: lifetime, ..config() }).await;
    let old = harness.session().await;
    harness.wait_until_expired(&old).await;

    let reply = harness.reply("query($id: ID!) { session(id: $id) { id } }", json!({"id": old.id})).await;
    let error = &reply["errors"][0];
    assert_eq!(reply["data"], json!({"session": null}));
    assert_eq!(error["path"], json!(["session"]));
    assert_eq!(error["message"], "session_not_found");
    assert_eq!(error["extensions"], json!({"code": "SESSION_NOT_FOUND"}));
    let mut smtp = harness.smtp().await;
    assert!(smtp.command("MAIL FROM:<>").await.starts_with("250"));
    assert!(smtp.command(&format!("RCPT TO:<{}>", old.address)).await.starts_with("550 5.1.1"));

    let new = harness.session().await;
    let bad = harness.first_error(RESTORE, restore(&new.id, &old.address, "0000")).await;
    assert_eq!(bad, ("bad_signature".into(), "resolver_error".into()));
    let unknown = harness.first_error(RESTORE, restore(&new.id, "nobody@dropmail.me", &old.key)).await;
    assert_eq!(unknown.0, "bad_signature");
    let data = harness.data(RESTORE, restore(&new.id, &old.address.to_uppercase(), &old.key)).await;
    let restored = &data["restoreAddress"];
    assert_eq!(restored["address"], old.address.as_str());
    assert_ne!(restored["restoreKey"], old.key.as_str(), "a restore changes the key");
    let repeated = harness.first_error(RESTORE, restore(&new.id, &old.address, &old.key)).await;
    assert_eq!(repeated, ("already_in_use".into(), "resolver_error".into()));

    harness.wait_until_expired(&new).await;
    let third = harness.session().await;
    let used_up = harness.first_error(RESTORE, restore(&third.id, &old.address, &old.key)).await;
    assert_eq!(used_up.0, "bad_signature");
    let key = restored["restoreKey"].as_str().unwrap();
    harness.data(RESTORE, restore(&third.id, &old.address, key)).await;
    harness.send_subject(&old.address, "back").await;
}

#[tokio::test]
async fn queries_and_new_mail_extend_a_session() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let expiry = async || -> String {
        let data = harness.data("{ sessions { expiresAt } }", json!({})).await;
        data["sessions"][0]["expiresAt"].as_str().unwrap().to_owned()
    };
    let first = expiry().await;
    loop {
        // The expiry time has millisecond precision, so the loop repeats the query until the time has changed.
        let query = "query($id: ID!) { session(id: $id) { expiresAt } }";
        let data = harness.data(query, json!({"id": session.id})).await;
        if data["session"]["expiresAt"].as_str().unwrap() > first.as_str() {
            break;
        }
    }
}

#[tokio::test]
async fn a_deleted_address_receives_no_mail_and_keeps_its_old_mail() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    harness.send_subject(&session.address, "kept").await;
    let query = "query($id: ID!) { session(id: $id) { mails { headerSubject } addresses { id address } } }";
    let before = harness.data(query, json!({"id": session.id})).await;
    let id = &before["session"]["addresses"][0]["id"];

    let delete = "mutation($id: ID!) { deleteAddress(input: {addressId: $id}) }";
    assert_eq!(harness.data(delete, json!({"id": id})).await["deleteAddress"], true);
    assert_eq!(harness.first_error(delete, json!({"id": id})).await.0, "address_not_found");
    let after = harness.data(query, json!({"id": session.id})).await;
    assert_eq!(after["session"], json!({"mails": [{"headerSubject": "kept"}], "addresses": []}));
    let mut smtp = harness.smtp().await;
    smtp.command("MAIL FROM:<>").await;
    assert!(smtp.command(&format!("RCPT TO:<{}>", session.address)).await.starts_with("550"));
    harness.data(RESTORE, restore(&session.id, &session.address, &session.key)).await;
    harness.send_subject(&session.address, "again").await;
}

#[tokio::test]
async fn addresses_are_added_newest_first_on_the_requested_domain() {
    let harness = TestServer::start().await;
    let domains =
        harness.data("{ domains { id name expiresAt availableVia introducedAt } }", json!({})).await;
    let domains = domains["domains"].as_array().unwrap();
    assert!(domains.len() >= 5, "{domains:?}");
    let rotating: Vec<&Value> = domains.iter().filter(|domain| !domain["expiresAt"].is_null()).collect();
    assert!(!rotating.is_empty());
    let permanent = harness.data("{ domains(permanentOnly: true) { name } }", json!({})).await;
    assert_eq!(permanent["domains"].as_array().unwrap().len(), domains.len() - rotating.len());

    let open = "mutation { introduceSession(input: {withAddress: false}) { id addresses { id } } }";
    let empty = harness.data(open, json!({})).await;
    assert_eq!(empty["introduceSession"]["addresses"], json!([]));
    let add = "mutation($s: ID!, $d: ID) {
        introduceAddress(input: {sessionId: $s, domainId: $d}) { address domain { id } } }";
    let session = &empty["introduceSession"]["id"];
    let mut added = Vec::new();
    for domain in domains {
        let data = harness.data(add, json!({"s": session, "d": domain["id"]})).await;
        let address = &data["introduceAddress"];
        assert_eq!(address["domain"]["id"], domain["id"]);
        let name = domain["name"].as_str().unwrap();
        assert!(address["address"].as_str().unwrap().ends_with(&format!("@{name}")));
        added.insert(0, address["address"].clone());
    }
    let list = "query($id: ID!) { session(id: $id) { addresses { address } } }";
    let listed = harness.data(list, json!({"id": session})).await;
    let listed = listed["session"]["addresses"].as_array().unwrap();
    assert_eq!(listed.iter().map(|address| address["address"].clone()).collect::<Vec<_>>(), added);
    for unknown in ["RG9tYWluOjk5", "nonsense"] {
        let refused = harness.first_error(add, json!({"s": session, "d": unknown})).await;
        assert_eq!(refused.0, "domain_not_found");
    }
}

#[tokio::test]
async fn personal_domains_are_added_and_deleted_with_their_password() {
    let harness = TestServer::start().await;
    let add = "mutation($n: String!, $p: String!) {
        addDomain(input: {name: $n, adminPassword: $p}) { id name availableVia expiresAt } }";
    for (name, password, code) in [
        ("nodots", "long enough", "invalid_domain_name"),
        ("-bad-.test", "long enough", "invalid_domain_name"),
        ("a..test", "long enough", "invalid_domain_name"),
        ("mine.test", "short", "password_too_short"),
        ("mine.test", "long\nenough", "malformed_password"),
        ("dropmail.me", "long enough", "already_in_use"),
    ] {
        let refused = harness.first_error(add, json!({"n": name, "p": password})).await;
        assert_eq!(refused, (code.into(), "resolver_error".into()), "{name}");
    }
    let data = harness.data(add, json!({"n": "B\u{fc}cher.test", "p": "long enough"})).await;
    let domain = &data["addDomain"];
    let available_via = json!(["API"]);
    assert_eq!((&domain["name"], &domain["availableVia"]), (&json!("xn--bcher-kva.test"), &available_via));

    let open = "mutation($d: ID) { introduceSession(input: {domainId: $d}) { addresses { address } } }";
    let opened = harness.data(open, json!({"d": domain["id"]})).await;
    let address = opened["introduceSession"]["addresses"][0]["address"].as_str().unwrap();
    harness.send_subject(address, "personal").await;

    let delete = "mutation($d: ID!, $p: String!) { deleteDomain(input: {id: $d, adminPassword: $p}) }";
    let wrong = harness.first_error(delete, json!({"d": domain["id"], "p": "wrong one"})).await;
    assert_eq!(wrong.0, "wrong_password");
    let public = harness.first_error(delete, json!({"d": "RG9tYWluOjE=", "p": "long enough"})).await;
    assert_eq!(public.0, "domain_not_found");
    let deletion = harness.data(delete, json!({"d": domain["id"], "p": "long enough"})).await;
    assert_eq!(deletion, json!({"deleteDomain": true}));
    let mut smtp = harness.smtp().await;
    smtp.command("MAIL FROM:<>").await;
    assert!(smtp.command(&format!("RCPT TO:<{address}>")).await.starts_with("550"));
}

#[tokio::test]
async fn any_node_is_found_by_its_id() {
    let harness = TestServer::start().await;
    let session = harness.session().await;
    let mail = b"Subject: n\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n";
    harness.send(&session.address, mail).await;
    let query = "query($id: ID!) { session(id: $id) { id
        addresses { id domain { id } } mails { id attachments { id name mime rawSize raw } } } }";
    let data = harness.data(query, json!({"id": session.id})).await;
    let session_data = &data["session"];
    let attachment = &session_data["mails"][0]["attachments"][0];
    assert_eq!(attachment["name"], "a.csv");
    assert_eq!((&attachment["mime"], &attachment["raw"]), (&json!("text/csv"), &json!("1,2\r\n")));
    let node = "query($id: ID!) { node(id: $id) { __typename id } }";
    for (id, kind) in [
        (&session_data["id"], "Session"),
        (&session_data["addresses"][0]["id"], "Address"),
        (&session_data["addresses"][0]["domain"]["id"], "Domain"),
        (&session_data["mails"][0]["id"], "Mail"),
        (&attachment["id"], "Attachment"),
    ] {
        let found = harness.data(node, json!({"id": id})).await;
        assert_eq!(found["node"], json!({"__typename": kind, "id": id}));
    }
    assert_eq!(harness.data(node, json!({"id": "nonsense"})).await["node"], Value::Null);
}
