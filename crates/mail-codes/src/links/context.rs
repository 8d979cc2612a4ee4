//! Computes the features of each link in a mail, scores the link, and explains to the user why it was found.

use super::declared_actions;
use super::distinct_urls::{KnownUrls, UrlFacts};
use super::features;
use super::keywords::topics;
use super::link_target::LinkTarget;
use super::occurrence::LinkOccurrence;
use super::url_facts::{is_file, is_social};
use super::url_token::UrlToken;
use crate::features::Features;
use crate::lines::TextLine;
use crate::link_warnings;
use crate::mail_context::MailContext;
use crate::model::{LINKS, PartialScore};
use crate::words::{LinkWord, LinkWords, Topic};
use crate::{Confidence, Link};
use mail_reader::sanitize::SafeText;
use url::Url;

/// Facts about one link occurrence beyond those in [`LinkOccurrence`]: its keywords, its URL, and how often and where
/// that URL occurs in the mail.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
pub(super) struct OccurrenceFacts<'a> {
    pub(super) url: &'a Url,
    pub(super) own: LinkWords,
    pub(super) line: LinkWords,
    pub(super) above: LinkWords,
    pub(super) below: LinkWords,
    pub(super) first: Option<LinkWord>,
    pub(super) path_classes: u32,
    pub(super) token: UrlToken,
    pub(super) is_file: bool,
    pub(super) is_social: bool,
    pub(super) declared: bool,
    pub(super) rank: usize,
    pub(super) token_rank: usize,
    pub(super) button_rank: usize,
    pub(super) times: usize,
    pub(super) in_both: bool,
    pub(super) is_button: bool,
    pub(super) is_shown: bool,
    pub(super) host_urls: usize,
    pub(super) refusals: usize,
    pub(super) accepting_rank: usize,
    /// Whether the text of a link to another URL in the mail means "yes".
    pub(super) other_agrees: bool,
    /// Whether the text of a link to another URL in the mail means "no" or declines a request.
    pub(super) other_refuses: bool,
}

/// Features that are the same for all links of a mail, and the data from which they are computed.
pub(super) struct LinkContext<'a> {
    pub(super) mail: &'a MailContext<'a>,
    pub(super) subject: LinkWords,
    /// The topics of the keywords in the subject, in order.
    pub(super) subject_topics: Vec<Topic>,
    /// Whether the subject mentions a password, but no code and no one-time password.
    pub(super) subject_names_password: bool,
    /// For each group of link-related keywords, the number of lines that contain a keyword from the group.
    pub(super) link_lines: [usize; LinkWord::ALL.len()],
    /// Number of lines in the mail that contain a link-related keyword.
    pub(super) keywords: usize,
    /// Number of lines that are quoted from another mail.
    pub(super) quoted_lines: usize,
    /// Whether the subject starts with an opening square bracket, as in `[list-name] Subject` on mailing lists.
    pub(super) has_tag: bool,
    pub(super) site: String,
    /// Number of distinct URLs in the mail.
    pub(super) urls: usize,
    /// Number of distinct URLs in the mail that contain a token, that is, a part that is probably unique to this mail.
    pub(super) tokens: usize,
    /// Number of distinct URLs in the mail with a link that looks like a button.
    pub(super) buttons: usize,
    /// Number of distinct URLs whose link text means "yes".
    pub(super) agreeing: usize,
    /// Number of distinct URLs whose link text means "no" or declines a request.
    pub(super) refusing: usize,
    /// Number of distinct URLs that contain a unique token and whose link text neither means "no" nor declines a
    /// request.
    pub(super) accepting: usize,
    /// For each host, the number of distinct URLs in the mail with that host.
    pub(super) hosts: Vec<usize>,
    pub(super) facts: Vec<UrlFacts>,
    /// For each link occurrence, the index of its URL in `facts`.
    pub(super) facts_of: Vec<usize>,
    /// The URLs for which the mail declares an action (JSON-LD or microdata).
    pub(super) actions: Vec<declared_actions::DeclaredAction>,
}

impl<'a> LinkContext<'a> {
    /// Collects the facts about the lines and the URLs of a mail. `occurrences` contains all link occurrences in the
    /// mail.
    pub(super) fn new(mail: &'a MailContext<'a>, occurrences: &[LinkOccurrence]) -> Self {
        let lines = mail.lines.as_slice();
        let host = mail.parsed.from.address.rsplit('@').next().unwrap_or_default().to_lowercase();
        let mut context = Self {
            mail,
            subject_topics: topics(&mail.parsed.subject),
            subject_names_password: mail.subject().is_some_and(names_password),
            subject: mail.subject().map(|line| line.link_words).unwrap_or_default(),
            link_lines: [0; LinkWord::ALL.len()],
            keywords: 0,
            quoted_lines: lines.iter().filter(|line| line.quoted).count(),
            has_tag: mail.subject().is_some_and(|line| line.text.starts_with('[')),
            site: link_warnings::site(&host),
            urls: 0,
            tokens: 0,
            buttons: 0,
            agreeing: 0,
            refusing: 0,
            accepting: 0,
            hosts: Vec::new(),
            facts: Vec::new(),
            facts_of: Vec::with_capacity(occurrences.len()),
            actions: mail.flow.map(declared_actions::actions).unwrap_or_default(),
        };
        for line in lines.iter().filter(|line| line.link_words != LinkWords::default()) {
            context.keywords += 1;
            let counts = context.link_lines.iter_mut().zip(LinkWord::ALL);
            counts.for_each(|(count, group)| *count += usize::from(line.link_words.has(group)));
        }
        let mut known = KnownUrls::default();
        for occurrence in occurrences {
            context.count(occurrence, &mut known);
        }
        context
    }

    /// Returns the index of a link occurrence's URL among the distinct URLs of the mail; `None` if the context was
    /// created without this occurrence.
    pub(super) fn url_of(&self, occurrence: &LinkOccurrence) -> Option<usize> {
        self.facts_of.get(occurrence.order).copied()
    }

    /// Returns whether a URL has the same registrable domain as the sender.
    pub(super) fn is_own_site(&self, url: &Url) -> bool {
        !self.site.is_empty() && link_warnings::is_of_site(url.host_str().unwrap_or_default(), &self.site)
    }

    /// Adds the features that all links of the mail share.
    pub(super) fn describe_mail(&self, features: &mut Features) {
        features::add_mail(features, self);
    }

    /// Appends the features of one link occurrence to `features`.
    pub(super) fn describe(&self, features: &mut Features, occurrence: &LinkOccurrence, target: &LinkTarget) {
        let url = target.url(occurrence);
        let unknown = UrlFacts::default();
        let facts = self.url_of(occurrence).and_then(|at| self.facts.get(at)).unwrap_or(&unknown);
        let groups = || occurrence.own.iter().map(|word| word.topic.link_word());
        let occurrence_facts = OccurrenceFacts {
            url,
            first: groups().next(),
            own: groups().collect(),
            line: occurrence.line,
            above: occurrence.above,
            below: occurrence.below,
            path_classes: target.path.classes(),
            token: target.token,
            is_file: is_file(url),
            is_social: is_social(url.host_str().unwrap_or_default()),
            declared: self.actions.iter().any(|action| action.url == occurrence.url.as_str()),
            rank: facts.rank,
            token_rank: facts.token_rank,
            button_rank: facts.button_rank,
            times: facts.times,
            in_both: facts.in_html && facts.in_text,
            is_button: facts.is_button,
            is_shown: facts.is_shown,
            host_urls: self.hosts.get(facts.host).copied().unwrap_or_default(),
            refusals: facts.refusals,
            accepting_rank: facts.accepting_rank,
            other_agrees: self.agreeing > usize::from(facts.agrees),
            other_refuses: self.refusing > usize::from(facts.refuses),
        };
        features::add(features, self, occurrence, &occurrence_facts);
    }

    /// Returns the score of a link occurrence in thousandths of a logit, and the link. A URL that is neither HTTP nor
    /// HTTPS gets the lowest score. `begun` is the partial score from the features of the mail.
    pub(super) fn scored(&self, occurrence: &LinkOccurrence, begun: &PartialScore) -> (i32, Link) {
        let target = LinkTarget::new(occurrence);
        let url = target.url(occurrence);
        let mut described = Features::beginning(&[], LINKS.features());
        self.describe(&mut described, occurrence, &target);
        let score = LINKS.finish(begun.clone(), described.values());
        let claimable = matches!(url.scheme(), "http" | "https");
        let confidence = if claimable { LINKS.confidence(score) } else { Confidence::default() };
        let (kind, reason) = self.purpose(occurrence, &target, confidence);
        let link = Link {
            url: SafeText::new(occurrence.url.as_str()),
            kind,
            confidence,
            reason,
            words: SafeText::new(&occurrence.words),
            leads_to: target.inner.as_ref().map(|inner| SafeText::new(inner.as_str())),
            warnings: link_warnings::warnings(url, &occurrence.words),
        };
        (if claimable { score } else { i32::MIN }, link)
    }
}

/// Returns whether a line mentions a password, but no code and no one-time password.
fn names_password(line: &TextLine) -> bool {
    let has = |topics: &[Topic]| line.words.iter().any(|word| topics.contains(&word.topic));
    has(&[Topic::Password]) && !has(&[Topic::Code, Topic::SomeCode, Topic::Once])
}
