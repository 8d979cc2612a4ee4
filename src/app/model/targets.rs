//! Determines what commands act on: the current mail, the marked mails or the selected address.

use super::Model;
use crate::app::command::Context;
use crate::app::layout::Pane;
use crate::app::message_pane::LoadedMail;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use mail_codes::MailWithFindings;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// A kind of finding that the user copies or opens with one key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingKind {
    /// A code.
    Code,
    /// A link.
    Link,
}

impl FindingKind {
    /// Returns `true` if a mail has a claimed code or link of this kind.
    fn is_claimed_in(self, summary: &Summary) -> bool {
        match self {
            Self::Code => summary.code.is_some(),
            Self::Link => summary.link.is_some(),
        }
    }

    /// Returns `true` if a mail has codes or links of this kind, claimed or not.
    fn has_candidates(self, mail: &MailWithFindings) -> bool {
        match self {
            Self::Code => !mail.findings.codes.is_empty(),
            Self::Link => !mail.findings.links.is_empty(),
        }
    }
}

/// Where a command that copies or opens the best code or link finds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingSource<'a> {
    /// The claimed code or link of the current mail.
    Current(&'a Summary),
    /// The candidates of the current mail, from which the user chooses. None of them is claimed.
    Candidates,
    /// The current mail has no claimed code or link. It must be loaded, because only then it is known whether it has
    /// candidates.
    Unknown,
    /// The claimed code or link of this mail, which is not the current one.
    Other(&'a Summary),
    /// There is no code or link on which the command could act.
    Nothing,
}

impl Model {
    /// Returns the properties of the current state on which the availability of commands depends.
    pub fn context(&self) -> Context {
        let message = self.focus == Pane::Message && self.message_pane.open_mail().is_some();
        Context {
            mail: message || self.inbox.selected().is_some(),
            message,
            searching: match self.focus {
                Pane::Message => self.message_pane.open_mail().is_some_and(|open| {
                    open.search.as_ref().is_some_and(|search| !search.matches.is_empty())
                }),
                Pane::Inbox => self.inbox.search_status().is_some(),
                Pane::Sessions => false,
            },
        }
    }

    /// Returns the id of the current mail, on which commands act. If the message pane has the focus and contains a
    /// mail, this is the current mail. If not, the mail under the cursor in the inbox is. Returns `None` if there is no
    /// current mail.
    pub fn current_mail(&self) -> Option<MailId> {
        if self.focus == Pane::Message
            && let Some(id) = self.message_pane.id()
        {
            return Some(id.clone());
        }
        self.inbox.selected().map(|mail| mail.summary.envelope.id.clone())
    }

    /// Returns the attached mail on which commands act: the one that is open in the message pane. Returns `None` if no
    /// attached mail is open, or if the message pane does not have the focus.
    pub fn current_attached_mail(&self) -> Option<&Arc<LoadedMail>> {
        self.message_pane.attached().filter(|_| self.focus == Pane::Message)
    }

    /// Returns the summary of the mail on which commands act, which may be an attached mail; `None` if there is
    /// no such mail.
    pub fn current_summary(&self) -> Option<&Summary> {
        match self.current_attached_mail().and_then(|opened| opened.nested.as_ref()) {
            Some(nested) => Some(&nested.summary),
            None => self.current_mail().and_then(|id| self.inbox.get(&id)).map(|mail| &mail.summary),
        }
    }

    /// Returns the current mail as the message pane has loaded it; `None` if the pane has not completely loaded it.
    pub fn loaded_mail(&self) -> Option<&MailWithFindings> {
        let open = self.message_pane.open_mail().filter(|open| open.opened.is_complete)?;
        let is_selected = || {
            let selected = self.inbox.selected().map(|mail| &mail.summary.envelope.id);
            selected == Some(&open.opened.outermost().envelope.id)
        };
        (self.focus == Pane::Message || is_selected()).then_some(&*open.opened.mail)
    }

    /// Returns where a command that copies or opens the best code or link finds it.
    ///
    /// A mail other than the current one is used only if the current mail has not even candidates, the cursor is on the
    /// first mail and the message pane does not have the focus. The user can thus copy a recent code with one key even
    /// if another mail has arrived after it.
    pub fn finding_source(&self, kind: FindingKind) -> FindingSource<'_> {
        let current = self.current_summary();
        if let Some(summary) = current.filter(|summary| kind.is_claimed_in(summary)) {
            return FindingSource::Current(summary);
        }
        match (current, self.loaded_mail()) {
            (Some(_), Some(mail)) if kind.has_candidates(mail) => FindingSource::Candidates,
            (Some(_), None) => FindingSource::Unknown,
            (Some(_), Some(_)) | (None, _) => {
                self.newest_other(kind).map_or(FindingSource::Nothing, FindingSource::Other)
            }
        }
    }

    /// Returns the mail other than the current one from which a copy command copies a code or link. If the current mail
    /// must first be loaded, returns the mail that the command will use if the current mail has no candidates. Returns
    /// `None` if there is no such mail.
    pub fn other_source(&self, kind: FindingKind) -> Option<&Summary> {
        match self.finding_source(kind) {
            FindingSource::Other(summary) => Some(summary),
            FindingSource::Unknown => self.newest_other(kind),
            FindingSource::Current(_) | FindingSource::Candidates | FindingSource::Nothing => None,
        }
    }

    /// Returns the newest shown mail with a claimed code or link. Returns `None` if there is none, if the cursor is not
    /// on the first mail, or if the message pane has the focus.
    fn newest_other(&self, kind: FindingKind) -> Option<&Summary> {
        if self.focus == Pane::Message || self.inbox.cursor() > 0 {
            return None;
        }
        self.inbox.visible().map(|mail| &mail.summary).find(|summary| kind.is_claimed_in(summary))
    }

    /// Returns the ids of the mails on which a bulk command acts: the marked mails, or the current mail if no
    /// mail is marked.
    pub fn target_mails(&self) -> Vec<MailId> {
        let marked = if self.focus == Pane::Message { Vec::new() } else { self.inbox.marked() };
        if marked.is_empty() {
            return self.current_mail().into_iter().collect();
        }
        marked.into_iter().map(|mail| mail.summary.envelope.id.clone()).collect()
    }

    /// Returns the address selected in the sessions pane, which is the one that the copy command copies; `None` if no
    /// address is selected.
    pub fn selected_address(&self) -> Option<&SafeText> {
        self.sessions.selected_address().map(|address| &address.address)
    }
}
