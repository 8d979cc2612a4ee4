//! How the copy of a session's mail is kept complete.
//!
//! A push connection tells of mail quickly but not reliably: a service may acknowledge a subscription
//! before it listens. Queries are slower and leave nothing out. This module decides when which is used.

mod refresh;

pub use refresh::Demand;
