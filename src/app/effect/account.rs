//! Effects that send requests to the service: account, sessions, addresses, domains and captchas.

use crate::app::connection::Generation;
use crate::domain::ids::{AddressId, DomainId, SessionId};
use crate::domain::secrets::DomainPassword;
use crate::domain::session::{Address, AddressOptions};
use mail_reader::sanitize::SafeText;

/// Whether the program uses the token that the archive stores.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredToken {
    /// The program uses the stored token as soon as the keyring provides the key that decrypts it.
    Used,
    /// Like `Used`; a keyring that stayed locked also shows its unlock prompt again.
    UsedAfterPrompt,
    /// The program ignores the stored token, because the token cannot be decrypted now. A temporary token
    /// replaces it.
    LeftAside,
}

/// Work on the account, its sessions and its addresses.
#[derive(Clone, PartialEq, Debug)]
pub enum AccountEffect {
    /// Ensure that there is a valid token and list the live sessions. Answer: `AccountOpened`.
    Open {
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
        /// Whether the program uses the token that the archive stores.
        stored: StoredToken,
    },
    /// Open a session with an address. Answer: `SessionOpened`.
    OpenSession(AddressOptions),
    /// Add an address to a session. Answer: `AddressAdded`.
    AddAddress(SessionId, AddressOptions),
    /// Delete an address. Answer: `AddressDeleted`.
    DeleteAddress(SessionId, AddressId),
    /// Restore addresses of a lapsed session into a live one. Answer: `Restored`.
    Restore {
        /// The lapsed session whose addresses are restored.
        lapsed: SessionId,
        /// The session that receives the addresses; `None` opens a new session.
        into: Option<SessionId>,
        /// The addresses to restore.
        addresses: Vec<Address>,
    },
    /// Query a session to extend its life, and fetch the mails that the local copy lacks. Answer: `Touched`.
    Touch {
        /// The session whose life the query extends.
        session: SessionId,
        /// Generation of the request; the core drops an answer that carries another generation.
        generation: Generation,
    },
    /// Cancel the wait that the service imposed with HTTP 429, so that requests are sent at once. Answer:
    /// `BackoffCancelled`.
    CancelBackoff,
}

/// Work on the domains of the service.
#[derive(Clone, PartialEq, Debug)]
pub enum DomainEffect {
    /// List the domains that the service offers. Answer: `DomainsListed`.
    List,
    /// List the domains in order to find the user's personal ones. Answer: `OwnDomainsListed`.
    ListOwn,
    /// Add a personal domain. Answer: `DomainAdded`.
    Add(SafeText, DomainPassword),
    /// Delete a personal domain. Answer: `DomainDeleted`.
    Delete(DomainId, DomainPassword),
}

/// Work on the captcha that the service asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum CaptchaEffect {
    /// Fetch and decode the picture of the captcha. Answer: `CaptchaPicture`.
    Fetch {
        /// Ordinal of the drawing. The service draws the same captcha differently for each ordinal, so a
        /// higher one requests a new picture.
        drawing: u32,
    },
    /// Open the picture of the captcha in the desktop's default program for pictures. Answer: `CaptchaShown`.
    Show {
        /// Ordinal of the drawing. The service draws the same captcha differently for each ordinal, so a
        /// higher one requests a new picture.
        drawing: u32,
    },
    /// Send the user's answer to the captcha. Answer: `CaptchaSolved`.
    Solve(SafeText),
    /// Give up the captcha without an answer, so that the waiting requests fail. Answer: `CaptchaLeft`.
    Cancel,
}
