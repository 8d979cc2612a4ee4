//! Determines which effects must finish before this program exits.

use crate::app::effect::{AccountEffect, DomainEffect, Effect, ExternalEffect};

/// Returns whether an effect stores data on disk or changes data on the service. Such an effect must finish before this
/// program exits.
pub(super) fn must_finish(effect: &Effect) -> bool {
    match effect {
        Effect::Account(effect) => match effect {
            AccountEffect::OpenSession(_)
            | AccountEffect::AddAddress(..)
            | AccountEffect::DeleteAddress(..)
            | AccountEffect::Restore { .. } => true,
            AccountEffect::Open { .. } | AccountEffect::Touch { .. } | AccountEffect::CancelBackoff => false,
        },
        Effect::Domain(effect) => match effect {
            DomainEffect::Add(..) | DomainEffect::Delete(..) => true,
            DomainEffect::List | DomainEffect::ListOwn => false,
        },
        Effect::Store(_) | Effect::Save(_) => true,
        Effect::Captcha(_) | Effect::Archive(_) | Effect::MessagePane(_) => false,
        Effect::External(effect) => match effect {
            ExternalEffect::OpenPart(..) => true,
            ExternalEffect::Copy { .. }
            | ExternalEffect::OpenLink(_)
            | ExternalEffect::Pipe { .. }
            | ExternalEffect::StopPipe
            | ExternalEffect::OpenInProgram(..)
            | ExternalEffect::OpenInBrowser(_)
            | ExternalEffect::StopBrowse
            | ExternalEffect::StopJob(_) => false,
        },
    }
}
