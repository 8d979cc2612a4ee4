//! Creates the messages (`Msg`) that notify the core that an effect's task has panicked.

use crate::app::effect::{
    AccountEffect, ArchiveEffect, CaptchaEffect, DomainEffect, Effect, ExternalEffect, MessagePaneEffect,
    StoreEffect,
};
use crate::app::msg::{AppError, Browsed, FailureKind, Msg};
use crate::app::personal_domain::AddDomainError;
use mail_reader::sanitize::SafeText;

/// Returns the `Msg` that notifies the core that the task of this effect has panicked. The core therefore receives
/// exactly one message for each effect, even after a panic.
pub(super) fn failure_reply(effect: Effect) -> Msg {
    let words: SafeText = "a task of the program broke; the log may say more".into();
    let failure = AppError { kind: FailureKind::Other, text: words.clone(), retry_after: None };
    match effect {
        Effect::Account(effect) => account_reply(effect, failure),
        Effect::Domain(effect) => domain_reply(&effect, failure),
        Effect::Captcha(effect) => captcha_reply(&effect, words),
        Effect::Archive(effect) => archive_reply(&effect, failure),
        Effect::Store(effect) => store_reply(effect, failure),
        Effect::MessagePane(effect) => reader_reply(effect, failure),
        Effect::Save(_) => Msg::Saved(Err(words)),
        Effect::External(effect) => external_reply(effect, words),
    }
}

fn account_reply(effect: AccountEffect, failure: AppError) -> Msg {
    match effect {
        AccountEffect::Open { generation, .. } => Msg::AccountOpened { generation, result: Err(failure) },
        AccountEffect::OpenSession(_) => Msg::SessionOpened(Err(failure)),
        AccountEffect::AddAddress(session, _) => Msg::AddressAdded(session, Err(failure)),
        AccountEffect::DeleteAddress(session, address) => Msg::AddressDeleted(session, address, Err(failure)),
        AccountEffect::Restore { lapsed, .. } => Msg::Restored { lapsed, result: Err(failure) },
        AccountEffect::Touch { session, generation } => {
            Msg::Touched { session, generation, result: Err(failure) }
        }
        AccountEffect::CancelBackoff => Msg::BackoffCancelled,
    }
}

fn domain_reply(effect: &DomainEffect, failure: AppError) -> Msg {
    match effect {
        DomainEffect::List => Msg::DomainsListed(Err(failure)),
        DomainEffect::ListOwn => Msg::OwnDomainsListed(Err(failure)),
        DomainEffect::Add(..) => {
            let words = failure.text;
            Msg::DomainAdded(Err(AddDomainError { words, records: Vec::new(), password: false }))
        }
        DomainEffect::Delete(..) => Msg::DomainDeleted(Err(failure)),
    }
}

fn captcha_reply(effect: &CaptchaEffect, words: SafeText) -> Msg {
    match effect {
        CaptchaEffect::Fetch { variant: drawing } => {
            Msg::CaptchaFetched { drawing: *drawing, result: Err(words) }
        }
        CaptchaEffect::Show { .. } => Msg::CaptchaShown(words),
        CaptchaEffect::Solve(_) => Msg::CaptchaSolved(Err(words)),
        CaptchaEffect::Cancel => Msg::CaptchaDismissed,
    }
}

fn archive_reply(effect: &ArchiveEffect, failure: AppError) -> Msg {
    match effect {
        ArchiveEffect::Read => Msg::ArchiveRead(Err(failure)),
        ArchiveEffect::CountMails => Msg::MailsCounted(Err(failure)),
        ArchiveEffect::LoadPage(_) => Msg::PageLoaded(Err(failure)),
        ArchiveEffect::Search { generation, .. } => {
            Msg::Searched { generation: *generation, result: Err(failure) }
        }
        ArchiveEffect::ListHidden => Msg::HiddenListed(Err(failure)),
        ArchiveEffect::ReadHistory(address) => Msg::HistoryRead(address.clone(), Err(failure)),
    }
}

fn store_reply(effect: StoreEffect, failure: AppError) -> Msg {
    match effect {
        StoreEffect::Ingest(delivery) => Msg::Ingested(delivery.envelope.session, Err(failure)),
        StoreEffect::RetryUnsaved => Msg::UnsavedCount(1),
        StoreEffect::EditUndoSteps(_) => Msg::UndoStepsStored(Err(failure.text)),
        StoreEffect::SaveSetting(name, value) => Msg::SettingSaved { name, value, result: Err(failure.text) },
        StoreEffect::SetRead(..)
        | StoreEffect::SetHidden(..)
        | StoreEffect::SetStarred(..)
        | StoreEffect::SetSessionRemoved(..)
        | StoreEffect::SetLabel(..)
        | StoreEffect::SetCurrentAddress(_)
        | StoreEffect::AddHistory(..)
        | StoreEffect::SaveArrangement(_) => Msg::Acknowledged(Err(failure.text)),
    }
}

fn reader_reply(effect: MessagePaneEffect, failure: AppError) -> Msg {
    match effect {
        MessagePaneEffect::Load { id, generation } => {
            Msg::MailLoaded { id, generation, result: Err(failure) }
        }
        MessagePaneEffect::LoadFull { opened, view, width, generation, .. } => {
            let (id, result, lines) = (opened.envelope.id.clone(), Err(failure), [].into());
            Msg::FullLoaded { id, generation, result, view, width, lines }
        }
        MessagePaneEffect::OpenAttached { generation, .. } => {
            Msg::AttachedOpened { generation, result: Err(failure) }
        }
        MessagePaneEffect::Render { view, width, generation, .. } => {
            Msg::Rendered { generation, view, width, lines: [].into(), is_complete: true }
        }
        MessagePaneEffect::DecodeImage(opened, size) => {
            Msg::ImageDecoded { id: opened.envelope.id.clone(), size, pixels: None }
        }
    }
}

fn external_reply(effect: ExternalEffect, words: SafeText) -> Msg {
    match effect {
        ExternalEffect::Copy { source: what, text } => Msg::Copied { what, text, result: Err(words) },
        ExternalEffect::OpenLink(_) => Msg::LinkOpened(Err(words)),
        ExternalEffect::Pipe { command, .. } => Msg::Piped(command, Err(words)),
        ExternalEffect::OpenInBrowser(_) => Msg::Browsed(Browsed::Failed(words)),
        ExternalEffect::StopPipe
        | ExternalEffect::StopBrowse
        | ExternalEffect::StopJob(_)
        | ExternalEffect::OpenInProgram(..)
        | ExternalEffect::OpenPart(..) => Msg::Shown(Err(words)),
    }
}
