//! Defines the MCP tools: their names, descriptions and JSON schemas, which the AI assistant reads.

mod wait;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::sync::Arc;

/// How an MCP tool accesses data: by reading, creating or deleting it. The server reports this to the client in the
/// tool's annotations.
#[derive(Clone, Copy)]
enum ToolClass {
    Reads,
    Creates,
    Deletes,
}

/// Returns the definitions of all MCP tools.
pub(super) fn all() -> Vec<Tool> {
    [session_tools(), address_tools(), mail_tools(), wait::all(), single_mail_tools()].concat()
}

fn session_tools() -> Vec<Tool> {
    vec![
        tool(
            ("list_domains", "List domains", ToolClass::Reads),
            "List all email domains available for creating temporary addresses. Returns each domain's id \
             (for create_session / add_address), name and availableVia interfaces. Changes nothing.",
            json!({}),
            &[],
            list(json!({"id": text(), "name": text(), "availableVia": {"type": ["array", "null"]}})),
        ),
        tool(
            ("create_session", "New address", ToolClass::Creates),
            "Create a new DropMail session with one temporary email address. Returns session_id (needed \
             for all later calls), the address, restore_key (brings the address back later) and the \
             expiry time, ten minutes after the last access, which every call extends. Keep restore_key, the \
             only way to bring the address back; it is a secret. For a further address of the same session use \
             add_address. Needs no account and costs nothing; the service may limit how many are made.",
            json!({"domain_id": optional_text("Domain id from list_domains. Random if omitted.")}),
            &[],
            object(json!({
                "session_id": text(), "expires_at": text(), "address": nullable_text(), "address_id": nullable_text(),
                "restore_key": nullable_text(),
            })),
        ),
        tool(
            ("get_session", "Session", ToolClass::Reads),
            "Get session metadata: active addresses, total mail count, and expiry. Use get_inbox for the \
             mails themselves. Fails if the session has lapsed; restore_address then brings an address back.",
            json!({"session_id": session()}),
            &["session_id"],
            object(json!({
                "id": text(), "expiresAt": text(), "mailsCount": {"type": ["integer", "null"]},
                "addresses": {"type": ["array", "null"]},
            })),
        ),
    ]
}

fn address_tools() -> Vec<Tool> {
    let address = json!({"id": text(), "address": text(), "restoreKey": text()});
    let keys = "The latest restore key of the address, from create_session, add_address or restore_address.";
    vec![
        tool(
            ("add_address", "Add an address", ToolClass::Creates),
            "Add another temporary email address to a session. All addresses of a session share one inbox; \
             the argument to of the wait_for tools tells them apart.",
            json!({
                "session_id": session(),
                "domain_id": optional_text("Domain id from list_domains. Random if omitted."),
            }),
            &["session_id"],
            object(address.clone()),
        ),
        tool(
            ("restore_address", "Restore an address", ToolClass::Creates),
            "Restore an earlier or deleted address into a live session: its own, or another one \
             (create_session makes one). The key changes: use the new restoreKey from the result next time. \
             Mails that the address received in another session do not come back.",
            json!({
                "session_id": required_text("Session to restore the address into."),
                "address": required_text("The address (login@domain)."),
                "restore_key": required_text(keys),
            }),
            &["session_id", "address", "restore_key"],
            object(address),
        ),
        tool(
            ("delete_address", "Delete an address", ToolClass::Deletes),
            "Remove an address from its session. The session lives on, even without an address, and mails already \
             received stay. Returns true. restore_address brings the address back with its latest restore key.",
            json!({"address_id": required_text("Address id from create_session, add_address or get_session.")}),
            &["address_id"],
            object(json!({"result": {"type": "boolean"}})),
        ),
    ]
}

fn mail_tools() -> Vec<Tool> {
    let limit = json!({
        "type": ["integer", "null"], "default": null, "minimum": 1,
        "description": "Return at most this number of mails, the newest. 100 if omitted.",
    });
    let arguments = json!({
        "session_id": session(),
        "after_id": optional_text("Only mails received after this mail id. Pass the id of the last mail seen."),
        "to": optional_text("Only mails to this address, if the session has more than one."),
        "limit": limit,
    });
    vec![tool(
        ("get_inbox", "Inbox", ToolClass::Reads),
        "List mails of the session, newest first (up to 100): id, receivedAt, fromAddr, headerFrom, \
             headerSubject, toAddr, rawSize, textPreview (first 1024 characters), parts (the attachments), codes \
             and links found in it. A mail takes 500 characters or more: use limit if few are needed. Returns \
             at once, with an empty list if nothing came; use a wait_for tool to wait. Use read_email for the \
             full content. Changes nothing except that the session lives ten minutes longer.",
        arguments,
        &["session_id"],
        list(preview()),
    )]
}

fn single_mail_tools() -> Vec<Tool> {
    let saved = list_of(json!({
        "path": text(), "part": integer(), "name": text(), "mime": text(), "size": integer(),
    }));
    vec![
        tool(
            ("read_email", "Read a mail", ToolClass::Reads),
            "Fetch the full content of a mail: text, attachments (as the service lists them), parts (the same \
             attachments with the numbers that save_attachment takes), codes and links found in it. Links of an HTML-only mail are in text as Markdown \
             (textSource=HTML). The text can be long, up to the size of the mail. The download addresses are \
             secrets: anyone who has one can read the mail. Changes nothing and loads nothing from elsewhere.",
            json!({
                "mail_id": required_text("Mail id from get_inbox or a wait_for tool."),
                "include_html": {
                    "type": "boolean", "default": false,
                    "description": "Include sanitizedHtml inline (can be large).",
                },
            }),
            &["mail_id"],
            object(whole()),
        ),
        tool(
            ("save_attachment", "Save attachments", ToolClass::Creates),
            "Save attachments of a mail into the user's download folder, without overwriting existing files. \
             Without part and name, saves all of them. Returns their paths; the folder is the user's, the file name \
             is from the mail. Fails if the mail has no such \
             attachment. Does not open the files; they come from strangers.",
            json!({
                "mail_id": required_text("Mail id from get_inbox or a wait_for tool."),
                "part": {"type": ["integer", "null"], "default": null, "description": "Only the attachment with this number in the mail's parts."},
                "name": optional_text("Only attachments with this name in the mail's parts."),
            }),
            &["mail_id"],
            object(json!({"saved": saved})),
        ),
    ]
}

fn preview() -> Value {
    json!({
        "id": text(), "receivedAt": text(), "fromAddr": text(), "headerFrom": nullable_text(),
        "headerSubject": nullable_text(), "toAddr": text(), "rawSize": integer(), "textPreview": text(),
        "codes": found(), "links": found(),
        "parts": list_of(json!({"part": integer(), "name": text(), "mime": text(), "size": integer()})),
        "untrusted": {"type": "object", "description": "Which fields were written by strangers."},
    })
}

fn whole() -> Value {
    let mut fields = preview();
    extend(
        &mut fields,
        json!({
            "text": nullable_text(), "textSource": nullable_text(), "decodeStatus": text(), "hasHtml": {"type": ["boolean", "null"]},
            "sanitizedHtml": nullable_text(), "downloadSanitizedHtmlUrl": nullable_text(), "downloadUrl": text(),
            "attachments": {"type": ["array", "null"]},
        }),
    );
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("textPreview");
    }
    fields
}

fn found() -> Value {
    list_of(json!({"value": text(), "confidence": confidence(), "kind": text(), "reason": text()}))
}

fn confidence() -> Value {
    json!({
        "type": "number",
        "description": "Probability, from 0 to 1, that it is the one to use; below 0.5 it probably is not.",
    })
}

/// Returns the JSON schema for a list of objects with the given properties.
fn list_of(properties: Value) -> Value {
    json!({"type": "array", "items": object(properties)})
}

fn integer() -> Value {
    json!({"type": "integer"})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn nullable_text() -> Value {
    json!({"type": ["string", "null"]})
}

fn required_text(words: &str) -> Value {
    json!({"type": "string", "description": words})
}

fn session() -> Value {
    required_text("Session id returned by create_session.")
}

fn optional_text(words: &str) -> Value {
    json!({"type": ["string", "null"], "default": null, "description": words})
}

fn extend(object: &mut Value, more: Value) {
    if let (Some(fields), Value::Object(more)) = (object.as_object_mut(), more) {
        fields.extend(more);
    }
}

fn object(properties: Value) -> JsonObject {
    JsonObject::from_iter([
        ("type".to_owned(), Value::String("object".to_owned())),
        ("properties".to_owned(), properties),
    ])
}

/// Returns the JSON schema for a tool result that is a list of `item` objects. The list is in the `result` field of an
/// object, because structured output must be an object.
fn list(item: Value) -> JsonObject {
    let items = Value::Object(object(item));
    let mut schema = object(json!({"result": {"type": "array", "items": items}}));
    schema.insert("required".to_owned(), json!(["result"]));
    schema
}

fn tool(
    (name, title, class): (&'static str, &'static str, ToolClass),
    description: &'static str,
    properties: Value,
    required: &[&str],
    output: JsonObject,
) -> Tool {
    let mut input = object(properties);
    input.insert("required".to_owned(), json!(required));
    let annotations = ToolAnnotations::with_title(title)
        .read_only(matches!(class, ToolClass::Reads))
        .destructive(matches!(class, ToolClass::Deletes))
        .open_world(true);
    Tool::new(name, description, Arc::new(input))
        .with_title(title)
        .with_raw_output_schema(Arc::new(output))
        .with_annotations(annotations)
}
