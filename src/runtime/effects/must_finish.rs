//! Decides which effects must finish before the program exits.

use crate::app::effect::Effect;

/// Whether an effect stores something on disk or changes something on the service, so that it must finish
/// before the program exits.
pub(super) fn must_finish(effect: &Effect) -> bool {
    match effect {
        Effect::OpenSession(_)
        | Effect::AddAddress(..)
        | Effect::Restore { .. }
        | Effect::Ingest(_)
        | Effect::RetryUnsaved
        | Effect::SaveMails(_)
        | Effect::SaveAttachments(..)
        | Effect::SaveAttached(_)
        | Effect::SavePartsOfAttached(..)
        | Effect::OpenPart(..)
        | Effect::KeepSetting(..)
        | Effect::SetRead(..)
        | Effect::SetHidden(..)
        | Effect::KeepLabel(..)
        | Effect::UseAddress(_)
        | Effect::NoteHistory(..)
        | Effect::KeepArrangement(_)
        | Effect::AddDomain(..)
        | Effect::DeleteDomain(..)
        | Effect::DeleteAddress(..) => true,
        Effect::ReadArchive
        | Effect::Tally
        | Effect::LoadPage(_)
        | Effect::Search { .. }
        | Effect::ListHidden
        | Effect::ReadHistory(_)
        | Effect::CancelBackoff
        | Effect::FetchCaptcha { .. }
        | Effect::ShowCaptcha { .. }
        | Effect::SolveCaptcha(_)
        | Effect::CancelCaptcha
        | Effect::OpenAccount { .. }
        | Effect::ListDomains
        | Effect::ListOwnDomains
        | Effect::Touch { .. }
        | Effect::LoadMail { .. }
        | Effect::LoadFull { .. }
        | Effect::Render { .. }
        | Effect::DecodePicture(..)
        | Effect::Pipe { .. }
        | Effect::StopPipe
        | Effect::StopBrowse
        | Effect::OpenInProgram(..)
        | Effect::OpenInBrowser(_)
        | Effect::Copy { .. }
        | Effect::OpenAttached { .. }
        | Effect::OpenLink(_) => false,
    }
}
