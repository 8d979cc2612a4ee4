//! Records which mails of a list have been stored, and determines up to which mail there are no gaps.

use crate::domain::ids::MailId;
use std::collections::HashSet;

/// Records which mails of a list have been stored, and determines the completeness mark from them.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The listed mails that are newer than the mail `complete_to`, newest first.
    listed: Vec<MailId>,
    stored: HashSet<MailId>,
    complete_to: Option<MailId>,
}

impl Coverage {
    /// Creates the coverage for a list of mails, oldest first. The list must begin with the first mail after the
    /// completeness mark `complete_to`. If the caller's list begins later, mails may be missing, and the caller must
    /// pass an empty list instead.
    pub fn new(complete_to: Option<MailId>, listed: impl DoubleEndedIterator<Item = MailId>) -> Self {
        Self { listed: listed.rev().collect(), stored: HashSet::new(), complete_to }
    }

    /// Records that a mail is stored. Returns the number of mails by which the completeness mark (see
    /// [`Self::complete_to`]) has advanced.
    pub fn mark_stored(&mut self, id: &MailId) -> usize {
        self.stored.insert(id.clone());
        let mut covered = 0;
        while let Some(next) = self.listed.pop_if(|next| self.stored.remove(next)) {
            self.complete_to = Some(next);
            covered += 1;
        }
        covered
    }

    /// Returns the completeness mark: the id of a mail such that this mail and all earlier ones are stored; `None` if
    /// the mark is unknown.
    pub fn complete_to(&self) -> Option<&MailId> {
        self.complete_to.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_stops_at_a_gap_until_it_is_filled() {
        let ids: Vec<MailId> = ["1", "2", "3"].map(MailId::new).into();
        let mut coverage = Coverage::new(None, ids.iter().cloned());
        assert_eq!(coverage.mark_stored(&ids[1]), 0);
        assert_eq!(coverage.mark_stored(&MailId::new("not listed")), 0);
        assert_eq!(coverage.complete_to(), None);
        assert_eq!(coverage.mark_stored(&ids[0]), 2);
        assert_eq!(coverage.complete_to(), Some(&ids[1]));
        assert_eq!(coverage.mark_stored(&ids[2]), 1);
    }
}
