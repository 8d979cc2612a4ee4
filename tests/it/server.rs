//! The local server over real sockets.

mod bed;
mod faults;
mod downloads;
mod graphql;
mod limits;
mod push;
mod schema;
mod sessions;
mod smtp;
mod tokens;
