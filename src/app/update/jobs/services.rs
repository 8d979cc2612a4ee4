//! Lists what runs all the time in the background: push connections, the renewal of sessions, and file watchers.

use crate::app::account::Account;
use crate::app::code_watch::CodeWatch;
use crate::app::connection::ConnectionState;
use crate::app::model::Model;
use crate::app::overlay::{Action, Item};
use crate::app::sessions::SessionEntry;
use dropmail_client::domain::push_transport::PushTransport;
use dropmail_client::domain::time::{format_age, format_remaining};
use mail_reader::sanitize::SafeText;

/// Returns a line for each connection, timer and watcher that runs as long as the program does. The user cannot stop
/// them.
pub(super) fn items(model: &Model) -> Vec<Item> {
    let connections = model.sessions.rows.iter().filter_map(|row| connection_item(model, row));
    let items = connections.chain(renewal_item(model));
    let settings = model.settings.file.clone().map(|path| item("settings file watch", path));
    let archive = (model.account == Account::ReadOnly)
        .then(|| item("archive watch", "another dropmail-tui writes to it"));
    let codes = (model.code_watch == CodeWatch::On)
        .then(|| item("code watch", "copies each new code as soon as it arrives"));
    items.chain(settings).chain(archive).chain(codes).collect()
}

fn item(label: impl Into<SafeText>, detail: impl Into<SafeText>) -> Item {
    Item { label: label.into(), detail: detail.into(), action: Action::Nothing }
}

/// Returns the line of a session's push connection; `None` if the session has no push connection.
fn connection_item(model: &Model, row: &SessionEntry) -> Option<Item> {
    let detail = match &row.connection {
        ConnectionState::Connecting { params } => {
            format!("{} · connecting", transport_name(params.transport))
        }
        ConnectionState::Up { params, since } => {
            format!("{} · for {}", transport_name(params.transport), format_age(*since, model.now))
        }
        ConnectionState::Waiting { why, .. } => format!("interrupted · {why}"),
        ConnectionState::Off => return None,
    };
    let name = model.sessions.labels.get(&row.session.id);
    let name = name.or_else(|| row.session.addresses.first().map(|address| &address.address));
    let whose = name.map_or_else(String::new, |name| format!(" · {name}"));
    Some(item("push connection", format!("{detail}{whose}")))
}

/// Returns the line of the renewal of the live sessions; `None` if no session is live.
fn renewal_item(model: &Model) -> Option<Item> {
    let live = || model.sessions.rows.iter().filter(|row| row.is_synced());
    let end = live().map(|row| row.session.expires_at).min()?;
    let whose = match live().count() {
        1 => String::new(),
        count => format!(" · {count} sessions"),
    };
    let left = format_remaining(end, model.now);
    Some(item("session renewal", format!("{left} left, each query extends it{whose}")))
}

fn transport_name(transport: PushTransport) -> &'static str {
    match transport {
        PushTransport::WebSocket => "WebSocket",
        PushTransport::Multipart => "multipart",
        PushTransport::LongPoll => "long-poll",
        PushTransport::Poll => "polling",
    }
}
