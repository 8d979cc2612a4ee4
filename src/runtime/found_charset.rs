//! Queries the terminal for its charset when the program starts. A terminal that replies late or never must not delay
//! the mail list. So the program draws in ASCII, which every terminal reads, until the reply arrives or the timeout
//! expires.

use super::charset::Charset;
use super::events::Events;
use super::screen::Screen;
use crate::app::Model;
use crossterm::event::Event;
use std::io::{self, Write};
use std::time::Duration;
use tokio::task::JoinSet;

/// Time to wait for the terminal's reply before the program draws in ASCII. A local terminal replies within a few
/// milliseconds, and a remote one within a network round trip.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Maximum further wait for the terminal's reply. After that, the program uses the charset of the locale and reads
/// keys.
const LATE_WAIT: Duration = Duration::from_millis(1_800);

/// The terminal's reply to the charset query, and the keys that were read with it.
#[derive(Debug)]
pub(super) struct Reply {
    /// The cursor column after the charset query, counted from 0; `None` if the terminal has not replied.
    column: Option<u16>,
    /// The keys that the user typed before the reply.
    typed: Vec<Event>,
}

/// The charset query, including the task that waits for a late reply.
#[derive(Debug)]
pub(super) struct FoundCharset(JoinSet<Option<Reply>>);

impl FoundCharset {
    /// Queries the terminal for its charset, and waits for the reply for at most `FIRST_WAIT`. Also returns the stream
    /// of terminal events, which starts with the keys that the user typed in the meantime.
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
        // The wait runs in a task, because a dropped future would lose the input that it has read.
        let mut late = JoinSet::new();
        late.spawn(async move {
            let column = query.column(LATE_WAIT).await.ok()?;
            Some(Reply { column, typed: query.typed() })
        });
        Ok((Events::new(Vec::new()), Self(late)))
    }

    /// Returns whether the reply may still arrive. In that case, keys must not be read.
    pub(super) fn is_pending(&self) -> bool {
        !self.0.is_empty()
    }

    /// Waits for the terminal's late reply or its timeout. No input is lost if the future is dropped.
    pub(super) async fn found(&mut self) -> Reply {
        // Reading the keys reports the error of the terminal.
        let reply = self.0.join_next().await.and_then(Result::ok).flatten();
        reply.unwrap_or(Reply { column: None, typed: Vec::new() })
    }
}

impl Reply {
    /// Redraws the screen in the detected charset, and queries the terminal for its graphics protocol. Returns the keys
    /// that the user has typed so far.
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
