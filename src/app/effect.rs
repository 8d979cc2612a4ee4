//! Effects: descriptions of work outside the core. They are plain data, so tests can compare them.
//!
//! For each effect, the runtime sends exactly one message with the result to the core. For each topic, `Effect` has one
//! variant, and the runtime has one module. The compiler therefore rejects an effect that the runtime does not execute.

mod account;
mod archive;
mod external;
mod message_pane;

pub use account::{AccountEffect, CaptchaEffect, DomainEffect, StoredToken};
pub use archive::{ArchiveEffect, StoreEffect};
pub use external::{CopiedMail, CopySource, ExternalEffect, ExternalProgram, SaveEffect};
pub use message_pane::MessagePaneEffect;

/// A description of work outside the core, such as a request or a file operation.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// An effect that sends a request about the account, its sessions or its addresses.
    Account(AccountEffect),
    /// An effect that sends a request about the domains of the service.
    Domain(DomainEffect),
    /// An effect that fetches, shows, answers or dismisses a captcha from the service.
    Captcha(CaptchaEffect),
    /// An effect that queries the archive.
    Archive(ArchiveEffect),
    /// An effect that changes the archive or a file that the program maintains.
    Store(StoreEffect),
    /// An effect that loads a mail, or lays it out for the message pane.
    MessagePane(MessagePaneEffect),
    /// An effect that saves mails or attachments as files for the user.
    Save(SaveEffect),
    /// An effect that passes text or a mail to the clipboard or to an external program.
    External(ExternalEffect),
}

impl Effect {
    /// Returns `true` if the effect may delay the next frame but is not needed for it, because the effect only loads
    /// text that the screen does not show yet. The runtime renders the next frame before it starts such an effect.
    pub fn is_long(&self) -> bool {
        matches!(
            self,
            Self::MessagePane(
                MessagePaneEffect::LoadFull { .. } | MessagePaneEffect::Render { enough: None, .. }
            )
        )
    }
}
