//! Determines the purpose of a link. The link text, the text around the link, the subject of the mail and the URL add
//! points to each purpose that they indicate; the purpose with the most points wins.

use super::link_answer::LinkAnswer;
use super::occurrence::{LinkOccurrence, generic};
use super::path::PathKeywords;
use crate::LinkKind;
use crate::quoted_words::first_words;
use crate::words::{LinkWord, Topic};
use mail_reader::sanitize::SafeText;

/// The topics and keywords that indicate the purpose of one link.
pub(super) struct LinkTexts<'a> {
    /// The topics of the link text, in order.
    pub(super) own: &'a [Topic],
    /// The topics of the text around the link, in order.
    pub(super) around: &'a [Topic],
    /// The topics of the mail's subject, in order. Empty if the link's confidence is below `Confidence::CONFIDENT`,
    /// because the mail is then probably not about the link.
    pub(super) subject: &'a [Topic],
    /// Whether the mail's subject mentions a password, but no code and no one-time password. Such a mail is probably
    /// about resetting the password. Always `false` if the link's confidence is below `Confidence::CONFIDENT`.
    pub(super) of_password: bool,
    pub(super) path: PathKeywords,
}

/// Points that a link purpose scores if the link text indicates it. All points in this module were tuned on labelled
/// mails from other projects.
const LINK_TEXT_POINTS: u16 = 6;
/// Points that a link purpose scores if the subject of the mail indicates it.
const SUBJECT_POINTS: u16 = 3;
/// Points that a link purpose scores if the text around the link indicates it.
const SURROUNDING_TEXT_POINTS: u16 = 2;
/// Points that a link purpose scores if the URL of the link indicates it.
const URL_POINTS: u16 = 2;

/// Maximum number of characters of a link text that are quoted in the explanation for the user; words beyond this limit
/// are left out.
const MAX_QUOTED_CHARS: usize = 40;

/// Returns the factor by which the points of a link purpose are multiplied. The factor is lower if mails also use the
/// words for this purpose near links with other purposes. For example, mails ask users to confirm a deletion, or to
/// sign in after a password reset.
fn factor(kind: LinkKind) -> u16 {
    match kind {
        LinkKind::Verify => 6,
        LinkKind::SignIn | LinkKind::Track => 8,
        LinkKind::Reset
        | LinkKind::ChangeAddress
        | LinkKind::Invite
        | LinkKind::Accept
        | LinkKind::Approve
        | LinkKind::Unlock
        | LinkKind::Renew
        | LinkKind::Pay
        | LinkKind::Download
        | LinkKind::Consent
        | LinkKind::Delete
        | LinkKind::Unsubscribe
        | LinkKind::Decline
        | LinkKind::Secure
        | LinkKind::Action
        | LinkKind::Other => 10,
    }
}

/// The points of each purpose, in the order of [`LinkKind::ALL`].
#[derive(Default)]
struct Points([u16; LinkKind::ALL.len()]);

impl Points {
    /// Adds `points` to each purpose in `kinds`, multiplied by the factor for that purpose. The second purpose gets one
    /// point less, the third two points less, and so on, so that the first purpose wins a tie. Repeated purposes are
    /// ignored.
    fn add(&mut self, points: u16, kinds: impl Iterator<Item = LinkKind>) {
        let mut seen: Vec<LinkKind> = Vec::new();
        for kind in kinds {
            if seen.contains(&kind) {
                continue;
            }
            let before = u16::try_from(seen.len()).unwrap_or(u16::MAX);
            if let Some(sum) = self.0.get_mut(kind as usize) {
                *sum += (points * factor(kind)).saturating_sub(before);
            }
            seen.push(kind);
        }
    }

    /// Returns the purpose with the most points; `None` if no purpose has points. If that purpose is
    /// [`LinkKind::Unsubscribe`] and [`LinkKind::Verify`] has points too, returns [`LinkKind::Verify`].
    fn best(&self) -> Option<LinkKind> {
        let points = |kind: LinkKind| self.0.get(kind as usize).copied().unwrap_or_default();
        let best =
            LinkKind::ALL.into_iter().rev().max_by_key(|kind| points(*kind)).filter(|kind| points(*kind) > 0);
        // A link that confirms the end of a subscription is what such a mail is for, unlike the link in the
        // footer of another mail.
        let confirms = best == Some(LinkKind::Unsubscribe) && points(LinkKind::Verify) > 0;
        if confirms { Some(LinkKind::Verify) } else { best }
    }
}

/// Returns the purpose of a link, and an explanation for the user. The explanation is `None` if no text indicates the
/// purpose, for example if only the URL does.
pub(super) fn kind(occurrence: &LinkOccurrence, texts: &LinkTexts<'_>) -> (LinkKind, Option<String>) {
    let own = texts.own;
    let says = |topic: Topic| own.contains(&topic);
    let because = |says: &str| {
        let text = if occurrence.words.is_empty() {
            occurrence.label.trim_end_matches(':')
        } else {
            &occurrence.words
        };
        let shown = SafeText::new(&first_words(text, MAX_QUOTED_CHARS));
        Some(format!("its words '{shown}' {says}"))
    };
    let against = own.iter().find(|topic| matches!(topic, Topic::Decline | Topic::Secure));
    if let Some(topic) = against.filter(|_| !says(Topic::Verify) && !says(Topic::Approve)) {
        let kind = if *topic == Topic::Secure { LinkKind::Secure } else { LinkKind::Decline };
        return (kind, because("lead aside"));
    }
    let is_aside =
        |topic: &Topic| topic.link_word() == LinkWord::Side || topic.link_word() == LinkWord::SocialOrStore;
    let names = |topics: &[Topic]| topics.iter().any(|topic| kind_of(*topic).is_some());
    // A link text that indicates a purpose may also contain a word such as "settings".
    if own.iter().any(is_aside) && !names(own) && !(names(texts.subject) || texts.of_password) {
        return (LinkKind::Other, because("lead aside"));
    }
    if says(Topic::Unsubscribe) && !says(Topic::Verify) {
        return (LinkKind::Unsubscribe, because("end a subscription"));
    }
    if occurrence.answer == Some(LinkAnswer::No) && !names(own) {
        return (LinkKind::Decline, because("say no"));
    }
    let quiet =
        occurrence.words.is_empty() || occurrence.bare || occurrence.button || generic(&occurrence.words);
    let around = if quiet && own.is_empty() { texts.around } else { &[] };
    let Some(best) = points(texts, around).best() else {
        let asks = own.iter().any(|topic| matches!(topic, Topic::Action | Topic::View | Topic::Start));
        let kind = if asks && occurrence.button { LinkKind::Action } else { LinkKind::Other };
        return (kind, because("ask for it").filter(|_| asks));
    };
    let has = |topics: &[Topic]| kinds_of(topics).any(|kind| kind == best);
    let reason = match () {
        () if has(own) => because("say so"),
        () if has(around) && best == LinkKind::Unsubscribe => {
            Some("the text around it ends a subscription".to_owned())
        }
        () if has(around) => Some("the text around it says so".to_owned()),
        () if has(texts.subject) => Some("the subject says so".to_owned()),
        () => None,
    };
    (best, reason)
}

fn points(texts: &LinkTexts<'_>, around: &[Topic]) -> Points {
    let mut points = Points::default();
    // A button such as "Confirm" confirms what the subject names.
    let is_object = kinds_of(texts.own).chain(kinds_of(texts.subject)).any(is_confirmed);
    points.add(LINK_TEXT_POINTS, kinds_of(texts.own).filter(|kind| !is_object || *kind != LinkKind::Verify));
    // The topics nearest to the link are at the end of the list, so they come first in reverse order.
    points.add(SURROUNDING_TEXT_POINTS, kinds_of(around).rev());
    let has_object = kinds_of(texts.subject).any(is_confirmed);
    points
        .add(SUBJECT_POINTS, kinds_of(texts.subject).filter(|kind| !has_object || *kind != LinkKind::Verify));
    if texts.of_password {
        points.add(SUBJECT_POINTS, std::iter::once(LinkKind::Reset));
    }
    points.add(URL_POINTS, texts.path.kinds());
    points
}

/// Returns the purposes that these topics indicate, in order.
fn kinds_of(topics: &[Topic]) -> impl DoubleEndedIterator<Item = LinkKind> {
    topics.iter().filter_map(|topic| {
        if *topic == Topic::Unsubscribe { Some(LinkKind::Unsubscribe) } else { kind_of(*topic) }
    })
}

/// Returns whether mails often ask users to confirm an action with this purpose.
fn is_confirmed(kind: LinkKind) -> bool {
    matches!(
        kind,
        LinkKind::Delete
            | LinkKind::ChangeAddress
            | LinkKind::Reset
            | LinkKind::Unlock
            | LinkKind::Unsubscribe
    )
}

/// Returns the purpose of a link whose text has this topic; `None` for a topic that is never the purpose of a
/// mail, such as help pages.
#[expect(clippy::too_many_lines, reason = "the function only has one line for each topic")]
pub(super) fn kind_of(topic: Topic) -> Option<LinkKind> {
    match topic {
        Topic::Verify => Some(LinkKind::Verify),
        Topic::SignIn => Some(LinkKind::SignIn),
        Topic::Reset => Some(LinkKind::Reset),
        Topic::ChangeAddress => Some(LinkKind::ChangeAddress),
        Topic::Invite => Some(LinkKind::Invite),
        Topic::Accept => Some(LinkKind::Accept),
        Topic::Approve => Some(LinkKind::Approve),
        Topic::Unlock => Some(LinkKind::Unlock),
        Topic::Renew => Some(LinkKind::Renew),
        Topic::Pay => Some(LinkKind::Pay),
        Topic::Download => Some(LinkKind::Download),
        Topic::Track => Some(LinkKind::Track),
        Topic::Consent => Some(LinkKind::Consent),
        Topic::Delete => Some(LinkKind::Delete),
        Topic::Code
        | Topic::SomeCode
        | Topic::Password
        | Topic::Type
        | Topic::Purpose
        | Topic::Validity
        | Topic::Secret
        | Topic::Ignore
        | Topic::Used
        | Topic::Paid
        | Topic::Example
        | Topic::OtherNumber
        | Topic::Order
        | Topic::Invoice
        | Topic::Booking
        | Topic::Parcel
        | Topic::Ticket
        | Topic::Customer
        | Topic::Account
        | Topic::Card
        | Topic::Phone
        | Topic::Amount
        | Topic::Postal
        | Topic::Tax
        | Topic::Technical
        | Topic::Entry
        | Topic::Voucher
        | Topic::Offer
        | Topic::Once
        | Topic::Figure
        | Topic::Unsubscribe
        | Topic::Decline
        | Topic::Secure
        | Topic::View
        | Topic::Start
        | Topic::Action
        | Topic::More
        | Topic::Shop
        | Topic::Settings
        | Topic::Browser
        | Topic::Help
        | Topic::Legal
        | Topic::Social
        | Topic::Store
        | Topic::Aside
        | Topic::Time => None,
    }
}
