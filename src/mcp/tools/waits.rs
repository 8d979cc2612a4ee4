//! The MCP tools that wait for mail, with their descriptions and schemas.

use super::super::wait;
use super::{Effect, extend, object, optional, preview, session, text, tool};
use rmcp::model::{JsonObject, Tool};
use serde_json::{Value, json};

/// The arguments of a tool that waits for mail.
fn waits() -> Value {
    json!({
        "session_id": session(),
        "after_id": optional("Only mails received after this mail id. Pass the id of the last mail seen."),
        "timeout": {
            "type": "number", "default": wait::DEFAULT_TIMEOUT_SECONDS,
            "description": "Maximum seconds to wait. More than 50 counts only if the client reads progress reports.",
        },
        "to": optional("Only mails to this address, if the session has more than one."),
        "from": optional("Only mails whose sender's name or address contains this text."),
        "subject": optional("Only mails whose subject contains this text."),
        "since": optional("Only mails received since this time: RFC 3339, or how long ago, such as 10m."),
    })
}

/// The result of a tool that waits for mail.
fn arrival() -> JsonObject {
    let mut fields = preview();
    let more = json!({
        "arrived": {"type": "boolean"}, "reason": text(), "message": text(), "code": text(),
        "link": {"type": "object"}, "call_again_with": {"type": "object"},
    });
    extend(&mut fields, more);
    let mut schema = object(fields);
    schema.insert("required".to_owned(), json!(["arrived"]));
    schema
}

/// Lists the tools that wait.
pub(super) fn tools() -> Vec<Tool> {
    let mut with_kind = waits();
    let kinds = "Kind of link: verify (confirm an address), sign-in, reset (a password), invite, download, \
                 action, unsubscribe or other. Any link that stands out if omitted.";
    extend(&mut with_kind, json!({"kind": optional(kinds)}));
    vec![
        tool(
            ("wait_for_email", "Wait for mail", Effect::Asks),
            "Wait until a mail arrives in the session. Returns it as get_inbox does, plus {\"arrived\": \
             true}. Without after_id the first mail of the session counts as well; pass the id of the last \
             mail seen to wait for a new one. If nothing comes within 50 seconds, returns {\"arrived\": false, \
             \"reason\": \"timeout\"} and in call_again_with the arguments for the next call. That is not an \
             error: call again as often as needed, no mail is missed between two calls. Several waits can run \
             at once. The session stays alive meanwhile. Costs no more than one connection.",
            waits(),
            &["session_id"],
            arrival(),
        ),
        tool(
            ("wait_for_code", "Wait for a code", Effect::Asks),
            "Wait until a mail arrives that contains a code to type (one-time password, PIN, verification \
             code), ignoring mails without one. Returns the mail as wait_for_email does, plus the best code in \
             code. After a timeout call again, as with wait_for_email.",
            waits(),
            &["session_id"],
            arrival(),
        ),
        tool(
            ("wait_for_link", "Wait for a link", Effect::Asks),
            "Wait until a mail arrives with a link to follow (verification, sign-in, password reset, \
             invitation), ignoring mails without one. Returns the mail as wait_for_email does, plus the best \
             link in link: value (the URL), kind and warnings. The link is never opened; a person should look \
             at its host first. After a timeout call again, as with wait_for_email.",
            with_kind,
            &["session_id"],
            arrival(),
        ),
    ]
}
