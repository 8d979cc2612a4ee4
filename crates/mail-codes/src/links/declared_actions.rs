//! Reads the actions that a mail declares for mail clients, in JSON-LD or microdata with the schema.org
//! vocabulary.

use crate::LinkKind;
use mail_reader::html::flow::Flow;
use mail_reader::link_url::address;
use serde_json::Value;

/// Maximum nesting depth to which a JSON-LD document is searched for actions; deeper values are ignored.
const MAX_DEPTH: usize = 12;
/// Maximum number of declared actions that are read from a mail; later ones are ignored.
const MAX_ACTIONS: usize = 20;

/// A URL for which the mail declares an action, and the purpose of that action. The purpose is `None` if the type of
/// the action does not determine it.
pub(super) struct DeclaredAction {
    pub(super) url: String,
    pub(super) kind: Option<LinkKind>,
}

/// Returns all actions that the mail declares, in order and without duplicate URLs.
pub(super) fn actions(flow: &Flow) -> Vec<DeclaredAction> {
    let mut found = Vec::new();
    for json in &flow.json_ld {
        if let Ok(value) = serde_json::from_str::<Value>(json) {
            search(&value, MAX_DEPTH, &mut found);
        }
    }
    for href in flow.actions.iter().take(MAX_ACTIONS) {
        if let Some(url) = address(href, flow.base.as_deref())
            && !found.iter().any(|action| action.url == url)
        {
            found.push(DeclaredAction { url, kind: None });
        }
    }
    found
}

fn search(value: &Value, depth: usize, found: &mut Vec<DeclaredAction>) {
    if depth == 0 || found.len() >= MAX_ACTIONS {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| search(item, depth - 1, found)),
        Value::Object(fields) => {
            let name = fields.get("@type").and_then(Value::as_str).unwrap_or_default();
            if ACTIONS.contains(&name) {
                let target = ["url", "target"].iter().filter_map(|name| fields.get(*name)).find_map(target);
                let handler =
                    fields.get("handler").and_then(|handler| handler.get("url")).and_then(target_text);
                if let Some(url) = handler.or(target).and_then(|url| address(&url, None)) {
                    match found.iter_mut().find(|action| action.url == url) {
                        Some(known) => known.kind = kind(name),
                        None => found.push(DeclaredAction { url, kind: kind(name) }),
                    }
                }
            }
            fields.values().for_each(|inner| search(inner, depth - 1, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schema.org action types that a mail can ask the user to perform; other types are ignored.
const ACTIONS: [&str; 6] =
    ["ConfirmAction", "SaveAction", "SubscribeAction", "RsvpAction", "ViewAction", "TrackAction"];

/// Returns the link purpose for a schema.org action type; `None` if no purpose can be derived from the type.
fn kind(name: &str) -> Option<LinkKind> {
    match name {
        "ConfirmAction" | "SaveAction" | "SubscribeAction" => Some(LinkKind::Verify),
        "RsvpAction" => Some(LinkKind::Invite),
        "TrackAction" => Some(LinkKind::Track),
        _ => None,
    }
}

fn target(value: &Value) -> Option<String> {
    target_text(value).or_else(|| value.get("urlTemplate").and_then(target_text))
}

fn target_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
