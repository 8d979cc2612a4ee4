//! Effects: plain data for work outside the core, which tests can compare.
//!
//! Exactly one message answers each effect. `Effect` has one enum for each topic, and the runtime has one module for
//! each of them, so an effect that nothing runs does not compile.

mod account;
mod archive;
mod external;
mod reader;

pub use account::{AccountEffect, CaptchaEffect, DomainEffect, StoredToken};
pub use archive::{ArchiveEffect, StoreEffect};
pub use external::{CopiedMail, CopySource, ExternalEffect, ExternalProgram, SaveEffect};
pub use reader::ReaderEffect;

/// A description of work outside the core, such as a request or a file operation.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Work on the account, its sessions and its addresses.
    Account(AccountEffect),
    /// Work on the domains of the service.
    Domain(DomainEffect),
    /// Work on the captcha that the service asks for.
    Captcha(CaptchaEffect),
    /// A query to the archive.
    Archive(ArchiveEffect),
    /// A change that is stored in the archive or in a file of the program.
    Store(StoreEffect),
    /// Reading and laying out a mail for the message pane.
    Reader(ReaderEffect),
    /// Saving mails or attachments as files of the user.
    Save(SaveEffect),
    /// Passing text or a mail to the clipboard or to another program.
    External(ExternalEffect),
}

impl Effect {
    /// Returns whether the effect computes lines that are not on the screen yet and takes longer than one
    /// frame.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Self::Reader(ReaderEffect::LoadFull { .. } | ReaderEffect::Render { enough: None, .. })
        )
    }
}
