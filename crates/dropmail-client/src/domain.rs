//! The data types of a disposable mailbox (sessions, addresses, secrets, and mails as the service reports them), and
//! the logic that determines when to connect and when to query.
//!
//! The functions in this module only process data and have no access to a clock, a disk, a network or a terminal. Their
//! input may be malicious, so each of them limits its own work and never panics.

pub mod backoff;
pub mod base_url;
pub mod copied_to;
pub mod current_code;
pub mod delivery;
pub mod download_host;
pub mod history;
pub mod ids;
pub mod keyring;
pub mod mail;
pub mod mail_json;
pub mod push_transport;
pub mod search;
pub mod secrets;
pub mod service_status;
pub mod session;
pub mod session_sync;
pub mod sharing;
pub mod sorting;
pub mod stored_mail;
pub mod text_fingerprint;
pub mod time;
pub mod token_lifetime;
pub mod transport_selector;
pub mod undo_step;
