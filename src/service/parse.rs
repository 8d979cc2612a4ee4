//! Takes a mail apart off the event loop, with a time limit and a net under it.
//!
//! The domain's functions are total by their own promise; the crates below them are not all
//! ours. A mail that defeats them is shown with a note, and costs nothing but a thread's time.

use crate::domain::mail::Mail;
use crate::domain::mime;
use bytes::Bytes;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::time::Duration;

/// How long a mail may take to be taken apart.
const PARSE_LIMIT: Duration = Duration::from_secs(10);

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught here and goes no further. A panic hook asks this, so
/// that it leaves the terminal alone.
pub fn panic_is_caught() -> bool {
    CAUGHT.get()
}

/// Takes a mail apart; one that cannot be becomes a mail with a note.
pub async fn parse(raw: Bytes) -> Mail {
    let bytes = raw.clone();
    let work = tokio::task::spawn_blocking(move || caught(|| mime::parse(&bytes)));
    let with_note = |words| head_with_note(&raw, words);
    match tokio::time::timeout(PARSE_LIMIT, work).await {
        Ok(Ok(Some(mail))) => mail,
        Ok(_) => with_note("This mail could not be taken apart; the raw view shows it as it came."),
        Err(_) => with_note("This mail took too long to take apart; the raw view shows it as it came."),
    }
}

fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    CAUGHT.set(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(false);
    result.ok()
}

/// A mail that has something of everything that is looked for.
const SAMPLE: &[u8] = b"From: a@example.com\r\nSubject: Your code\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nYour code is 482913\r\n\
    --x\r\nContent-Type: text/html\r\n\r\n<p>Your code is <b>482913</b>, or \
    <a href=\"https://example.com/verify?t=1\">confirm</a></p>\r\n--x--\r\n";

/// Has the tables made that the first mail would otherwise wait for, once a run, in a thread that
/// nobody waits for.
pub(super) fn warm_up() {
    static DONE: Once = Once::new();
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        DONE.call_once(|| drop(runtime.spawn_blocking(|| caught(|| mime::parse(SAMPLE)))));
    }
}

/// The beginning of a large mail; `None` where the whole is as quick, or where it defeats the
/// parser.
pub(super) async fn parse_start(raw: Bytes) -> Option<Mail> {
    tokio::task::spawn_blocking(move || caught(|| mime::parse_start(&raw))).await.ok()??
}

/// Subject, sender and date do not depend on what follows them.
fn head_with_note(raw: &[u8], words: &str) -> Mail {
    let mut mail = caught(|| mime::parse_head(raw)).unwrap_or_default();
    mail.text = None;
    mail.notes = vec![words.into()];
    mail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(caught(|| 1), Some(1));
        let none: Option<()> = caught(|| {
            assert!(panic_is_caught());
            std::panic::resume_unwind(Box::new("a parser gave up"))
        });
        assert_eq!(none, None);
        assert!(!panic_is_caught());
    }
}
