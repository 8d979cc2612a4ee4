//! Determines the purpose of a link, and explains to the user why the link was found.

use super::context::LinkContext;
use super::distinct_urls::has_token;
use super::keywords::topics;
use super::link_target::LinkTarget;
use super::occurrence::LinkOccurrence;
use super::path::PathKeywords;
use super::path_table::PathClass;
use super::purpose::{self, LinkTexts};
use crate::words::Topic;
use crate::{Confidence, LinkKind};
use mail_reader::sanitize::SafeText;

impl LinkContext<'_> {
    /// Returns the purpose of a link, and a text that explains to the user why the link was found.
    pub(super) fn purpose(
        &self,
        occurrence: &LinkOccurrence,
        target: &LinkTarget,
        confidence: Confidence,
    ) -> (LinkKind, SafeText) {
        let mut reasons = Reasons::default();
        let own: Vec<Topic> = occurrence.own.iter().map(|word| word.topic).collect();
        let is_confident = confidence.is_confident();
        let texts = LinkTexts {
            own: &own,
            around: &around(occurrence, &own),
            subject: if is_confident { &self.subject_topics } else { &[] },
            of_password: is_confident && self.subject_names_password,
            path: target.path,
        };
        let (mut kind, by_words) = purpose::kind(occurrence, &texts);
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
        if let Some(action) = self.actions.iter().find(|action| action.url == occurrence.url.as_str()) {
            kind = action.kind.unwrap_or(kind);
            reasons.add(&["the mail declares it as its action"]);
        }
        if has_token(target.token) {
            reasons.add(&["it contains a token"]);
        }
        if occurrence.button {
            reasons.add(&["it looks like a button"]);
        }
        if occurrence.asks {
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

    /// Returns whether a link accepts an invitation. The link text need not mention an invitation, because the button
    /// in an invitation is usually labelled "Accept" or "Create account".
    fn is_invitation(&self, kind: LinkKind, path: PathKeywords, is_confident: bool) -> bool {
        let names = |topic: Topic| self.subject_topics.contains(&topic);
        let invites = names(Topic::Invite) || path.kinds().any(|kind| kind == LinkKind::Invite);
        let accepts = kind == LinkKind::Accept && invites;
        let confirms = path.classes() >> (PathClass::Verify as u32) & 1 == 1;
        let creates = kind == LinkKind::Verify && invites && !names(Topic::Verify) && !confirms;
        accepts || is_confident && creates
    }
}

/// Text that explains to the user why a link was found. All reasons are stored in one string to save memory, because a
/// mail can contain hundreds of links.
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

/// Returns the topics of the text around a link; empty if `own`, the topics of the link text, is not empty.
fn around(occurrence: &LinkOccurrence, own: &[Topic]) -> Vec<Topic> {
    if own.is_empty() { topics(&occurrence.around) } else { Vec::new() }
}
