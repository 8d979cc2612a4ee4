//! Collects the links of a mail and computes for each the confidence that it is the one to follow.

mod occurrence;
mod purpose;
mod structured;
mod unwrap;

use super::warn;
use super::words::LinkKeyword;
use super::{Confidence, Link, LinkKind};
use crate::mail_reader::html::flow::Flow;
use crate::mail_reader::link_url::{address, parsed};
use crate::mail_reader::mail::Mail;
use crate::mail_reader::sanitize::SafeText;
use occurrence::LinkOccurrence;
use purpose::{after_host, asks_for_code, classes, has_token, kind_of, path_kind};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use url::Url;

/// Maximum number of links of a mail; those with the fewest points are dropped.
const MAX_LINKS: usize = 500;
/// Score in points that corresponds to a confidence of 0.5.
const EVEN_SCORE: i32 = 40;
/// Confidence in thousandths of a link from the header field `List-Unsubscribe`. The confidence is low, because
/// such a link is never the one to follow.
const UNSUBSCRIBE: u16 = 100;
const BY_HEADER: &str = "named by the List-Unsubscribe header";
/// Maximum length in characters of a link text that counts as a label; a longer text counts as a sentence.
const MAX_LABEL_CHARS: usize = 60;

/// Finds the links of a mail, the one to follow first. Links from the header field `List-Unsubscribe` are
/// included.
pub(super) fn find(mail: &Mail, flow: Option<&Flow>) -> Vec<Link> {
    let places = occurrence::all(mail, flow);
    let setting = LinkContext::new(mail, flow, &places);
    let mut found: Vec<(i32, usize, Link)> = Vec::with_capacity(places.len());
    let mut known: HashMap<SafeText, usize> = HashMap::with_capacity(places.len());
    for place in &places {
        let (points, link) = setting.weigh(place);
        match known.get(&link.url).and_then(|&at| found.get_mut(at)) {
            Some((best, _, kept)) if *best < points => {
                let warnings = std::mem::take(&mut kept.warnings);
                *best = points;
                *kept = link;
                kept.warnings.extend(warnings.into_iter().filter(|warning| !warning.is_empty()));
                kept.warnings.dedup();
            }
            Some(_) => {}
            None => {
                known.insert(link.url.clone(), found.len());
                found.push((points, place.order, link));
            }
        }
    }
    let mut links = ranked(found);
    list_unsubscribe(mail, &mut links);
    links
}

/// Sorts links by points, the highest first; links with equal points stay in the order of the mail.
fn ranked(found: Vec<(i32, usize, Link)>) -> Vec<Link> {
    // Indices are sorted instead of links, because links are large.
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|&at| found.get(at).map(|(points, first, _)| (Reverse(*points), *first)));
    order.truncate(MAX_LINKS);
    let mut found: Vec<Option<Link>> = found.into_iter().map(|(_, _, link)| Some(link)).collect();
    order.into_iter().filter_map(|at| found.get_mut(at)?.take()).collect()
}

fn list_unsubscribe(mail: &Mail, links: &mut Vec<Link>) {
    let Some(header) =
        mail.headers.iter().find(|header| header.name.eq_ignore_ascii_case("list-unsubscribe"))
    else {
        return;
    };
    for entry in header.value.split(',').take(4) {
        let inside = entry.trim().trim_start_matches('<').trim_end_matches('>');
        let Some(url) = address(inside, None) else { continue };
        if let Some(known) = links.iter_mut().find(|link| link.url.as_str() == url) {
            (known.kind, known.reason) = (LinkKind::Unsubscribe, SafeText::new(BY_HEADER));
            continue;
        }
        links.push(Link {
            url: SafeText::new(&url),
            kind: LinkKind::Unsubscribe,
            confidence: Confidence::from_thousandths(UNSUBSCRIBE),
            reason: SafeText::new(BY_HEADER),
            words: SafeText::default(),
            leads_to: None,
            warnings: Vec::new(),
        });
    }
}

/// Features of the whole mail that raise or lower the score of its links.
struct LinkContext {
    subject: Vec<LinkKeyword>,
    site: String,
    /// Number of different URLs in the mail whose links look like buttons.
    buttons: usize,
    /// URLs for which the mail declares an action.
    actions: Vec<structured::Action>,
}

impl LinkContext {
    fn new(mail: &Mail, flow: Option<&Flow>, places: &[LinkOccurrence]) -> Self {
        let pressed: HashSet<&str> =
            places.iter().filter(|place| place.button).map(|place| place.url.as_str()).collect();
        let buttons = pressed.len();
        let subject = classes(&mail.subject);
        let host = mail.from.address.rsplit('@').next().unwrap_or_default().to_lowercase();
        let actions = flow.map(structured::actions).unwrap_or_default();
        Self { subject, site: warn::site(&host), buttons, actions }
    }

    fn weigh(&self, place: &LinkOccurrence) -> (i32, Link) {
        let inner = unwrap::unwrap_redirect(&place.url);
        let url = inner.as_ref().unwrap_or(&place.url);
        let mut points = 0;
        let mut reasons = Reasons::default();
        let own = if place.bare && place.words.contains("://") { Vec::new() } else { classes(&place.words) };
        let around = around(place, &own);
        let after_host = after_host(url);
        let path = path_kind(&after_host);
        let token = has_token(url, &after_host);
        let (mut kind, by_words) = purpose::kind(place, &own, &around, path);
        let label = place.words.chars().count() <= MAX_LABEL_CHARS;
        if let Some((press, gain, reason)) = by_words {
            points += gain - if label { 0 } else { 8 };
            reasons.add(&[&reason]);
            if matches!(press, LinkKeyword::Side | LinkKeyword::Deny | LinkKeyword::Unsubscribe) {
                points = points.min(gain);
            }
        }
        if let Some(kind) = path {
            points += if kind == LinkKind::Unsubscribe { -30 } else { 14 };
            reasons.add(&["its path says ", kind.as_str()]);
        }
        if let Some(action) = self.actions.iter().find(|action| action.url == place.url.as_str()) {
            points += if action.kind.is_some() { 30 } else { 10 };
            kind = action.kind.unwrap_or(kind);
            reasons.add(&["the mail declares it as its action"]);
        }
        if token {
            points += 12;
            reasons.add(&["it contains a token"]);
        }
        if place.button {
            points += 10;
            reasons.add(&["it looks like a button"]);
        }
        points += way_in(place, kind, token);
        if place.asks {
            kind = if kind == LinkKind::Other { LinkKind::Verify } else { kind };
            reasons.add(&["the mail asks to type a code there"]);
        }
        points += self.context(kind, url);
        // The only button of a mail is probably what the mail asks for.
        points += if self.buttons == 1 && place.button && !place.image { 6 } else { 0 };
        points -= faults(place, url, token);
        let claimable = matches!(url.scheme(), "http" | "https");
        if kind == LinkKind::Other && own.contains(&LinkKeyword::Unsubscribe) {
            kind = LinkKind::Unsubscribe;
        }
        let confidence = if claimable { confidence(points) } else { Confidence::default() };
        let link = Link {
            url: SafeText::new(place.url.as_str()),
            kind,
            confidence,
            reason: reasons.told(),
            words: SafeText::new(&place.words),
            leads_to: inner.as_ref().map(|inner| SafeText::new(inner.as_str())),
            warnings: warn::warnings(url, &place.words),
        };
        (if claimable { points } else { points - 100 }, link)
    }

    /// Returns the points for a subject that names the purpose of the link, and for a URL on the sender's site.
    fn context(&self, kind: LinkKind, url: &Url) -> i32 {
        let mut points = 0;
        if kind != LinkKind::Other
            && self.subject.iter().filter_map(|press| kind_of(*press)).any(|told| told == kind)
        {
            points += 12;
        } else if self.subject.iter().any(|press| kind_of(*press).is_some()) && kind != LinkKind::Other {
            points += 6;
        }
        if !self.site.is_empty() && warn::is_of_site(url.host_str().unwrap_or_default(), &self.site) {
            points += 5;
        }
        points
    }
}

/// Reasons for and against a link, joined in one text. A list of texts for each link would take much memory in
/// a mail with hundreds of links.
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

/// Returns points for a sign-in or download link. A link without a token is a general link of the site, which
/// any mail may contain, so it gets fewer points unless the mail asks to type a code there.
fn way_in(place: &LinkOccurrence, kind: LinkKind, token: bool) -> i32 {
    let own_way = matches!(kind, LinkKind::SignIn | LinkKind::Download) && !token;
    match place.asks {
        true => 26,
        false if own_way && !asks_for_code(&place.around) => -12,
        false => 0,
    }
}

fn faults(place: &LinkOccurrence, url: &Url, token: bool) -> i32 {
    const FILES: [&str; 8] = ["png", "jpg", "jpeg", "gif", "css", "svg", "ico", "js"];
    let bare_site = url.path().len() <= 1 && url.query().is_none() && url.fragment().is_none();
    let mut points = if bare_site { 40 } else { 0 };
    let ending = url.path().rsplit_once('.').map(|(_, ending)| ending);
    if ending.is_some_and(|ending| FILES.iter().any(|file| ending.eq_ignore_ascii_case(file))) {
        points += 50;
    }
    if is_social(url.host_str().unwrap_or_default()) && !token {
        points += 40;
    }
    if place.image && classes(&place.words).iter().all(|press| kind_of(*press).is_none()) {
        points += 12;
    }
    points + i32::try_from(place.order.min(12)).unwrap_or_default() / 2
}

fn is_social(host: &str) -> bool {
    const HOSTS: [&str; 12] = [
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "tiktok.com",
        "pinterest.com",
        "apps.apple.com",
        "itunes.apple.com",
        "play.google.com",
        "t.me",
    ];
    HOSTS
        .iter()
        .any(|social| host == *social || host.strip_suffix(social).is_some_and(|rest| rest.ends_with('.')))
}

fn confidence(points: i32) -> Confidence {
    let over = f64::from(points - EVEN_SCORE);
    let share = 1.0 / (1.0 + (-over / 10.0).exp());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 990")]
    let thousandths = (share * 990.0).round().clamp(0.0, 990.0) as u16;
    Confidence::from_thousandths(if points >= EVEN_SCORE {
        thousandths.max(500)
    } else {
        thousandths.min(499)
    })
}
