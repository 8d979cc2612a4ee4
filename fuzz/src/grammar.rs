//! Grammars that convert the fuzzer's bytes to mails and pages. Every byte represents a choice, so the fuzzer
//! mutates the structure instead of the characters.

pub mod html;
pub mod mail;
mod text;

/// The fuzzer's bytes as a sequence of choices. When no bytes are left, every choice is the first option.
#[derive(Debug)]
pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    /// Creates a sequence of choices from the fuzzer's bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// Returns whether any choice is left. If none is left, the grammars add no further nested elements.
    pub fn any_left(&self) -> bool {
        self.bytes.len() > 0
    }

    /// Returns a number from 0 to `count` - 1, chosen by the fuzzer; 0 if no choice is left.
    pub fn below(&mut self, count: usize) -> usize {
        let byte = usize::from(self.bytes.next().copied().unwrap_or(0));
        let wide =
            if count > 256 { byte << 8 | usize::from(self.bytes.next().copied().unwrap_or(0)) } else { byte };
        wide % count.max(1)
    }

    /// Returns `true` for one in `count` choices on average; `false` if no choice is left.
    pub fn once_in(&mut self, count: usize) -> bool {
        self.any_left() && self.below(count) == count - 1
    }

    /// Returns one of several values, chosen by the fuzzer; the first value if no choice is left.
    pub fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }

    /// Returns at most `most` of the fuzzer's bytes, unchanged.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let count = self.below(most + 1);
        self.bytes.by_ref().take(count).copied().collect()
    }
}
