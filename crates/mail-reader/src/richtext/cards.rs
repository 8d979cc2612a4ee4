//! Lays out the summaries of invitations, contacts and delivery reports above the text of the mail, because the
//! summaries are the most important content of such a mail.

use super::Role;
use super::page::LineBuilder;
use super::wrap::StyledText;
use crate::mail::InfoCard;
use crate::sanitize::SafeText;

pub(super) fn lay_out(page: &mut LineBuilder, cards: &[InfoCard]) {
    for card in cards {
        page.push(&[StyledText { text: card.title.clone(), role: Role::Heading, link: None }]);
        let names = card.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, value) in &card.rows {
            let first = SafeText::new(&format!("  {:<names$}  ", name.as_str()));
            let next = SafeText::new(&" ".repeat(names + 4));
            let piece = |text, role| StyledText { text, role, link: None };
            page.push_hanging(
                Some(&piece(first, Role::HeaderName)),
                Some(&piece(next, Role::Plain)),
                &[piece(value.clone(), Role::Plain)],
            );
        }
        page.blank();
    }
}
