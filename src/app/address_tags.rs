//! Assigns address tags: letters in the inbox rows that show which of the user's addresses each mail was sent to.

use mail_reader::sanitize::SafeText;
use std::collections::{HashMap, HashSet};

/// The address tags: letters that identify the user's addresses in inbox rows. An address keeps its letter when the
/// program restarts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressTags {
    /// For each known address, its position in the order in which the addresses first appeared, counted from 0. The
    /// position determines the letter of the address.
    ordinals: HashMap<SafeText, usize>,
    /// The addresses that the screen has shown since the program started: the addresses of sessions and the recipients
    /// of mails.
    listed: HashSet<SafeText>,
}

impl AddressTags {
    /// Assigns letters to the addresses from the archive. `addresses` must be in the order in which the archive first
    /// stored them. [`Self::are_needed`] does not count these addresses, because the screen may not show them.
    pub fn assign_letters(&mut self, addresses: &[SafeText]) {
        for address in addresses {
            let next = self.ordinals.len();
            self.ordinals.entry(address.clone()).or_insert(next);
        }
    }

    /// Assigns a letter to an address that the screen shows, unless it already has one. Returns `true` if the screen
    /// has not shown the address before.
    pub fn assign_letter(&mut self, address: &SafeText) -> bool {
        if self.listed.contains(address) {
            return false;
        }
        let next = self.ordinals.len();
        self.ordinals.entry(address.clone()).or_insert(next);
        self.listed.insert(address.clone())
    }

    /// Returns `true` if inbox rows need address tags, that is, if the screen has shown more than one address.
    pub fn are_needed(&self) -> bool {
        self.listed.len() > 1
    }

    /// Returns the letter that identifies an address in inbox rows; `·` for an unknown address. There are 52 letters,
    /// so the 53rd address gets the same letter as the first.
    pub fn letter(&self, address: &SafeText) -> char {
        let mut letters = ('a'..='z').chain('A'..='Z');
        let count = letters.clone().count();
        self.ordinals.get(address).and_then(|at| letters.nth(at % count)).unwrap_or('·')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_letter_after_a_restart() {
        let [first, second, third]: [SafeText; 3] =
            ["a@x.example", "b@x.example", "c@x.example"].map(Into::into);
        let mut before = AddressTags::default();
        assert!(
            before.assign_letter(&first) && before.assign_letter(&second) && !before.assign_letter(&second)
        );
        let mut after = AddressTags::default();
        after.assign_letters(&[first.clone(), second.clone()]);
        assert!(!after.are_needed(), "an address that is not shown needs no tag");
        // After the restart, the service lists the session of the second address first.
        assert!(after.assign_letter(&second) && after.assign_letter(&third));
        assert_eq!(after.letter(&second), before.letter(&second));
        assert_eq!((after.letter(&third), after.letter(&first)), ('c', 'a'));
        assert!(after.are_needed());
    }

    #[test]
    fn letters_repeat_after_the_last_one() {
        let addresses: Vec<SafeText> = (0..53).map(|n| format!("{n}@x.example").into()).collect();
        let mut tags = AddressTags::default();
        tags.assign_letters(&addresses);
        assert_eq!((tags.letter(&addresses[51]), tags.letter(&addresses[52])), ('Z', 'a'));
        assert_eq!(tags.letter(&"other@x.example".into()), '·');
    }
}
