//! Queries the terminal for its charset when the program starts. If the reply is late, the program meanwhile draws in
//! ASCII, which every terminal can display. A late or missing reply therefore does not delay the mail list.

use super::charset::TerminalCharset;
use super::events::Events;
use super::screen::Screen;
use crate::app::Model;
use crossterm::event::Event;
use std::io::{self, Write};
use std::time::Duration;
use tokio::task::JoinSet;

/// How long the program waits for the terminal's reply to the charset query before it draws in ASCII. A local terminal
/// replies within a few milliseconds, and a remote one within a network round trip.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// How long the program waits for a late reply to the charset query, in addition to `FIRST_WAIT`. If none arrives, the
/// program uses the charset of the locale. The program handles no keys until the reply arrives or this time is over.
const LATE_WAIT: Duration = Duration::from_millis(1_800);

/// The terminal's reply to the charset query, and the keys that were read along with the reply.
#[derive(Debug)]
pub(super) struct CharsetReply {
    /// The cursor column after the charset query, counted from 0; `None` if the terminal has not replied.
    column: Option<u16>,
    /// The keys that the user typed before the terminal replied.
    typed: Vec<Event>,
}

/// A charset query that has been sent to the terminal. If the reply is late, this value contains the task that waits
/// for the reply.
#[derive(Debug)]
pub(super) struct CharsetQuery(JoinSet<Option<CharsetReply>>);

impl CharsetQuery {
    /// Queries the terminal for its charset, and waits at most `FIRST_WAIT` for the reply. Returns the stream of
    /// terminal events, which starts with the keys that the user typed before the reply, and the query. If the reply is
    /// late, the query is still pending, and the screen is drawn in ASCII until the reply arrives.
    pub(super) async fn query<W: Write>(screen: &mut Screen<W>, model: &Model) -> io::Result<(Events, Self)> {
        let Some(mut query) = screen.query_charset(model)? else {
            return Ok((Events::new(Vec::new()), Self(JoinSet::new())));
        };
        // An error of the terminal is reported later, when the keys are read.
        let column = query.read_column(FIRST_WAIT).await.unwrap_or_default();
        screen.repair_corner()?;
        if column.is_some() {
            screen.apply_charset_reply(column, model)?;
            return Ok((Events::new(query.typed()), Self(JoinSet::new())));
        }
        screen.set_charset(TerminalCharset::Ascii, model)?;
        // The wait runs in a task, because a dropped future would lose the input that it has read.
        let mut late = JoinSet::new();
        late.spawn(async move {
            let column = query.read_column(LATE_WAIT).await.ok()?;
            Some(CharsetReply { column, typed: query.typed() })
        });
        Ok((Events::new(Vec::new()), Self(late)))
    }

    /// Returns whether the program is still waiting for the terminal's reply to the charset query. Until the reply
    /// arrives, keys must not be read, because both arrive on the same input.
    pub(super) fn is_pending(&self) -> bool {
        !self.0.is_empty()
    }

    /// Waits for the terminal's late reply, for at most `LATE_WAIT`. The `column` of the result is `None` if no reply
    /// arrives. No input is lost if the future is dropped.
    pub(super) async fn await_reply(&mut self) -> CharsetReply {
        // An error of the terminal is reported later, when the keys are read.
        let reply = self.0.join_next().await.and_then(Result::ok).flatten();
        reply.unwrap_or(CharsetReply { column: None, typed: Vec::new() })
    }
}

impl CharsetReply {
    /// Redraws the screen in the charset that the reply indicates, or in the charset of the locale if there was no
    /// reply. Then queries the terminal for its graphics protocol. Returns the keys that the user has typed so far.
    pub(super) async fn apply<W: Write>(
        self,
        screen: &mut Screen<W>,
        model: &Model,
    ) -> io::Result<Vec<Event>> {
        screen.apply_charset_reply(self.column, model)?;
        let mut typed = self.typed;
        typed.extend(screen.query_graphics().await?);
        Ok(typed)
    }
}
