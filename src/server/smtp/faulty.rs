//! Faults on purpose of an SMTP dialogue. They strike before anything is done, so a mail that is
//! refused or cut off is never stored: whoever sends it again sends it once.

use crate::server::Shared;
use crate::server::faults::{Fault, SmtpStage};

/// What happens in place of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Struck {
    /// The connection ends without a word.
    Cut,
    /// A refusal is said.
    Refused(&'static str),
}

/// Throws for one stage of a dialogue.
pub(super) async fn strike(shared: &Shared, stage: SmtpStage) -> Option<Struck> {
    let faults = &shared.faults;
    faults.delay().await;
    if faults.strikes(Fault::Drop) {
        Some(Struck::Cut)
    } else if faults.strikes(Fault::SmtpLater(stage)) {
        Some(Struck::Refused(match stage {
            SmtpStage::Connect | SmtpStage::Hello => "421 4.3.2 refused on purpose, try again later",
            SmtpStage::Rcpt => "450 4.2.1 refused on purpose, try again later",
            _ => "451 4.3.0 refused on purpose, try again later",
        }))
    } else if faults.strikes(Fault::SmtpNever(stage)) {
        Some(Struck::Refused(match stage {
            SmtpStage::Connect | SmtpStage::Hello => "554 5.3.2 refused on purpose",
            SmtpStage::Mail | SmtpStage::Rcpt => "550 5.7.1 refused on purpose",
            SmtpStage::Data | SmtpStage::Message => "554 5.7.1 refused on purpose",
        }))
    } else {
        None
    }
}

/// The stage of a command, if it is one that can be struck.
pub(super) fn stage(line: &[u8]) -> Option<SmtpStage> {
    let mut verb: [u8; 4] = line.get(..4)?.try_into().ok()?;
    verb.make_ascii_uppercase();
    match &verb {
        b"EHLO" | b"HELO" => Some(SmtpStage::Hello),
        b"MAIL" => Some(SmtpStage::Mail),
        b"RCPT" => Some(SmtpStage::Rcpt),
        b"DATA" => Some(SmtpStage::Data),
        _ => None,
    }
}
