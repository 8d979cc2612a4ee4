//! Determines the role of a program window among the processes that use a data directory: the window owns the
//! directory, is connected to the process that owns it, or can only read the archive. The role changes when necessary.

use super::{InstanceRole, Member};
use crate::instance::client::{Closed, ConnectError, OwnerConnection};
use crate::instance::owner_state::OwnerState;
use crate::instance::protocol::Identity;
use crate::instance::server::serve;
use crate::instance::socket;
use crate::ports::BoxStream;
use crate::ports::dropmail_api::DropMailApi;
use crate::ports::instance::{Instance, InstanceEvent};
use crate::ports::instance_lock::InstanceLock;
use crate::service::Mailbox;
use futures_util::{FutureExt, StreamExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::time::sleep;

/// Interval between a program window's attempts to acquire the data directory's lock or to connect to the process that
/// owns the directory.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Maximum number of attempts to acquire the data directory's lock or to connect to the process that owns the
/// directory. If all fail, the program window can only read the archive.
const ATTEMPTS: u32 = 100;

/// Maximum time between a read-only window's attempts to acquire the data directory's lock or to connect to the
/// process that owns the directory. It applies even if the operating system reports changes to the directory, because
/// changes on some file systems are not reported.
const MAX_READER_INTERVAL: Duration = Duration::from_mins(1);

/// Interval between a read-only window's attempts to acquire the data directory's lock or to connect to the process
/// that owns the directory. It applies if the operating system does not report changes to the directory.
const READER_INTERVAL: Duration = Duration::from_millis(500);

/// Interval between the owner's attempts to listen on the socket of the data directory. It applies after a failed
/// attempt, for example because the disk is full.
const LISTEN_INTERVAL: Duration = Duration::from_secs(1);

/// Debounce time after a change to the data directory. Several changes within this time lead to a single attempt to
/// acquire the directory's lock or to connect to the process that owns the directory.
const CHANGE_DEBOUNCE: Duration = Duration::from_millis(100);

impl Member {
    /// Creates the [`Member`] for a process that shows a program window. The process becomes the owner of the data
    /// directory if no other process owns it.
    pub async fn for_window(folder: PathBuf, identity: Identity, lock: Arc<dyn InstanceLock>) -> Arc<Self> {
        let member = Self::new(folder, identity, Some(Arc::clone(&lock)));
        let role = member.acquire_or_connect(&*lock).await;
        member.role.send_replace(role);
        Arc::new(member)
    }

    /// Serves the other processes while this program window owns the data directory; at other times, receives the
    /// changes that the owner reports. Runs until the future is dropped. `direct` is the API client that sends requests
    /// directly to the service.
    pub async fn run(self: Arc<Self>, mailbox: Mailbox, direct: Arc<dyn DropMailApi>) {
        let Some(lock) = self.lock.clone() else { return };
        // All waits share one stream, because each stream needs a thread.
        let mut changes = None;
        loop {
            match self.role() {
                InstanceRole::Owner => self.serve_as_owner(&lock, &mailbox, &direct).await,
                InstanceRole::ViaOwner(owner) => {
                    if self.forward_changes(&owner).await == Closed::Hung && lock.take_over() {
                        self.set_role(InstanceRole::Owner);
                        continue;
                    }
                }
                InstanceRole::ReadOnly => wait_read_only(&*lock, &mut changes).await,
                InstanceRole::Seeking | InstanceRole::Alone => {}
            }
            let next = self.acquire_or_connect(&*lock).await;
            self.set_role(next);
        }
    }

    /// Tries to acquire the data directory's lock or to connect to the process that owns the directory; returns the new
    /// role.
    async fn acquire_or_connect(&self, lock: &dyn InstanceLock) -> InstanceRole {
        for _ in 0..ATTEMPTS {
            if lock.try_acquire() {
                return InstanceRole::Owner;
            }
            match OwnerConnection::connect(&self.folder, &self.identity).await {
                Ok(owner) => return InstanceRole::ViaOwner(owner),
                Err(ConnectError::Refused(why)) => {
                    tracing::info!(%why, "the owner of the data directory takes no requests of this window");
                    return InstanceRole::ReadOnly;
                }
                Err(ConnectError::Silent) if lock.take_over() => return InstanceRole::Owner,
                // The process that owns the data directory is about to listen or to exit.
                Err(ConnectError::Silent | ConnectError::NoOwner) => sleep(RETRY_INTERVAL).await,
            }
        }
        InstanceRole::ReadOnly
    }

    fn set_role(&self, role: InstanceRole) {
        tracing::info!(?role, "the role of this window on the data directory");
        self.role.send_replace(role);
        let ownership = self.ownership();
        // If there is no receiver, the window is being closed.
        drop(self.events.send(InstanceEvent::Ownership(ownership)));
    }

    /// Serves the other processes as the owner of the data directory, until another process has taken over the lock.
    async fn serve_as_owner(
        &self,
        lock: &Arc<dyn InstanceLock>,
        mailbox: &Mailbox,
        direct: &Arc<dyn DropMailApi>,
    ) {
        let Some(listener) = listen_while_held(&self.folder, &**lock, LISTEN_INTERVAL).await else { return };
        let owner_state = OwnerState {
            identity: self.identity.clone(),
            mailbox: mailbox.clone(),
            direct: Arc::clone(direct),
            hub: Arc::clone(&self.hub),
            events: self.events.clone(),
            lock: Arc::clone(lock),
        };
        let removal = Removal { folder: self.folder.clone(), lock: Arc::clone(lock) };
        serve(listener, Arc::new(owner_state)).await;
        drop(removal);
    }

    /// Passes the changes reported by the process that owns the data directory to this program window, until the
    /// connection to the owner ends. Returns how it ended.
    async fn forward_changes(&self, owner: &OwnerConnection) -> Closed {
        let mut changes = owner.take_changes();
        let passing = async {
            let Some(changes) = &mut changes else { return };
            while let Some(change) = changes.recv().await {
                drop(self.events.send(InstanceEvent::Changed(change)));
            }
        };
        tokio::select! {
            closed = owner.closed() => closed,
            () = passing => owner.closed().await,
        }
    }
}

/// Listens on the socket of the data directory. If that fails, tries again after each `interval`. Returns `None` once
/// another process has taken over the lock.
async fn listen_while_held(
    folder: &Path,
    lock: &dyn InstanceLock,
    interval: Duration,
) -> Option<UnixListener> {
    let mut has_failed = false;
    loop {
        match socket::listen(folder) {
            Ok(listener) => return Some(listener),
            Err(error) if !has_failed => {
                tracing::warn!(%error, "other windows and commands work without this one");
                has_failed = true;
            }
            Err(_) => {}
        }
        sleep(interval).await;
        if !lock.is_held() {
            return None;
        }
    }
}

/// Waits until the data directory's lock may have become free, or the process that owns the directory may have become
/// ready to accept requests.
async fn wait_read_only(lock: &dyn InstanceLock, changes: &mut Option<BoxStream<'static, ()>>) {
    if changes.is_none() {
        *changes = lock.events();
    }
    match changes {
        Some(stream) => {
            let ended = matches!(tokio::time::timeout(MAX_READER_INTERVAL, stream.next()).await, Ok(None));
            sleep(CHANGE_DEBOUNCE).await;
            while let Some(Some(())) = stream.next().now_or_never() {}
            if ended {
                *changes = None;
                sleep(READER_INTERVAL).await;
            }
        }
        None => sleep(READER_INTERVAL).await,
    }
}

/// A guard that removes the socket when the process that owns the data directory exits, unless another process has
/// taken over and is listening on it.
struct Removal {
    folder: PathBuf,
    lock: Arc<dyn InstanceLock>,
}

impl Drop for Removal {
    fn drop(&mut self) {
        if self.lock.is_held() {
            drop(socket::remove(&self.folder));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A fake lock that counts how often [`InstanceLock::is_held`] is called.
    #[derive(Debug, Default)]
    struct CountingLock {
        queries: AtomicU32,
        /// File that the third call of `is_held` removes, so that listening can succeed. If this is `None`, the third
        /// call instead reports that another process has taken over the lock.
        obstacle: Option<PathBuf>,
    }

    impl InstanceLock for CountingLock {
        fn try_acquire(&self) -> bool {
            true
        }

        fn is_held(&self) -> bool {
            let is_third = self.queries.fetch_add(1, Ordering::Relaxed) == 2;
            if let Some(path) = self.obstacle.as_deref().filter(|_| is_third) {
                std::fs::remove_file(path).unwrap();
            }
            !is_third || self.obstacle.is_some()
        }

        fn take_over(&self) -> bool {
            true
        }
    }

    #[tokio::test]
    async fn an_owner_without_a_socket_tries_again_until_it_loses_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("owner.sock");
        std::fs::write(&path, "mine").unwrap();
        let lost = CountingLock::default();
        assert!(listen_while_held(folder.path(), &lost, Duration::ZERO).await.is_none());
        let held = CountingLock { obstacle: Some(path), ..CountingLock::default() };
        assert!(listen_while_held(folder.path(), &held, Duration::ZERO).await.is_some());
        assert_eq!(held.queries.into_inner(), 3);
    }
}
