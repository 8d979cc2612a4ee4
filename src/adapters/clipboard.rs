//! Copies text to the desktop clipboard, and builds the escape sequences that make a terminal copy text to its
//! clipboard.

#[cfg(target_os = "macos")]
mod in_process;
#[cfg(all(unix, not(target_os = "macos")))]
pub mod owner;
#[cfg(all(unix, not(target_os = "macos")))]
mod selection;
#[cfg(all(unix, not(target_os = "macos")))]
mod spawn;

#[cfg(target_os = "macos")]
pub use in_process::SystemClipboard;
#[cfg(all(unix, not(target_os = "macos")))]
pub use spawn::SystemClipboard;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

/// Maximum size in bytes of a device control string that GNU screen passes on to the terminal. A longer escape sequence
/// is split across several device control strings.
const SCREEN_CHUNK: usize = 700;

/// Returns the escape sequence (OSC 52) that makes the terminal copy `text` to its clipboard. If `screen` is `true`,
/// the sequence is split into device control strings, the only form that GNU screen passes on. tmux needs no such
/// wrapping, because it interprets OSC 52 itself.
pub fn osc52(text: &str, screen: bool) -> Vec<u8> {
    let mut sequence = String::new();
    // Writing into a `String` cannot fail.
    let _written = CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence);
    if !screen {
        return sequence.into_bytes();
    }
    // The string terminator would end the device control string, so the OSC 52 sequence inside ends with a bell.
    let inner = sequence.strip_suffix("\x1b\\").map(|start| format!("{start}\x07")).unwrap_or(sequence);
    inner
        .as_bytes()
        .chunks(SCREEN_CHUNK)
        .flat_map(|chunk| [b"\x1bP".as_slice(), chunk, b"\x1b\\"].concat())
        .collect()
}

/// Returns the OSC 52 sequence wrapped for a tmux that runs on the user's side of an SSH connection. That tmux passes
/// the sequence on to the terminal only if its `allow-passthrough` option is on. In the wrapper, each ESC character is
/// doubled.
pub fn osc52_through_tmux(text: &str) -> Vec<u8> {
    let inner = String::from_utf8_lossy(&osc52(text, false)).replace('\u{1b}', "\u{1b}\u{1b}");
    format!("\u{1b}Ptmux;{inner}\u{1b}\\").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn osc_52_sequences_are_written_for_each_terminal() {
        assert!(osc52("482951", false).starts_with(b"\x1b]52;c;NDgyOTUx"));
    }

    #[test]
    fn tmux_gets_the_sequence_in_a_passthrough() {
        let wrapped = osc52_through_tmux("482951");
        assert_eq!(wrapped, b"\x1bPtmux;\x1b\x1b]52;c;NDgyOTUx\x1b\x1b\\\x1b\\");
    }

    #[test]
    fn gnu_screen_gets_the_sequence_in_wrapped_chunks() {
        let wrapped = osc52(&"x".repeat(2000), true);
        assert!(wrapped.starts_with(b"\x1bP\x1b]52;c;") && wrapped.ends_with(b"\x07\x1b\\"));
        assert!(wrapped.windows(2).filter(|pair| pair == b"\x1bP").count() > 3);
    }
}
