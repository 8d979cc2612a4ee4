//! Queries the terminal for its graphics protocol and other capabilities before the first key is read.
//!
//! The queries are sent in steps, each only after the terminal has replied to the previous step. A reply that arrives
//! after the timeout could be mistaken for keys. Therefore a terminal that does not reply to the first step receives no
//! further queries.

mod replies;
mod typed_keys;

pub(super) use replies::Replies;

use crate::config::TerminalProgram;
use crossterm::event::Event;
use dropmail_client::ports::tmux::TmuxPane;
use mail_reader::richtext::CellSize;
use replies::split;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Timeout for each reply from the terminal. If it expires, the program continues without the reply. The timeout can be
/// long, because the terminal has just replied to a query for the cursor position. Keys that the user types meanwhile
/// are handled afterwards.
const REPLY: Duration = Duration::from_secs(2);
/// Timeout for replies from the terminal in which tmux runs. If it expires, the program continues without the replies.
/// The timeout is short, because tmux may drop these replies.
const PASSED_REPLY: Duration = Duration::from_millis(500);
/// Timeout for a single read of terminal input, after which the read is repeated. The timeout is short, so that the
/// program can exit without waiting for the terminal.
const SLICE: Duration = Duration::from_millis(50);
/// Maximum number of input bytes that are searched for replies from the terminal. If the input is longer, the program
/// stops waiting for replies.
const MAX_INPUT_BYTES: usize = 64 * 1024;

/// Escape sequences that query the cell size and the device attributes (DA1). Every terminal replies to the query for
/// DA1.
const ATTRIBUTES: &str = "\x1b[16t\x1b[c";
/// Escape sequence that queries the number of sixel colours that the terminal supports (XTSMGRAPHICS).
const SIXELS: &str = "\x1b[?1;1;0S";
/// Escape sequence that queries the name and version of the terminal (XTVERSION).
const VERSION: &str = "\x1b[>q";
/// Escape sequences that query whether the terminal supports kitty graphics, and whether it supports Unicode
/// placeholders. Versions of kitty before 0.28 do not support the `U` parameter and ignore the second sequence.
const KITTY: &str =
    "\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b_Gi=32,s=1,v=1,a=q,U=1,t=d,f=24;AAAA\x1b\\";
/// Escape sequence that queries the background colour (OSC 11). It is not sent to a terminal that may reply out of
/// order, because a late reply could be mistaken for keys.
const BACKGROUND: &str = "\x1b]11;?\x1b\\";
/// Escape sequence that queries the device status (DSR). It is the last query of each step except the first, so its
/// reply shows that all replies to that step have arrived.
const STATUS: &str = "\x1b[5n";

/// The terminal's replies to all queries, and the keys that the user typed in the meantime.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Probed {
    /// The terminal's replies to the capability queries, or tmux's replies if the program runs inside tmux.
    pub(super) own: Replies,
    /// The replies to the capability queries from the terminal in which tmux runs; `None` if the program does not run
    /// inside tmux or if tmux does not pass the queries on.
    pub(super) outer: Option<Replies>,
    /// The keys that the user typed while the terminal was queried.
    pub(super) typed: Vec<Event>,
}

/// Queries the terminal and collects its replies. `write` must send the given bytes to the terminal.
pub(super) async fn query_terminal(
    tmux: Option<&dyn TmuxPane>,
    replies_in_order: bool,
    mut write: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Probed> {
    let mut input = Input::new()?;
    write(ATTRIBUTES.as_bytes())?;
    let own = input.read_until(REPLY, |replies| replies.attributes.is_some()).await?;
    if own.attributes.is_none() {
        return Ok(Probed { own, outer: None, typed: input.typed() });
    }
    let sixels = if own.has_sixels() { SIXELS } else { "" };
    let background = if replies_in_order { BACKGROUND } else { "" };
    write(format!("{sixels}{VERSION}{background}{STATUS}").as_bytes())?;
    let mut own = input.read_until(REPLY, |replies| replies.statuses > 0).await?;
    if tmux.is_none() && own.may_support_kitty_graphics() {
        write(format!("{KITTY}{STATUS}").as_bytes())?;
        own = input.read_until(REPLY, |replies| replies.statuses > 1).await?;
    }
    let passing = tmux.filter(|pane| pane.passes_through());
    let outer =
        if passing.is_some() { Some(query_through_tmux(&mut input, &mut write).await?) } else { None };
    Ok(Probed { own, outer, typed: input.typed() })
}

/// A query for the cursor position that is sent before any key is read.
pub(super) struct CursorQuery(Input);

impl CursorQuery {
    /// Opens the terminal input on which the terminal's reply arrives. The caller must then send the query.
    pub(super) fn new() -> io::Result<Self> {
        Input::new().map(Self)
    }

    /// Returns the cursor column, counted from 0; `None` if the terminal does not report it within `limit`.
    pub(super) async fn read_column(&mut self, limit: Duration) -> io::Result<Option<u16>> {
        let replies = self.0.read_until(limit, |replies| replies.cursor_column.is_some()).await?;
        Ok(replies.cursor_column.and_then(|column| column.checked_sub(1)))
    }

    /// Returns the keys that the user typed while the terminal was queried.
    pub(super) fn typed(&self) -> Vec<Event> {
        self.0.typed()
    }
}

async fn query_through_tmux(
    input: &mut Input,
    write: &mut impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Replies> {
    write(wrap_for_tmux(&format!("{KITTY}\x1b[16t")).as_bytes())?;
    input.restart().read_until(PASSED_REPLY, |replies| replies.placeholders).await
}

/// Wraps an escape sequence so that tmux passes it on to the terminal in which tmux runs.
fn wrap_for_tmux(sequence: &str) -> String {
    format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
}

/// The terminal input: its source, and the bytes that have been read so far.
struct Input {
    terminal: Arc<TerminalDevice>,
    bytes: Vec<u8>,
    /// Index of the first input byte that is searched for replies from the terminal. The bytes before it contain the
    /// replies from tmux itself.
    start: usize,
}

impl Input {
    fn new() -> io::Result<Self> {
        let terminal = if io::stdin().is_terminal() {
            TerminalDevice::Standard
        } else {
            TerminalDevice::Opened(File::open("/dev/tty")?)
        };
        Ok(Self { terminal: Arc::new(terminal), bytes: Vec::new(), start: 0 })
    }

    /// Makes the search for replies start after the input that has been read so far, which contains the replies from
    /// tmux. The next replies come from the terminal in which tmux runs.
    fn restart(&mut self) -> &mut Self {
        self.start = self.bytes.len();
        self
    }

    /// Reads input until `complete` returns `true` for the replies read so far, or until the timeout `limit` expires.
    /// Returns the replies that were read.
    async fn read_until(
        &mut self,
        limit: Duration,
        complete: impl Fn(&Replies) -> bool,
    ) -> io::Result<Replies> {
        let deadline = Instant::now() + limit;
        loop {
            let replies = split(self.bytes.get(self.start..).unwrap_or_default()).0;
            let left = deadline.saturating_duration_since(Instant::now());
            if complete(&replies) || left.is_zero() || self.bytes.len() > MAX_INPUT_BYTES {
                return Ok(replies);
            }
            let terminal = Arc::clone(&self.terminal);
            let read = tokio::task::spawn_blocking(move || terminal.read(left.min(SLICE)));
            self.bytes.extend(read.await.map_err(io::Error::other)??);
        }
    }

    /// Parses the keys in the input, which are all bytes that do not belong to a reply from the terminal.
    fn typed(&self) -> Vec<Event> {
        typed_keys::parse_events(&split(&self.bytes).1)
    }
}

/// The file from which the terminal input is read: standard input, or the terminal device if standard input is not a
/// terminal.
enum TerminalDevice {
    Standard,
    Opened(File),
}

impl TerminalDevice {
    /// Returns the bytes that arrive before the timeout `limit` expires; an empty vector if none arrive.
    fn read(&self, limit: Duration) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; 4096];
        let standard = io::stdin();
        let ready = match self {
            Self::Standard => is_ready(&standard, limit)?,
            Self::Opened(file) => is_ready(file, limit)?,
        };
        let count = match self {
            _ if !ready => 0,
            Self::Standard => rustix::io::read(&standard, &mut buffer)?,
            Self::Opened(file) => (&mut &*file).read(&mut buffer)?,
        };
        buffer.truncate(count);
        Ok(buffer)
    }
}

fn is_ready(terminal: &impl AsFd, limit: Duration) -> io::Result<bool> {
    let limit = Timespec::try_from(limit).map_err(io::Error::other)?;
    let mut asked = [PollFd::new(terminal, PollFlags::IN)];
    match poll(&mut asked, Some(&limit)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(why) => Err(why.into()),
    }
}

impl Probed {
    /// Returns the terminal emulator that displays the images, as named in its XTVERSION reply. Returns `by_variables`,
    /// the emulator determined from environment variables, if there is no such reply.
    pub(super) fn program(&self, by_variables: TerminalProgram) -> TerminalProgram {
        let replies = self.outer.as_ref().unwrap_or(&self.own);
        let named = replies.version.as_deref().map(TerminalProgram::from_name);
        named.filter(|program| *program != TerminalProgram::Other).unwrap_or(by_variables)
    }

    /// Returns the cell size in pixels. Inside tmux, this is the cell size of the terminal in which tmux runs, if that
    /// terminal has replied. Returns `None` if the cell size is unknown.
    pub(super) fn cell(&self) -> Option<CellSize> {
        self.outer.as_ref().and_then(|outer| outer.cell).or(self.own.cell)
    }

    /// Returns whether the background of the terminal is light; `None` if the terminal has not reported its background
    /// colour.
    pub(super) fn has_light_background(&self) -> Option<bool> {
        self.own
            .background
            .map(|[r, g, b]| 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) > 127_500)
    }
}
