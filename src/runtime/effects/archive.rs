//! Executes the effects that read from the archive.

use super::RuntimeEvent;
use crate::app::effect::ArchiveEffect;
use crate::app::msg::{HiddenItems, Msg};
use crate::runtime::failure::to_app_error;
use dropmail_client::domain::stored_mail::{MAILS_PER_PAGE, SearchBatch};
use dropmail_client::service::{Mailbox, ServiceError};

/// Maximum number of history entries (actions on addresses) that are read for the screen; older entries are omitted.
const MAX_HISTORY: usize = 500;

/// Executes an effect that reads from the archive.
pub(super) async fn run(effect: ArchiveEffect, mailbox: Mailbox) -> RuntimeEvent {
    RuntimeEvent::Msg(match effect {
        ArchiveEffect::Read => {
            Msg::ArchiveRead(mailbox.initial_state(MAILS_PER_PAGE).await.map_err(|e| to_app_error(&e)))
        }
        ArchiveEffect::CountMails => {
            Msg::MailsCounted(mailbox.count_mails().await.map_err(|error| to_app_error(&error)))
        }
        ArchiveEffect::LoadPage(below) => Msg::PageLoaded(
            mailbox.page(Some(&below), MAILS_PER_PAGE).await.map_err(|error| to_app_error(&error)),
        ),
        ArchiveEffect::Search { request, from, generation } => {
            let step = mailbox.search_step(request.query().clone(), from).await;
            let sifted = step.map(|SearchBatch { mut mails, reached }| {
                mails.retain(|mail| request.accepts(mail));
                SearchBatch { mails, reached }
            });
            Msg::Searched { generation, result: sifted.map_err(|error| to_app_error(&error)) }
        }
        ArchiveEffect::ListHidden => {
            Msg::HiddenListed(hidden_items(&mailbox).await.map_err(|error| to_app_error(&error)))
        }
        ArchiveEffect::ReadHistory(address) => {
            let entries = mailbox.history(address.as_deref(), MAX_HISTORY).await;
            Msg::HistoryRead(address, entries.map_err(|error| to_app_error(&error)))
        }
    })
}

async fn hidden_items(mailbox: &Mailbox) -> Result<HiddenItems, ServiceError> {
    Ok(HiddenItems {
        mails: mailbox.hidden_mails().await?,
        addresses: mailbox.deleted_addresses().await?,
        sessions: mailbox.removed_sessions().await?,
    })
}
