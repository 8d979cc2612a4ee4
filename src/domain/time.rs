//! Moments and spans as the screen tells them. The clock itself is a port: this room is told
//! what time it is.

pub use jiff::{SignedDuration, Timestamp};

/// A span in at most two words: `now`, `45s`, `12m`, `3h`, `5d`.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs();
    match seconds {
        ..=0 => "now".to_owned(),
        1..=59 => format!("{seconds}s"),
        60..=3599 => format!("{}m", seconds / 60),
        3600..=86_399 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// What is left until a moment: `9:41`, `0:07`, `lapsed` when it has passed, `2h` beyond an hour.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let seconds = until.duration_since(now).as_secs();
    match seconds {
        ..=0 => "lapsed".to_owned(),
        1..=3599 => format!("{}:{:02}", seconds / 60, seconds % 60),
        3600..=86_399 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}
