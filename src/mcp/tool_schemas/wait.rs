//! Defines the MCP tools that wait for mail: their names, descriptions and JSON schemas.

use super::super::wait;
use super::{ToolClass, confidence, extend, object, optional_text, preview, session, text, tool};
use mail_codes::LinkKind;
use rmcp::model::{JsonObject, Tool};
use serde_json::{Value, json};

/// Returns the JSON schema properties for the arguments of the tools that wait for mail.
fn wait_arguments() -> Value {
    json!({
        "session_id": session(),
        "after_id": optional_text("Only mails received after this mail id. Pass the id of the last mail seen."),
        "timeout": {
            "type": "number", "default": wait::DEFAULT_TIMEOUT_SECONDS,
            "description": "Maximum seconds to wait. Best omitted: call again after a timeout. More than 50 \
                            counts only if the client asked for progress reports.",
        },
        "to": optional_text("Only mails to this address, if the session has more than one."),
        "from": optional_text("Only mails whose From name, From address or envelope sender contains this text; case \
                          is ignored. A sender can forge all three."),
        "subject": optional_text("Only mails whose subject contains this text; case is ignored."),
        "since": optional_text("Only mails received since this time: RFC 3339, or how long ago, such as 10m."),
    })
}

/// Returns the JSON schema for the result of the tools that wait for mail.
fn wait_result() -> JsonObject {
    let mut fields = preview();
    let link = object(json!({
        "value": text(), "kind": text(), "confidence": confidence(), "reason": text(),
        "warnings": {
            "type": "array", "items": text(),
            "description": "What is suspicious about the link. An empty list does not mean that it is safe.",
        },
    }));
    let more = json!({
        "arrived": {"type": "boolean"}, "reason": text(), "message": text(), "code": text(),
        "link": link, "call_again_with": {"type": "object"},
    });
    extend(&mut fields, more);
    let mut schema = object(fields);
    schema.insert("required".to_owned(), json!(["arrived"]));
    schema
}

/// Returns the definitions of the MCP tools that wait for mail.
pub(super) fn all() -> Vec<Tool> {
    let mut with_kind = wait_arguments();
    let kinds: Vec<&str> = LinkKind::ALL.iter().map(|kind| kind.as_str()).chain(["any"]).collect();
    let kind = json!({
        "type": ["string", "null"], "default": null, "enum": kinds,
        "description": "Only a link of this kind. Omitted or any: the link that stands out most. A link that the \
                        program takes for another kind is skipped: after a second timeout call without kind.",
    });
    extend(&mut with_kind, json!({"kind": kind}));
    vec![
        tool(
            ("wait_for_email", "Wait for mail", ToolClass::Reads),
            "Wait until a mail arrives in the session. Returns it as get_inbox does, plus {\"arrived\": \
             true}. Without after_id the first mail of the session counts as well; pass the id of the last \
             mail seen to wait for a new one. If nothing comes within 50 seconds, returns {\"arrived\": false, \
             \"reason\": \"timeout\"} and in call_again_with the arguments for the next call. That is not an \
             error: call again as often as needed, no mail is missed between two calls. Several waits can run \
             at once. The session stays alive meanwhile. Costs no more than one connection.",
            wait_arguments(),
            &["session_id"],
            wait_result(),
        ),
        tool(
            ("wait_for_code", "Wait for a code", ToolClass::Reads),
            "Wait until a mail arrives that contains a code to type (one-time password, PIN, verification \
             code), ignoring mails without one. Returns the mail as wait_for_email does, plus the best code in \
             code, as the user has to type it. If a newer code of the same sender to the same address is there already, \
             returns the mail with that one. After a timeout call again, as with wait_for_email.",
            wait_arguments(),
            &["session_id"],
            wait_result(),
        ),
        tool(
            ("wait_for_link", "Wait for a link", ToolClass::Reads),
            "Wait until a mail arrives with a link to follow (verification, sign-in, password reset, \
             invitation), ignoring mails without one. Returns the mail as wait_for_email does, plus the best \
             link in link: value (the URL), kind and warnings. The tool never opens the link; a person should look \
             at its host first. After a timeout call again, as with wait_for_email.",
            with_kind,
            &["session_id"],
            wait_result(),
        ),
    ]
}
