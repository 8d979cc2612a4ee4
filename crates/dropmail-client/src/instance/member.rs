//! Determines the role of this process among the processes that use the same data directory. If the directory's lock
//! is free, a program window acquires it; otherwise, the window connects to the process that owns the directory. When
//! that process exits or hangs, the window takes over.

mod window;

use super::client::{ConnectError, OwnerConnection};
use super::hub::Hub;
use super::protocol::Identity;
use crate::domain::mail::Envelope;
use crate::domain::service_status::ServiceStatus;
use crate::domain::sharing::{Ownership, SharedChange};
use crate::ports::dropmail_api::DropMailApi;
use crate::ports::instance::{Instance, InstanceEvent};
use crate::ports::instance_lock::InstanceLock;
use crate::ports::{BoxFuture, BoxStream};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// Maximum time that a request waits for this process to connect to the process that owns the data directory, or to
/// become the owner itself. If the time expires first, the request is sent directly to the service, or fails if this
/// process has no token.
const SEEK_TIMEOUT: Duration = Duration::from_secs(10);

/// The role of this process among the processes that use the same data directory.
#[derive(Clone)]
pub(super) enum InstanceRole {
    /// This process owns the data directory. It sends its own requests and those of the other processes to the service.
    Owner,
    /// This process sends its requests via the process that owns the data directory.
    ViaOwner(Arc<OwnerConnection>),
    /// This process can only read the archive, because it can neither acquire the data directory's lock nor send
    /// requests to the process that owns the directory.
    ReadOnly,
    /// This process is connecting to the process that owns the data directory, or is becoming the owner itself.
    Seeking,
    /// This process runs a command and sends its requests directly to the service. Either no process owns the data
    /// directory, or the owner does not reply or does not accept requests from this process.
    Alone,
}

impl std::fmt::Debug for InstanceRole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner => "Owner",
            Self::ViaOwner(_) => "ViaOwner",
            Self::ReadOnly => "ReadOnly",
            Self::Seeking => "Seeking",
            Self::Alone => "Alone",
        })
    }
}

/// Represents this process among the processes that use the same data directory: its role, and its connection to the
/// other processes.
#[derive(Debug)]
pub struct Member {
    folder: PathBuf,
    identity: Identity,
    /// The lock on the data directory; `None` for a command, which never acquires the lock.
    lock: Option<Arc<dyn InstanceLock>>,
    role: watch::Sender<InstanceRole>,
    hub: Arc<Hub>,
    events: UnboundedSender<InstanceEvent>,
    received: Mutex<Option<UnboundedReceiver<InstanceEvent>>>,
}

impl Member {
    fn new(folder: PathBuf, identity: Identity, lock: Option<Arc<dyn InstanceLock>>) -> Self {
        let (events, received) = unbounded_channel();
        Self {
            folder,
            identity,
            lock,
            role: watch::Sender::new(InstanceRole::Seeking),
            hub: Arc::default(),
            events,
            received: Mutex::new(Some(received)),
        }
    }

    /// Creates the [`Member`] for a process that runs a command. If another process owns the data directory and accepts
    /// requests from the command, the command sends its requests via that process; otherwise, directly to the service.
    pub async fn for_command(folder: PathBuf, identity: Identity) -> Arc<Self> {
        let member = Self::new(folder, identity, None);
        let role = match OwnerConnection::connect(&member.folder, &member.identity).await {
            Ok(owner) => InstanceRole::ViaOwner(owner),
            Err(ConnectError::NoOwner) => InstanceRole::Alone,
            Err(ConnectError::Silent) => {
                tracing::info!("the mailbox on the screen does not answer; the requests go to the service");
                InstanceRole::Alone
            }
            Err(ConnectError::Refused(why)) => {
                tracing::info!(%why, "the mailbox on the screen takes no requests; they go to the service");
                InstanceRole::Alone
            }
        };
        member.role.send_replace(role);
        Arc::new(member)
    }

    /// Returns whether this process sends its requests via the process that owns the data directory.
    pub fn sends_via_owner(&self) -> bool {
        matches!(*self.role.borrow(), InstanceRole::ViaOwner(_))
    }

    /// Returns the current role of this process among the processes that use the data directory.
    pub(super) fn role(&self) -> InstanceRole {
        self.role.borrow().clone()
    }

    /// Returns the role of this process. If this process is still looking for the process that owns the data directory,
    /// waits for the result first.
    pub(super) async fn await_role(&self) -> InstanceRole {
        let is_settled = |role: &InstanceRole| match role {
            InstanceRole::Owner | InstanceRole::ReadOnly | InstanceRole::Alone => true,
            // A command whose connection has ended does not look for another owner.
            InstanceRole::ViaOwner(owner) => self.lock.is_none() || !owner.is_closed(),
            InstanceRole::Seeking => false,
        };
        let mut role = self.role.subscribe();
        let settled = tokio::time::timeout(SEEK_TIMEOUT, role.wait_for(is_settled)).await;
        match settled {
            Ok(Ok(role)) => role.clone(),
            _ => self.role(),
        }
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Waits until this process no longer owns the data directory.
    pub(super) fn await_not_owned(&self) -> BoxFuture<'static, ()> {
        let mut role = self.role.subscribe();
        Box::pin(async move { drop(role.wait_for(|role| !matches!(role, InstanceRole::Owner)).await) })
    }

    /// Returns a stream of the service's status, as determined by this process or reported by the process that owns the
    /// data directory.
    pub(super) fn service_status(&self, direct: &Arc<dyn DropMailApi>) -> BoxStream<'static, ServiceStatus> {
        let (direct, role) = (Arc::clone(direct), self.role.subscribe());
        let by_role = unfold((role, true), move |(mut role, is_first)| {
            let direct = Arc::clone(&direct);
            async move {
                if !is_first {
                    role.changed().await.ok()?;
                }
                let now = role.borrow_and_update().clone();
                let mut changes = role.clone();
                let statuses: BoxStream<'static, ServiceStatus> = match now {
                    InstanceRole::ViaOwner(owner) => {
                        let status = owner.status();
                        unfold((status, true), |(mut status, is_first)| async move {
                            if !is_first {
                                status.changed().await.ok()?;
                            }
                            let now = status.borrow_and_update().clone();
                            Some((now, (status, false)))
                        })
                        .chain(futures_util::stream::pending())
                        .boxed()
                    }
                    InstanceRole::Owner
                    | InstanceRole::ReadOnly
                    | InstanceRole::Seeking
                    | InstanceRole::Alone => direct.service_status(),
                };
                let end = async move { drop(changes.changed().await) };
                Some((statuses.take_until(Box::pin(end)), (role, false)))
            }
        });
        by_role.flatten().boxed()
    }
}

impl Instance for Member {
    fn ownership(&self) -> Ownership {
        match *self.role.borrow() {
            InstanceRole::Owner | InstanceRole::Alone => Ownership::Owner,
            InstanceRole::ViaOwner(_) | InstanceRole::Seeking => Ownership::ViaOwner,
            InstanceRole::ReadOnly => Ownership::ReadOnly,
        }
    }

    fn events(&self) -> BoxStream<'static, InstanceEvent> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner).take();
        match received {
            Some(received) => {
                unfold(received, |mut received| async move { Some((received.recv().await?, received)) })
                    .boxed()
            }
            None => futures_util::stream::empty().boxed(),
        }
    }

    fn share(&self, change: SharedChange) {
        match self.role() {
            InstanceRole::Owner => self.hub.report_change(change, None),
            InstanceRole::ViaOwner(owner) => owner.change(&change),
            // No other process is connected, or the next owner of the data directory reads the archive anyway.
            InstanceRole::ReadOnly | InstanceRole::Seeking | InstanceRole::Alone => {}
        }
    }

    fn report_stored(&self, envelope: &Envelope) {
        if matches!(*self.role.borrow(), InstanceRole::Owner) {
            self.hub.report_stored(envelope);
        }
    }

    fn await_ownership(&self) -> BoxFuture<'static, ()> {
        let mut role = self.role.subscribe();
        Box::pin(async move { drop(role.wait_for(|role| matches!(role, InstanceRole::Owner)).await) })
    }

    fn flush(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let InstanceRole::ViaOwner(owner) = self.role() {
                owner.flush().await;
            }
        })
    }

    fn archive_writes(&self) -> Option<BoxStream<'static, ()>> {
        self.lock.as_ref().and_then(|lock| lock.events())
    }
}
