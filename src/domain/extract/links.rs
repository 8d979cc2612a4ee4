//! Collects the links of a mail and weighs which one it is about.

use super::page::{fold, lower};
use super::warn;
use super::words::{self, Press};
use super::{Confidence, Link, LinkKind};
use crate::domain::html::flow::{Anchor, Flow};
use crate::domain::mail::Mail;
use crate::domain::sanitize::SafeText;
use linkify::LinkFinder;
use std::collections::HashMap;
use url::Url;

/// The longest address that is kept, in bytes.
pub(crate) const MAX_URL: usize = 8 << 10;
/// How many links are kept.
const MAX_LINKS: usize = 500;
/// How many places where links stand are looked at.
const MAX_PLACES: usize = 5_000;
/// Points at which a link is as likely as not the one to press.
const EVEN: i32 = 40;
/// The longest words of a link that still are a label and no sentence, in characters.
const LABEL: usize = 60;

/// An absolute address as it would be requested, or `None` where there is none.
pub(crate) fn address(href: &str, base: Option<&str>) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.len() > MAX_URL {
        return None;
    }
    let absolute = match Url::parse(href) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => match base.and_then(|base| Url::parse(base).ok()) {
            Some(base) => base.join(href).ok()?,
            None if href.starts_with("www.") => Url::parse(&format!("http://{href}")).ok()?,
            None => return None,
        },
        Err(_) => return None,
    };
    Some(absolute.into())
}

/// One place where a link stands.
struct Place {
    url: String,
    words: String,
    /// The text around it, where it has no words of its own.
    around: String,
    button: bool,
    image: bool,
    bare: bool,
    order: usize,
}

/// The links of a mail, the one to press first; `List-Unsubscribe` is among them.
pub(super) fn find(mail: &Mail, flow: Option<&Flow>) -> Vec<Link> {
    let mut places = Vec::new();
    if let Some(flow) = flow {
        for anchor in flow.anchors.iter().take(MAX_PLACES) {
            places.extend(
                address(&anchor.href, flow.base.as_deref())
                    .map(|url| of_anchor(anchor, url, flow, places.len())),
            );
        }
    }
    bare_places(mail, flow, &mut places);
    let setting = Setting::new(mail);
    let mut best: HashMap<String, (i32, usize, Link)> = HashMap::new();
    for place in places {
        let (points, link) = setting.weigh(&place);
        let key = link.url.as_str().to_owned();
        match best.get_mut(&key) {
            Some((known, _, kept)) if *known < points => {
                let warnings = std::mem::take(&mut kept.warnings);
                *known = points;
                *kept = link;
                kept.warnings.extend(warnings.into_iter().filter(|warning| !warning.is_empty()));
                kept.warnings.dedup();
            }
            Some(_) => {}
            None => drop(best.insert(key, (points, place.order, link))),
        }
    }
    let mut all: Vec<(i32, usize, Link)> = best.into_values().collect();
    all.sort_by(|(x, first, _), (y, second, _)| y.cmp(x).then(first.cmp(second)));
    all.truncate(MAX_LINKS);
    let mut links: Vec<Link> = all.into_iter().map(|(_, _, link)| link).collect();
    list_unsubscribe(mail, &mut links);
    links
}

fn of_anchor(anchor: &Anchor, url: String, flow: &Flow, order: usize) -> Place {
    let shows_address = anchor.words.contains("://") || address(&anchor.words, None).is_some();
    let spells_host = anchor.words.contains(['.', '/']) && !anchor.words.contains(' ');
    let around = if shows_address || spells_host || anchor.words.is_empty() {
        (anchor.block.saturating_sub(2)..=anchor.block)
            .filter_map(|at| flow.blocks.get(at))
            .map(crate::domain::html::flow::Block::text)
            .collect::<Vec<_>>()
            .join("\n")
    } else if generic(&anchor.words) {
        flow.blocks.get(anchor.block).map(crate::domain::html::flow::Block::text).unwrap_or_default()
    } else {
        String::new()
    };
    Place {
        url,
        words: anchor.words.clone(),
        around,
        button: anchor.button,
        image: anchor.image && !anchor.text,
        bare: shows_address,
        order,
    }
}

/// `here`, `click here`, `this link`: words that say nothing of their own.
fn generic(words: &str) -> bool {
    words.chars().count() <= 14
}

/// Addresses that stand in the text itself: in the text part, and unlinked ones in the HTML.
fn bare_places(mail: &Mail, flow: Option<&Flow>, places: &mut Vec<Place>) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[linkify::LinkKind::Url]);
    let unlinked = flow
        .into_iter()
        .flat_map(|flow| &flow.blocks)
        .filter(|block| block.runs.iter().all(|run| run.anchor.is_none()));
    let mut lines: Vec<String> =
        unlinked.map(crate::domain::html::flow::Block::text).filter(|text| text.contains("://")).collect();
    let text = mail.text.as_deref().unwrap_or_default();
    lines.push(String::new());
    lines.extend(unbroken(text));
    let (mut before, mut earlier) = (String::new(), String::new());
    for line in lines.iter().take(MAX_PLACES) {
        if line.starts_with('>') {
            continue;
        }
        for hit in finder.links(line) {
            let Some(url) = address(hit.as_str(), None) else { continue };
            if places.len() >= MAX_PLACES {
                return;
            }
            let lead = line.get(..hit.start()).unwrap_or_default();
            let lead = lead.trim_end().trim_end_matches(['(', '<', '[', ':', '-', '>']).trim();
            let tail = line.get(hit.end()..).unwrap_or_default().trim_matches([')', '>', ' ', ']', '.']);
            let bare = lead.is_empty();
            let words = if bare { String::new() } else { last_clause(lead).to_owned() };
            let around = if bare { format!("{earlier}\n{before}\n{tail}") } else { String::new() };
            places.push(Place {
                url,
                words,
                around,
                button: false,
                image: false,
                bare: true,
                order: places.len(),
            });
        }
        if !line.trim_start().starts_with("http") && !line.trim_start().starts_with("<http") {
            earlier = std::mem::replace(&mut before, line.clone());
        }
    }
}

/// Lines that say something; an address in angle brackets that was broken over several is one
/// (RFC 3986, appendix C).
fn unbroken(text: &str) -> Vec<String> {
    const MAX_PIECES: usize = 40;
    let mut lines: Vec<String> = Vec::new();
    let mut open = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match lines.last_mut().filter(|_| open > 0) {
            Some(last) => {
                last.push_str(line.trim());
                open = if line.contains('>') { 0 } else { open - 1 };
            }
            None => {
                let tail = line.rsplit_once("<http").map(|(_, tail)| tail);
                open = if tail.is_some_and(|tail| !tail.contains(['>', ' '])) { MAX_PIECES } else { 0 };
                lines.push(line.to_owned());
            }
        }
    }
    lines
}

/// The words right before a link in running text.
fn last_clause(lead: &str) -> &str {
    let from = lead
        .rfind([')', '.', '!', '?', '|', '。', '！', '？'])
        .map_or(0, |at| lead.ceil_char_boundary(at + 1));
    let clause = lead.get(from..).unwrap_or(lead).trim();
    if clause.is_empty() { lead } else { clause }
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
        if links.iter().any(|link| link.url.as_str() == url) {
            continue;
        }
        links.push(Link {
            url: SafeText::new(&url),
            kind: LinkKind::Unsubscribe,
            confidence: Confidence::from_thousandths(900),
            reason: SafeText::new("named by the List-Unsubscribe header"),
            words: SafeText::default(),
            warnings: Vec::new(),
        });
    }
}

/// What the mail as a whole says about its links.
struct Setting {
    subject: Vec<Press>,
    site: String,
}

impl Setting {
    fn new(mail: &Mail) -> Self {
        let subject = classes(&mail.subject);
        let host = mail.from.address.rsplit('@').next().unwrap_or_default().to_lowercase();
        Self { subject, site: warn::site(&host) }
    }

    fn weigh(&self, place: &Place) -> (i32, Link) {
        let url = Url::parse(&place.url).ok();
        let mut points = 0;
        let mut reasons: Vec<String> = Vec::new();
        let own = if place.bare && place.words.contains("://") { Vec::new() } else { classes(&place.words) };
        let around = classes(&place.around);
        let path = url.as_ref().map(path_kind);
        let token = url.as_ref().is_some_and(has_token);
        let (kind, by_words) = self.kind(place, &own, &around, path.flatten());
        let label = place.words.chars().count() <= LABEL;
        if let Some((press, gain, reason)) = by_words {
            points += gain - if label { 0 } else { 8 };
            reasons.push(reason);
            if matches!(press, Press::Side | Press::Deny | Press::Unsubscribe) {
                points = points.min(gain);
            }
        }
        if let Some(kind) = path.flatten() {
            points += if kind == LinkKind::Unsubscribe { -30 } else { 14 };
            reasons.push(format!("its path says {}", kind.word()));
        }
        if token {
            points += 12;
            reasons.push("it carries a token".to_owned());
        }
        if place.button {
            points += 10;
            reasons.push("it looks like a button".to_owned());
        }
        // Without a token it is the site's own way in, which any mail may show.
        let own_way = matches!(kind, LinkKind::SignIn | LinkKind::Download) && !token;
        points -= if own_way && !asks_for_code(&place.around) { 12 } else { 0 };
        points += self.context(kind, url.as_ref());
        points -= faults(place, url.as_ref(), token);
        let claimable = url.as_ref().is_some_and(|url| matches!(url.scheme(), "http" | "https"));
        let kind =
            if kind == LinkKind::Other && self.is_unsubscribing(&own) { LinkKind::Unsubscribe } else { kind };
        let confidence = if claimable { confidence(points) } else { Confidence::default() };
        let reason = if reasons.is_empty() { "nothing speaks for it".to_owned() } else { reasons.join("; ") };
        let link = Link {
            url: SafeText::new(&place.url),
            kind,
            confidence,
            reason: SafeText::new(&reason),
            words: SafeText::new(&place.words),
            warnings: warn::warnings(&place.url, &place.words),
        };
        (if claimable { points } else { points - 100 }, link)
    }

    fn is_unsubscribing(&self, own: &[Press]) -> bool {
        own.contains(&Press::Unsubscribe)
    }

    /// What the link is for, and what its words give.
    fn kind(
        &self,
        place: &Place,
        own: &[Press],
        around: &[Press],
        path: Option<LinkKind>,
    ) -> (LinkKind, Option<(Press, i32, String)>) {
        let says = |press: Press| own.contains(&press);
        let shown = SafeText::new(&place.words.chars().take(40).collect::<String>());
        if says(Press::Deny) && !says(Press::Verify)
            || says(Press::Side) && !own.iter().any(|press| of(*press).is_some())
        {
            let press = if says(Press::Deny) { Press::Deny } else { Press::Side };
            return (LinkKind::Other, Some((press, -30, format!("its words '{shown}' lead aside"))));
        }
        if says(Press::Unsubscribe) && !says(Press::Verify) {
            return (
                LinkKind::Unsubscribe,
                Some((Press::Unsubscribe, -30, format!("its words '{shown}' end a subscription"))),
            );
        }
        for press in own.iter().copied() {
            if let Some(kind) = of(press) {
                let kind = refine(kind, path, own);
                return (kind, Some((press, 30, format!("its words '{shown}' say so"))));
            }
        }
        let quiet = place.words.is_empty() || place.bare || generic(&place.words);
        if quiet && !around.is_empty() && own.is_empty() {
            if around.contains(&Press::Unsubscribe) && !around.contains(&Press::Verify) {
                return (
                    LinkKind::Unsubscribe,
                    Some((Press::Unsubscribe, -30, "the text around it ends a subscription".to_owned())),
                );
            }
            for press in around.iter().rev().copied() {
                if let Some(kind) = of(press) {
                    let kind = refine(kind, path, around);
                    let gain = if around.contains(&Press::Deny) { 6 } else { 22 };
                    return (kind, Some((press, gain, "the text around it says so".to_owned())));
                }
            }
        }
        if own.contains(&Press::Act) {
            return (
                path.unwrap_or(LinkKind::Other),
                Some((Press::Act, 14, format!("its words '{shown}' ask for it"))),
            );
        }
        (path.unwrap_or(LinkKind::Other), None)
    }

    /// Whether the subject speaks of it, and whether it leads to the sender's site.
    fn context(&self, kind: LinkKind, url: Option<&Url>) -> i32 {
        let mut points = 0;
        if kind != LinkKind::Other
            && self.subject.iter().filter_map(|press| of(*press)).any(|told| told == kind)
        {
            points += 12;
        } else if self.subject.iter().any(|press| of(*press).is_some()) && kind != LinkKind::Other {
            points += 6;
        }
        let host = url.and_then(Url::host_str).unwrap_or_default();
        if !self.site.is_empty() && warn::site(host) == self.site {
            points += 5;
        }
        points
    }
}

fn of(press: Press) -> Option<LinkKind> {
    match press {
        Press::Verify => Some(LinkKind::Verify),
        Press::SignIn => Some(LinkKind::SignIn),
        Press::Reset => Some(LinkKind::Reset),
        Press::Invite => Some(LinkKind::Invite),
        Press::Download => Some(LinkKind::Download),
        Press::Act | Press::Unsubscribe | Press::Deny | Press::Side => None,
    }
}

/// Where words name two things, the path decides, and a new password before a confirmation.
fn refine(kind: LinkKind, path: Option<LinkKind>, told: &[Press]) -> LinkKind {
    match path {
        Some(path) if path != LinkKind::Unsubscribe && told.iter().any(|press| of(*press) == Some(path)) => {
            path
        }
        _ if told.contains(&Press::Reset) => LinkKind::Reset,
        _ => kind,
    }
}

fn classes(text: &str) -> Vec<Press> {
    let folded: String = fold(text);
    words::about_links(&lower(&folded)).into_iter().map(|found| found.class).collect()
}

/// Whether the text around a link tells to type something there.
fn asks_for_code(around: &str) -> bool {
    words::about_codes(&lower(&fold(around))).iter().any(|found| matches!(found.class, words::Word::Type | words::Word::Code))
}

/// What the verbs in a path say.
fn path_kind(url: &Url) -> Option<LinkKind> {
    let path =
        format!("{}?{}#{}", url.path(), url.query().unwrap_or_default(), url.fragment().unwrap_or_default())
            .to_lowercase();
    let has =
        |words: &[&str]| path.split(|c: char| !c.is_ascii_alphabetic()).any(|piece| words.contains(&piece));
    let within = |words: &[&str]| words.iter().any(|word| path.contains(word));
    if has(&["unsubscribe", "optout", "unsub"]) || within(&["opt-out"]) {
        return Some(if has(&["confirm"]) { LinkKind::Verify } else { LinkKind::Unsubscribe });
    }
    if has(&["reset", "recover", "recovery", "forgot", "resetpassword"])
        || within(&["reset-password", "password-reset", "passwordreset", "newpassword", "new-password"])
    {
        return Some(LinkKind::Reset);
    }
    if has(&[
        "verify",
        "verification",
        "verifyemail",
        "confirm",
        "confirmation",
        "activate",
        "activation",
        "validate",
        "optin",
        "verificar",
        "confirmar",
        "ativar",
        "activar",
        "verifier",
        "confirmer",
        "aktivieren",
        "bestaetigen",
        "verificationlink",
        "authn",
    ]) || within(&[
        "verif",
        "bestaetig",
        "confirm",
        "aktyw",
        "aktiv",
        "doi",
        "potwierdz",
        "xac-thuc",
        "xac-nhan",
        "onay",
        "dogrula",
        "activat",
    ]) {
        return Some(LinkKind::Verify);
    }
    if has(&[
        "login",
        "signin",
        "magic",
        "otp",
        "sso",
        "passwordless",
        "loginwithemail",
        "magiclink",
        "connexion",
    ]) || within(&[
        "magic-link",
        "magic_link",
        "sign-in",
        "log-in",
        "magic-url",
        "auth/email",
        "auth/magic",
    ]) {
        return Some(LinkKind::SignIn);
    }
    if has(&["invite", "invites", "invitation", "invitations", "join", "accept", "rsvp"]) {
        return Some(LinkKind::Invite);
    }
    has(&["download", "export", "exports"]).then_some(LinkKind::Download)
}

/// Whether a part of the address looks made for this one mail.
fn has_token(url: &Url) -> bool {
    let rest =
        format!("{}?{}#{}", url.path(), url.query().unwrap_or_default(), url.fragment().unwrap_or_default());
    let long = rest.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%' | '.'))).any(
        |piece| {
            let piece = piece.trim_matches('.');
            let digits = piece.chars().filter(char::is_ascii_digit).count();
            let mixed = piece.chars().any(|c| c.is_ascii_uppercase())
                && piece.chars().any(|c| c.is_ascii_lowercase());
            piece.len() >= 12 && (digits >= 3 || (mixed && piece.len() >= 16))
                || piece.len() >= 20 && (digits > 0 || mixed)
        },
    );
    let named = url.query_pairs().take(40).any(|(name, value)| {
        matches!(
            name.to_ascii_lowercase().as_str(),
            "token"
                | "t"
                | "code"
                | "key"
                | "k"
                | "hash"
                | "h"
                | "sig"
                | "signature"
                | "secret"
                | "otp"
                | "c"
                | "activation"
                | "ticket"
                | "jwt"
        ) && value.len() >= 6
    });
    long || named
}

fn faults(place: &Place, url: Option<&Url>, token: bool) -> i32 {
    let mut points = 0;
    if let Some(url) = url {
        let bare_site = url.path().len() <= 1 && url.query().is_none() && url.fragment().is_none();
        points += if bare_site { 40 } else { 0 };
        let path = url.path().to_ascii_lowercase();
        if [".png", ".jpg", ".jpeg", ".gif", ".css", ".svg", ".ico", ".js"]
            .iter()
            .any(|end| path.ends_with(end))
        {
            points += 50;
        }
        if is_social(url.host_str().unwrap_or_default()) && !token {
            points += 40;
        }
    }
    if place.image && classes(&place.words).iter().all(|press| of(*press).is_none()) {
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
    let over = f64::from(points - EVEN);
    let share = 1.0 / (1.0 + (-over / 10.0).exp());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 990")]
    let thousandths = (share * 990.0).round().clamp(0.0, 990.0) as u16;
    Confidence::from_thousandths(if points >= EVEN { thousandths.max(500) } else { thousandths.min(499) })
}
