//! What has to come to its end before the program leaves.

use crate::app::effect::Effect;

/// Whether an effect ends with something on a disk that was not there before.
pub(super) fn keeps(effect: &Effect) -> bool {
    match effect {
        Effect::OpenSession(_)
        | Effect::AddAddress(..)
        | Effect::Restore { .. }
        | Effect::Ingest(_)
        | Effect::KeepHeld
        | Effect::SaveMails(_)
        | Effect::SaveAttachments(..)
        | Effect::SaveAttached(_)
        | Effect::SavePartsOfAttached(..)
        | Effect::OpenPart(..)
        | Effect::KeepSetting(..)
        | Effect::MarkRead(..)
        | Effect::Hide(..)
        | Effect::KeepLabel(..)
        | Effect::KeepArrangement(_)
        | Effect::AddDomain(..)
        | Effect::DeleteDomain(..)
        | Effect::DeleteAddress(..) => true,
        Effect::ReadArchive
        | Effect::Tally
        | Effect::ReadOlder(_)
        | Effect::Search { .. }
        | Effect::ListSetAside
        | Effect::EndWait
        | Effect::FetchCaptcha { .. }
        | Effect::ShowCaptcha { .. }
        | Effect::SolveCaptcha(_)
        | Effect::LeaveCaptcha
        | Effect::OpenAccount { .. }
        | Effect::ListDomains
        | Effect::ListOwnDomains
        | Effect::Touch { .. }
        | Effect::LoadMail { .. }
        | Effect::LoadWhole { .. }
        | Effect::Render { .. }
        | Effect::DecodePicture(..)
        | Effect::Pipe { .. }
        | Effect::StopPipe
        | Effect::StopBrowse
        | Effect::ShowIn(..)
        | Effect::Browse(_)
        | Effect::Copy { .. }
        | Effect::OpenAttached { .. }
        | Effect::OpenLink(_) => false,
    }
}
