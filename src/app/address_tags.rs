//! The tag letters of addresses, which show in the list to which address a mail came.

use mail_reader::sanitize::SafeText;
use std::collections::{HashMap, HashSet};

/// The tags of all addresses that the program knows. An address keeps its letter, also after a restart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AddressTags {
    /// For each address, its ordinal in the order in which the addresses appeared first.
    ordinals: HashMap<SafeText, usize>,
    /// The addresses that a session or a mail in the list has now.
    listed: HashSet<SafeText>,
}

impl AddressTags {
    /// Gives letters to addresses of the archive, in the order in which the archive stored them first. The screen
    /// may show none of them.
    pub fn remember(&mut self, addresses: &[SafeText]) {
        for address in addresses {
            let next = self.ordinals.len();
            self.ordinals.entry(address.clone()).or_insert(next);
        }
    }

    /// Gives a letter to an address that the screen shows. Returns whether the address was not shown before.
    pub fn show(&mut self, address: &SafeText) -> bool {
        if self.listed.contains(address) {
            return false;
        }
        let next = self.ordinals.len();
        self.ordinals.entry(address.clone()).or_insert(next);
        self.listed.insert(address.clone())
    }

    /// Returns whether rows show tags; with a single address, they need none.
    pub fn is_needed(&self) -> bool {
        self.listed.len() > 1
    }

    /// Returns the letter of an address; `·` for an unknown one. After the last letter, the first ones are used
    /// again.
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
    fn a_letter_stays_with_its_address_after_a_restart() {
        let [first, second, third]: [SafeText; 3] =
            ["a@x.example", "b@x.example", "c@x.example"].map(Into::into);
        let mut before = AddressTags::default();
        assert!(before.show(&first) && before.show(&second) && !before.show(&second));
        let mut after = AddressTags::default();
        after.remember(&[first.clone(), second.clone()]);
        assert!(!after.is_needed(), "an address that is not on the screen needs no tag");
        // The session of the second address is the first one that the service lists.
        assert!(after.show(&second) && after.show(&third));
        assert_eq!(after.letter(&second), before.letter(&second));
        assert_eq!((after.letter(&third), after.letter(&first)), ('c', 'a'));
        assert!(after.is_needed());
    }

    #[test]
    fn letters_are_used_again_after_the_last_one() {
        let addresses: Vec<SafeText> = (0..53).map(|n| format!("{n}@x.example").into()).collect();
        let mut tags = AddressTags::default();
        tags.remember(&addresses);
        assert_eq!((tags.letter(&addresses[51]), tags.letter(&addresses[52])), ('Z', 'a'));
        assert_eq!(tags.letter(&"other@x.example".into()), '·');
    }
}
