//! Tests restored sessions, addresses and tokens.

use super::*;

#[tokio::test]
async fn an_expired_session_is_reported_and_its_restore_key_restores_the_address() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let old = open(&mailbox).await;
    let address = old.addresses[0].address.to_string();
    client.send(&address, &mail("before")).await;
    assert_eq!(mailbox.touch(&old.id, None).await.unwrap().mails.len(), 1);

    // An injected fault makes the session expire. With a short lifetime, the session could expire before the mail
    // arrives.
    client.server.set_faults("session-expiry=1".parse().unwrap());
    assert!(mailbox.touch(&old.id, None).await.is_err());
    client.server.set_faults("off".parse().unwrap());
    assert!(mailbox.sync_sessions().await.unwrap().value.live.is_empty());
    let error = mailbox.touch(&old.id, None).await.unwrap_err();
    assert_eq!(error.failure_class(), FailureClass::NotFound);
    assert_eq!(error.api_error(), Some(&ApiError::SessionNotFound));
    let stored = mailbox.known_sessions().await.unwrap();
    assert!(stored[0].expires_at <= SystemClock.now(), "the expiry time is stored");
    assert_eq!(mailbox.mails().await.unwrap().len(), 1, "the mail of the expired session is stored");

    let fresh = open(&mailbox).await;
    let restored = mailbox.restore(&fresh.id, &address, None).await.unwrap();
    assert!(restored.unsaved.is_none());
    assert_eq!(restored.value.address.address.as_str(), address);
    assert_ne!(restored.value.address.restore_key, old.addresses[0].restore_key, "a restore changes the key");
    let second_restore = mailbox.restore(&fresh.id, &address, None).await.unwrap().value;
    assert_eq!(
        second_restore.address, restored.value.address,
        "restoring a live address returns its current key"
    );
    mailbox.delete_address(&restored.value.address.id).await.unwrap();
    let stale = Some(old.addresses[0].restore_key.clone());
    let refused = mailbox.restore(&fresh.id, &address, stale).await.unwrap_err();
    assert_eq!(refused.failure_class(), FailureClass::Refused, "{refused}");
    assert!(refused.to_string().contains("the restore key is wrong or was used before"), "{refused}");
    let restored = mailbox.restore(&fresh.id, &address, None).await.unwrap();
    let known = mailbox.known_sessions().await.unwrap();
    let fresh_session = known.iter().find(|session| session.id == fresh.id).unwrap();
    assert!(fresh_session.addresses.contains(&restored.value.address), "the new key is stored");
}

#[tokio::test]
async fn an_address_in_another_session_is_restored_with_the_key_of_the_reply() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let (first, second) = (open(&mailbox).await, open(&mailbox).await);
    let address = &first.addresses[0];
    let wrong = Some(dropmail_client::domain::secrets::RestoreKey::new("wrong"));
    let restored_again = mailbox.restore(&second.id, &address.address, wrong).await.unwrap();
    assert!(restored_again.unsaved.is_none());
    assert_eq!(restored_again.value.address, *address);
    assert_eq!(restored_again.value.adopted.map(|session| session.id), Some(first.id));
}

#[tokio::test]
async fn hidden_mails_and_deleted_addresses_are_restored() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let address = session.addresses[0].address.to_string();
    client.send(&address, &mail("One")).await;
    let touched = mailbox.touch(&session.id, None).await.unwrap();
    let id = new_arrival(touched.mails.into_iter().next().unwrap()).stored.summary.envelope.id;
    mailbox.hide(&id).await.unwrap();
    // The next run requests all mails and shows new mails, but not the hidden mail.
    let mailbox = client.mailbox(None);
    assert!(mailbox.touch(&session.id, None).await.unwrap().mails.is_empty());
    assert_eq!(mailbox.hidden_mails().await.unwrap().len(), 1);
    assert_eq!(mailbox.unhide(&id).await.unwrap().summary.subject.as_str(), "One");
    assert_eq!(mailbox.mails().await.unwrap().len(), 1);

    mailbox.delete_address(&session.addresses[0].id).await.unwrap();
    let deleted = mailbox.deleted_addresses().await.unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0].address.address.as_str(), address);
    let restored_again = mailbox.restore(&session.id, &address, None).await.unwrap().value.address;
    assert_eq!(restored_again.address.as_str(), address);
    assert!(
        mailbox.deleted_addresses().await.unwrap().is_empty(),
        "a restored address is no longer listed as deleted"
    );
}

#[tokio::test]
async fn an_address_without_a_restore_key_is_reported() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let error = mailbox.restore(&session.id, "nobody@example.com", None).await.unwrap_err();
    assert!(matches!(error, ServiceError::NoRestoreKey { .. }), "{error}");
    assert_eq!(error.failure_class(), FailureClass::NotFound);
}

#[tokio::test]
async fn restore_keys_outlive_deleted_addresses() {
    let client = TestClient::new(|_| {}).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let domain = mailbox.domains().await.unwrap().remove(0);
    let options = AddressOptions { domain: Some(domain.id), permanent_only: false };
    let added = mailbox.add_address(&session.id, options).await.unwrap().value;
    assert!(added.address.ends_with(domain.name.as_str()), "{}", added.address);
    let touched = mailbox.touch(&session.id, None).await.unwrap();
    assert_eq!(touched.session.addresses[0], added, "the newest address is listed first");
    mailbox.delete_address(&added.id).await.unwrap();
    let touched = mailbox.touch(&session.id, None).await.unwrap();
    assert_eq!(touched.session.addresses, session.addresses);
    let restored_again = mailbox.restore(&session.id, &added.address, None).await.unwrap().value.address;
    assert_eq!(restored_again.address, added.address);
}

#[tokio::test]
async fn an_expired_own_token_is_renewed_and_reaches_the_same_sessions() {
    let client = TestClient::new(|config| config.token_lifetime_max = Some(Duration::from_secs(1))).await;
    let mailbox = client.mailbox(None);
    let session = open(&mailbox).await;
    let archive = SqliteArchive::open(client.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
    let token = || archive.token(mailbox.base()).unwrap().unwrap();
    let first = token();
    while token() == first {
        // Touches continue without an error after the token has expired.
        let touched = mailbox.touch(&session.id, None).await.unwrap();
        assert_eq!(touched.session.id, session.id);
    }
}

#[tokio::test]
async fn a_configured_token_is_never_replaced() {
    let client = TestClient::new(|config| config.tokens = vec![AccessToken::new("af_mineforever")]).await;
    let mailbox = client.mailbox(Some(Token::parse("af_mineforever").unwrap()));
    open(&mailbox).await;
    assert_eq!(mailbox.ensure_token().await.unwrap().value, TokenSource::Given);

    let wrong = client.mailbox(Some(Token::parse("af_nobodysown0").unwrap()));
    let error = wrong.open_session(AddressOptions::default()).await.unwrap_err();
    assert!(matches!(error, ServiceError::GivenTokenRefused { .. }), "{error:?}");
    assert!(error.to_string().contains("DROPMAIL_TOKEN") && !error.to_string().contains("nobody"), "{error}");
    assert_eq!(error.failure_class(), FailureClass::Refused);
}

#[tokio::test]
async fn a_stored_token_unknown_to_the_service_is_replaced() {
    let client = TestClient::new(|_| {}).await;
    let first = client.mailbox(None);
    open(&first).await;
    let other = TestClient::new(|_| {}).await;
    let archive = SqliteArchive::open(other.path(), Timestamp::UNIX_EPOCH).unwrap().archive;
    let unknown_token = Token::parse("af_fromanotherworld").unwrap();
    let base = other.server.base_url();
    archive.put_token(&base, &ArchivedToken { token: unknown_token, ends_at: None }).unwrap();
    let mailbox = other.mailbox(None);
    assert_eq!(mailbox.ensure_token().await.unwrap().value, TokenSource::Kept);
    open(&mailbox).await;
    assert_eq!(mailbox.ensure_token().await.unwrap().value, TokenSource::New);
}
