//! Notifies the core of events from other processes that use the data directory.

use super::effects::RuntimeEvent;
use crate::app::msg::Msg;
use dropmail_client::domain::sharing::SharedChange;
use dropmail_client::ports::BoxStream;
use dropmail_client::ports::instance::InstanceEvent;
use futures_util::{FutureExt, StreamExt};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;

/// Debounce time for rereading the archive after a change by another process. Several changes within this time cause
/// only one read.
const READ_DEBOUNCE: Duration = Duration::from_millis(10);

/// Passes the events from other processes to the core until the stream ends. Merges archive changes in quick succession
/// into a single message.
pub(super) async fn run(
    mut events: BoxStream<'static, InstanceEvent>,
    sender: UnboundedSender<RuntimeEvent>,
) {
    while let Some(event) = events.next().await {
        let mut event = Some(event);
        let mut is_archive_changed = false;
        while let Some(next) = event.take() {
            match next {
                InstanceEvent::Changed(SharedChange::Archive) => {
                    if !is_archive_changed {
                        sleep(READ_DEBOUNCE).await;
                    }
                    is_archive_changed = true;
                }
                InstanceEvent::Changed(SharedChange::Settings) => drop(sender.send(RuntimeEvent::Settings)),
                InstanceEvent::Changed(change) => drop(sender.send(RuntimeEvent::Msg(Msg::Shared(change)))),
                InstanceEvent::Ownership(ownership) => {
                    drop(sender.send(RuntimeEvent::Msg(Msg::OwnershipChanged(ownership))));
                }
                InstanceEvent::Mail(mail) => drop(sender.send(RuntimeEvent::Msg(Msg::MailFound(mail)))),
                InstanceEvent::Check(check) => drop(sender.send(RuntimeEvent::Check(check))),
            }
            event = events.next().now_or_never().flatten();
        }
        if is_archive_changed {
            drop(sender.send(RuntimeEvent::Msg(Msg::ArchiveChanged)));
        }
    }
}
