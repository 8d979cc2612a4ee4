//! Takes a mail apart off the event loop, with a time limit and a net under it.
//!
//! The domain's functions are total by their own promise; the crates below them are not all
//! ours. A mail that defeats them is shown with a note, and costs nothing but a thread's time.

use crate::domain::caught::caught;
use crate::domain::mail::Mail;
use crate::domain::mime::{self, Start};
use crate::domain::progress;
use bytes::Bytes;
use std::sync::Once;
use std::time::Duration;

/// How long a mail may take to be taken apart.
const PARSE_LIMIT: Duration = Duration::from_secs(10);

/// How much further a work is each time that it is told of, in thousandths.
const STEP: u32 = 50;

/// Takes a mail apart; one that cannot be becomes a mail with a note.
pub async fn parse(raw: Bytes) -> Mail {
    taken_apart(raw, mime::parse, |mail| mail).await
}

/// What parsing is of the time that a large mail takes until it is laid out, in thousandths.
const PARSING: u32 = 700;

/// As [`parse`], without the source of the HTML part ([`mime::parse_to_show`]), and goes on with it in the
/// same thread: what comes of a large mail fits into the memory that reading it has let go, which another
/// thread's allocations would not. Tells how far it is, in thousandths ([`progress::ALL`]).
pub async fn parse_and<T: Send + 'static>(
    raw: Bytes,
    tell: impl FnMut(u32) + Send + 'static,
    then: impl Fn(Mail) -> T + Clone + Send + 'static,
) -> T {
    let spare = then.clone();
    let work = move |raw: &[u8]| {
        progress::told(STEP, tell, || {
            let mail = progress::share(0..PARSING, || mime::parse_to_show(raw));
            progress::share(PARSING..progress::ALL, || then(mail))
        })
    };
    taken_apart(raw, work, spare).await
}

/// Takes a mail apart with the means given; one that cannot be goes another way, as a mail with a note.
async fn taken_apart<T: Send + 'static>(
    raw: Bytes,
    work: impl FnOnce(&[u8]) -> T + Send + 'static,
    spare: impl FnOnce(Mail) -> T,
) -> T {
    let bytes = raw.clone();
    let work = tokio::task::spawn_blocking(move || caught(|| work(&bytes)));
    let with_note = |words| head_with_note(&raw, words);
    match tokio::time::timeout(PARSE_LIMIT, work).await {
        Ok(Ok(Some(done))) => done,
        Ok(_) => spare(with_note("This mail could not be taken apart; the raw view shows it as it came.")),
        Err(_) => {
            spare(with_note("This mail took too long to take apart; the raw view shows it as it came."))
        }
    }
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
pub(super) async fn parse_start(raw: Bytes) -> Option<Start> {
    tokio::task::spawn_blocking(move || start_of(&raw)).await.ok()?
}

/// As [`parse_start`], in the thread of who asks.
pub(super) fn start_of(raw: &[u8]) -> Option<Start> {
    caught(|| mime::parse_start(raw))?
}

/// Subject, sender and date do not depend on what follows them.
fn head_with_note(raw: &[u8], words: &str) -> Mail {
    let mut mail = caught(|| mime::parse_head(raw)).unwrap_or_default();
    mail.text = None;
    mail.notes = vec![words.into()];
    mail
}
