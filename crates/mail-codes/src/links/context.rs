//! Computes the features of each link in a mail, scores the link, and explains to the user why it was found.

// This file exceeds 300 lines because it computes all features of a link in the order that the model expects.

use super::answer::Answer;
use super::declared_actions;
use super::features;
use super::keywords::topics;
use super::occurrence::LinkOccurrence;
use super::path::{PathKeywords, after_host};
use super::path_table::PathClass;
use super::purpose::{self, LinkTexts};
use super::redirects;
use super::token::{self, Token};
use super::url_facts::{is_file, is_social};
use crate::features::Features;
use crate::lines::TextLine;
use crate::link_warnings;
use crate::model::{LINKS, PartialScore};
use crate::words::{CodeWord, KeywordMatch, LinkKeyword, LinkWord, LinkWords, Topic};
use crate::{Confidence, Link, LinkKind};
use mail_reader::html::flow::Flow;
use mail_reader::mail::Mail;
use mail_reader::sanitize::SafeText;
use std::borrow::Cow;
use std::collections::HashMap;
use url::Url;

/// Facts about one URL, collected over all its occurrences in a mail.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
#[derive(Debug, Default)]
struct UrlFacts {
    rank: usize,
    token_rank: usize,
    button_rank: usize,
    /// Index of the URL's host in [`LinkContext::hosts`].
    host: usize,
    times: usize,
    in_html: bool,
    in_text: bool,
    is_button: bool,
    is_shown: bool,
    /// Whether the text of a link to this URL means "yes".
    agrees: bool,
    /// Whether the text of a link to this URL means "no" or declines a request.
    refuses: bool,
    /// Number of earlier URLs in the mail whose link text means "no".
    refusals: usize,
    /// Number of earlier URLs in the mail that contain a unique token and whose link text does not mean "no".
    accepting_rank: usize,
}

/// Facts about one link occurrence, in addition to the [`LinkOccurrence`] itself: its keywords, its URL, and
/// how often and where the mail contains that URL.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
pub(super) struct Seen<'a> {
    pub(super) url: &'a Url,
    pub(super) own: LinkWords,
    pub(super) line: LinkWords,
    pub(super) above: LinkWords,
    pub(super) below: LinkWords,
    pub(super) first: Option<LinkWord>,
    pub(super) path_classes: u32,
    pub(super) token: Token,
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
    /// Whether the link text of another URL in the mail means "yes".
    pub(super) other_agrees: bool,
    /// Whether the link text of another URL in the mail means "no".
    pub(super) other_refuses: bool,
}

/// The target of a link occurrence, after redirect URLs have been decoded.
pub(super) struct Target {
    /// The decoded target if the URL of the link is a redirect URL; `None` if the link leads directly to its
    /// target.
    inner: Option<Url>,
    /// The keywords of the target's path, query and fragment.
    path: PathKeywords,
    token: Token,
}

impl Target {
    pub(super) fn new(place: &LinkOccurrence) -> Self {
        let inner = redirects::unwrap_redirect(&place.url);
        let (after_host, token) = match &inner {
            Some(inner) => {
                let after_host = after_host(inner);
                let token = token::token(&after_host);
                (Cow::Owned(after_host), token)
            }
            None => (Cow::Borrowed(place.after_host.as_str()), place.token),
        };
        Self { path: PathKeywords::find(&after_host), inner, token }
    }

    /// Returns the target URL of the link occurrence `place`.
    fn url<'a>(&'a self, place: &'a LinkOccurrence) -> &'a Url {
        self.inner.as_ref().unwrap_or(&place.url)
    }
}

/// The distinct URLs and hosts of the link occurrences counted so far, each with its index.
#[derive(Default)]
struct Known<'a> {
    urls: HashMap<&'a str, usize>,
    hosts: HashMap<&'a str, usize>,
}

/// Features that are the same for all links of a mail, and the data from which they are computed.
pub(super) struct LinkContext {
    pub(super) subject: LinkWords,
    /// The topics of the keywords in the subject, in order.
    subject_topics: Vec<Topic>,
    /// Whether the subject mentions a password, but no code and no one-time password.
    subject_names_password: bool,
    /// For each group of keywords about links, the number of lines with a keyword of the group.
    pub(super) lines: [usize; LinkWord::ALL.len()],
    /// For each group of keywords about codes, the number of lines with a keyword of the group.
    pub(super) code_lines: [usize; CodeWord::ALL.len()],
    /// Number of lines in the mail with a keyword about links.
    pub(super) keywords: usize,
    pub(super) site: String,
    /// Number of distinct URLs in the mail.
    pub(super) urls: usize,
    /// Number of distinct URLs in the mail that contain a unique token.
    pub(super) tokens: usize,
    /// Number of distinct URLs in the mail whose link looks like a button.
    pub(super) buttons: usize,
    /// Number of distinct URLs whose link text means "yes".
    agreeing: usize,
    /// Number of distinct URLs whose link text means "no".
    refusing: usize,
    /// Number of distinct URLs that contain a unique token and whose link text does not mean "no".
    accepting: usize,
    /// For each host, the number of distinct URLs in the mail with that host.
    hosts: Vec<usize>,
    facts: Vec<UrlFacts>,
    /// For each link occurrence, the index of its URL in `facts`.
    facts_of: Vec<usize>,
    /// The URLs for which the mail declares an action (JSON-LD or microdata).
    pub(super) actions: Vec<declared_actions::Action>,
}

impl LinkContext {
    pub(super) fn new(
        mail: &Mail,
        flow: Option<&Flow>,
        rows: &[TextLine],
        places: &[LinkOccurrence],
    ) -> Self {
        let host = mail.from.address.rsplit('@').next().unwrap_or_default().to_lowercase();
        let mut context = Self {
            subject_topics: topics(&mail.subject),
            subject_names_password: rows.first().is_some_and(names_password),
            subject: rows.first().map(|row| row.link_words).unwrap_or_default(),
            lines: [0; LinkWord::ALL.len()],
            code_lines: [0; CodeWord::ALL.len()],
            keywords: rows.iter().filter(|row| row.link_words != LinkWords::default()).count(),
            site: link_warnings::site(&host),
            urls: 0,
            tokens: 0,
            buttons: 0,
            agreeing: 0,
            refusing: 0,
            accepting: 0,
            hosts: Vec::new(),
            facts: Vec::new(),
            facts_of: Vec::with_capacity(places.len()),
            actions: flow.map(declared_actions::actions).unwrap_or_default(),
        };
        for row in rows {
            if row.link_words != LinkWords::default() {
                let counts = context.lines.iter_mut().zip(LinkWord::ALL);
                counts.for_each(|(lines, class)| *lines += usize::from(row.link_words.has(class)));
            }
            if row.words.is_empty() {
                continue;
            }
            let classes: u32 =
                row.words.iter().fold(0, |set, word| set | 1 << (word.topic.code_word() as u32));
            let counts = context.code_lines.iter_mut().enumerate();
            counts.for_each(|(class, lines)| *lines += usize::from(classes >> class & 1 == 1));
        }
        let mut known = Known::default();
        for place in places {
            context.count(place, &mut known);
        }
        context
    }

    /// Counts a link occurrence: updates the facts about its URL and the totals of the mail.
    fn count<'a>(&mut self, place: &'a LinkOccurrence, known: &mut Known<'a>) {
        let rank = self.facts.len();
        let at = *known.urls.entry(place.url.as_str()).or_insert(rank);
        self.facts_of.push(at);
        if at == rank {
            let hosts = known.hosts.len();
            let host = *known.hosts.entry(place.url.host_str().unwrap_or_default()).or_insert(hosts);
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
            self.tokens += usize::from(has_token(place.token));
            self.accepting += usize::from(has_token(place.token) && !refuses(place));
        }
        let Some(facts) = self.facts.get_mut(at) else { return };
        facts.times += 1;
        facts.in_html |= place.in_html;
        facts.in_text |= !place.in_html;
        facts.is_shown |= place.bare;
        if place.button && !facts.is_button {
            facts.button_rank = self.buttons;
            self.buttons += 1;
        }
        facts.is_button |= place.button;
        self.agreeing += usize::from(place.answer == Some(Answer::Yes) && !facts.agrees);
        facts.agrees |= place.answer == Some(Answer::Yes);
        self.refusing += usize::from(refuses(place) && !facts.refuses);
        facts.refuses |= refuses(place);
    }

    /// Returns the index of a link occurrence's URL among the distinct URLs of the mail; `None` if the
    /// occurrence was not counted.
    pub(super) fn url_of(&self, place: &LinkOccurrence) -> Option<usize> {
        self.facts_of.get(place.order).copied()
    }

    /// Returns whether a URL has the same registrable domain as the sender.
    pub(super) fn is_own_site(&self, url: &Url) -> bool {
        !self.site.is_empty() && link_warnings::is_of_site(url.host_str().unwrap_or_default(), &self.site)
    }

    /// Adds the features that all links of the mail share.
    pub(super) fn describe_mail(&self, features: &mut Features) {
        features::add_mail(features, self);
    }

    /// Appends the features of one link occurrence.
    pub(super) fn describe(&self, features: &mut Features, place: &LinkOccurrence, target: &Target) {
        let url = target.url(place);
        let unknown = UrlFacts::default();
        let facts = self.url_of(place).and_then(|at| self.facts.get(at)).unwrap_or(&unknown);
        let groups = || place.own.iter().map(|word| word.topic.link_word());
        let seen = Seen {
            url,
            first: groups().next(),
            own: groups().collect(),
            line: place.line,
            above: place.above,
            below: place.below,
            path_classes: target.path.classes(),
            token: target.token,
            is_file: is_file(url),
            is_social: is_social(url.host_str().unwrap_or_default()),
            declared: self.actions.iter().any(|action| action.url == place.url.as_str()),
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
        features::add(features, self, place, &seen);
    }

    /// Converts a link occurrence to a link, and computes its score in thousandths of a logit. `begun` is the partial
    /// score from the features of the mail.
    pub(super) fn scored(&self, place: &LinkOccurrence, begun: &PartialScore) -> (i32, Link) {
        let target = Target::new(place);
        let url = target.url(place);
        let mut described = Features::beginning(&[], LINKS.features());
        self.describe(&mut described, place, &target);
        let score = LINKS.finish(begun.clone(), described.values());
        let claimable = matches!(url.scheme(), "http" | "https");
        let confidence = if claimable { LINKS.confidence(score) } else { Confidence::default() };
        let (kind, reason) = self.purpose(place, &target, confidence);
        let link = Link {
            url: SafeText::new(place.url.as_str()),
            kind,
            confidence,
            reason,
            words: SafeText::new(&place.words),
            leads_to: target.inner.as_ref().map(|inner| SafeText::new(inner.as_str())),
            warnings: link_warnings::warnings(url, &place.words),
        };
        (if claimable { score } else { i32::MIN }, link)
    }

    /// Returns the purpose of a link, and a text that explains to the user why the link was found.
    fn purpose(
        &self,
        place: &LinkOccurrence,
        target: &Target,
        confidence: Confidence,
    ) -> (LinkKind, SafeText) {
        let mut reasons = Reasons::default();
        let own: Vec<Topic> = place.own.iter().map(|word| word.topic).collect();
        let is_confident = confidence.is_confident();
        let texts = LinkTexts {
            own: &own,
            around: &around(place, &own),
            subject: if is_confident { &self.subject_topics } else { &[] },
            of_password: is_confident && self.subject_names_password,
            path: target.path,
        };
        let (mut kind, by_words) = purpose::kind(place, &texts);
        if let Some(reason) = by_words {
            reasons.add(&[&reason]);
        }
        let of_path = || target.path.kinds();
        if let Some(kind) = of_path().find(|shown| *shown == kind).or_else(|| of_path().next()) {
            reasons.add(&["its path says ", kind.as_str()]);
        }
        // The text around a link that is not claimed, such as a support page, describes another link.
        let says_nothing = own.is_empty() && !has_token(target.token) && of_path().next().is_none();
        if !is_confident && says_nothing && kind != LinkKind::Unsubscribe {
            kind = LinkKind::Other;
        }
        if let Some(action) = self.actions.iter().find(|action| action.url == place.url.as_str()) {
            kind = action.kind.unwrap_or(kind);
            reasons.add(&["the mail declares it as its action"]);
        }
        if has_token(target.token) {
            reasons.add(&["it contains a token"]);
        }
        if place.button {
            reasons.add(&["it looks like a button"]);
        }
        if place.asks {
            kind = if kind == LinkKind::Other { LinkKind::Verify } else { kind };
            reasons.add(&["the mail asks to type a code there"]);
        }
        if kind == LinkKind::Other && own.contains(&Topic::Unsubscribe) {
            kind = LinkKind::Unsubscribe;
        }
        if is_confident && kind == LinkKind::Other {
            kind = LinkKind::Action;
        }
        if self.is_invitation(kind, target.path, is_confident) {
            kind = LinkKind::Invite;
        }
        (kind, reasons.text())
    }

    /// Returns whether a link accepts an invitation, though its own text does not say so: the button of an
    /// invitation usually has the label "Accept" or "Create account".
    fn is_invitation(&self, kind: LinkKind, path: PathKeywords, is_confident: bool) -> bool {
        let names = |topic: Topic| self.subject_topics.contains(&topic);
        let invites = names(Topic::Invite) || path.kinds().any(|kind| kind == LinkKind::Invite);
        let accepts = kind == LinkKind::Accept && invites;
        let confirms = path.classes() >> (PathClass::Verify as u32) & 1 == 1;
        let creates = kind == LinkKind::Verify && invites && !names(Topic::Verify) && !confirms;
        accepts || is_confident && creates
    }
}

/// Returns whether a line mentions a password, but no code and no one-time password.
fn names_password(row: &TextLine) -> bool {
    let has = |topics: &[Topic]| row.words.iter().any(|word| topics.contains(&word.topic));
    has(&[Topic::Password]) && !has(&[Topic::Code, Topic::SomeCode, Topic::Once])
}

/// Returns whether a link text means "no", declines a request, or reports an action that somebody else performed.
fn refuses(place: &LinkOccurrence) -> bool {
    let declines = |word: &KeywordMatch<LinkKeyword>| matches!(word.topic, Topic::Decline | Topic::Secure);
    place.answer == Some(Answer::No) || place.own.iter().any(declines)
}

fn has_token(token: Token) -> bool {
    token.length >= MIN_TOKEN || token.named
}

/// A unique part of a URL counts as a token if it has at least this many bytes. The text that explains the link to the
/// user mentions such a token.
const MIN_TOKEN: usize = 12;

/// A text that explains to the user why a link was found. The reasons are joined in one string to save memory, because
/// a mail can contain hundreds of links.
#[derive(Default)]
struct Reasons(String);

impl Reasons {
    fn add(&mut self, words: &[&str]) {
        self.0.push_str(if self.0.is_empty() { "" } else { "; " });
        self.0.extend(words.iter().copied());
    }

    fn text(&self) -> SafeText {
        SafeText::new(if self.0.is_empty() { "no specific reason" } else { &self.0 })
    }
}

/// Returns the topics of the text around a link; empty if the link text has topics of its own (`own`).
fn around(place: &LinkOccurrence, own: &[Topic]) -> Vec<Topic> {
    if own.is_empty() { topics(&place.around) } else { Vec::new() }
}
