//! The state with which the owner of a data folder serves the other processes.

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

/// The state that the connections of the other processes share.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) identity: Identity,
    pub(super) mailbox: Mailbox,
    /// Sends requests to the service.
    pub(super) direct: Arc<dyn DropMailApi>,
    pub(super) hub: Arc<Hub>,
    /// Receives the events of the other processes for the window of this one.
    pub(super) events: UnboundedSender<InstanceEvent>,
    pub(super) lock: Arc<dyn InstanceLock>,
}

impl Served {
    /// Passes a change on to the other processes and to the window of the owner.
    pub(super) fn changed(&self, change: SharedChange, from: u64) {
        self.tell_window(InstanceEvent::Changed(change.clone()));
        self.hub.changed(change, Some(from));
    }

    /// Sends an event to the window of the owner.
    pub(super) fn tell_window(&self, event: InstanceEvent) {
        // The window is ending if nothing receives the event.
        drop(self.events.send(event));
    }

    /// Returns how far the local clock is ahead of the clock of the service, in milliseconds.
    pub(super) fn clock_lead(&self) -> i64 {
        let moment = Timestamp::UNIX_EPOCH;
        self.direct.local_time(moment).as_millisecond() - moment.as_millisecond()
    }
}
