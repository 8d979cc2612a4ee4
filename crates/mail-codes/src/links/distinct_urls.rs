//! Collects facts about each distinct URL in a mail, taking all occurrences of the URL into account.

use super::context::LinkContext;
use super::link_answer::LinkAnswer;
use super::occurrence::LinkOccurrence;
use super::url_token::UrlToken;
use crate::words::{KeywordMatch, LinkKeyword, Topic};
use std::collections::HashMap;

/// Minimum length in bytes of a part of a URL that is unique to one mail and counts as a token. If a URL contains a
/// token, the explanation for the user says so.
const MIN_TOKEN_BYTES: usize = 12;

/// Facts about one URL, collected over all its occurrences in a mail.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
#[derive(Debug, Default)]
pub(super) struct UrlFacts {
    pub(super) rank: usize,
    pub(super) token_rank: usize,
    pub(super) button_rank: usize,
    /// Index of the URL's host in [`LinkContext::hosts`].
    pub(super) host: usize,
    pub(super) times: usize,
    pub(super) in_html: bool,
    pub(super) in_text: bool,
    pub(super) is_button: bool,
    pub(super) is_shown: bool,
    /// Whether the text of a link to this URL means "yes".
    pub(super) agrees: bool,
    /// Whether the text of a link to this URL means "no" or declines a request.
    pub(super) refuses: bool,
    /// Number of earlier URLs in the mail whose link text means "no" or declines a request.
    pub(super) refusals: usize,
    /// Number of earlier URLs in the mail that contain a unique token and whose link text neither means "no" nor
    /// declines a request.
    pub(super) accepting_rank: usize,
}

/// The distinct URLs and hosts of the link occurrences counted so far, each with its index.
#[derive(Default)]
pub(super) struct KnownUrls<'a> {
    urls: HashMap<&'a str, usize>,
    hosts: HashMap<&'a str, usize>,
}

impl LinkContext<'_> {
    /// Counts a link occurrence: updates the facts about its URL and the totals of the mail.
    pub(super) fn count<'a>(&mut self, occurrence: &'a LinkOccurrence, known: &mut KnownUrls<'a>) {
        let rank = self.facts.len();
        let at = *known.urls.entry(occurrence.url.as_str()).or_insert(rank);
        self.facts_of.push(at);
        if at == rank {
            let hosts = known.hosts.len();
            let host = *known.hosts.entry(occurrence.url.host_str().unwrap_or_default()).or_insert(hosts);
            self.hosts.resize(known.hosts.len(), 0);
            if let Some(urls) = self.hosts.get_mut(host) {
                *urls += 1;
            }
            self.urls += 1;
            self.facts.push(UrlFacts {
                rank,
                token_rank: self.tokens,
                host,
                refusals: self.refusing,
                accepting_rank: self.accepting,
                ..UrlFacts::default()
            });
            self.tokens += usize::from(has_token(occurrence.token));
            self.accepting += usize::from(has_token(occurrence.token) && !refuses(occurrence));
        }
        let Some(facts) = self.facts.get_mut(at) else { return };
        facts.times += 1;
        facts.in_html |= occurrence.in_html;
        facts.in_text |= !occurrence.in_html;
        facts.is_shown |= occurrence.bare;
        if occurrence.button && !facts.is_button {
            facts.button_rank = self.buttons;
            self.buttons += 1;
        }
        facts.is_button |= occurrence.button;
        self.agreeing += usize::from(occurrence.answer == Some(LinkAnswer::Yes) && !facts.agrees);
        facts.agrees |= occurrence.answer == Some(LinkAnswer::Yes);
        self.refusing += usize::from(refuses(occurrence) && !facts.refuses);
        facts.refuses |= refuses(occurrence);
    }
}

/// Returns whether a link text means "no", or contains a keyword for declining a request or for reporting that somebody
/// else performed an action.
fn refuses(occurrence: &LinkOccurrence) -> bool {
    let declines = |word: &KeywordMatch<LinkKeyword>| matches!(word.topic, Topic::Decline | Topic::Secure);
    occurrence.answer == Some(LinkAnswer::No) || occurrence.own.iter().any(declines)
}

/// Returns whether a URL contains a token, that is, a unique part of at least [`MIN_TOKEN_BYTES`] bytes or a query
/// parameter with a common token name.
pub(super) fn has_token(token: UrlToken) -> bool {
    token.length >= MIN_TOKEN_BYTES || token.named
}
