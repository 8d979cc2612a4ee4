//! Tests API responses in which fields are null, missing or of an unexpected type. The client must still show all other
//! fields, and as much of the malformed field as possible.

// This file exceeds 300 lines because it contains a test for each field that a service may leave out.

use axum::Router;
use axum::routing::{any, get};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::GraphqlClient;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::delivery::{ListingGap, Push};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::secrets::{RestoreKey, Token};
use dropmail_client::ports::dropmail_api::{ApiError, DropMailApi, SubscribeOptions};
use dropmail_client::service::{Ingested, Mailbox, ServiceError};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

const RAW: &str = "From: a@b.example\r\nSubject: kept\r\n\r\nHello.\r\n";

/// A stub of the service that returns the same response to every request.
struct Stub {
    base: String,
    answer: Arc<Mutex<Value>>,
    _tasks: JoinSet<()>,
}

impl Stub {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new(Value::Null));
        let shared_answer = Arc::clone(&answer);
        let router = Router::new().route("/mail", get(|| async { RAW })).route(
            "/api/graphql/{token}",
            any(move || {
                let answer = shared_answer.lock().unwrap().clone();
                async move { axum::Json(answer) }
            }),
        );
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, answer, _tasks: tasks }
    }

    fn transport(&self) -> GraphqlClient {
        let base = BaseUrl::parse(&format!("{}/api/graphql", self.base)).unwrap();
        let transport = GraphqlClient::new(base, Arc::new(SystemClock));
        transport.set_token(Token::parse("af_given12345").unwrap());
        transport
    }

    fn mailbox(&self) -> Mailbox {
        let archive = SqliteArchive::in_memory().unwrap();
        let configured = Token::parse("af_given12345").unwrap();
        Mailbox::new(Arc::new(self.transport()), Arc::new(archive), Arc::new(SystemClock), Some(configured))
    }

    fn set_answer(&self, answer: Value) {
        *self.answer.lock().unwrap() = answer;
    }

    fn mail(&self, id: &str) -> Value {
        json!({
            "id": id, "receivedAt": "2026-11-24T03:00:00.5+00:00", "fromAddr": "a@b.example",
            "toAddr": "c@d.example", "toAddrOrig": "c+1@d.example", "rawSize": RAW.len(),
            "downloadUrl": format!("{}/mail", self.base), "raw": RAW,
        })
    }
}

fn session(mails: &[Value]) -> Value {
    json!({"data": {"session": {
        "id": "s", "expiresAt": "2099-01-01T00:00:00+00:00", "addresses": [], "mailsAfterId": mails,
    }}})
}

/// Returns the unexpected values that the tests put into a field of a response; `None` means that the field is removed.
fn odd_values() -> Vec<Option<Value>> {
    let some = [
        json!(null),
        json!(7),
        json!(-1.5),
        json!(true),
        json!([]),
        json!([null]),
        json!({"x": 1}),
        json!(""),
    ];
    some.into_iter().map(Some).chain([None]).collect()
}

/// Returns modified copies of a JSON object, each with a description of the change. In each copy, one field has an
/// unexpected value or is missing.
fn odd_variants(object: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for name in object.as_object().unwrap().keys() {
        for oddity in odd_values() {
            let mut changed = object.clone();
            let words = format!("{name}: {oddity:?}");
            match oddity {
                Some(value) => changed[name] = value,
                None => drop(changed.as_object_mut().unwrap().remove(name)),
            }
            all.push((words, changed));
        }
    }
    all
}

#[tokio::test]
async fn a_mail_with_an_odd_field_is_reported_and_hides_no_other() {
    let stub = Stub::new().await;
    let transport = stub.transport();
    for (what, odd) in odd_variants(&stub.mail("odd")) {
        let mails = [json!(null), stub.mail("2"), odd, json!(5), json!([]), stub.mail("1")];
        stub.set_answer(session(&mails));
        let touched = transport.touch(&SessionId::new("s"), None).await.unwrap();
        let ids: Vec<_> = touched.mails.iter().map(|mail| mail.envelope.id.as_str().to_owned()).collect();
        assert_eq!(ids.len(), 3, "{what}: {ids:?}");
        assert_eq!((ids[0].as_str(), ids[2].as_str()), ("1", "2"), "{what}");
        let odd_mail = &touched.mails[1];
        if !what.starts_with("id:") {
            assert_eq!(ids[1], "odd", "{what}");
        }
        if !what.starts_with("fromAddr") {
            assert_eq!(odd_mail.envelope.from.as_str(), "a@b.example", "{what}");
        }
        if !what.starts_with("rawSize") {
            assert_eq!(odd_mail.envelope.size, RAW.len() as u64, "{what}");
        }
    }
}

#[tokio::test]
async fn an_odd_mail_is_stored_and_reported_once() {
    let stub = Stub::new().await;
    let session_id = SessionId::new("s");
    for (what, odd) in odd_variants(&stub.mail("odd")) {
        if what.starts_with("downloadUrl") || what.starts_with("rawSize: Some(Number(7))") {
            continue;
        }
        let mailbox = stub.mailbox();
        stub.set_answer(session(&[stub.mail("2"), odd.clone(), stub.mail("1")]));
        for round in 0..2 {
            let newest = mailbox.newest_mail_id(&session_id).await.unwrap();
            let touched = mailbox.touch(&session_id, newest.as_ref()).await.unwrap();
            assert!(touched.missed.is_empty(), "{what} {round}: {:?}", touched.missed);
            let new = touched.mails.iter().filter(|mail| matches!(mail, Ingested::New(_))).count();
            assert_eq!(new, if round == 0 { 3 } else { 0 }, "{what}");
        }
        let stored = mailbox.mails().await.unwrap();
        assert_eq!(stored.len(), 3, "{what}");
        assert!(stored.iter().all(|stored| stored.summary.envelope.size == RAW.len() as u64), "{what}");
    }
}

#[tokio::test]
async fn a_numeric_id_is_accepted_and_a_mail_without_an_id_is_not_requested() {
    let stub = Stub::new().await;
    let transport = stub.transport();
    let mut numbered = stub.mail("x");
    numbered["id"] = json!(123);
    numbered["rawSize"] = json!(RAW.len().to_string());
    let mut without_id = stub.mail("x");
    without_id["id"] = json!(null);
    stub.set_answer(session(&[numbered, without_id]));
    let touched = transport.touch(&SessionId::new("s"), Some(&MailId::new("0"))).await.unwrap();
    assert_eq!(touched.mails[1].envelope.id.as_str(), "123");
    assert_eq!(touched.mails[1].envelope.size, RAW.len() as u64);
    let second_reply =
        transport.touch(&SessionId::new("s"), Some(&touched.mails[0].envelope.id)).await.unwrap();
    assert_eq!(
        second_reply.mails[0].envelope.id, touched.mails[0].envelope.id,
        "the derived id is the same in each reply"
    );
}

#[tokio::test]
async fn odd_pages_lists_and_sessions_of_a_keep_alive_are_parsed() {
    let stub = Stub::new().await;
    let transport = stub.transport();
    let id = SessionId::new("s");
    let full: Vec<Value> = (0..100).map(|n| stub.mail(&format!("m{n}"))).collect();
    let mut answer = session(&full);
    let edges = json!([null, {"node": null}, {"node": stub.mail("old")}, 7, {"node": {"id": "bare"}}]);
    for page in [json!(null), json!([]), json!({"hasNextPage": "no", "endCursor": 5}), json!({})] {
        answer["data"]["session"]["mailsConnection"] = json!({"edges": edges, "pageInfo": page});
        stub.set_answer(answer.clone());
        let touched = transport.touch(&id, None).await.unwrap();
        let ids: Vec<_> = touched.mails.iter().map(|mail| mail.envelope.id.as_str()).collect();
        assert!(ids.contains(&"old") && ids.contains(&"bare"), "{page}");
    }
    for (what, odd) in odd_variants(&session(&[stub.mail("1")])["data"]["session"]) {
        stub.set_answer(json!({"data": {"session": odd}}));
        let touched = transport.touch(&id, None).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        if !what.starts_with("mailsAfterId") {
            assert_eq!(touched.mails.len(), 1, "{what}");
        }
        if what.starts_with("id: Some(Null)") {
            assert_eq!(touched.session.id, id, "the session id is that of the request");
        }
    }
    // A list that the service could not return differs from an empty list.
    let mut failed = session(&[]);
    failed["data"]["session"]["mailsAfterId"] = json!(null);
    failed["errors"] = json!([null, 5, {"message": "try later", "extensions": {"code": "resolver_error"}}]);
    stub.set_answer(failed);
    assert!(transport.touch(&id, None).await.is_err());
}

#[tokio::test]
async fn repeated_pages_end_a_query_without_losing_mail() {
    let stub = Stub::new().await;
    let mails: Vec<Value> = (0..100).map(|n| stub.mail(&format!("m{n}"))).collect();
    let edges: Vec<Value> = mails.iter().map(|mail| json!({"node": mail})).collect();
    let mut answer = session(&mails);
    answer["data"]["session"]["mailsConnection"] =
        json!({"edges": edges, "pageInfo": {"hasNextPage": true, "endCursor": "next"}});
    answer["data"]["sessions"] = json!([answer["data"]["session"]]);
    stub.set_answer(answer);
    let mailbox = stub.mailbox();
    let failures = mailbox.catch_up().await.unwrap();
    assert!(
        matches!(failures[..], [ServiceError::Incomplete(ListingGap::OlderMailsWithheld)]),
        "{failures:?}"
    );
    assert_eq!(mailbox.mails().await.unwrap().len(), 100);
    assert_eq!(mailbox.complete_to(&SessionId::new("s")).await.unwrap(), None);
}

#[tokio::test]
async fn an_odd_address_or_session_hides_no_other() {
    let stub = Stub::new().await;
    let transport = stub.transport();
    let address =
        |name: &str| json!({"id": name, "address": format!("{name}@d.example"), "restoreKey": "key"});
    for (what, odd) in odd_variants(&address("odd")) {
        let one =
            json!({"id": "s1", "expiresAt": null, "addresses": [null, address("a"), odd, 1, address("b")]});
        stub.set_answer(json!({"data": {"sessions": [one, null, {"id": null}, "x", {"id": "s2"}]}}));
        let sessions = transport.sessions().await.unwrap();
        let ids: Vec<_> = sessions.iter().map(|session| session.id.as_str()).collect();
        assert_eq!(ids, ["s1", "s2"], "{what}");
        let addresses: Vec<_> =
            sessions[0].addresses.iter().map(|address| address.address.as_str()).collect();
        assert!(addresses.starts_with(&["a@d.example"]) && addresses.ends_with(&["b@d.example"]), "{what}");
        if what.starts_with("restoreKey") || what.starts_with("id") {
            assert_eq!(addresses.len(), 3, "the address is shown without the field: {what}");
        }
    }
    stub.set_answer(json!({"data": {"sessions": null}}));
    assert!(
        transport.sessions().await.is_err(),
        "a missing list of sessions is an error and not an empty list"
    );
}

#[tokio::test]
async fn an_absent_restore_key_does_not_replace_a_stored_one() {
    let stub = Stub::new().await;
    let mailbox = stub.mailbox();
    let with_key = |key: Value| {
        let address = json!({"id": "a", "address": "a@d.example", "restoreKey": key});
        let one = json!({"id": "s", "expiresAt": "2099-01-01T00:00:00+00:00", "addresses": [address]});
        json!({"data": {"sessions": [one], "restoreAddress": null}, "errors": null})
    };
    stub.set_answer(with_key(json!("first")));
    mailbox.sync_sessions().await.unwrap();
    stub.set_answer(with_key(json!(null)));
    let synced = mailbox.sync_sessions().await.unwrap();
    assert_eq!(synced.value.live[0].addresses.len(), 1);
    let known = mailbox.known_sessions().await.unwrap();
    assert_eq!(known[0].addresses[0].restore_key.expose(), "first");
}

#[tokio::test]
async fn a_restored_address_stores_its_new_key_despite_odd_fields() {
    let stub = Stub::new().await;
    let transport = stub.transport();
    stub.set_answer(json!({"data": {"restoreAddress": {"restoreKey": "new", "address": null}}}));
    let key = RestoreKey::new("old");
    let restored = transport.restore_address(&SessionId::new("s"), "a@d.example", &key).await.unwrap();
    assert_eq!((restored.address.as_str(), restored.restore_key.expose()), ("a@d.example", "new"));
    stub.set_answer(json!({"data": {"deleteAddress": null}, "errors": ["no such address"]}));
    let refused = transport.delete_address(&restored.id).await.unwrap_err();
    assert_eq!(refused, ApiError::Refused("no such address".into()));
}

#[tokio::test]
async fn an_odd_domain_hides_no_other() {
    let stub = Stub::new().await;
    let domain = json!({"id": "d", "name": "d.example", "introducedAt": "x", "expiresAt": null, "availableVia": ["API"]});
    for (what, odd) in odd_variants(&domain) {
        let mut good = domain.clone();
        good["name"] = json!("good.example");
        stub.set_answer(json!({"data": {"domains": [null, odd, good, "x"]}, "errors": {"message": 5}}));
        let domains = stub.transport().domains().await.unwrap();
        assert_eq!(domains.last().unwrap().name.as_str(), "good.example", "{what}");
    }
}

#[tokio::test]
async fn an_odd_event_does_not_end_the_stream() {
    let stub = Stub::new().await;
    for (what, odd) in odd_variants(&stub.mail("odd")) {
        stub.set_answer(json!({"data": {"sessionMailReceived": odd}}));
        let subscribe_options =
            SubscribeOptions { transport: PushTransport::LongPoll, is_only_transport: true };
        let mut events = stub.transport().watch(SessionId::new("s"), None, subscribe_options);
        assert_eq!(events.next().await, Some(Ok(Push::Ready)), "{what}");
        let Some(Ok(Push::Mail(mail))) = events.next().await else {
            panic!("{what}: the event is not a mail")
        };
        if !what.starts_with("toAddr:") {
            assert_eq!(mail.envelope.to.as_str(), "c@d.example", "{what}");
        }
    }
}
