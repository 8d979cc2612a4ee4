//! Finds the lines of a raw mail (RFC 5322, section 2.1). Lines end in CR LF or LF, and in some mails in a CR alone.

use memchr::memmem;
use std::ops::Range;
use std::sync::LazyLock;

static LF_DASHES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"\n--"));
static DASHES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"--"));

/// The line endings of a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LineEnd {
    /// Lines end in LF or CR LF.
    Lf,
    /// Lines end in CR, LF or CR LF.
    Any,
}

impl LineEnd {
    /// Detects the line endings of a mail. A CR alone counts as a line terminator only if the first line, or every line
    /// of the body, ends in a CR alone.
    pub(super) fn detect(mail: &[u8]) -> Self {
        let Some(first) = memchr::memchr2(b'\r', b'\n', mail) else { return Self::Lf };
        let returns = mail.iter().skip(first).take_while(|&&byte| byte == b'\r').count();
        let alone = returns > 0 && mail.get(first + returns) != Some(&b'\n');
        if alone || has_body_of_returns(mail) { Self::Any } else { Self::Lf }
    }

    /// Returns the byte range of the line that starts at `from`, including its line terminator. The range is empty at
    /// the end of the mail.
    pub(super) fn line(self, mail: &[u8], from: usize) -> Range<usize> {
        let rest = mail.get(from..).unwrap_or_default();
        let len = match self {
            Self::Lf => memchr::memchr(b'\n', rest).map(|at| at + 1),
            Self::Any => memchr::memchr2(b'\r', b'\n', rest).map(|at| {
                let both = rest.get(at..at + 2) == Some(b"\r\n");
                at + 1 + usize::from(both)
            }),
        };
        from..from + len.unwrap_or(rest.len())
    }

    /// Returns the byte offset of the first line at or after `from` that starts with `--`; `None` if there is
    /// no such line. The caller must pass the start of a line as `from`.
    pub(super) fn next_dashes(self, mail: &[u8], from: usize) -> Option<usize> {
        let rest = mail.get(from..)?;
        if rest.starts_with(b"--") {
            return Some(from);
        }
        match self {
            Self::Lf => LF_DASHES.find(rest).map(|at| from + at + 1),
            Self::Any => DASHES.find_iter(rest).map(|at| from + at).find(|&at| {
                at.checked_sub(1).and_then(|before| mail.get(before)).is_some_and(|&byte| is_line_end(byte))
            }),
        }
    }

    /// Returns the byte offset at which the content before a delimiter line ends. The line terminator before a
    /// delimiter line belongs to the delimiter (RFC 2046, section 5.1.1).
    pub(super) fn content_end(self, mail: &[u8], content_start: usize, boundary_start: usize) -> usize {
        let content = mail.get(content_start..boundary_start).unwrap_or_default();
        let ending = if content.ends_with(b"\r\n") {
            2
        } else {
            usize::from(content.ends_with(b"\n") || (self == Self::Any && content.ends_with(b"\r")))
        };
        content_start.max(boundary_start.saturating_sub(ending))
    }
}

/// Returns whether the lines of the body end in a CR alone although those of the header end in LF or CR LF.
fn has_body_of_returns(mail: &[u8]) -> bool {
    let Some(last) = memchr::memrchr(b'\n', mail) else { return false };
    let (header, body) = mail.split_at(last + 1);
    (header.ends_with(b"\n\r\n") || header.ends_with(b"\n\n")) && memchr::memchr(b'\r', body).is_some()
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::LineEnd;

    #[test]
    fn the_first_line_ending_decides() {
        for (mail, end) in [
            (&b"a\r\nb"[..], LineEnd::Lf),
            (b"a\nb\rc", LineEnd::Lf),
            (b"a\r\r\nb", LineEnd::Lf),
            (b"a\rb\nc", LineEnd::Any),
            (b"a\r", LineEnd::Any),
            (b"a: b\r\n\r\n--x\ry\r", LineEnd::Any),
            (b"a: b\r\n\r\nx\ry\r\n", LineEnd::Lf),
            (b"a", LineEnd::Lf),
        ] {
            assert_eq!(LineEnd::detect(mail), end, "{mail:?}");
        }
    }

    #[test]
    fn dashes_are_found_only_at_the_start_of_lines() {
        let mail = b"a --b\r\n -- c\r\n--d\r--e";
        assert_eq!(LineEnd::Lf.next_dashes(mail, 0), Some(14));
        assert_eq!(LineEnd::Lf.next_dashes(mail, 15), None);
        assert_eq!(LineEnd::Any.next_dashes(mail, 15), Some(18));
        assert_eq!(LineEnd::Lf.next_dashes(b"--", 0), Some(0));
    }

    #[test]
    fn the_line_ending_before_a_boundary_belongs_to_it() {
        assert_eq!(LineEnd::Lf.content_end(b"ab\r\n--x", 0, 4), 2);
        assert_eq!(LineEnd::Lf.content_end(b"ab\n--x", 0, 3), 2);
        assert_eq!(LineEnd::Lf.content_end(b"\r\n--x", 2, 2), 2);
        assert_eq!(LineEnd::Any.content_end(b"ab\r--x", 0, 3), 2);
    }
}
