//! Ports: the traits through which the program accesses the outside world, such as the service, the archive and the
//! clock.
//!
//! The modules in `adapters` implement these traits. Tests use the same implementations, with servers on loopback
//! addresses and files in temporary directories. The traits use the terms of the domain. Their errors contain only
//! data; the layer that displays an error creates the message.

pub mod archive;
pub mod clipboard;
pub mod clock;
pub mod demo_mail;
pub mod dropmail_api;
pub mod files;
pub mod hooks;
pub mod instance;
pub mod instance_lock;
pub mod notifier;
pub mod opener;
pub mod secrets;
pub mod tmux;
pub mod ui_state;

/// A boxed future, as returned by the methods of ports. Boxing allows the traits to be used as trait objects (`dyn`).
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A boxed stream, as returned by the methods of ports. Boxing allows the traits to be used as trait objects (`dyn`).
pub type BoxStream<'a, T> = std::pin::Pin<Box<dyn futures_util::Stream<Item = T> + Send + 'a>>;
