//! Asks the terminal for its charset at the start. A terminal that replies late or never must not delay the first list,
//! so the program goes on in ASCII, which every terminal reads, until the reply comes or the time is over.

use super::charset::Charset;
use super::events::Events;
use super::screen::Screen;
use crate::app::Model;
use crossterm::event::Event;
use std::io::{self, Write};
use std::time::Duration;
use tokio::task::JoinSet;

/// Time for the reply before the program goes on in ASCII. A terminal on this machine replies within a few
/// milliseconds, and one over a network within a round trip.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Maximum further time for the reply; then the locale decides. Keys are read afterwards.
const LATE_WAIT: Duration = Duration::from_millis(1_800);

/// A reply to the query for the charset.
#[derive(Debug)]
pub(super) struct Reply {
    /// The column of the cursor after the probe; `None` if the terminal has not replied.
    column: Option<u16>,
    /// Keys that the user typed meanwhile.
    typed: Vec<Event>,
}

/// The state of the query for the charset.
#[derive(Debug)]
pub(super) struct FoundCharset(JoinSet<Option<Reply>>);

impl FoundCharset {
    /// Asks the terminal and waits a moment for its reply. Also returns the events that the user caused meanwhile.
    pub(super) async fn ask<W: Write>(screen: &mut Screen<W>, model: &Model) -> io::Result<(Events, Self)> {
        let Some(mut query) = screen.ask_about_charset(model)? else {
            return Ok((Events::new(Vec::new()), Self(JoinSet::new())));
        };
        // Reading the keys reports the error of the terminal.
        let column = query.column(FIRST_WAIT).await.unwrap_or_default();
        screen.repair_corner()?;
        if column.is_some() {
            screen.charset_found(column, model)?;
            return Ok((Events::new(query.typed()), Self(JoinSet::new())));
        }
        screen.write_in(Charset::Ascii, model)?;
        // A task, because input that was read is lost if a future is dropped.
        let mut late = JoinSet::new();
        late.spawn(async move {
            let column = query.column(LATE_WAIT).await.ok()?;
            Some(Reply { column, typed: query.typed() })
        });
        Ok((Events::new(Vec::new()), Self(late)))
    }

    /// Whether the reply may still come. Until then, keys must not be read.
    pub(super) fn is_pending(&self) -> bool {
        !self.0.is_empty()
    }

    /// Waits for the reply, or for the end of the time for it. Dropping the future loses nothing.
    pub(super) async fn found(&mut self) -> Reply {
        // Reading the keys reports the error of the terminal.
        let reply = self.0.join_next().await.and_then(Result::ok).flatten();
        reply.unwrap_or(Reply { column: None, typed: Vec::new() })
    }
}

impl Reply {
    /// Draws in the charset that was found, and asks the terminal about pictures. Returns the keys that the user
    /// typed meanwhile.
    pub(super) async fn apply<W: Write>(
        self,
        screen: &mut Screen<W>,
        model: &Model,
    ) -> io::Result<Vec<Event>> {
        screen.charset_found(self.column, model)?;
        let mut typed = self.typed;
        typed.extend(screen.ask_about_pictures().await?);
        Ok(typed)
    }
}
