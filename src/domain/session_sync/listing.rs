//! Pages of a listing, newest first, put together down to the mail that is known.

use crate::domain::ids::MailId;
use std::collections::HashSet;

/// How a page of a listing ended it, or did not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageEnd {
    /// Older mails may follow.
    More,
    /// The mail that is known was reached, or there is nothing older.
    Reached,
}

/// Mails that came after one that is known. New mail may arrive while older pages are read: it stands
/// above the first page, and the next listing has it.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    after: Option<MailId>,
    seen: HashSet<MailId>,
    newest_first: Vec<T>,
}

impl<T> Listing<T> {
    /// A listing of what came after a mail; of everything without one.
    pub fn new(after: Option<MailId>) -> Self {
        Self { after, seen: HashSet::new(), newest_first: Vec::new() }
    }

    /// Takes a page in, newest first, each mail with its id.
    pub fn push(&mut self, page: impl IntoIterator<Item = (MailId, T)>, has_more: bool) -> PageEnd {
        for (id, mail) in page {
            if self.after.as_ref() == Some(&id) {
                return PageEnd::Reached;
            }
            if self.seen.insert(id) {
                self.newest_first.push(mail);
            }
        }
        if has_more { PageEnd::More } else { PageEnd::Reached }
    }

    /// What was listed, oldest first.
    pub fn into_oldest_first(mut self) -> Vec<T> {
        self.newest_first.reverse();
        self.newest_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: &[&str]) -> Vec<(MailId, String)> {
        ids.iter().map(|id| (MailId::new(*id), (*id).to_owned())).collect()
    }

    #[test]
    fn a_listing_ends_at_the_mail_that_is_known_and_holds_each_once() {
        let mut listing = Listing::new(Some(MailId::new("2")));
        assert_eq!(listing.push(page(&["6", "5"]), true), PageEnd::More);
        // A page may begin with what the one before ended with.
        assert_eq!(listing.push(page(&["5", "4", "3", "2", "1"]), true), PageEnd::Reached);
        assert_eq!(listing.into_oldest_first(), ["3", "4", "5", "6"]);
        let mut all = Listing::new(Some(MailId::new("gone")));
        assert_eq!(all.push(page(&["2", "1"]), false), PageEnd::Reached);
        assert_eq!(all.into_oldest_first(), ["1", "2"]);
    }
}
