//! Shares rendered events between equal subscriptions. All subscriptions with the same document, variables and caller
//! form one channel, and each event is rendered once per channel.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::Bytes;
use ring::digest;
use tokio::sync::OnceCell;

/// Maximum number of rendered events cached for subscriptions that have yet to receive them. If it is exceeded, the
/// oldest events are evicted. An evicted event is rendered again when a subscription needs it.
const MAX_EVENTS: usize = 256;
/// Maximum total size in bytes of the cached rendered events. If it is exceeded, the oldest events are evicted.
const MAX_BYTES: usize = 16 << 20;

/// SHA-256 digest of everything that determines a subscription's events, apart from the mail. Subscriptions with the
/// same key receive the same event for a mail.
type ChannelKey = [u8; 32];
/// Identifies a rendered event by the number of its channel and the number of its mail.
type EventId = (u64, u64);

/// All event channels of the server. Subscriptions that receive the same events share one channel.
#[derive(Debug, Default)]
pub(super) struct EventChannels(Arc<Mutex<ChannelsState>>);

#[derive(Debug, Default)]
struct ChannelsState {
    channels: HashMap<ChannelKey, Weak<EventChannel>>,
    opened: u64,
    rendered: HashMap<EventId, RenderedEvent>,
    order: VecDeque<EventId>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct RenderedEvent {
    text: Arc<OnceCell<Bytes>>,
    bytes: usize,
}

/// A group of equal subscriptions. The channel ends when its last subscription ends.
#[derive(Debug)]
pub(super) struct EventChannel {
    key: ChannelKey,
    number: u64,
    state: Arc<Mutex<ChannelsState>>,
}

impl EventChannels {
    /// Returns the channel that all subscriptions with the same `depends_on` share. `depends_on` lists the strings that
    /// determine the events, such as the document, the variables and the caller.
    pub(super) fn channel(&self, depends_on: &[&str]) -> Arc<EventChannel> {
        let mut context = digest::Context::new(&digest::SHA256);
        for word in depends_on {
            context.update(&word.len().to_le_bytes());
            context.update(word.as_bytes());
        }
        let mut key = ChannelKey::default();
        key.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
        let mut state = lock(&self.0);
        if let Some(channel) = state.channels.get(&key).and_then(Weak::upgrade) {
            return channel;
        }
        state.opened += 1;
        let channel = Arc::new(EventChannel { key, number: state.opened, state: Arc::clone(&self.0) });
        state.channels.insert(key, Arc::downgrade(&channel));
        channel
    }
}

impl EventChannel {
    /// Returns the rendered event for mail number `mail`. The first subscription that requests the event renders it
    /// with `render`.
    pub(super) async fn event(&self, mail: u64, render: impl Future<Output = Bytes>) -> Bytes {
        let id = (self.number, mail);
        let text = lock(&self.state).cell(id);
        let rendered = text.get_or_init(|| async {
            let text = render.await;
            lock(&self.state).keep(id, text.len());
            text
        });
        rendered.await.clone()
    }
}

impl Drop for EventChannel {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        // A new channel with the same key may have been inserted while the old channel was dropped.
        if state.channels.get(&self.key).is_some_and(|channel| channel.strong_count() == 0) {
            state.channels.remove(&self.key);
        }
    }
}

impl ChannelsState {
    fn cell(&mut self, id: EventId) -> Arc<OnceCell<Bytes>> {
        if let Some(rendered) = self.rendered.get(&id) {
            return Arc::clone(&rendered.text);
        }
        let rendered = RenderedEvent::default();
        let text = Arc::clone(&rendered.text);
        self.rendered.insert(id, rendered);
        self.order.push_back(id);
        self.drop_oldest_over_limit();
        text
    }

    fn keep(&mut self, id: EventId, bytes: usize) {
        if let Some(rendered) = self.rendered.get_mut(&id) {
            rendered.bytes = bytes;
            self.bytes += bytes;
            self.drop_oldest_over_limit();
        }
    }

    fn drop_oldest_over_limit(&mut self) {
        while self.order.len() > MAX_EVENTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            let gone = self.rendered.remove(&oldest);
            self.bytes -= gone.map_or(0, |rendered| rendered.bytes);
        }
    }
}

fn lock(state: &Mutex<ChannelsState>) -> MutexGuard<'_, ChannelsState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn equal_subscriptions_render_an_event_once() {
        let events = EventChannels::default();
        let (one, two) = (events.channel(&["a", "bc"]), events.channel(&["a", "bc"]));
        let other = events.channel(&["ab", "c"]);
        assert!(Arc::ptr_eq(&one, &two) && !Arc::ptr_eq(&one, &other));
        let count = AtomicUsize::new(0);
        let render = async |text: &'static str| {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Bytes::from_static(text.as_bytes())
        };
        let (first, second) = tokio::join!(one.event(1, render("first")), two.event(1, render("second")));
        assert_eq!((first, second), (Bytes::from_static(b"first"), Bytes::from_static(b"first")));
        assert_eq!(other.event(1, render("other")).await, "other");
        assert_eq!(count.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn old_events_are_dropped_and_channels_end_with_their_subscriptions() {
        let events = EventChannels::default();
        let channel = events.channel(&["a"]);
        for mail in 0..2 * MAX_EVENTS as u64 {
            channel.event(mail, async { Bytes::from_static(b"event") }).await;
        }
        channel.event(u64::MAX, async { vec![0; MAX_BYTES + 1].into() }).await;
        let counts = {
            let state = lock(&events.0);
            (state.order.len(), state.bytes)
        };
        assert_eq!(counts, (0, 0));
        drop(channel);
        assert!(lock(&events.0).channels.is_empty());
    }
}
