//! How far the mails of a listing were kept without a gap.

use crate::domain::ids::MailId;
use std::collections::HashSet;

/// The mails of a listing, as they are kept one by one.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Those that are not covered yet, the next one last.
    listed: Vec<MailId>,
    kept: HashSet<MailId>,
    complete_to: Option<MailId>,
}

impl Coverage {
    /// A listing, oldest first, of what came after the mail up to which the copy is complete. A listing
    /// that does not reach back to that mail leaves a gap: then nothing is given here as listed.
    pub fn new(complete_to: Option<MailId>, listed: impl DoubleEndedIterator<Item = MailId>) -> Self {
        Self { listed: listed.rev().collect(), kept: HashSet::new(), complete_to }
    }

    /// A mail is kept. Returns by how many mails the copy is complete further than before.
    pub fn keep(&mut self, id: &MailId) -> usize {
        self.kept.insert(id.clone());
        let mut covered = 0;
        while let Some(next) = self.listed.pop_if(|next| self.kept.remove(next)) {
            self.complete_to = Some(next);
            covered += 1;
        }
        covered
    }

    /// The mail up to which none is missing.
    pub fn complete_to(&self) -> Option<&MailId> {
        self.complete_to.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_stops_it_until_it_is_filled() {
        let ids: Vec<MailId> = ["1", "2", "3"].map(MailId::new).into();
        let mut coverage = Coverage::new(None, ids.iter().cloned());
        assert_eq!(coverage.keep(&ids[1]), 0);
        assert_eq!(coverage.keep(&MailId::new("not listed")), 0);
        assert_eq!(coverage.complete_to(), None);
        assert_eq!(coverage.keep(&ids[0]), 2);
        assert_eq!(coverage.complete_to(), Some(&ids[1]));
        assert_eq!(coverage.keep(&ids[2]), 1);
    }
}
