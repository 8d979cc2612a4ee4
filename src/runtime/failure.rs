//! Errors of the service, in the core's terms.

use crate::app::effect::Effect;
use crate::app::msg::{Browsed, Failure, FailureKind, Msg};
use crate::app::own_domain::NotAdded;
use crate::domain::sanitize::SafeText;
use crate::domain::time::SignedDuration;
use crate::ports::archive::ArchiveError;
use crate::ports::transport::TransportError;
use crate::service::ServiceError;

/// What an error means for the core, with its words.
pub(super) fn failure(error: &ServiceError) -> Failure {
    let kind = match error {
        ServiceError::Archive(ArchiveError::Sealed { .. }) => FailureKind::Sealed,
        _ => error.transport().map_or(FailureKind::Other, kind_of),
    };
    Failure { kind, words: error.to_string().into(), wait: error.transport().and_then(wait_of) }
}

/// Why a domain was not added, in the core's terms.
pub(super) fn not_added(error: &ServiceError) -> NotAdded {
    let records = error.missing_records().into_iter().map(|record| SafeText::new(&record)).collect();
    NotAdded { words: error.to_string().into(), records, password: error.is_about_password() }
}

/// The end of a stream, in the core's terms.
pub(super) fn ended(error: Option<&TransportError>) -> Failure {
    match error {
        Some(error) => {
            Failure { kind: kind_of(error), words: error.to_string().into(), wait: wait_of(error) }
        }
        None => Failure {
            kind: FailureKind::Offline,
            words: "the service closed the connection".into(),
            wait: None,
        },
    }
}

fn kind_of(error: &TransportError) -> FailureKind {
    match error {
        TransportError::TokenExpired | TransportError::TokenRefused(_) => FailureKind::Token,
        TransportError::SessionNotFound => FailureKind::Lapsed,
        TransportError::Unreachable(_)
        | TransportError::Forbidden
        | TransportError::RateLimited { .. }
        | TransportError::Unexpected(_) => FailureKind::Offline,
        TransportError::CaptchaRequired | TransportError::CaptchaLeft => FailureKind::Captcha,
        TransportError::Refused(_) | TransportError::NotTheMail(_) | TransportError::NotFollowed(_) => {
            FailureKind::Other
        }
    }
}

/// What the service asks for is kept to, up to this long: a header must not silence the program.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);

fn wait_of(error: &TransportError) -> Option<SignedDuration> {
    let TransportError::RateLimited { retry_after } = error else { return None };
    let asked = SignedDuration::try_from((*retry_after)?).unwrap_or(LONGEST_WAIT);
    Some(asked.min(LONGEST_WAIT))
}

/// The answer of an effect whose task broke: no question stays without one.
pub(super) fn broken(effect: Effect) -> Msg {
    let words: SafeText = "a task of the program broke; the log may say more".into();
    let failure = Failure { kind: FailureKind::Other, words: words.clone(), wait: None };
    match effect {
        Effect::ReadArchive => Msg::ArchiveRead(Err(failure)),
        Effect::Tally => Msg::Tallied(Err(failure)),
        Effect::ReadOlder(_) => Msg::OlderRead(Err(failure)),
        Effect::Search { generation, .. } => Msg::Searched { generation, result: Err(failure) },
        Effect::ListSetAside => Msg::SetAsideListed(Err(failure)),
        Effect::OpenAccount { generation, .. } => Msg::AccountOpened { generation, result: Err(failure) },
        Effect::OpenSession(_) => Msg::SessionOpened(Err(failure)),
        Effect::AddAddress(session, _) => Msg::AddressAdded(session, Err(failure)),
        Effect::DeleteAddress(session, address) => Msg::AddressDeleted(session, address, Err(failure)),
        Effect::Restore { lapsed, .. } => Msg::Restored { lapsed, result: Err(failure) },
        Effect::ListDomains => Msg::DomainsListed(Err(failure)),
        Effect::ListOwnDomains => Msg::OwnDomainsListed(Err(failure)),
        Effect::AddDomain(..) => {
            Msg::DomainAdded(Err(NotAdded { words, records: Vec::new(), password: false }))
        }
        Effect::DeleteDomain(..) => Msg::DomainDeleted(Err(failure)),
        Effect::EndWait => Msg::WaitEnded,
        Effect::KeepHeld => Msg::Unkept(1),
        Effect::FetchCaptcha { drawing } => Msg::CaptchaPicture { drawing, result: Err(words) },
        Effect::ShowCaptcha { .. } => Msg::CaptchaShown(words),
        Effect::SolveCaptcha(_) => Msg::CaptchaSolved(Err(words)),
        Effect::LeaveCaptcha => Msg::CaptchaLeft,
        Effect::Touch { session, generation, .. } => {
            Msg::Touched { session, generation, result: Err(failure) }
        }
        Effect::Ingest(delivery) => Msg::Ingested(delivery.envelope.session, Err(failure)),
        Effect::LoadMail { id, generation } => Msg::MailLoaded { id, generation, result: Err(failure) },
        Effect::LoadWhole { opened, view, width, generation, .. } => {
            let (id, result, lines) = (opened.envelope.id.clone(), Err(failure), [].into());
            Msg::WholeLoaded { id, generation, result, view, width, lines }
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
        Effect::Browse(_) => Msg::Browsed(Browsed::Failed(words)),
        Effect::StopPipe | Effect::StopBrowse | Effect::ShowIn(..) | Effect::OpenPart(..) => {
            Msg::Shown(Err(words))
        }
        Effect::OpenLink(_) => Msg::LinkOpened(Err(words)),
        Effect::SaveMails(_)
        | Effect::SaveAttachments(..)
        | Effect::SaveAttached(_)
        | Effect::SavePartsOfAttached(..) => Msg::Saved(Err(words)),
        Effect::MarkRead(..) | Effect::Hide(..) | Effect::KeepLabel(..) | Effect::KeepArrangement(_) => {
            Msg::Marked(Err(words))
        }
    }
}
