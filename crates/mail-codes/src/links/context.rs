//! Describes the links of a mail by their features, scores them and says why.

use super::features;
use super::occurrence::LinkOccurrence;
use super::path::{is_file, is_social, path_classes};
use super::purpose::{self, after_host, classes, path_kind, topics};
use super::structured;
use super::token::{self, Token};
use super::unwrap;
use crate::features::Features;
use crate::lines::TextLine;
use crate::model::LINKS;
use crate::warn;
use crate::words::{CodeWord, LinkKeyword, LinkWord, LinkWords};
use crate::{Confidence, Link, LinkKind};
use mail_reader::html::flow::Flow;
use mail_reader::mail::Mail;
use mail_reader::sanitize::SafeText;
use std::collections::HashMap;
use url::Url;

/// What a mail shows of one URL, in all places together.
#[expect(clippy::struct_excessive_bools, reason = "independent features, in any combination")]
#[derive(Debug, Default)]
struct UrlFacts {
    rank: usize,
    token_rank: usize,
    button_rank: usize,
    times: usize,
    in_html: bool,
    in_text: bool,
    is_button: bool,
    is_shown: bool,
}

/// What is known of a link occurrence beside its place.
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
}

/// What a mail says as a whole: the features that all its links share.
pub(super) struct LinkContext {
    pub(super) subject: LinkWords,
    /// Number of lines with a keyword, by class.
    pub(super) lines: [usize; LinkWord::ALL.len()],
    /// Number of lines with a keyword about codes, by class.
    pub(super) code_lines: [usize; CodeWord::ALL.len()],
    /// Count of the lines with a keyword about links.
    pub(super) keywords: usize,
    pub(super) site: String,
    /// Number of different URLs, those with a token and those that look like buttons.
    pub(super) urls: usize,
    pub(super) tokens: usize,
    pub(super) buttons: usize,
    /// Number of different URLs by host.
    pub(super) hosts: HashMap<String, usize>,
    facts: HashMap<String, UrlFacts>,
    /// URLs for which the mail declares an action.
    pub(super) actions: Vec<structured::Action>,
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
            subject: rows.first().map(|row| row.link_words).unwrap_or_default(),
            lines: LinkWord::ALL.map(|class| rows.iter().filter(|row| row.link_words.has(class)).count()),
            code_lines: [0; CodeWord::ALL.len()],
            keywords: rows.iter().filter(|row| row.link_words != LinkWords::default()).count(),
            site: warn::site(&host),
            urls: 0,
            tokens: 0,
            buttons: 0,
            hosts: HashMap::new(),
            facts: HashMap::with_capacity(places.len()),
            actions: flow.map(structured::actions).unwrap_or_default(),
        };
        for row in rows {
            let classes: u32 =
                row.words.iter().fold(0, |set, word| set | 1 << (word.topic.code_word() as u32));
            let counts = context.code_lines.iter_mut().enumerate();
            counts.for_each(|(class, lines)| *lines += usize::from(classes >> class & 1 == 1));
        }
        for place in places {
            context.count(place);
        }
        context
    }

    /// Counts a link occurrence.
    fn count(&mut self, place: &LinkOccurrence) {
        let rank = self.facts.len();
        let facts = self.facts.entry(place.url.as_str().to_owned()).or_insert_with(|| {
            *self.hosts.entry(place.url.host_str().unwrap_or_default().to_owned()).or_default() += 1;
            self.urls += 1;
            let token_rank = self.tokens;
            self.tokens += usize::from(has_token(token::token(&after_host(&place.url))));
            UrlFacts { rank, token_rank, ..UrlFacts::default() }
        });
        facts.times += 1;
        facts.in_html |= place.in_html;
        facts.in_text |= !place.in_html;
        facts.is_shown |= place.bare;
        if place.button && !facts.is_button {
            facts.button_rank = self.buttons;
            self.buttons += 1;
        }
        facts.is_button |= place.button;
    }

    /// Whether a URL leads to the sender's site.
    pub(super) fn is_own_site(&self, url: &Url) -> bool {
        !self.site.is_empty() && warn::is_of_site(url.host_str().unwrap_or_default(), &self.site)
    }

    /// Adds the features of a link occurrence; `inner` is the real target of a redirect URL.
    pub(super) fn describe(&self, features: &mut Features, place: &LinkOccurrence, inner: Option<&Url>) {
        let url = inner.unwrap_or(&place.url);
        let after_host = after_host(url);
        let own = if place.bare && place.words.contains("://") { Vec::new() } else { topics(&place.words) };
        let unknown = UrlFacts::default();
        let facts = self.facts.get(place.url.as_str()).unwrap_or(&unknown);
        let seen = Seen {
            url,
            first: own.first().copied(),
            own: own.into_iter().collect(),
            line: place.line,
            above: place.above,
            below: place.below,
            path_classes: path_classes(&after_host),
            token: token::token(&after_host),
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
            host_urls: self.hosts.get(place.url.host_str().unwrap_or_default()).copied().unwrap_or_default(),
        };
        features::add(features, self, place, &seen);
    }

    pub(super) fn scored(&self, place: &LinkOccurrence) -> (i32, Link) {
        let inner = unwrap::unwrap_redirect(&place.url);
        let url = inner.as_ref().unwrap_or(&place.url);
        let mut described = Features::with_capacity(LINKS.features());
        self.describe(&mut described, place, inner.as_ref());
        let score = LINKS.score(described.values());
        let claimable = matches!(url.scheme(), "http" | "https");
        let confidence = if claimable { LINKS.confidence(score) } else { Confidence::default() };
        let (kind, reason) = self.purpose(place, url, confidence);
        let link = Link {
            url: SafeText::new(place.url.as_str()),
            kind,
            confidence,
            reason,
            words: SafeText::new(&place.words),
            leads_to: inner.as_ref().map(|inner| SafeText::new(inner.as_str())),
            warnings: warn::warnings(url, &place.words),
        };
        (if claimable { score } else { i32::MIN }, link)
    }

    /// The purpose of a link, and the reasons for it in words.
    fn purpose(&self, place: &LinkOccurrence, url: &Url, confidence: Confidence) -> (LinkKind, SafeText) {
        let mut reasons = Reasons::default();
        let own = if place.bare && place.words.contains("://") { Vec::new() } else { classes(&place.words) };
        let around = around(place, &own);
        let after_host = after_host(url);
        let path = path_kind(&after_host);
        let (mut kind, by_words) = purpose::kind(place, &own, &around, path);
        if let Some((_, _, reason)) = by_words {
            reasons.add(&[&reason]);
        }
        if let Some(kind) = path {
            reasons.add(&["its path says ", kind.as_str()]);
        }
        if let Some(action) = self.actions.iter().find(|action| action.url == place.url.as_str()) {
            kind = action.kind.unwrap_or(kind);
            reasons.add(&["the mail declares it as its action"]);
        }
        if has_token(token::token(&after_host)) {
            reasons.add(&["it contains a token"]);
        }
        if place.button {
            reasons.add(&["it looks like a button"]);
        }
        if place.asks {
            kind = if kind == LinkKind::Other { LinkKind::Verify } else { kind };
            reasons.add(&["the mail asks to type a code there"]);
        }
        if kind == LinkKind::Other && own.contains(&LinkKeyword::Unsubscribe) {
            kind = LinkKind::Unsubscribe;
        }
        // The subject names the purpose of a link that is claimed without a purpose of its own.
        if confidence.is_confident() && kind == LinkKind::Other {
            let told = LinkWord::ALL.into_iter().filter(|word| self.subject.has(*word));
            kind = told.into_iter().find_map(kind_of_word).unwrap_or(LinkKind::Action);
        }
        (kind, reasons.told())
    }
}

/// The purpose that a keyword of the subject shows.
fn kind_of_word(word: LinkWord) -> Option<LinkKind> {
    match word {
        LinkWord::Verify => Some(LinkKind::Verify),
        LinkWord::SignIn => Some(LinkKind::SignIn),
        LinkWord::Reset => Some(LinkKind::Reset),
        LinkWord::Invite => Some(LinkKind::Invite),
        LinkWord::Download => Some(LinkKind::Download),
        LinkWord::Change
        | LinkWord::Decide
        | LinkWord::Pay
        | LinkWord::Act
        | LinkWord::View
        | LinkWord::Unsubscribe
        | LinkWord::Deny
        | LinkWord::Side
        | LinkWord::Elsewhere => None,
    }
}

fn has_token(token: Token) -> bool {
    token.length >= MIN_TOKEN || token.named
}

/// Minimum length in bytes of a token that a reason names.
const MIN_TOKEN: usize = 12;

/// Reasons for and against a link, joined in one text because a mail may have hundreds of links.
#[derive(Default)]
struct Reasons(String);

impl Reasons {
    fn add(&mut self, words: &[&str]) {
        self.0.push_str(if self.0.is_empty() { "" } else { "; " });
        self.0.extend(words.iter().copied());
    }

    fn told(&self) -> SafeText {
        SafeText::new(if self.0.is_empty() { "no specific reason" } else { &self.0 })
    }
}

/// Returns the keywords in the text around a link; none if the link text has keywords itself.
fn around(place: &LinkOccurrence, own: &[LinkKeyword]) -> Vec<LinkKeyword> {
    if own.is_empty() { classes(&place.around) } else { Vec::new() }
}
