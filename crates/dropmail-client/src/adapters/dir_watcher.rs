//! Reports changes to the files in a directory. Uses inotify on Linux. On other systems, reports nothing, so the
//! caller must poll.

use crate::ports::BoxStream;
use std::path::Path;

/// Determines which changes to files a directory watcher reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WatchDetail {
    /// The watcher reports a change to a file only once the change is complete: the file has been closed after writing,
    /// moved into or out of the directory, or deleted.
    Whole,
    /// The watcher also reports each write to a file that is still open.
    Writes,
}

/// Returns a stream that yields `()` for each change to a file in a directory; `None` if the operating system cannot
/// report changes. A separate thread waits for the changes.
#[cfg(target_os = "linux")]
pub fn changes(folder: &Path, detail: WatchDetail) -> Option<BoxStream<'static, ()>> {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};

    let whole = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE;
    let flags = if detail == WatchDetail::Writes { whole | WatchFlags::MODIFY } else { whole };
    let events = init(CreateFlags::CLOEXEC).ok()?;
    add_watch(&events, folder, flags).ok()?;
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let wait = move || {
        // The content of the events does not matter, because the caller checks its file after each event.
        let mut taken = [0_u8; 4096];
        while rustix::io::retry_on_intr(|| rustix::io::read(&events, &mut taken)).is_ok_and(|count| count > 0)
            && sender.send(()).is_ok()
        {}
    };
    std::thread::Builder::new().name("folder watch".to_owned()).spawn(wait).ok()?;
    Some(Box::pin(futures_util::stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|()| ((), receiver))
    })))
}

/// Returns `None`, because this operating system does not report changes to the files in a directory.
#[cfg(not(target_os = "linux"))]
pub fn changes(_folder: &Path, _detail: WatchDetail) -> Option<BoxStream<'static, ()>> {
    None
}
