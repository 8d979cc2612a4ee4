//! Actions that a mail states for machines: JSON-LD and microdata by the vocabulary of schema.org.

use super::address;
use crate::domain::extract::LinkKind;
use crate::domain::html::flow::Flow;
use serde_json::Value;

/// How deep a JSON document is searched.
const MAX_DEPTH: usize = 12;
/// How many actions are kept.
const MAX_ACTIONS: usize = 20;

/// An address that the mail states an action for; the kind where the action tells it.
pub(super) struct Action {
    pub(super) url: String,
    pub(super) kind: Option<LinkKind>,
}

/// All actions that the mail states, in their order, each address once.
pub(super) fn actions(flow: &Flow) -> Vec<Action> {
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
            found.push(Action { url, kind: None });
        }
    }
    found
}

fn search(value: &Value, depth: usize, found: &mut Vec<Action>) {
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
                        None => found.push(Action { url, kind: kind(name) }),
                    }
                }
            }
            fields.values().for_each(|inner| search(inner, depth - 1, found));
        }
        _ => {}
    }
}

/// Types of actions that a mail can ask for.
const ACTIONS: [&str; 6] =
    ["ConfirmAction", "SaveAction", "SubscribeAction", "RsvpAction", "ViewAction", "TrackAction"];

/// What an action is for, where its type tells.
fn kind(name: &str) -> Option<LinkKind> {
    match name {
        "ConfirmAction" | "SaveAction" | "SubscribeAction" => Some(LinkKind::Verify),
        "RsvpAction" => Some(LinkKind::Invite),
        _ => None,
    }
}

fn target(value: &Value) -> Option<String> {
    target_text(value).or_else(|| value.get("urlTemplate").and_then(target_text))
}

fn target_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
