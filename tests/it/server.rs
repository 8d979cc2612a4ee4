//! Tests the local server over real sockets.

mod captcha;
mod catch_all;
mod connections;
mod domains;
mod downloads;
mod faults;
mod graphql;
mod harness;
mod hostile;
mod limits;
mod push;
mod rates;
mod schema;
mod sessions;
mod smtp;
mod smtp_security;
mod tokens;
mod websocket;
