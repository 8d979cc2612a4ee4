//! The log entries about connections and failures.
//!
//! Session ids and error texts of the service are not secret. The values of tokens, keys and download URLs
//! never appear in the log, nor does the content of mails.

use crate::app::msg::Msg;
use crate::domain::delivery::Push;

/// Logs a message if it concerns a connection or a failure.
pub(super) fn note(msg: &Msg) {
    if let Some(words) = describe(msg) {
        tracing::info!("{words}");
    }
}

fn describe(msg: &Msg) -> Option<String> {
    Some(match msg {
        Msg::Booted(place) => format!("started over {}", place.service),
        Msg::AccountOpened { result: Ok(live), .. } => format!("connected; {} sessions live", live.len()),
        Msg::AccountOpened { result: Err(why), .. } => format!("not connected: {}", why.words),
        Msg::Pushed { session, push: Push::Ready, .. } => format!("{session}: new mail is pushed"),
        Msg::Pushed { session, push: Push::Mail(mail), .. } => {
            format!("{session}: a mail of {} bytes was told of", mail.envelope.size)
        }
        Msg::WatchEnded { session, why, .. } => format!("{session}: push ended: {}", why.words),
        Msg::Touched { session, result: Err(why), .. } => format!("{session}: not touched: {}", why.words),
        Msg::Warning(words) => format!("told: {words}"),
        _ => return None,
    })
}
