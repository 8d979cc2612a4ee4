//! The local server over real sockets.

mod bed;
mod captcha;
mod domains;
mod downloads;
mod faults;
mod graphql;
mod limits;
mod push;
mod rates;
mod schema;
mod sessions;
mod smtp;
mod tokens;
