//! Sends the GraphQL requests of the MCP tools. Reports errors with the same messages as the official `dropmail-mcp`
//! package.

use dropmail_client::ports::dropmail_api::GraphqlRequest;
use dropmail_client::service::Mailbox;
use serde_json::{Map, Value};

const DOMAINS: &str = "query ListDomains { domains { id name availableVia } }";

const CREATE_SESSION: &str = "mutation CreateSession($input: IntroduceSessionInput) {
    introduceSession(input: $input) { id expiresAt addresses { id address restoreKey } } }";

const GET_SESSION: &str = "query GetSession($id: ID!) {
    session(id: $id) { id expiresAt mailsCount addresses { id address restoreKey } } }";

const GET_INBOX: &str = "query GetInbox($id: ID!, $mailId: ID) {
    session(id: $id) { mailsAfterId(mailId: $mailId) {
        id receivedAt fromAddr headerFrom headerSubject toAddr rawSize text } } }";

const READ_EMAIL: &str = "query ReadEmail($id: ID!, $includeSanitizedHtml: Boolean = false) {
    node(id: $id) { ... on Mail {
        id receivedAt fromAddr headerFrom headerSubject toAddr rawSize text textSource decodeStatus
        hasHtml sanitizedHtml @include(if: $includeSanitizedHtml) downloadSanitizedHtmlUrl downloadUrl
        attachments { id name mime rawSize downloadUrl } } } }";

const ADD_ADDRESS: &str = "mutation AddAddress($input: IntroduceAddressInput!) {
    introduceAddress(input: $input) { id address restoreKey } }";

const RESTORE_ADDRESS: &str = "mutation RestoreAddress($input: RestoreAddressInput!) {
    restoreAddress(input: $input) { id address restoreKey } }";

const DELETE_ADDRESS: &str = "mutation DeleteAddress($input: DeleteAddressInput!) {
    deleteAddress(input: $input) }";

/// The kinds of GraphQL requests that the MCP tools send. Each kind has its own GraphQL document, and a response field
/// that contains the result.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Domains,
    CreateSession,
    GetSession,
    GetInbox,
    ReadEmail,
    AddAddress,
    RestoreAddress,
    DeleteAddress,
}

impl Operation {
    fn query_and_field(self) -> (&'static str, &'static str) {
        match self {
            Self::Domains => (DOMAINS, "domains"),
            Self::CreateSession => (CREATE_SESSION, "introduceSession"),
            Self::GetSession => (GET_SESSION, "session"),
            Self::GetInbox => (GET_INBOX, "session"),
            Self::ReadEmail => (READ_EMAIL, "node"),
            Self::AddAddress => (ADD_ADDRESS, "introduceAddress"),
            Self::RestoreAddress => (RESTORE_ADDRESS, "restoreAddress"),
            Self::DeleteAddress => (DELETE_ADDRESS, "deleteAddress"),
        }
    }
}

/// Error message for an unknown or expired session, in the wording of the official `dropmail-mcp` package.
pub(super) const SESSION_GONE: &str = "Session not found or expired. Use create_session to start a new \
    session. If you have a saved restore_key, you can then call restore_address to recover previous \
    addresses into the new session.";

/// Sends the GraphQL request for `operation` with the given variables. Returns the response field that contains the
/// result, or an error message.
pub(super) async fn execute(
    mailbox: &Mailbox,
    operation: Operation,
    variables: Value,
) -> Result<Value, String> {
    let (query, field) = operation.query_and_field();
    let variables = match variables {
        Value::Object(variables) => variables,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    let question =
        GraphqlRequest { query: query.split_whitespace().collect::<Vec<_>>().join(" "), variables };
    let reply = mailbox.query(&question).await.map_err(|error| error.to_string())?;
    let mut reply: Value = serde_json::from_slice(&reply).unwrap_or_default();
    let value = reply.pointer_mut(&format!("/data/{field}")).map(Value::take).unwrap_or_default();
    if !value.is_null() {
        return Ok(value);
    }
    Err(mailbox.mask_secrets_in(&error_reason(&reply, field)))
}

/// Returns an error message, in the wording of the official `dropmail-mcp` package, for a response whose field `field`
/// is null. The message describes the first error that concerns this field; if there is none, it only says that the
/// field is null.
fn error_reason(reply: &Value, field: &str) -> String {
    let errors = reply.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let concerns =
        |error: &&Value| error.pointer("/path/0").is_none_or(|first| first.as_str() == Some(field));
    let Some(error) = errors.iter().find(concerns) else { return format!("'{field}' returned null") };
    match error.pointer("/extensions/code").and_then(Value::as_str) {
        Some("RATE_LIMIT_EXCEEDED") => "Rate limit exceeded. Please try again later.".to_owned(),
        Some("SESSION_NOT_FOUND") => SESSION_GONE.to_owned(),
        _ => error.get("message").and_then(Value::as_str).unwrap_or("Unknown error").to_owned(),
    }
}
