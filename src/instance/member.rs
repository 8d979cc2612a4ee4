//! The role of this process among the processes on one data folder, and how that role changes. A window takes
//! the lock if the lock is free, and otherwise connects to the owner. When the owner ends or hangs, the
//! window takes over.

mod window;

use super::client::{Link, LinkError};
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

/// Maximum time that a request waits while this process looks for an owner.
const SEEK_TIME: Duration = Duration::from_secs(10);

/// The role of a process on a data folder.
#[derive(Clone)]
pub(super) enum Role {
    /// The process uses the network, and the other processes send their requests over this process.
    Owner,
    /// The process sends its requests over the owner.
    Linked(Arc<Link>),
    /// The process only reads the archive, because the owner refuses its requests.
    Reader,
    /// The process is looking for an owner or becoming the owner.
    Seeking,
    /// The process is a command without an owner; it sends its requests itself.
    Alone,
}

impl std::fmt::Debug for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Owner => "Owner",
            Self::Linked(_) => "Linked",
            Self::Reader => "Reader",
            Self::Seeking => "Seeking",
            Self::Alone => "Alone",
        })
    }
}

/// This process as one of the processes on a data folder.
#[derive(Debug)]
pub struct Member {
    folder: PathBuf,
    identity: Identity,
    /// The lock of the data folder; `None` for a command, which never takes the lock.
    lock: Option<Arc<dyn InstanceLock>>,
    role: watch::Sender<Role>,
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
            role: watch::Sender::new(Role::Seeking),
            hub: Arc::default(),
            events,
            received: Mutex::new(Some(received)),
        }
    }

    /// Registers a command as one of the processes on a folder. The command sends its requests over the
    /// owner, if there is an owner.
    pub async fn command(folder: PathBuf, identity: Identity) -> Arc<Self> {
        let member = Self::new(folder, identity, None);
        let role = match Link::connect(&member.folder, &member.identity).await {
            Ok(link) => Role::Linked(link),
            Err(LinkError::NoOwner) => Role::Alone,
            Err(LinkError::Silent) => {
                tracing::info!("the mailbox on the screen does not answer; the requests go to the service");
                Role::Alone
            }
            Err(LinkError::Refused(why)) => {
                tracing::info!(%why, "the mailbox on the screen takes no requests; they go to the service");
                Role::Alone
            }
        };
        member.role.send_replace(role);
        Arc::new(member)
    }

    /// Returns the current role of this process.
    pub(super) fn role(&self) -> Role {
        self.role.borrow().clone()
    }

    /// Waits while this process looks for an owner, and returns the role of this process after that.
    pub(super) async fn settled_role(&self) -> Role {
        let is_settled = |role: &Role| match role {
            Role::Owner | Role::Reader | Role::Alone => true,
            // A command does not look for another owner.
            Role::Linked(link) => self.lock.is_none() || !link.is_closed(),
            Role::Seeking => false,
        };
        let mut role = self.role.subscribe();
        let settled = tokio::time::timeout(SEEK_TIME, role.wait_for(is_settled)).await;
        match settled {
            Ok(Ok(role)) => role.clone(),
            _ => self.role(),
        }
    }

    pub(super) fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// Waits until this process is no longer the owner.
    pub(super) fn not_owned(&self) -> BoxFuture<'static, ()> {
        let mut role = self.role.subscribe();
        Box::pin(async move { drop(role.wait_for(|role| !matches!(role, Role::Owner)).await) })
    }

    /// Yields the status of the service as this process knows it, or as the owner reports it.
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
                    Role::Linked(link) => {
                        let status = link.status();
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
                    Role::Owner | Role::Reader | Role::Seeking | Role::Alone => direct.service_status(),
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
            Role::Owner | Role::Alone => Ownership::Owner,
            Role::Linked(_) | Role::Seeking => Ownership::Linked,
            Role::Reader => Ownership::Reader,
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
            Role::Owner => self.hub.changed(change, None),
            Role::Linked(link) => link.change(&change),
            // No other process learns of the change, or the next owner reads the archive.
            Role::Reader | Role::Seeking | Role::Alone => {}
        }
    }

    fn mail_stored(&self, envelope: &Envelope) {
        if matches!(*self.role.borrow(), Role::Owner) {
            self.hub.stored(envelope);
        }
    }

    fn owned(&self) -> BoxFuture<'static, ()> {
        let mut role = self.role.subscribe();
        Box::pin(async move { drop(role.wait_for(|role| matches!(role, Role::Owner)).await) })
    }

    fn flush(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if let Role::Linked(link) = self.role() {
                link.flush().await;
            }
        })
    }

    fn archive_writes(&self) -> Option<BoxStream<'static, ()>> {
        self.lock.as_ref().and_then(|lock| lock.changes())
    }
}
