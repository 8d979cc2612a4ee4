//! Implements the MCP tools on top of the mailbox operations.

use super::arguments::Arguments;
use super::graphql::{Operation, execute};
use super::untrusted_text::{Fence, escape_invisible, escape_invisible_in};
use super::wait::Awaited;
use super::{McpContext, mail, wait};
use dropmail_client::domain::ids::{AddressId, MailId, SessionId};
use dropmail_client::domain::secrets::RestoreKey;
use dropmail_client::domain::session::{Address, Session};
use mail_reader::mime;
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock};
use rmcp::service::RequestContext;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The result of an MCP tool call: trusted or untrusted.
enum ToolAnswer {
    /// The result is trusted, because the service or this program wrote it.
    Trusted(Value),
    /// The result is untrusted, because it contains text from strangers.
    Untrusted(Value),
}

/// Runs an MCP tool. Errors are returned as tool results, so that the AI assistant can read them.
pub(super) async fn call(
    state: &McpContext,
    request: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
    ended: &CancellationToken,
) -> CallToolResult {
    let name = request.name.into_owned();
    let arguments = Arguments::new(&name, request.arguments);
    match run_tool(state, &name, &arguments, (context, ended)).await {
        Ok(answer) => to_tool_result(answer),
        Err(words) => {
            tracing::info!(tool = name, "a call failed");
            let words = escape_invisible(&format!("Error executing tool {name}: {words}"));
            CallToolResult::error(vec![ContentBlock::text(words)])
        }
    }
}

fn to_tool_result(answer: ToolAnswer) -> CallToolResult {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let (text, value, label) = match answer {
        ToolAnswer::Trusted(value) => (pretty(&value), value, None),
        ToolAnswer::Untrusted(value) => {
            let fence = Fence::new();
            (fence.enclose(&pretty(&value)), value, Some(fence.label()))
        }
    };
    // Structured output must be an object. Any other value becomes a field of an object, as in the official
    // `dropmail-mcp` package.
    let mut structured = match value {
        Value::Object(fields) => fields,
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            Map::from_iter([("result".to_owned(), other)])
        }
    };
    if let Some(label) = label {
        structured.insert("untrusted".to_owned(), label);
    }
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(escape_invisible_in(Value::Object(structured)));
    result
}

async fn run_tool(
    state: &McpContext,
    name: &str,
    arguments: &Arguments,
    caller: (&RequestContext<RoleServer>, &CancellationToken),
) -> Result<ToolAnswer, String> {
    let mailbox = &state.mailbox;
    match name {
        "list_domains" => Ok(ToolAnswer::Trusted(execute(mailbox, Operation::Domains, Value::Null).await?)),
        "create_session" => create_session(state, arguments).await,
        "get_session" => {
            let id = arguments.text("session_id")?;
            Ok(ToolAnswer::Trusted(execute(mailbox, Operation::GetSession, json!({"id": id})).await?))
        }
        "get_inbox" => {
            let selection = InboxSelection {
                after: arguments.optional_text("after_id")?,
                to: arguments.optional_text("to")?,
                limit: arguments.number("limit")?,
            };
            Ok(ToolAnswer::Untrusted(read_inbox(state, &arguments.text("session_id")?, &selection).await?))
        }
        "wait_for_email" => Ok(wait_answer(wait::wait(state, arguments, Awaited::Mail, caller).await?)),
        "wait_for_code" => Ok(wait_answer(wait::wait(state, arguments, Awaited::Code, caller).await?)),
        "wait_for_link" => Ok(wait_answer(wait::wait(state, arguments, Awaited::Link, caller).await?)),
        "read_email" => read_email(state, arguments).await,
        "add_address" => {
            let session = arguments.text("session_id")?;
            let mut input = json!({"sessionId": session});
            if let (Some(domain), Some(fields)) =
                (arguments.optional_text("domain_id")?, input.as_object_mut())
            {
                fields.insert("domainId".to_owned(), Value::String(domain));
            }
            store_address(
                state,
                &session,
                execute(mailbox, Operation::AddAddress, json!({"input": input})).await?,
            )
            .await
        }
        "restore_address" => {
            let session = arguments.text("session_id")?;
            let input = json!({
                "sessionId": session,
                "mailAddress": arguments.text("address")?,
                "restoreKey": arguments.text("restore_key")?,
            });
            store_address(
                state,
                &session,
                execute(mailbox, Operation::RestoreAddress, json!({"input": input})).await?,
            )
            .await
        }
        "delete_address" => {
            let input = json!({"addressId": arguments.text("address_id")?});
            let deleted = execute(mailbox, Operation::DeleteAddress, json!({"input": input})).await?;
            Ok(ToolAnswer::Trusted(json!(deleted != Value::Bool(false))))
        }
        "save_attachment" => save_attachment(state, arguments).await,
        _ => Err(format!("Unknown tool: {name}")),
    }
}

/// Creates the result of a tool that waits for mail. The result is untrusted if a mail has arrived (`arrived` is `true`
/// in `fields`). If the wait timed out, the result contains no text from strangers and is trusted.
fn wait_answer(fields: Map<String, Value>) -> ToolAnswer {
    let arrived = fields.get("arrived") == Some(&Value::Bool(true));
    let value = Value::Object(fields);
    if arrived { ToolAnswer::Untrusted(value) } else { ToolAnswer::Trusted(value) }
}

async fn create_session(state: &McpContext, arguments: &Arguments) -> Result<ToolAnswer, String> {
    let mut input = json!({"withAddress": true});
    if let (Some(domain), Some(fields)) = (arguments.optional_text("domain_id")?, input.as_object_mut()) {
        fields.insert("domainId".to_owned(), Value::String(domain));
    }
    let reply = execute(&state.mailbox, Operation::CreateSession, json!({"input": input})).await?;
    let first = reply.pointer("/addresses/0").cloned().unwrap_or_default();
    let expires_at = reply.get("expiresAt").and_then(Value::as_str).and_then(|end| end.parse().ok());
    let session = Session {
        id: SessionId::new(text_field(&reply, "id")),
        expires_at: state.mailbox.local_time(expires_at.unwrap_or_else(|| state.clock.now())),
        addresses: parse_address(&first).into_iter().collect(),
    };
    // The session is stored before the result is sent to the assistant, so that the mailbox on the screen and
    // the command line list it too.
    if let Some(error) = state.mailbox.adopt_session(&session).await {
        tracing::warn!(%error, "a session could not be kept");
    }
    let field = |object: &Value, name: &str| object.get(name).cloned().unwrap_or_default();
    Ok(ToolAnswer::Trusted(json!({
        "session_id": field(&reply, "id"),
        "expires_at": field(&reply, "expiresAt"),
        "address": field(&first, "address"),
        "address_id": field(&first, "id"),
        "restore_key": field(&first, "restoreKey"),
    })))
}

fn text_field(object: &Value, name: &str) -> String {
    object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn parse_address(reply: &Value) -> Option<Address> {
    reply.get("address").and_then(Value::as_str).map(|address| Address {
        id: AddressId::new(text_field(reply, "id")),
        address: address.into(),
        restore_key: RestoreKey::new(text_field(reply, "restoreKey")),
    })
}

/// Stores the new or restored address from `reply`, with its restore key, as an address of `session`. Returns `reply`
/// as the result for the AI assistant even if the address cannot be stored; that error is only logged.
async fn store_address(state: &McpContext, session: &str, reply: Value) -> Result<ToolAnswer, String> {
    if let Some(address) = parse_address(&reply) {
        let saved = state.mailbox.adopt_address(&SessionId::new(session), address).await;
        if let Some(error) = saved {
            tracing::warn!(%error, "an address could not be kept");
        }
    }
    Ok(ToolAnswer::Trusted(reply))
}

/// The AI assistant's criteria for selecting mails in a session.
#[derive(Default)]
pub(super) struct InboxSelection {
    /// Selects only mails that were received after the mail with this id; `None` selects mails of any age.
    after: Option<String>,
    /// Selects only mails that were sent to this address; `None` selects mails to any address.
    to: Option<String>,
    /// Maximum number of selected mails; `None` selects all mails that the service returns.
    limit: Option<usize>,
}

impl InboxSelection {
    /// Returns `true` if `reply`, a mail in the service's response, was sent to the selected address, or if no address
    /// is selected.
    fn accepts(&self, reply: &Value) -> bool {
        self.to.as_ref().is_none_or(|to| text_field(reply, "toAddr").eq_ignore_ascii_case(to))
    }
}

/// Returns the selected mails in a session, newest first, with their codes and links. Returns an error message if the
/// request fails.
pub(super) async fn read_inbox(
    state: &McpContext,
    session: &str,
    selection: &InboxSelection,
) -> Result<Value, String> {
    let variables = json!({"id": session, "mailId": selection.after});
    let mut reply = execute(&state.mailbox, Operation::GetInbox, variables).await?;
    let mails = reply.get_mut("mailsAfterId").map(Value::take).unwrap_or_default();
    let mails = match mails {
        Value::Array(mails) => mails,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Vec::new(),
    };
    let mut entries = Vec::new();
    let mut taken_in = false;
    let accepted = mails.into_iter().filter(|reply| selection.accepts(reply));
    for mut reply in accepted.take(selection.limit.unwrap_or(usize::MAX)) {
        let id = MailId::new(text_field(&reply, "id"));
        let mut loaded = state.mailbox.load(&id).await;
        if loaded.is_err() && !taken_in {
            taken_in = true;
            // The query downloads only the mails that are not stored yet.
            drop(state.mailbox.touch(&SessionId::new(session), None).await);
            loaded = state.mailbox.load(&id).await;
        }
        let loaded = loaded.ok();
        mail::remove_hidden_text(&mut reply, loaded.as_ref().map(|loaded| (&*loaded.mail, &*loaded.raw)));
        let mut fields = mail::to_preview(reply);
        let found = loaded.as_ref().map(|loaded| loaded.mail.as_ref());
        mail::add_findings(&mut fields, found);
        mail::add_parts(&mut fields, found);
        entries.push(Value::Object(fields));
    }
    Ok(Value::Array(entries))
}

async fn read_email(state: &McpContext, arguments: &Arguments) -> Result<ToolAnswer, String> {
    let id = arguments.text("mail_id")?;
    let variables = json!({"id": id, "includeSanitizedHtml": arguments.flag("include_html")?});
    let mut reply = execute(&state.mailbox, Operation::ReadEmail, variables).await?;
    let loaded = state.mailbox.load_or_fetch(&MailId::new(id)).await.ok();
    let found = loaded.as_ref().map(|loaded| loaded.mail.as_ref());
    mail::remove_hidden_text(&mut reply, loaded.as_ref().map(|loaded| (&*loaded.mail, &*loaded.raw)));
    let Value::Object(mut fields) = reply else { return Err("'node' is not a mail".to_owned()) };
    mail::add_findings(&mut fields, found);
    mail::add_parts(&mut fields, found);
    Ok(ToolAnswer::Untrusted(Value::Object(fields)))
}

async fn save_attachment(state: &McpContext, arguments: &Arguments) -> Result<ToolAnswer, String> {
    let id = MailId::new(arguments.text("mail_id")?);
    let (number, name) = (arguments.number("part")?, arguments.optional_text("name")?);
    let loaded = state.mailbox.load_or_fetch(&id).await.map_err(|error| error.to_string())?;
    let parts: Vec<_> = loaded
        .mail
        .attachments
        .iter()
        .filter(|part| number.is_none_or(|number| part.part == number))
        .filter(|part| name.as_ref().is_none_or(|name| part.name.as_str() == name))
        .cloned()
        .collect();
    if parts.is_empty() {
        return Err("the mail has no such attachment; `parts` of read_email lists its attachments".to_owned());
    }
    let mut saved = Vec::new();
    for part in parts {
        let (files, raw, at) = (Arc::clone(&state.files), loaded.raw.clone(), part.part);
        let file = part.name.clone();
        let written = tokio::task::spawn_blocking(move || {
            let content = mime::attachment_bytes(&raw, at).ok_or("the attachment cannot be decoded")?;
            files.save(&file, &content).map_err(|why| why.to_string())
        });
        let path = written.await.map_err(|why| why.to_string())??;
        saved.push(json!({
            "path": path.display().to_string(),
            "part": part.part,
            "name": part.name.as_str(),
            "mime": part.mime.as_str(),
            "size": part.size,
        }));
    }
    Ok(ToolAnswer::Untrusted(json!({"saved": saved})))
}
