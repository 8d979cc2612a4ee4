//! What the program needs of the world, as traits. Adapters fulfil them; tests put the real
//! adapters on loopback and temporary folders.
//!
//! The traits speak the domain's terms and the errors carry data, not sentences: words are made
//! where a person reads them.

pub mod archive;
pub mod clipboard;
pub mod clock;
pub mod files;
pub mod hooks;
pub mod notifier;
pub mod opener;
pub mod ownership;
pub mod samples;
pub mod screen_state;
pub mod secrets;
pub mod tmux;
pub mod transport;

/// A boxed future, so that a port can be used behind `dyn`.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed stream, so that a port can be used behind `dyn`.
pub type BoxStream<'a, T> = std::pin::Pin<Box<dyn futures_util::Stream<Item = T> + Send + 'a>>;
