//! What the local server takes.

use std::net::SocketAddr;

/// Where the local server takes mail unless told otherwise.
const SMTP: &str = "127.0.0.1:2525";

/// What `serve` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to serve HTTP; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(in super::super) http: SocketAddr,
    /// Where to take mail; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = SMTP)]
    pub(in super::super) smtp: SocketAddr,
    /// A token to accept beside those that the server issues (af_ and 8 or more letters).
    #[arg(long, value_name = "TOKEN")]
    pub(in super::super) token: Vec<String>,
    /// How long a session lives past its last access, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub(in super::super) session_lifetime: u64,
}
