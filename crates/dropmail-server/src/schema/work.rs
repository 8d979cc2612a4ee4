//! Supervises the work on one GraphQL request or event: enforces the limits on the response, and checks whether the
//! caller is still connected.
//!
//! The size of a response is counted while the response is generated. The work stops at the next field when the caller
//! disconnects, the server stops or a limit is exceeded.

// This file exceeds 300 lines because the limits of a response and the end of its work depend on each other.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::events::EventChannel;
use crate::memory::PurgeSignal;

/// Maximum size of a GraphQL response as JSON, in bytes; a larger response is aborted. The limit is large enough for a
/// mail of the maximum size.
const MAX_ANSWER_BYTES: usize = 64 << 20;
/// Maximum number of values (fields and list entries) in a GraphQL response; a response with more values is aborted.
const MAX_ANSWER_VALUES: usize = 300_000;
/// Maximum size in bytes of an introspection response; a larger response is aborted. The response to the standard
/// introspection query takes up 90 KB and has 3,700 values.
const MAX_INTROSPECTION_BYTES: usize = 2 << 20;
const MAX_INTROSPECTION_VALUES: usize = 30_000;
/// Size in bytes of the memory units that a response takes from the pool that all responses share.
const STEP_BYTES: usize = 64 << 10;
/// Estimated memory overhead in bytes per value in a GraphQL response.
const VALUE_BYTES: usize = 8;
/// Timeout for a GraphQL query or mutation, including the time that it spends waiting for other requests. After the
/// timeout, the query or mutation is aborted.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(30);

/// Reason why a GraphQL response was aborted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("the reply is larger than {MAX_ANSWER_BYTES} bytes; request less at once, or use downloadUrl")]
    TooLarge,
    #[error("the reply has more than {MAX_ANSWER_VALUES} values; request less at once")]
    TooManyValues,
    #[error("the introspection reply is larger than {MAX_INTROSPECTION_BYTES} bytes")]
    IntrospectionTooLarge,
    #[error("too many large replies are being sent; try again later")]
    PoolExhausted,
    #[error("the request took longer than {} seconds", MAX_TIME.as_secs())]
    TimedOut,
    #[error("the caller has disconnected")]
    Left,
    #[error("the server is stopping")]
    Stopping,
}

impl AnswerError {
    fn code(self) -> &'static str {
        match self {
            Self::TooLarge | Self::TooManyValues | Self::IntrospectionTooLarge => "answer_too_large",
            Self::PoolExhausted | Self::Left | Self::Stopping => "unavailable",
            Self::TimedOut => "timeout",
        }
    }

    pub(crate) fn graphql(self) -> ServerError {
        let mut error = ServerError::new(self.to_string(), None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        error.extensions = Some(extensions);
        error
    }
}

/// The memory pool for all responses that are being generated or sent.
#[derive(Debug)]
pub(crate) struct ReplyMemoryPool {
    bytes: AtomicUsize,
    limit: usize,
    freed: PurgeSignal,
}

impl ReplyMemoryPool {
    pub(crate) fn new(limit: usize, freed: PurgeSignal) -> Self {
        Self { bytes: AtomicUsize::new(0), limit, freed }
    }

    fn take(&self, bytes: usize) -> bool {
        let fits = |taken: usize| taken.checked_add(bytes).filter(|sum| *sum <= self.limit);
        self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok()
    }

    fn release(&self, bytes: usize) {
        if bytes > 0 {
            self.bytes.fetch_sub(bytes, Ordering::Relaxed);
            self.freed.report();
        }
    }
}

/// State of the work on a GraphQL request. The task that does the work shares this state with the task that is waiting
/// for the result.
#[derive(Debug)]
pub(crate) struct Work {
    stop: CancellationToken,
    pool: Arc<ReplyMemoryPool>,
    /// Time at which a query or mutation is aborted; `None` for a subscription.
    deadline: Option<Instant>,
    left: AtomicBool,
    given_up: Mutex<Option<AnswerError>>,
    is_given_up: AtomicBool,
    values: AtomicUsize,
    bytes: AtomicUsize,
    introspection_values: AtomicUsize,
    introspection_bytes: AtomicUsize,
    /// Number of bytes that the response has taken from the memory pool that all responses share.
    taken: AtomicUsize,
    /// Sequence number of the mail in the current event of a subscription; 0 if the event contains no mail.
    mail: AtomicU64,
    /// The channel through which equal subscriptions share rendered events.
    channel: OnceLock<Arc<EventChannel>>,
    /// The rendered text of the current event; `None` if the event is not shared with equal subscriptions.
    text: Mutex<Option<Bytes>>,
}

impl Work {
    pub(crate) fn new(stop: CancellationToken, pool: Arc<ReplyMemoryPool>) -> Self {
        Self {
            stop,
            pool,
            deadline: Some(Instant::now() + MAX_TIME),
            left: AtomicBool::new(false),
            given_up: Mutex::new(None),
            is_given_up: AtomicBool::new(false),
            values: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            introspection_values: AtomicUsize::new(0),
            introspection_bytes: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            mail: AtomicU64::new(0),
            channel: OnceLock::new(),
            text: Mutex::new(None),
        }
    }

    /// Creates the state of a subscription's work, which has no deadline. Equal subscriptions may share rendered
    /// events through `channel`.
    pub(crate) fn of_subscription(
        stop: CancellationToken,
        pool: Arc<ReplyMemoryPool>,
        channel: Option<Arc<EventChannel>>,
    ) -> Self {
        let mut work = Self::new(stop, pool);
        work.deadline = None;
        if let Some(channel) = channel {
            work.channel.get_or_init(|| channel);
        }
        work
    }

    /// Returns the time at which the request is aborted; `None` for a subscription.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Records that the caller has disconnected, so that the work on the request stops.
    pub(crate) fn leave(&self) {
        self.left.store(true, Ordering::Relaxed);
    }

    /// Resets the counters of values and bytes for a new response. A subscription starts a new response for each event.
    pub(super) fn begin(&self) {
        for count in [&self.values, &self.bytes, &self.introspection_values, &self.introspection_bytes] {
            count.store(0, Ordering::Relaxed);
        }
        *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.is_given_up.store(false, Ordering::Relaxed);
        self.pool.release(self.taken.swap(0, Ordering::Relaxed));
    }

    /// Returns the response unchanged, or a response with the error if the work was aborted.
    pub(super) fn finish(&self, response: Response) -> Response {
        match *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) {
            None => response,
            Some(why) => Response::from_errors(vec![why.graphql()]),
        }
    }

    /// Counts a value of the response before the value is computed. Returns an error if the work was aborted or the
    /// response contains too many values.
    pub(super) fn step(&self, introspection: bool) -> Result<(), ServerError> {
        if self.is_given_up.load(Ordering::Relaxed) {
            return Err(ServerError::new("given up", None));
        }
        if self.left.load(Ordering::Relaxed) {
            return Err(self.give_up(AnswerError::Left));
        }
        if self.stop.is_cancelled() {
            return Err(self.give_up(AnswerError::Stopping));
        }
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(self.give_up(AnswerError::TimedOut));
        }
        if self.values.fetch_add(1, Ordering::Relaxed) >= MAX_ANSWER_VALUES {
            return Err(self.give_up(AnswerError::TooManyValues));
        }
        let introspected = introspection && {
            self.introspection_values.fetch_add(1, Ordering::Relaxed) >= MAX_INTROSPECTION_VALUES
        };
        if introspected { Err(self.give_up(AnswerError::IntrospectionTooLarge)) } else { Ok(()) }
    }

    /// Adds the size of a computed value to the size of the response. If `introspection` is `true`, the value also
    /// counts towards the lower limit for introspection. Returns an error if the response becomes too large.
    pub(super) fn add(&self, introspection: bool, value: Option<&Value>) -> Result<(), ServerError> {
        let size = VALUE_BYTES + value.map_or(0, json_bytes);
        let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
        if bytes > MAX_ANSWER_BYTES {
            return Err(self.give_up(AnswerError::TooLarge));
        }
        if introspection {
            let bytes = self.introspection_bytes.fetch_add(size, Ordering::Relaxed) + size;
            if bytes > MAX_INTROSPECTION_BYTES {
                return Err(self.give_up(AnswerError::IntrospectionTooLarge));
            }
        }
        let taken = self.taken.load(Ordering::Relaxed);
        if bytes > taken {
            let more = (bytes - taken).next_multiple_of(STEP_BYTES);
            if !self.pool.take(more) {
                return Err(self.give_up(AnswerError::PoolExhausted));
            }
            self.taken.fetch_add(more, Ordering::Relaxed);
        }
        Ok(())
    }

    fn give_up(&self, why: AnswerError) -> ServerError {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.is_given_up.store(true, Ordering::Relaxed);
        why.graphql()
    }

    /// Returns the size in bytes, as JSON, of the values that were added to the response.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Sets the sequence number of the mail in the next event; `None` if the event contains no mail.
    pub(super) fn about(&self, mail: Option<u64>) {
        self.mail.store(mail.unwrap_or(0), Ordering::Relaxed);
    }

    /// Returns the channel of the current event and the sequence number of its mail; `None` if the event is not shared
    /// with other subscriptions.
    pub(super) fn shared_event(&self) -> Option<(&EventChannel, u64)> {
        let channel = self.channel.get().filter(|channel| Arc::strong_count(channel) > 1)?;
        match self.mail.load(Ordering::Relaxed) {
            0 => None,
            mail => Some((channel, mail)),
        }
    }

    pub(super) fn set_text(&self, text: Bytes) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
    }

    /// Takes the rendered text of the current event, which equal subscriptions share. Returns `None` if the event is
    /// not shared and must be rendered for this subscription alone.
    fn take_text(&self) -> Option<Bytes> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Serialises the response or event to JSON.
    pub(crate) fn render(&self, response: &Response) -> Bytes {
        self.take_text().unwrap_or_else(|| json(response, self.bytes()))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.pool.release(self.taken.swap(0, Ordering::Relaxed));
    }
}

/// Serialises a GraphQL response to JSON; `about` is its estimated size in bytes. The memory is allocated at once,
/// because a growing buffer would need twice as much.
pub(crate) fn json(response: &Response, about: usize) -> Bytes {
    let mut text = Vec::with_capacity(about + about / 8 + 256);
    match serde_json::to_writer(&mut text, response) {
        Ok(()) => text.into(),
        Err(_unwritable) => {
            Bytes::from_static(b"{\"data\":null,\"errors\":[{\"message\":\"internal_error\"}]}")
        }
    }
}

/// Returns the size in bytes of a JSON value without its nested values, which have already been counted.
fn json_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + text.bytes().map(escape_bytes).sum::<usize>(),
        Value::Object(fields) => fields.keys().map(|name| name.len() + VALUE_BYTES).sum(),
        Value::List(entries) => entries.len(),
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) | Value::Enum(_) => VALUE_BYTES,
    }
}

/// Returns the number of additional bytes that are needed to escape a byte in a JSON string (RFC 8259, section 7).
fn escape_bytes(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..=0x1f => 5,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(pool: &Arc<ReplyMemoryPool>) -> Work {
        Work::new(CancellationToken::new(), Arc::clone(pool))
    }

    #[test]
    fn a_reply_is_aborted_at_its_limits_with_the_reason() {
        let pool = Arc::new(ReplyMemoryPool::new(1 << 30, PurgeSignal::default()));
        let value = Value::String("x".repeat(1 << 20));
        let large = work(&pool);
        assert!((0..63).all(|_| large.step(false).and_then(|()| large.add(false, Some(&value))).is_ok()));
        assert!(large.add(false, Some(&value)).is_err() && large.step(false).is_err());
        let reply = large.finish(Response::new("half"));
        assert_eq!(reply.errors[0].message, AnswerError::TooLarge.to_string());
        assert_eq!(reply.data, Value::Null);
        large.begin();
        assert!(large.step(false).is_ok(), "the limits are reset for each event");

        let wide = work(&pool);
        assert_eq!(
            (0..=MAX_ANSWER_VALUES).take_while(|_| wide.step(false).is_ok()).count(),
            MAX_ANSWER_VALUES
        );
        let endless = work(&pool);
        assert_eq!(
            (0..=MAX_ANSWER_VALUES).take_while(|_| endless.step(true).is_ok()).count(),
            MAX_INTROSPECTION_VALUES
        );
    }

    #[test]
    fn work_stops_if_the_caller_disconnects_or_the_server_stops() {
        let pool = Arc::new(ReplyMemoryPool::new(1 << 30, PurgeSignal::default()));
        let left = work(&pool);
        left.leave();
        assert!(left.step(false).is_err());
        let stop = CancellationToken::new();
        let stopping = Work::new(stop.clone(), pool);
        assert!(stopping.step(false).is_ok());
        stop.cancel();
        assert!(stopping.step(false).is_err());
    }

    #[test]
    fn replies_share_one_memory_pool_and_release_it() {
        let pool = Arc::new(ReplyMemoryPool::new(3 << 20, PurgeSignal::default()));
        let value = Value::String("x".repeat(2 << 20));
        let first = work(&pool);
        assert!(first.add(false, Some(&value)).is_ok());
        let second = work(&pool);
        assert!(second.add(false, Some(&value)).is_err());
        drop((first, second));
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 0);
        assert!(work(&pool).add(false, Some(&value)).is_ok());
    }

    #[test]
    fn sizes_equal_the_size_of_the_json() {
        for text in ["plain", "a\"b\\c\r\n", "\u{1}\u{2}", "\u{fc}"] {
            let value = Value::String(text.to_owned());
            assert_eq!(json_bytes(&value) + 2, serde_json::to_string(&value).unwrap().len(), "{text:?}");
        }
    }
}
