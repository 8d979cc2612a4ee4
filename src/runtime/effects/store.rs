//! Executes the effects that store data in the archive or in one of this program's files.

use super::{Dependencies, EffectFuture, RuntimeEvent, to_text};
use crate::app::effect::StoreEffect;
use crate::app::layout::PaneLayout;
use crate::app::msg::{IngestedMail, Msg};
use crate::runtime::blocking::run_blocking;
use crate::runtime::failure::to_app_error;
use crate::runtime::ui_state;
use dropmail_client::domain::delivery::Delivery;
use dropmail_client::domain::stored_mail::Stored;
use dropmail_client::ports::ui_state::UiStateStore;
use dropmail_client::service::{Ingested, Mailbox, ServiceError};
use mail_reader::sanitize::SafeText;
use std::sync::Arc;

/// Executes an effect that stores data in the archive or in one of this program's files.
pub(super) fn run(effect: StoreEffect, dependencies: &Dependencies) -> EffectFuture {
    let mailbox = dependencies.mailbox.clone();
    let settings = Arc::clone(&dependencies.settings);
    let state = dependencies.screen_state.clone();
    Box::pin(async move {
        RuntimeEvent::Msg(match effect {
            StoreEffect::Ingest(delivery) => ingest(*delivery, &mailbox).await,
            StoreEffect::RetryUnsaved => Msg::UnsavedCount(mailbox.retry_unsaved().await),
            StoreEffect::SetRead(id, read) => Msg::Acknowledged(match mailbox.set_read(&id, read).await {
                // Another process may have deleted the mail, so there is nothing to mark.
                Ok(()) | Err(ServiceError::NoSuchMail { .. }) => Ok(()),
                Err(error) => Err(to_text(error)),
            }),
            StoreEffect::SetHidden(id, true) => Msg::Acknowledged(mailbox.hide(&id).await.map_err(to_text)),
            StoreEffect::SetHidden(id, false) => {
                Msg::Acknowledged(mailbox.unhide(&id).await.map(drop).map_err(to_text))
            }
            StoreEffect::SetStarred(id, starred) => {
                Msg::Acknowledged(mailbox.set_starred(&id, starred).await.map_err(to_text))
            }
            StoreEffect::SetSessionRemoved(session, removed) => {
                Msg::Acknowledged(mailbox.set_session_removed(&session, removed).await.map_err(to_text))
            }
            StoreEffect::SetLabel(session, label) => {
                Msg::Acknowledged(mailbox.set_label(&session, label).await.map_err(to_text))
            }
            StoreEffect::SetCurrentAddress(address) => {
                Msg::Acknowledged(mailbox.set_current_address(address).await.map_err(to_text))
            }
            StoreEffect::EditUndoSteps(edits) => {
                Msg::UndoStepsStored(mailbox.edit_undo_steps(edits).await.map_err(to_text))
            }
            StoreEffect::AddHistory(address, action) => {
                mailbox.record_history(&address, action).await;
                Msg::Acknowledged(Ok(()))
            }
            StoreEffect::SaveSetting(name, value) => {
                let written = value.clone();
                let result = run_blocking(move || settings.write_setting(name, &written)).await;
                if result.is_ok() {
                    mailbox.share_saved_settings();
                }
                Msg::SettingSaved { name, value, result }
            }
            StoreEffect::SaveArrangement(arrangement) => {
                Msg::Acknowledged(save_arrangement(state, arrangement).await)
            }
        })
    })
}

async fn ingest(delivery: Delivery, mailbox: &Mailbox) -> Msg {
    let session = delivery.envelope.session.clone();
    let result = mailbox.ingest(delivery).await;
    if let Ok(Ingested::AlreadyStored(stored)) = &result
        && mailbox.is_hidden(stored).await
    {
        // The push connection starts after the newest listed mail, so the service pushes a newer hidden mail again.
        return Msg::Acknowledged(Ok(()));
    }
    Msg::Ingested(
        session,
        result.map(|mail| Box::new(to_ingested_mail(mail))).map_err(|missed| to_app_error(&missed.error)),
    )
}

/// Converts the service layer's result of storing a mail to the type that the core uses.
pub(super) fn to_ingested_mail(ingested: Ingested) -> IngestedMail {
    match ingested {
        Ingested::New(arrival) => {
            IngestedMail { mail: arrival.stored, stored: Stored::New, problem: arrival.unsaved.map(to_text) }
        }
        Ingested::AlreadyStored(stored) => {
            IngestedMail { mail: *stored, stored: Stored::AlreadyPresent, problem: None }
        }
    }
}

async fn save_arrangement(
    state: Option<Arc<dyn UiStateStore>>,
    arrangement: PaneLayout,
) -> Result<(), SafeText> {
    let Some(state) = state else { return Ok(()) };
    let saved = run_blocking(move || state.write(&ui_state::to_toml(&arrangement))).await;
    saved.map_err(|why| format!("How the panes are arranged was not kept: {why}").into())
}
