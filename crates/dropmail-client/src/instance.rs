//! Makes the processes that use the same data directory share one connection to the service.
//!
//! The process that owns the directory listens on a Unix socket in the directory. The other processes (windows and
//! commands) send their requests over this socket, so to the service they all look like one client. The owner reports
//! changes, and every process reads the archive itself. When the owner exits or hangs, another window takes over.
//!
//! ```text
//! window, command ─► api ─┬─► client ═ socket ═► server ─► calls ─► service ─┐
//!                         └─► the service's API ◄──────────────────────────────┘   (as the owner)
//! member: decides the role of this process     hub: passes on mail and changes of the owner
//! ```

mod api;
mod calls;
mod client;
mod hub;
mod member;
mod owner_state;
mod protocol;
mod server;
mod socket;
mod streams;
mod wire;

pub use api::SharedApi;
pub use member::Member;
pub use protocol::Identity;
