//! Writes log entries about connections and failures.
//!
//! Session ids and error messages from the service are not secret, so they are logged. Tokens, restore keys, download
//! URLs and the content of mails are never logged.

use crate::app::msg::Msg;
use dropmail_client::domain::delivery::Push;

/// Writes a log entry for a message to the core (`Msg`) if the message reports a connection change or a failure.
pub(super) fn log_msg(msg: &Msg) {
    if let Some(words) = describe(msg) {
        tracing::info!("{words}");
    }
}

#[expect(clippy::too_many_lines, reason = "the function only has one arm for each message")]
fn describe(msg: &Msg) -> Option<String> {
    Some(match msg {
        Msg::Booted(place) => format!("started over {}", place.service),
        Msg::AccountOpened { result: Ok(live), .. } => format!("connected; {} sessions live", live.len()),
        Msg::AccountOpened { result: Err(why), .. } => format!("not connected: {}", why.text),
        Msg::Pushed { session, push: Push::Ready, .. } => format!("{session}: new mail is pushed"),
        Msg::Pushed { session, push: Push::Mail(mail), .. } => {
            format!("{session}: a mail of {} bytes was announced", mail.envelope.size)
        }
        Msg::StreamEnded { session, why, .. } => format!("{session}: push ended: {}", why.text),
        Msg::Touched { session, result: Err(why), .. } => format!("{session}: not touched: {}", why.text),
        Msg::Warning(words) => format!("shown to the user: {words}"),
        // The other messages do not report connections or failures, or the screen shows them.
        Msg::Key(..)
        | Msg::Mouse(..)
        | Msg::Focus(..)
        | Msg::Paste(..)
        | Msg::Resize(..)
        | Msg::CellSize(..)
        | Msg::LightBackground(..)
        | Msg::TextWidthChanged
        | Msg::Tick(..)
        | Msg::SystemResumed(..)
        | Msg::Configured { .. }
        | Msg::ArchiveRead(..)
        | Msg::MailsCounted(..)
        | Msg::PageLoaded(..)
        | Msg::Searched { .. }
        | Msg::HiddenListed(..)
        | Msg::HistoryRead(..)
        | Msg::ArchiveChanged
        | Msg::RowsUpdated(..)
        | Msg::AllRowsUpdated
        | Msg::OwnershipChanged(..)
        | Msg::MailFound(..)
        | Msg::Shared(..)
        | Msg::SessionOpened(..)
        | Msg::AddressAdded(..)
        | Msg::AddressDeleted(..)
        | Msg::Restored { .. }
        | Msg::DomainsListed(..)
        | Msg::OwnDomainsListed(..)
        | Msg::DomainAdded(..)
        | Msg::DomainDeleted(..)
        | Msg::Touched { .. }
        | Msg::Ingested(..)
        | Msg::MailLoaded { .. }
        | Msg::FullLoaded { .. }
        | Msg::AttachedOpened { .. }
        | Msg::ReadProgress { .. }
        | Msg::UnsavedCount(..)
        | Msg::Job(..)
        | Msg::SaveProgress { .. }
        | Msg::Rendered { .. }
        | Msg::ImageDecoded { .. }
        | Msg::Piped(..)
        | Msg::Browsed(..)
        | Msg::Shown(..)
        | Msg::Copied { .. }
        | Msg::Settings(..)
        | Msg::SettingSaved { .. }
        | Msg::LinkOpened(..)
        | Msg::Saved(..)
        | Msg::Acknowledged(..)
        | Msg::UndoStepsStored(..)
        | Msg::CaptchaRequested
        | Msg::CaptchaFetched { .. }
        | Msg::CaptchaShown(..)
        | Msg::CaptchaSolved(..)
        | Msg::CaptchaDismissed
        | Msg::ServiceStatusChanged(..)
        | Msg::BackoffCancelled
        | Msg::SamplesSent(..) => return None,
    })
}
