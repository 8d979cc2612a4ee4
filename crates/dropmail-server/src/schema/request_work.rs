//! Supervises the work on one GraphQL request or event: enforces the limits on the response, and checks whether the
//! caller is still connected.
//!
//! The size of a response is counted while the response is generated. The work stops at the next field when the caller
//! disconnects, the server stops or a limit is exceeded.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{Response, ServerError, Value};
use bytes::Bytes;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::response_json::{VALUE_BYTES, json, json_bytes};
use super::response_limits::{
    MAX_INTROSPECTION_BYTES, MAX_INTROSPECTION_VALUES, MAX_RESPONSE_BYTES, MAX_RESPONSE_VALUES, MAX_TIME,
    ResponseError,
};
use super::response_memory::ResponseMemory;
use crate::events::EventChannel;

/// Size in bytes of one unit of memory in the pool shared by all responses. A response takes whole units from the pool.
const STEP_BYTES: usize = 64 << 10;

/// State of the work on a GraphQL request. The task doing the work shares this state with the task waiting for the
/// result.
#[derive(Debug)]
pub(crate) struct RequestWork {
    stop: CancellationToken,
    pool: Arc<ResponseMemory>,
    /// Time at which a query or mutation is aborted; `None` for a subscription.
    deadline: Option<Instant>,
    left: AtomicBool,
    given_up: Mutex<Option<ResponseError>>,
    is_given_up: AtomicBool,
    values: AtomicUsize,
    bytes: AtomicUsize,
    introspection_values: AtomicUsize,
    introspection_bytes: AtomicUsize,
    /// Number of bytes that the response has taken from the memory pool shared by all responses.
    taken: AtomicUsize,
    /// Sequence number of the mail in the current event of a subscription; 0 if the event contains no mail.
    mail: AtomicU64,
    /// The channel through which equal subscriptions share rendered events.
    channel: OnceLock<Arc<EventChannel>>,
    /// The rendered text of the current event; `None` if the event is not shared with equal subscriptions.
    text: Mutex<Option<Bytes>>,
}

impl RequestWork {
    pub(crate) fn new(stop: CancellationToken, pool: Arc<ResponseMemory>) -> Self {
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

    /// Creates the state of the work on a subscription, which has no deadline. Equal subscriptions can share rendered
    /// events through `channel`.
    pub(crate) fn of_subscription(
        stop: CancellationToken,
        pool: Arc<ResponseMemory>,
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

    /// Returns the response unchanged or, if the work was aborted, a response that contains the error.
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
            return Err(self.give_up(ResponseError::Left));
        }
        if self.stop.is_cancelled() {
            return Err(self.give_up(ResponseError::Stopping));
        }
        if self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            return Err(self.give_up(ResponseError::TimedOut));
        }
        if self.values.fetch_add(1, Ordering::Relaxed) >= MAX_RESPONSE_VALUES {
            return Err(self.give_up(ResponseError::TooManyValues));
        }
        let introspected = introspection && {
            self.introspection_values.fetch_add(1, Ordering::Relaxed) >= MAX_INTROSPECTION_VALUES
        };
        if introspected { Err(self.give_up(ResponseError::IntrospectionTooLarge)) } else { Ok(()) }
    }

    /// Adds the size of a computed value to the size of the response. If `introspection` is `true`, the value also
    /// counts towards the size limit for introspection, which is lower than the limit for the whole response. Returns
    /// an error if the response becomes too large.
    pub(super) fn add(&self, introspection: bool, value: Option<&Value>) -> Result<(), ServerError> {
        let size = VALUE_BYTES + value.map_or(0, json_bytes);
        let bytes = self.bytes.fetch_add(size, Ordering::Relaxed) + size;
        if bytes > MAX_RESPONSE_BYTES {
            return Err(self.give_up(ResponseError::TooLarge));
        }
        if introspection {
            let bytes = self.introspection_bytes.fetch_add(size, Ordering::Relaxed) + size;
            if bytes > MAX_INTROSPECTION_BYTES {
                return Err(self.give_up(ResponseError::IntrospectionTooLarge));
            }
        }
        let taken = self.taken.load(Ordering::Relaxed);
        if bytes > taken {
            let more = (bytes - taken).next_multiple_of(STEP_BYTES);
            if !self.pool.take(more) {
                return Err(self.give_up(ResponseError::PoolExhausted));
            }
            self.taken.fetch_add(more, Ordering::Relaxed);
        }
        Ok(())
    }

    fn give_up(&self, why: ResponseError) -> ServerError {
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

    /// Removes and returns the rendered text of the current event, which equal subscriptions share. Returns `None` if
    /// the event is not shared and must be rendered for this subscription alone.
    fn take_text(&self) -> Option<Bytes> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Serialises the response or event to JSON.
    pub(crate) fn render(&self, response: &Response) -> Bytes {
        self.take_text().unwrap_or_else(|| json(response, self.bytes()))
    }
}

impl Drop for RequestWork {
    fn drop(&mut self) {
        self.pool.release(self.taken.swap(0, Ordering::Relaxed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::PurgeSignal;

    fn work(pool: &Arc<ResponseMemory>) -> RequestWork {
        RequestWork::new(CancellationToken::new(), Arc::clone(pool))
    }

    #[test]
    fn a_reply_is_aborted_at_its_limits_with_the_reason() {
        let pool = Arc::new(ResponseMemory::new(1 << 30, PurgeSignal::default()));
        let value = Value::String("x".repeat(1 << 20));
        let large = work(&pool);
        assert!((0..63).all(|_| large.step(false).and_then(|()| large.add(false, Some(&value))).is_ok()));
        assert!(large.add(false, Some(&value)).is_err() && large.step(false).is_err());
        let reply = large.finish(Response::new("half"));
        assert_eq!(reply.errors[0].message, ResponseError::TooLarge.to_string());
        assert_eq!(reply.data, Value::Null);
        large.begin();
        assert!(large.step(false).is_ok(), "the limits are reset for each event");

        let wide = work(&pool);
        assert_eq!(
            (0..=MAX_RESPONSE_VALUES).take_while(|_| wide.step(false).is_ok()).count(),
            MAX_RESPONSE_VALUES
        );
        let endless = work(&pool);
        assert_eq!(
            (0..=MAX_RESPONSE_VALUES).take_while(|_| endless.step(true).is_ok()).count(),
            MAX_INTROSPECTION_VALUES
        );
    }

    #[test]
    fn work_stops_if_the_caller_disconnects_or_the_server_stops() {
        let pool = Arc::new(ResponseMemory::new(1 << 30, PurgeSignal::default()));
        let left = work(&pool);
        left.leave();
        assert!(left.step(false).is_err());
        let stop = CancellationToken::new();
        let stopping = RequestWork::new(stop.clone(), pool);
        assert!(stopping.step(false).is_ok());
        stop.cancel();
        assert!(stopping.step(false).is_err());
    }

    #[test]
    fn replies_share_one_memory_pool_and_release_it() {
        let pool = Arc::new(ResponseMemory::new(3 << 20, PurgeSignal::default()));
        let value = Value::String("x".repeat(2 << 20));
        let first = work(&pool);
        assert!(first.add(false, Some(&value)).is_ok());
        let second = work(&pool);
        assert!(second.add(false, Some(&value)).is_err());
        drop((first, second));
        assert_eq!(pool.bytes.load(Ordering::Relaxed), 0);
        assert!(work(&pool).add(false, Some(&value)).is_ok());
    }
}
