//! Parses mails in blocking threads, with a timeout and with protection against panics.
//!
//! The functions in `mail-reader` should never panic, but the crates that they use might. If a parser panics or takes
//! too long, the mail is shown with a note about the failure.

use bytes::Bytes;
use mail_codes::MailWithFindings;
use mail_reader::mime::{self, MailPreview};
use mail_reader::panic_guard::catch_panic;
use mail_reader::{interrupt, progress};
use std::sync::Once;
use std::time::Duration;
use tokio::time::Instant;

/// Timeout for parsing a mail. If it expires, only the mail's header is shown, with a note for the user.
const PARSE_TIMEOUT: Duration = Duration::from_secs(10);

/// Minimum increase between two progress reports, in per mille of the total work.
const MIN_STEP: u32 = 50;

/// The reason why processing a mail failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParseFailure {
    /// The parser panicked while it processed the mail.
    #[error("this mail could not be parsed")]
    Panicked,
    /// The parser did not finish before its timeout.
    #[error("this mail took longer than {} seconds to parse", PARSE_TIMEOUT.as_secs())]
    TimedOut,
}

impl ParseFailure {
    fn note(self) -> String {
        let words = self.to_string();
        let rest = words.get(1..).unwrap_or_default();
        format!("T{rest}; the raw view shows it unchanged.")
    }
}

/// Runs `work`, which processes a mail, in a blocking thread with the same timeout as for parsing. Returns an error if
/// `work` panics or exceeds the timeout.
pub async fn run_bounded<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ParseFailure> {
    run_with_timeout(PARSE_TIMEOUT, work).await
}

async fn run_with_timeout<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ParseFailure> {
    let started = Instant::now();
    let clock = move || started.elapsed();
    let work = tokio::task::spawn_blocking(move || catch_panic(|| interrupt::with_clock(clock, work)));
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(Some(done))) => Ok(done),
        Ok(_) => Err(ParseFailure::Panicked),
        Err(_) => Err(ParseFailure::TimedOut),
    }
}

/// Parses a mail. If the parser fails, the result contains only part of the mail, with a note for the user.
pub async fn parse(raw: Bytes) -> MailWithFindings {
    parse_blocking(raw, mail_codes::parse, |mail| mail).await
}

/// Parses a mail as [`parse`] does, but omits the source of the HTML part ([`mail_codes::parse_without_html_source`]).
/// This saves memory if the caller keeps the raw mail.
pub(super) async fn parse_without_html_source(raw: Bytes) -> MailWithFindings {
    parse_blocking(raw, mail_codes::parse_without_html_source, |mail| mail).await
}

/// Parses a mail. Unlike [`parse`], returns an error if the parser fails.
pub async fn try_parse(raw: Bytes) -> Result<MailWithFindings, ParseFailure> {
    run_bounded(move || mail_codes::parse(&raw)).await
}

/// The share of parsing in the progress of opening a mail, in per mille. Laying out the mail accounts for the rest.
const PARSING_SHARE: u32 = 700;

/// Parses a mail without the source of the HTML part, and then calls `then` with the mail in the same thread. In this
/// thread, `then` can reuse the memory that parsing has freed.
///
/// Calls `report_progress` with the progress in per mille ([`progress::ALL`] once all work is done). Ends early if
/// `is_over` returns `true`; the caller must then discard the result.
pub async fn parse_then<T: Send + 'static>(
    raw: Bytes,
    is_over: impl Fn() -> bool + Send + 'static,
    report_progress: impl FnMut(u32) + Send + 'static,
    then: impl Fn(MailWithFindings) -> T + Clone + Send + 'static,
) -> T {
    let spare = then.clone();
    let work = move |raw: &[u8]| {
        interrupt::until(is_over, || {
            progress::with_progress(MIN_STEP, report_progress, || {
                let mail = progress::share(0..PARSING_SHARE, || mail_codes::parse_without_html_source(raw));
                progress::share(PARSING_SHARE..progress::ALL, || then(mail))
            })
        })
    };
    parse_blocking(raw, work, spare).await
}

/// Runs `work` on a mail in a blocking thread, and returns the result. If `work` fails, parses the mail in a simpler
/// way, adds a note for the user, and returns the result of calling `fallback` with the parsed mail.
async fn parse_blocking<T: Send + 'static>(
    raw: Bytes,
    work: impl FnOnce(&[u8]) -> T + Send + 'static,
    fallback: impl FnOnce(MailWithFindings) -> T,
) -> T {
    let bytes = raw.clone();
    match run_bounded(move || work(&bytes)).await {
        Ok(done) => done,
        Err(why) => fallback(parse_with_fallback(raw, why).await),
    }
}

/// A sample mail for the parser and for the detection of codes and links. Parsing this mail builds all their lookup
/// tables.
const SAMPLE: &[u8] = b"From: a@example.com\r\nSubject: Your code\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\n\r\nYour code is 482913\r\n\
    --x\r\nContent-Type: text/html\r\n\r\n<p>Your code is <b>482913</b>, or \
    <a href=\"https://example.com/verify?t=1\">confirm</a></p>\r\n--x--\r\n";

/// Starts building the lookup tables for parsing in a background thread, so that they are ready when the first mail is
/// parsed. Only the first call has an effect.
pub(super) fn warm_up() {
    static DONE: Once = Once::new();
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        DONE.call_once(|| drop(runtime.spawn_blocking(|| catch_panic(|| mail_codes::parse(SAMPLE)))));
    }
}

/// Parses the beginning of a large mail in a blocking thread. Returns `None` if the parser panics, or if parsing the
/// whole mail would be just as fast.
pub(super) async fn parse_preview(raw: Bytes) -> Option<MailPreview> {
    tokio::task::spawn_blocking(move || parse_start(&raw)).await.ok()?
}

/// Parses the beginning of a large mail in the calling thread. Returns `None` if the parser panics, or if parsing the
/// whole mail would be just as fast.
pub(super) fn parse_start(raw: &[u8]) -> Option<MailPreview> {
    catch_panic(|| mime::parse_preview(raw))?
}

/// Parses a mail in a simpler way after the first parser has failed for the reason `why`. If that parser panicked, a
/// second parser is used. If it timed out, or if the second parser fails as well, only the header is parsed, which
/// contains the sender, the subject and the date.
async fn parse_with_fallback(raw: Bytes, why: ParseFailure) -> MailWithFindings {
    let bytes = raw.clone();
    let again = match why {
        ParseFailure::Panicked => {
            let again = move || mime::read_again(&bytes).map(|mail| MailWithFindings::new(mail, &bytes));
            run_bounded(again).await.ok().flatten()
        }
        ParseFailure::TimedOut => None,
    };
    again.unwrap_or_else(|| header_with_note(&raw, &why.note()))
}

fn header_with_note(raw: &[u8], words: &str) -> MailWithFindings {
    let mut mail = catch_panic(|| mime::parse_head(raw)).unwrap_or_default();
    mail.text = None;
    mail.notes = vec![words.into()];
    mail.into()
}

#[cfg(test)]
mod tests {
    use super::{ParseFailure, parse_blocking, run_with_timeout};
    use bytes::Bytes;
    use std::sync::mpsc;
    use std::time::Duration;

    #[tokio::test]
    async fn a_mail_that_breaks_the_first_parser_is_read_by_the_second() {
        let raw =
            Bytes::from_static(b"Subject: x\r\nContent-Type: text/plain\r\n\r\nYour code is 482913\r\n");
        let breaks = |_: &[u8]| std::panic::resume_unwind(Box::new("a reader gave up"));
        let mail = parse_blocking(raw, breaks, |mail| mail).await;
        assert_eq!(mail.text.as_deref().map(str::trim), Some("Your code is 482913"));
        assert_eq!(mail.findings.codes.first().map(|code| code.value.as_str()), Some("482913"));
        assert!(mail.notes.iter().any(|note| note.as_str().contains("mail-parser")));
    }

    #[tokio::test]
    async fn work_ends_on_completion_panic_or_timeout() {
        let far = Duration::from_mins(1);
        assert_eq!(run_with_timeout(far, || 1).await, Ok(1));
        let broken = || -> u8 { std::panic::resume_unwind(Box::new("a parser gave up")) };
        assert_eq!(run_with_timeout(far, broken).await, Err(ParseFailure::Panicked));
        let (end, ended) = mpsc::channel::<()>();
        let hangs = move || u8::from(ended.recv().is_ok());
        assert_eq!(run_with_timeout(Duration::from_millis(1), hangs).await, Err(ParseFailure::TimedOut));
        drop(end);
        assert_eq!(
            ParseFailure::TimedOut.note(),
            "This mail took longer than 10 seconds to parse; the raw view shows it unchanged."
        );
    }
}
