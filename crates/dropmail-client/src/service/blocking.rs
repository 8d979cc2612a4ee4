//! Calls the archive in blocking threads, because the calls wait for the disk and would block the event loop.

use super::{Mailbox, ServiceError};
use crate::ports::archive::{Archive, ArchiveError};
use std::any::Any;
use std::fmt;
use std::sync::Arc;

type ArchiveResult = Box<dyn Any + Send>;
type ArchiveCall = Box<dyn FnOnce(&dyn Archive, &str) -> ArchiveResult + Send>;

impl Mailbox {
    /// Calls a closure with the archive in a blocking thread, and returns the closure's result.
    pub(super) async fn with_archive<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Archive, &str) -> Result<T, ArchiveError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let call: ArchiveCall = Box::new(move |archive, base| Box::new(call(archive, base)));
        match self.run_on_archive_thread(call).await?.downcast::<Result<T, ArchiveError>>() {
            Ok(result) => result.map_err(ServiceError::Archive),
            Err(_other) => Err(thread_error(&"it returned the result of another call")),
        }
    }

    /// Calls a boxed closure with the archive in a blocking thread. The function is not generic over the closure. A
    /// generic function, instantiated for each of the forty calls, made the crate take five per cent longer to compile.
    async fn run_on_archive_thread(&self, call: ArchiveCall) -> Result<ArchiveResult, ServiceError> {
        let (archive, base) = (Arc::clone(&self.archive), Arc::clone(&self.base));
        let work = move || call(archive.as_ref(), &base);
        tokio::task::spawn_blocking(work).await.map_err(|gone| thread_error(&gone))
    }
}

fn thread_error(why: &dyn fmt::Display) -> ServiceError {
    ServiceError::Archive(ArchiveError::Failed {
        place: "the archive's thread".to_owned(),
        reason: why.to_string(),
    })
}
