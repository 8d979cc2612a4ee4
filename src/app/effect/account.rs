//! Effects that send requests about the account, sessions, addresses, domains and captchas to the service.

use crate::app::connection::Generation;
use dropmail_client::domain::ids::{AddressId, DomainId, SessionId};
use dropmail_client::domain::secrets::DomainPassword;
use dropmail_client::domain::session::{Address, AddressOptions};
use mail_reader::sanitize::SafeText;

/// How the program treats the token that is stored in the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StoredToken {
    /// The program uses the stored token as soon as the keyring provides the decryption key.
    Used,
    /// The program uses the stored token as soon as the keyring provides the decryption key. If the keyring is still
    /// locked, the keyring shows its unlock prompt again.
    UsedAfterPrompt,
    /// The program uses a temporary token instead of the stored one, because the stored token cannot be decrypted. The
    /// stored token remains in the archive.
    Ignored,
}

/// Effects that send requests about the user's account, its sessions and its addresses.
#[derive(Clone, PartialEq, Debug)]
pub enum AccountEffect {
    /// Obtain a valid token if there is none, and list the live sessions. The result arrives as `Msg::AccountOpened`.
    Open {
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
        /// How the program treats the token that is stored in the archive.
        stored: StoredToken,
    },
    /// Open a session with a new address. The result arrives as `Msg::SessionOpened`.
    OpenSession(AddressOptions),
    /// Add an address to a session. The result arrives as `Msg::AddressAdded`.
    AddAddress(SessionId, AddressOptions),
    /// Delete an address. The result arrives as `Msg::AddressDeleted`.
    DeleteAddress(SessionId, AddressId),
    /// Restore addresses of an expired session into a live session. The result arrives as `Msg::Restored`.
    Restore {
        /// Id of the expired session whose addresses are restored.
        lapsed: SessionId,
        /// Id of the session that receives the restored addresses; `None` opens a new session.
        into: Option<SessionId>,
        /// The addresses to restore.
        addresses: Vec<Address>,
    },
    /// Query a session to extend its lifetime, and fetch its mails that are missing from the archive. The result
    /// arrives as `Msg::Touched`.
    Touch {
        /// Id of the session whose lifetime the query extends.
        session: SessionId,
        /// Generation number of the request; the core ignores a result with a different generation number.
        generation: Generation,
    },
    /// Cancel the delay that the service has imposed with HTTP 429, so that waiting requests are sent immediately. The
    /// result arrives as `Msg::BackoffCancelled`.
    CancelBackoff,
}

/// Effects that send requests about the domains of the service.
#[derive(Clone, PartialEq, Debug)]
pub enum DomainEffect {
    /// List the domains that the service offers. The result arrives as `Msg::DomainsListed`.
    List,
    /// List the service's domains in order to find the user's personal domains. The result arrives as
    /// `Msg::OwnDomainsListed`.
    ListOwn,
    /// Add a personal domain. The result arrives as `Msg::DomainAdded`.
    Add(SafeText, DomainPassword),
    /// Delete a personal domain. The result arrives as `Msg::DomainDeleted`.
    Delete(DomainId, DomainPassword),
}

/// Effects that fetch, show, answer or dismiss a captcha from the service.
#[derive(Clone, PartialEq, Debug)]
pub enum CaptchaEffect {
    /// Fetch and decode the captcha image. The result arrives as `Msg::CaptchaFetched`.
    Fetch {
        /// Number of the captcha image variant to request. The service draws the same captcha differently for each
        /// number. To request a new image, the program increments the number.
        variant: u32,
    },
    /// Open the captcha image in the desktop's default image viewer. The result arrives as `Msg::CaptchaShown`.
    Show {
        /// Number of the captcha image variant to request. The service draws the same captcha differently for each
        /// number. To request a new image, the program increments the number.
        variant: u32,
    },
    /// Send the user's answer to the captcha. The result arrives as `Msg::CaptchaSolved`.
    Solve(SafeText),
    /// Dismiss the captcha without an answer. The requests that are waiting for the answer then fail. The result
    /// arrives as `Msg::CaptchaDismissed`.
    Cancel,
}
