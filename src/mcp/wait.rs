//! Implements the MCP tools that wait for mail. Such a tool call receives new mail by push, sends progress reports and
//! has a timeout.

use super::arguments::Arguments;
use super::graphql::SESSION_GONE;
use super::{McpContext, mail};
use dropmail_client::domain::ids::{MailId, SessionId};
use dropmail_client::domain::time::Timestamp;
use dropmail_client::ports::dropmail_api::ApiError;
use dropmail_client::service::{MatchedMail, StartPoint, WaitFilter, WaitProgress};
use mail_codes::LinkKind;
use rmcp::RoleServer;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Default timeout in seconds of a tool call that waits for mail. It is less than one minute, because many MCP clients
/// abort a call after a minute. A client that reads progress reports can request a longer timeout.
pub(super) const DEFAULT_TIMEOUT_SECONDS: f64 = 50.0;
/// Interval between two progress reports of a tool call that waits for mail.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// The kind of mail that a tool waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Awaited {
    /// The tool waits for any mail.
    Mail,
    /// The tool waits for a mail with a code.
    Code,
    /// The tool waits for a mail with a link. If the `kind` argument is given, the link must be of that kind.
    Link,
}

/// Waits until a mail of the awaited kind arrives or the tool call times out. Returns the tool result in both cases.
/// Returns an error message if an argument is invalid, the wait fails or the client disconnects.
pub(super) async fn wait(
    state: &McpContext,
    arguments: &Arguments,
    awaited: Awaited,
    (context, ended): (&RequestContext<RoleServer>, &CancellationToken),
) -> Result<Map<String, Value>, String> {
    let limit = wait_timeout(arguments, context.meta.get_progress_token().is_some())?;
    let kind = if awaited == Awaited::Link { link_kind(arguments)? } else { None };
    let since = arguments.timestamp("since", state.clock.now())?;
    let filter = WaitFilter {
        session: Some(SessionId::new(arguments.text("session_id")?)),
        address: arguments.optional_text("to")?,
        from: arguments.optional_text("from")?,
        subject: arguments.optional_text("subject")?,
        since,
        with_code: awaited == Awaited::Code,
        with_link: kind,
        with_any_link: awaited == Awaited::Link && kind.is_none(),
        takes_current_code: awaited == Awaited::Code,
        ..WaitFilter::from_start_point(StartPoint::After(
            arguments.optional_text("after_id")?.map(MailId::new),
        ))
    };
    let silent = |_: WaitProgress| {};
    let wait = tokio::time::timeout(limit, state.mailbox.wait(&filter, &silent));
    let outcome = tokio::select! {
        outcome = wait => outcome,
        () = ended.cancelled() => return Err("the client has disconnected".to_owned()),
        () = send_progress(context, limit) => return Err("the progress reports ended".to_owned()),
    };
    let matched = match outcome {
        Err(_) => return Ok(timeout_result(arguments, since)),
        Ok(Err(error)) if matches!(error.api_error(), Some(ApiError::SessionNotFound)) => {
            return Err(SESSION_GONE.to_owned());
        }
        Ok(Err(error)) => return Err(error.to_string()),
        Ok(Ok(matched)) => matched,
    };
    let mut fields = into_object(json!({"arrived": true}));
    add_result(&mut fields, &matched, awaited, kind);
    fields.extend(mail::preview_of(&matched));
    mail::add_findings(&mut fields, Some(&matched.mail));
    mail::add_parts(&mut fields, Some(&matched.mail));
    Ok(fields)
}

/// Returns the timeout of a tool call, or an error message if the `timeout` argument is invalid. If the client does not
/// read progress reports (`reads_progress` is `false`), the timeout is capped at the default, because such a client may
/// abort a longer call.
fn wait_timeout(arguments: &Arguments, reads_progress: bool) -> Result<Duration, String> {
    let wished = arguments.seconds("timeout", DEFAULT_TIMEOUT_SECONDS)?;
    Ok(if reads_progress { wished } else { wished.min(Duration::from_secs_f64(DEFAULT_TIMEOUT_SECONDS)) })
}

/// Returns the kind of link in the `kind` argument; `None` if the tool waits for a link of any kind. Returns an error
/// message for an unknown kind.
fn link_kind(arguments: &Arguments) -> Result<Option<LinkKind>, String> {
    let Some(word) = arguments.optional_text("kind")? else { return Ok(None) };
    let word = word.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    if word == "any" {
        return Ok(None);
    }
    LinkKind::from_label(&word).map(Some).ok_or_else(|| {
        let names: Vec<&str> = LinkKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("kind: use one of {}", names.join(", "))
    })
}

/// Adds to the tool result the code or link that the tool was waiting for. Adds nothing if the tool was waiting for any
/// mail.
fn add_result(
    fields: &mut Map<String, Value>,
    matched: &MatchedMail,
    awaited: Awaited,
    kind: Option<LinkKind>,
) {
    let findings = &matched.mail.findings;
    match awaited {
        Awaited::Mail => {}
        Awaited::Code => {
            if let Some(code) = findings.codes.first() {
                fields.insert("code".to_owned(), Value::String(code.value.to_string()));
            }
        }
        Awaited::Link => {
            let link =
                kind.map_or_else(|| findings.confident_link(), |kind| findings.confident_link_of(kind));
            if let Some(link) = link {
                fields.insert("link".to_owned(), mail::link_fields(link));
            }
        }
    }
}

/// Returns the tool result for a wait that timed out. The result contains the arguments for the next call: those of
/// this call, with the start time `since`, if given, as an absolute time. The next call therefore also finds mail that
/// arrives between the two calls.
fn timeout_result(arguments: &Arguments, since: Option<Timestamp>) -> Map<String, Value> {
    let mut again = arguments.all();
    if let Some(since) = since {
        // A relative time such as `10m` would be resolved to a later time in the next call.
        again.insert("since".to_owned(), Value::String(since.to_string()));
    }
    let words = "nothing yet; call again with the arguments in call_again_with, no mail is missed meanwhile";
    into_object(json!({"arrived": false, "reason": "timeout", "message": words, "call_again_with": again}))
}

fn into_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// Sends progress reports with the remaining time if the client has requested them. The returned future never
/// completes.
async fn send_progress(context: &RequestContext<RoleServer>, limit: Duration) {
    let Some(token) = context.meta.get_progress_token() else { return std::future::pending().await };
    let mut elapsed = Duration::ZERO;
    loop {
        tokio::time::sleep(PROGRESS_INTERVAL).await;
        elapsed += PROGRESS_INTERVAL;
        let left = limit.saturating_sub(elapsed).as_secs();
        let report = ProgressNotificationParam::new(token.clone(), elapsed.as_secs_f64())
            .with_total(limit.as_secs_f64())
            .with_message(format!("Waiting for email… ({left}s remaining)"));
        // If the client has disconnected, the call is cancelled elsewhere.
        drop(context.peer.notify_progress(report).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rmcp::model::JsonObject;

    fn given(fields: Value) -> Arguments {
        Arguments::new("wait_for_link", Some(JsonObject::from_iter(into_object(fields))))
    }

    #[test]
    fn long_waits_require_a_client_that_reads_progress() {
        let seconds = |fields: Value, reads| wait_timeout(&given(fields), reads).unwrap().as_secs();
        assert_eq!(seconds(json!({}), false), 50);
        assert_eq!(seconds(json!({}), true), 50);
        assert_eq!(seconds(json!({"timeout": "3600"}), false), 50);
        assert_eq!(seconds(json!({"timeout": "3600"}), true), 3600);
        assert_eq!(seconds(json!({"timeout": 5}), false), 5);
    }

    #[test]
    fn the_next_call_continues_from_the_same_mail_and_time() {
        let since = "2026-11-24T08:00:00Z".parse().unwrap();
        let again =
            timeout_result(&given(json!({"session_id": "s", "after_id": "m", "since": "10m"})), Some(since));
        assert_eq!(
            again["call_again_with"],
            json!({"session_id": "s", "after_id": "m", "since": "2026-11-24T08:00:00Z"})
        );
        assert!(again["message"].as_str().unwrap().contains("call_again_with"), "{again:?}");
    }

    #[test]
    fn link_kinds_are_accepted_in_other_spellings() {
        assert_eq!(link_kind(&given(json!({"kind": "Sign in"}))), Ok(Some(LinkKind::SignIn)));
        assert_eq!(link_kind(&given(json!({"kind": "any"}))), Ok(None));
        assert_eq!(link_kind(&given(json!({}))), Ok(None));
        assert!(link_kind(&given(json!({"kind": "nonsense"}))).unwrap_err().contains("reset"));
    }
}
