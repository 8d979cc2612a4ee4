//! Grammars that turn the fuzzer's bytes into mails and pages. Every byte is a choice, so the fuzzer mutates
//! the structure instead of the characters.

pub mod html;
pub mod mail;
mod text;

/// The bytes of the fuzzer, read as a sequence of choices. When no bytes are left, every choice is the first
/// option.
#[derive(Debug)]
pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    /// Creates a sequence of choices from the bytes of the fuzzer.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// Whether a choice is left. If none is, grammars stop repeating.
    pub fn any_left(&self) -> bool {
        self.bytes.len() > 0
    }

    /// Returns a number from 0 to `count` - 1; 0 if no choice is left.
    pub fn below(&mut self, count: usize) -> usize {
        let byte = usize::from(self.bytes.next().copied().unwrap_or(0));
        let wide =
            if count > 256 { byte << 8 | usize::from(self.bytes.next().copied().unwrap_or(0)) } else { byte };
        wide % count.max(1)
    }

    /// Returns true once in `count` times on average; false if no choice is left.
    pub fn once_in(&mut self, count: usize) -> bool {
        self.any_left() && self.below(count) == count - 1
    }

    /// Returns one of several things; the first one if no choice is left.
    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }

    /// Returns at most `most` bytes of the fuzzer, unchanged.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        self.bytes.by_ref().take(count).copied().collect()
    }
}
