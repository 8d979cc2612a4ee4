//! A bound on what reading hostile HTML may cost. Some nestings make an HTML parser do work that
//! grows with the square of what it has read, or build more nodes than there are bytes. No look
//! at the text beforehand tells them all apart from honest mail, so the parser is fed in small
//! pieces and gets no more once it is out of time: what it has made of the HTML so far stands.

use std::io::{self, Read};
use std::time::Duration;

use tokio::time::Instant;

/// The worst that one piece can do is this many times what stands open.
const PIECE: usize = 128;
/// HTML beyond this is not read at all.
const MAX_HTML: usize = 4 << 20;
/// Honest HTML of the greatest size takes a fraction of it.
const TIME: Duration = Duration::from_millis(500);

/// HTML that ends early when the parser is too slow for it.
#[derive(Debug)]
pub(super) struct Budgeted<'h> {
    rest: &'h [u8],
    deadline: Instant,
}

impl<'h> Budgeted<'h> {
    /// The clock runs from here.
    pub(super) fn new(html: &'h str) -> Self {
        let end = html.floor_char_boundary(MAX_HTML);
        let rest = html.get(..end).unwrap_or_default().as_bytes();
        Self { rest, deadline: Instant::now() + TIME }
    }
}

impl Read for Budgeted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.deadline {
            return Ok(0);
        }
        let most = into.len().min(PIECE);
        let (piece, rest) = self.rest.split_at_checked(most).unwrap_or((self.rest, &[]));
        self.rest = rest;
        into.iter_mut().zip(piece).for_each(|(to, from)| *to = *from);
        Ok(piece.len())
    }
}
