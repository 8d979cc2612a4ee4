//! Tells when files of a folder change, without looking at it again and again: by inotify on Linux.
//! Elsewhere nothing is told, and whoever wants to know looks now and then.

use crate::ports::BoxStream;
use std::path::Path;

/// What is told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// That a file was closed after it was written, moved in or out, or deleted: half a file says nothing.
    Whole,
    /// Each write into a file that stays open, too.
    Writes,
}

/// A word for each change of a folder's files; `None` where nobody tells. A thread of its own waits for it, which sleeps until then.
#[cfg(target_os = "linux")]
pub fn changes(folder: &Path, kind: Kind) -> Option<BoxStream<'static, ()>> {
    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};

    let whole = WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_TO | WatchFlags::MOVED_FROM | WatchFlags::DELETE;
    let flags = if kind == Kind::Writes { whole | WatchFlags::MODIFY } else { whole };
    let events = init(CreateFlags::CLOEXEC).ok()?;
    add_watch(&events, folder, flags).ok()?;
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let wait = move || {
        // What they say does not matter: any of them may be the file.
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

/// Nobody tells here.
#[cfg(not(target_os = "linux"))]
pub fn changes(_folder: &Path, _kind: Kind) -> Option<BoxStream<'static, ()>> {
    None
}
