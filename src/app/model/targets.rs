//! Determines what commands act on: the current mail, the marked mails or the selected address.

use super::Model;
use crate::app::command::Context;
use crate::app::layout::Pane;
use crate::app::message_pane::LoadedMail;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::mail::Summary;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

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

    /// Returns the summary of the mail from which a copy command copies a code or link; `None` if there is no such
    /// mail. `has` determines whether a mail contains a code or link. If the current mail contains one, returns its
    /// summary.
    ///
    /// If the current mail contains none, returns the summary of the newest shown mail that contains one. This requires
    /// that the cursor is on the first mail and that the message pane does not have the focus. The user can thus copy a
    /// recent code with one key even if another mail has arrived after it.
    pub fn copy_source(&self, has: impl Fn(&Summary) -> bool) -> Option<&Summary> {
        if let Some(summary) = self.current_summary().filter(|summary| has(summary)) {
            return Some(summary);
        }
        if self.focus == Pane::Message || self.inbox.cursor() > 0 {
            return None;
        }
        self.inbox.visible().map(|mail| &mail.summary).find(|summary| has(summary))
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
