//! Injects faults into an SMTP session. A fault occurs before a command takes effect, so that a refused or interrupted
//! mail is not stored. If the client sends the mail again, it is stored only once.

use crate::ServerState;
use crate::faults::{Fault, SmtpStage};

/// The injected fault that replaces the reply to an SMTP command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InjectedFault {
    /// The server closes the SMTP connection without a reply.
    Cut,
    /// The server refuses the SMTP command with this reply.
    Refused(&'static str),
}

/// Decides which fault occurs at this stage of an SMTP session. Returns `None` if no fault occurs.
pub(super) async fn inject(shared: &ServerState, stage: SmtpStage) -> Option<InjectedFault> {
    let faults = &shared.faults;
    faults.delay().await;
    if faults.fires(Fault::Drop) {
        Some(InjectedFault::Cut)
    } else if faults.fires(Fault::SmtpTransient(stage)) {
        Some(InjectedFault::Refused(match stage {
            SmtpStage::Connect | SmtpStage::Hello => "421 4.3.2 injected fault, try again later",
            SmtpStage::Rcpt => "450 4.2.1 injected fault, try again later",
            SmtpStage::Mail | SmtpStage::Data | SmtpStage::Message => {
                "451 4.3.0 injected fault, try again later"
            }
        }))
    } else if faults.fires(Fault::SmtpPermanent(stage)) {
        Some(InjectedFault::Refused(match stage {
            SmtpStage::Connect | SmtpStage::Hello => "554 5.3.2 injected fault",
            SmtpStage::Mail | SmtpStage::Rcpt => "550 5.7.1 injected fault",
            SmtpStage::Data | SmtpStage::Message => "554 5.7.1 injected fault",
        }))
    } else {
        None
    }
}

/// Returns the stage of the SMTP session to which a command line belongs; `None` if the server injects no faults for
/// the command.
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
