//! Reports changes to the files of a folder without polling, by inotify on Linux. On other systems nothing is
//! reported, so the caller has to poll.

use crate::ports::BoxStream;
use std::path::Path;

/// Which changes to the files of a folder are reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Only changes that leave a complete file are reported: a file was closed after writing, moved in or out,
    /// or deleted.
    Whole,
    /// Each write into a file that stays open is reported too.
    Writes,
}

/// Returns a stream that yields `()` for each change of a folder's files; `None` if the system cannot report
/// changes. A separate thread waits for the changes.
#[cfg(target_os = "linux")]
pub fn changes(folder: &Path, kind: Kind) -> Option<BoxStream<'static, ()>> {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};

    let whole = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE;
    let flags = if kind == Kind::Writes { whole | WatchFlags::MODIFY } else { whole };
    let events = init(CreateFlags::CLOEXEC).ok()?;
    add_watch(&events, folder, flags).ok()?;
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let wait = move || {
        // The content of the events does not matter, because any of them may concern the file.
        let mut taken = [0_u8; 4096];
        while rustix::io::retry_on_intr(|| rustix::io::read(&events, &mut taken)).is_ok_and(|count| count > 0)
            && tell.send(()).is_ok()
        {}
    };
    std::thread::Builder::new().name("folder watch".to_owned()).spawn(wait).ok()?;
    Some(Box::pin(futures_util::stream::unfold(told, |mut told| async move {
        told.recv().await.map(|()| ((), told))
    })))
}

/// Returns `None`, because changes are only reported on Linux.
#[cfg(not(target_os = "linux"))]
pub fn changes(_folder: &Path, _kind: Kind) -> Option<BoxStream<'static, ()>> {
    None
}
