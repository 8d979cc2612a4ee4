//! The state that the process that owns a data directory needs in order to serve the other processes.

use super::hub::Hub;
use super::protocol::Identity;
use crate::domain::sharing::SharedChange;
use crate::domain::time::Timestamp;
use crate::ports::dropmail_api::DropMailApi;
use crate::ports::instance::InstanceEvent;
use crate::ports::instance_lock::InstanceLock;
use crate::service::Mailbox;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// The state shared by all connections from other processes.
#[derive(Debug)]
pub(super) struct OwnerState {
    pub(super) identity: Identity,
    pub(super) mailbox: Mailbox,
    /// The API client that sends requests directly to the service.
    pub(super) direct: Arc<dyn DropMailApi>,
    pub(super) hub: Arc<Hub>,
    /// The channel that carries events from other processes to the window of this process.
    pub(super) events: UnboundedSender<InstanceEvent>,
    pub(super) lock: Arc<dyn InstanceLock>,
}

impl OwnerState {
    /// Notifies the window of this process and all other processes of a change, except the process that reported it
    /// over the connection with the number `from`.
    pub(super) fn report_change(&self, change: SharedChange, from: u64) {
        self.send_to_window(InstanceEvent::Changed(change.clone()));
        self.hub.report_change(change, Some(from));
    }

    /// Sends an event to the window of this process.
    pub(super) fn send_to_window(&self, event: InstanceEvent) {
        // If there is no receiver, the window is being closed.
        drop(self.events.send(event));
    }

    /// Returns the number of milliseconds by which the local clock is ahead of the service's clock; negative if the
    /// local clock is behind.
    pub(super) fn clock_offset(&self) -> i64 {
        let moment = Timestamp::UNIX_EPOCH;
        self.direct.local_time(moment).as_millisecond() - moment.as_millisecond()
    }
}
