//! Joins the pages of a list of mails, newest first, until a known mail is reached.

use crate::domain::ids::MailId;
use std::collections::HashSet;

/// Maximum number of consecutive pages that contain no mails or only mails from earlier pages. When it is reached, no
/// more pages are requested, even if the service reports older mails.
const MAX_IDLE_PAGES: usize = 3;

/// Whether another page of the list of mails must be requested.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageEnd {
    /// There may be older mails, so the next page must be requested.
    More,
    /// The known mail has been reached, or there are no older mails. No other page is needed.
    Reached,
    /// The service repeats mails or returns none, although it reports that there are older mails. No more pages are
    /// requested, because the end of the list might never be reached.
    Stuck,
}

/// A list of the mails after a known mail, read page by page. It lacks mails that arrive while its pages are being
/// read; the next list contains them.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    after: Option<MailId>,
    seen: HashSet<MailId>,
    newest_first: Vec<T>,
    /// Number of consecutive pages, up to and including the latest one, that contain no mails or only mails from
    /// earlier pages.
    idle_pages: usize,
}

impl<T> Listing<T> {
    /// Creates an empty list for the mails after the mail `after`, or for all mails if `after` is `None`.
    pub fn new(after: Option<MailId>) -> Self {
        Self { after, seen: HashSet::new(), newest_first: Vec::new(), idle_pages: 0 }
    }

    /// Adds a page of mails with their ids, newest first; returns whether another page must be requested. `has_more` is
    /// `true` if the service reports that there are older mails.
    pub fn push(&mut self, page: impl IntoIterator<Item = (MailId, T)>, has_more: bool) -> PageEnd {
        let known = self.newest_first.len();
        for (id, mail) in page {
            if self.after.as_ref() == Some(&id) {
                return PageEnd::Reached;
            }
            if self.seen.insert(id) {
                self.newest_first.push(mail);
            }
        }
        self.idle_pages = if self.newest_first.len() > known { 0 } else { self.idle_pages + 1 };
        match has_more {
            true if self.idle_pages >= MAX_IDLE_PAGES => PageEnd::Stuck,
            true => PageEnd::More,
            false => PageEnd::Reached,
        }
    }

    /// Returns the mails from all pages, oldest first.
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
    fn a_listing_ends_at_the_known_mail_and_has_no_duplicates() {
        let mut listing = Listing::new(Some(MailId::new("2")));
        assert_eq!(listing.push(page(&["6", "5"]), true), PageEnd::More);
        // A page may begin with the last mail of the previous page.
        assert_eq!(listing.push(page(&["5", "4", "3", "2", "1"]), true), PageEnd::Reached);
        assert_eq!(listing.into_oldest_first(), ["3", "4", "5", "6"]);
        let mut all = Listing::new(Some(MailId::new("gone")));
        assert_eq!(all.push(page(&["2", "1"]), false), PageEnd::Reached);
        assert_eq!(all.into_oldest_first(), ["1", "2"]);
    }

    #[test]
    fn pages_without_a_new_mail_end_a_listing() {
        let mut listing = Listing::new(None);
        assert_eq!(listing.push(page(&["3", "2"]), true), PageEnd::More);
        // Mails that arrive in the meantime shift the pages, so a few pages may repeat mails.
        for ids in [&["3", "2"][..], &[]] {
            assert_eq!(listing.push(page(ids), true), PageEnd::More);
        }
        assert_eq!(listing.push(page(&["1"]), true), PageEnd::More);
        let ends = [(); 3].map(|()| listing.push(page(&["1"]), true));
        assert_eq!(ends, [PageEnd::More, PageEnd::More, PageEnd::Stuck]);
        assert_eq!(listing.into_oldest_first(), ["1", "2", "3"]);
    }
}
