//! Converts service errors into the errors that the core shows.

use crate::app::effect::Effect;
use crate::app::msg::{AppError, Browsed, FailureKind, Msg};
use crate::app::personal_domain::AddDomainError;
use crate::domain::backoff::followed;
use crate::domain::time::SignedDuration;
use crate::ports::dropmail_api::ApiError;
use crate::service::ServiceError;
use mail_reader::sanitize::SafeText;

/// Converts an error of the service layer into the `AppError` of the core.
pub(super) fn failure(error: &ServiceError) -> AppError {
    let kind = match error.keyring_problem() {
        Some(problem) => FailureKind::Sealed(problem),
        None => error.api_error().map_or(FailureKind::Other, kind_of),
    };
    AppError { kind, words: error.to_string().into(), wait: error.api_error().and_then(wait_of) }
}

/// Converts the error of adding a personal domain into the core's `AddDomainError`.
pub(super) fn not_added(error: &ServiceError) -> AddDomainError {
    let records = error.missing_records().into_iter().map(|record| SafeText::new(&record)).collect();
    AddDomainError { words: error.to_string().into(), records, password: error.is_about_password() }
}

/// Converts the end of a push stream, with or without an error, into the `AppError` of the core.
pub(super) fn ended(error: Option<&ApiError>) -> AppError {
    match error {
        Some(error) => {
            AppError { kind: kind_of(error), words: error.to_string().into(), wait: wait_of(error) }
        }
        None => AppError {
            kind: FailureKind::Offline,
            words: "the service closed the connection".into(),
            wait: None,
        },
    }
}

fn kind_of(error: &ApiError) -> FailureKind {
    match error {
        ApiError::TokenExpired | ApiError::TokenRefused(_) => FailureKind::Token,
        ApiError::SessionNotFound => FailureKind::Lapsed,
        ApiError::Unreachable(_)
        | ApiError::Forbidden
        | ApiError::RateLimited { .. }
        | ApiError::Unexpected(_) => FailureKind::Offline,
        ApiError::CaptchaRequired | ApiError::CaptchaLeft => FailureKind::Captcha,
        ApiError::Refused(_) | ApiError::NotTheMail(_) | ApiError::NotFollowed(_) => FailureKind::Other,
    }
}

fn wait_of(error: &ApiError) -> Option<SignedDuration> {
    let ApiError::RateLimited { retry_after } = error else { return None };
    SignedDuration::try_from(followed((*retry_after)?)).ok()
}

fn domain_lost(words: SafeText) -> AddDomainError {
    AddDomainError { words, records: Vec::new(), password: false }
}

/// Returns the failure message that answers an effect whose task panicked, so that each effect gets an
/// answer.
pub(super) fn failure_reply(effect: Effect) -> Msg {
    let words: SafeText = "a task of the program broke; the log may say more".into();
    let failure = AppError { kind: FailureKind::Other, words: words.clone(), wait: None };
    match effect {
        Effect::ReadArchive => Msg::ArchiveRead(Err(failure)),
        Effect::Tally => Msg::Tallied(Err(failure)),
        Effect::LoadPage(_) => Msg::PageLoaded(Err(failure)),
        Effect::Search { generation, .. } => Msg::Searched { generation, result: Err(failure) },
        Effect::ReadHistory(_) => Msg::HistoryRead(Err(failure)),
        Effect::ListHidden => Msg::HiddenListed(Err(failure)),
        Effect::OpenAccount { generation, .. } => Msg::AccountOpened { generation, result: Err(failure) },
        Effect::OpenSession(_) => Msg::SessionOpened(Err(failure)),
        Effect::AddAddress(session, _) => Msg::AddressAdded(session, Err(failure)),
        Effect::DeleteAddress(session, address) => Msg::AddressDeleted(session, address, Err(failure)),
        Effect::Restore { lapsed, .. } => Msg::Restored { lapsed, result: Err(failure) },
        Effect::ListDomains => Msg::DomainsListed(Err(failure)),
        Effect::ListOwnDomains => Msg::OwnDomainsListed(Err(failure)),
        Effect::AddDomain(..) => Msg::DomainAdded(Err(domain_lost(words))),
        Effect::DeleteDomain(..) => Msg::DomainDeleted(Err(failure)),
        Effect::CancelBackoff => Msg::BackoffCancelled,
        Effect::RetryUnsaved => Msg::UnsavedCount(1),
        Effect::FetchCaptcha { drawing } => Msg::CaptchaPicture { drawing, result: Err(words) },
        Effect::ShowCaptcha { .. } => Msg::CaptchaShown(words),
        Effect::SolveCaptcha(_) => Msg::CaptchaSolved(Err(words)),
        Effect::CancelCaptcha => Msg::CaptchaLeft,
        Effect::Touch { session, generation, .. } => {
            Msg::Touched { session, generation, result: Err(failure) }
        }
        Effect::Ingest(delivery) => Msg::Ingested(delivery.envelope.session, Err(failure)),
        Effect::LoadMail { id, generation } => Msg::MailLoaded { id, generation, result: Err(failure) },
        Effect::LoadFull { opened, view, width, generation, .. } => {
            let (id, result, lines) = (opened.envelope.id.clone(), Err(failure), [].into());
            Msg::FullLoaded { id, generation, result, view, width, lines }
        }
        Effect::OpenAttached { generation, .. } => Msg::AttachedOpened { generation, result: Err(failure) },
        Effect::Render { view, width, generation, .. } => {
            Msg::Rendered { generation, view, width, lines: [].into(), whole: true }
        }
        Effect::Copy { what, text } => Msg::Copied { what, text, result: Err(words) },
        Effect::KeepSetting(name, _) => Msg::SettingKept { name, result: Err(words) },
        Effect::DecodePicture(opened, size) => {
            Msg::PictureDecoded { id: opened.envelope.id.clone(), size, pixels: None }
        }
        Effect::Pipe { command, .. } => Msg::Piped(command, Err(words)),
        Effect::OpenInBrowser(_) => Msg::Browsed(Browsed::Failed(words)),
        Effect::StopPipe | Effect::StopBrowse | Effect::OpenInProgram(..) | Effect::OpenPart(..) => {
            Msg::Shown(Err(words))
        }
        Effect::OpenLink(_) => Msg::LinkOpened(Err(words)),
        Effect::SaveMails(_)
        | Effect::SaveAttachments(..)
        | Effect::SaveAttached(_)
        | Effect::SavePartsOfAttached(..) => Msg::Saved(Err(words)),
        Effect::SetRead(..)
        | Effect::SetHidden(..)
        | Effect::KeepLabel(..)
        | Effect::UseAddress(_)
        | Effect::NoteHistory(..)
        | Effect::KeepArrangement(_) => Msg::Acknowledged(Err(words)),
    }
}
