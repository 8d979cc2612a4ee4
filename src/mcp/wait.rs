//! The MCP tools that wait for mail: by push, with progress reports and a timeout.

use super::arguments::Arguments;
use super::graphql::SESSION_GONE;
use super::{McpContext, mail};
use crate::domain::ids::{MailId, SessionId};
use crate::ports::dropmail_api::ApiError;
use crate::service::{StartPoint, WaitFilter, WaitProgress};
use rmcp::RoleServer;
use rmcp::model::ProgressNotificationParam;
use rmcp::service::RequestContext;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Default timeout in seconds of a tool call that waits for mail.
const DEFAULT_TIMEOUT_SECONDS: f64 = 180.0;
/// Time between two progress reports of a tool call that waits for mail.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// Waits for a mail, or for a mail with a code, until the timeout of the tool call.
pub(super) async fn wait(
    state: &McpContext,
    arguments: &Arguments,
    with_code: bool,
    (context, ended): (&RequestContext<RoleServer>, &CancellationToken),
) -> Result<Map<String, Value>, String> {
    let limit = arguments.seconds("timeout", DEFAULT_TIMEOUT_SECONDS)?;
    let wanted = WaitFilter {
        session: Some(SessionId::new(arguments.text("session_id")?)),
        from: arguments.words("from")?,
        subject: arguments.words("subject")?,
        since: arguments.moment("since", state.clock.now())?,
        with_code,
        ..WaitFilter::from_mark(StartPoint::After(arguments.words("after_id")?.map(MailId::new)))
    };
    let silent = |_: WaitProgress| {};
    let wait = tokio::time::timeout(limit, state.mailbox.wait(&wanted, &silent));
    let outcome = tokio::select! {
        outcome = wait => outcome,
        () = ended.cancelled() => return Err("the client has disconnected".to_owned()),
        () = progress(context, limit) => return Err("the progress reports ended".to_owned()),
    };
    let found = match outcome {
        Err(_) => return Ok(object(json!({"arrived": false, "reason": "timeout"}))),
        Ok(Err(error)) if matches!(error.api_error(), Some(ApiError::SessionNotFound)) => {
            return Err(SESSION_GONE.to_owned());
        }
        Ok(Err(error)) => return Err(error.to_string()),
        Ok(Ok(found)) => found,
    };
    let mut fields = object(json!({"arrived": true}));
    if with_code && let Some(code) = found.mail.findings.codes.first() {
        fields.insert("code".to_owned(), Value::String(code.value.to_string()));
    }
    fields.extend(mail::preview_of(&found));
    mail::add_findings(&mut fields, Some(&found.mail));
    Ok(fields)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}

/// Sends progress reports with the remaining time, if the client asked for reports. This future never
/// completes.
async fn progress(context: &RequestContext<RoleServer>, limit: Duration) {
    let Some(token) = context.meta.get_progress_token() else { return std::future::pending().await };
    let mut elapsed = Duration::ZERO;
    loop {
        tokio::time::sleep(PROGRESS_INTERVAL).await;
        elapsed += PROGRESS_INTERVAL;
        let left = limit.saturating_sub(elapsed).as_secs();
        let report = ProgressNotificationParam::new(token.clone(), elapsed.as_secs_f64())
            .with_total(limit.as_secs_f64())
            .with_message(format!("Waiting for email… ({left}s remaining)"));
        // If the client has disconnected, the call ends by itself.
        drop(context.peer.notify_progress(report).await);
    }
}
