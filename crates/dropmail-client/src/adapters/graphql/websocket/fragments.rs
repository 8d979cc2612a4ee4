//! Ends a WebSocket connection if the server sends an endless series of empty fragments. Such frames (RFC 6455,
//! section 5.4) are valid but never complete a message. The code above the WebSocket layer never receives them, but
//! they cost CPU time.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Maximum number of empty fragments in one WebSocket message. If it is exceeded, the connection ends with an error.
const MAX_EMPTY_FRAGMENTS: u32 = 1_000;

/// A connection wrapper that counts received empty WebSocket fragments.
#[derive(Debug)]
pub(super) struct FragmentLimit<C> {
    connection: C,
    frames: FrameScanner,
}

impl<C> FragmentLimit<C> {
    /// Wraps a connection. The next byte read from the connection must be the first byte of a WebSocket frame.
    pub(super) fn new(connection: C) -> Self {
        Self { connection, frames: FrameScanner::default() }
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for FragmentLimit<C> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.connection).poll_read(cx, buffer))?;
        this.frames.scan(buffer.filled().get(before..).unwrap_or_default());
        if this.frames.empty > MAX_EMPTY_FRAGMENTS {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "too many empty fragments")));
        }
        Poll::Ready(Ok(()))
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for FragmentLimit<C> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().connection).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_shutdown(cx)
    }
}

/// Finds the frame boundaries in the bytes from a WebSocket server. Frames from a server are not masked (RFC 6455,
/// section 5.1).
#[derive(Debug, Default)]
struct FrameScanner {
    /// The bytes of an incomplete frame header that have been received so far, in the low-order bytes of this number.
    header: u128,
    /// Number of bytes of the incomplete frame header that have been received so far.
    count: u32,
    /// Number of bytes of the current frame's payload that have not been received yet.
    payload: u64,
    /// Number of empty fragments since the last complete WebSocket message.
    empty: u32,
}

impl FrameScanner {
    fn scan(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.empty <= MAX_EMPTY_FRAGMENTS {
            if self.payload > 0 {
                let here = bytes.len().min(usize::try_from(self.payload).unwrap_or(usize::MAX));
                self.payload -= here as u64;
                bytes = bytes.get(here..).unwrap_or_default();
                continue;
            }
            let Some((&byte, rest)) = bytes.split_first() else { return };
            bytes = rest;
            self.header = self.header << 8 | u128::from(byte);
            self.count += 1;
            self.end_header();
        }
    }

    /// Handles the frame header once it is complete. A header has two bytes, plus two or eight bytes for the length of
    /// a long payload (RFC 6455, section 5.2).
    fn end_header(&mut self) {
        let byte = |at: u32| self.header >> (8 * (self.count - 1 - at)) & 0xff;
        if self.count < 2 {
            return;
        }
        let (flags, short) = (byte(0), byte(1) & 0x7f);
        let more = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if self.count < 2 + more {
            return;
        }
        let length = if more == 0 { short } else { self.header & ((1 << (8 * more)) - 1) };
        self.payload = u64::try_from(length).unwrap_or(u64::MAX);
        (self.header, self.count) = (0, 0);
        let (is_last, is_control) = (flags & 0x80 != 0, flags & 0x08 != 0);
        if is_control {
            return;
        }
        self.empty = match (is_last, length) {
            (true, _) => 0,
            (false, 0) => self.empty.saturating_add(1),
            (false, _) => self.empty,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    async fn read(bytes: &[u8], chunk_bytes: usize) -> io::Result<usize> {
        let mut limit = FragmentLimit::new(bytes);
        let mut all = 0;
        let mut buffer = vec![0; chunk_bytes];
        loop {
            match limit.read(&mut buffer).await? {
                0 => return Ok(all),
                count => all += count,
            }
        }
    }

    #[tokio::test]
    async fn endless_empty_fragments_are_an_error() {
        let flood = [&[0x01, 0][..], &[0, 0].repeat(5_000)].concat();
        for chunk_bytes in [1, 3, 4096] {
            assert_eq!(
                read(&flood, chunk_bytes).await.unwrap_err().kind(),
                io::ErrorKind::InvalidData,
                "{chunk_bytes}"
            );
        }
        // A ping between the fragments does not complete the message.
        let with_pings = [&[0x01, 0][..], &[0, 0, 0x89, 1, b'x'].repeat(5_000)].concat();
        assert!(read(&with_pings, 4096).await.is_err());
    }

    #[tokio::test]
    async fn messages_of_every_length_are_read_unchanged() {
        let mut all = Vec::new();
        for length in [0_usize, 1, 125, 126, 1_000, 65_535, 65_536, 70_000] {
            let (short, long) = match length {
                0..126 => (length.to_be_bytes()[7], Vec::new()),
                126..65_536 => (126, length.to_be_bytes()[6..].to_vec()),
                _ => (127, length.to_be_bytes().to_vec()),
            };
            // A text message in one frame, then the same in two fragments with some empty fragments.
            all.extend([&[0x81, short][..], &long, &vec![0; length]].concat());
            all.extend(
                [&[0x01, short][..], &long, &vec![0; length], &[0, 0].repeat(900), &[0x80, 1, 9]].concat(),
            );
        }
        for chunk_bytes in [1, 7, 8192] {
            assert_eq!(read(&all, chunk_bytes).await.unwrap(), all.len(), "{chunk_bytes}");
        }
    }
}
