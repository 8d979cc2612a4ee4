//! Constructs the mailbox for a command that prints its result instead of drawing a screen.

use super::archive::{KeyringUse, OnDisk, archive_warnings, open_in_memory, open_on_disk, with_keyring_use};
use super::{network_api, shared_mailbox};
use crate::config::Config;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::sqlite::SqliteArchive;
use dropmail_client::domain::secrets::{LEGACY_TOKEN, Token};
use dropmail_client::instance::{Identity, Member};
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::dropmail_api::DropMailApi;
use dropmail_client::service::Mailbox;
use std::path::PathBuf;
use std::sync::Arc;

/// The mailbox for a command without a screen, and the warnings from constructing the mailbox.
#[derive(Debug)]
pub(in crate::cli) struct CommandMailbox {
    /// The mailbox through which the command accesses sessions, addresses and mail.
    pub(in crate::cli) mailbox: Mailbox,
    /// Warnings about the archive and the token; the command prints them.
    pub(in crate::cli) warnings: Vec<String>,
    /// `true` if the archive on disk could not be opened. The mailbox then uses an empty archive in memory.
    pub(in crate::cli) lacks_archive: bool,
}

/// Constructs the mailbox for a command that accesses the service but draws no screen.
pub(in crate::cli) async fn command_mailbox(
    config: &Config,
    archive: Option<PathBuf>,
) -> anyhow::Result<CommandMailbox> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let direct: Arc<dyn DropMailApi> = Arc::new(network_api(config, &clock, archive.clone()));
    let token = config.token.as_ref().map(|token| token.value.clone());
    // A command does not acquire the instance lock, so it can run while a mailbox is open.
    let (OnDisk { archive, mut warnings, is_opened, .. }, member) = match archive {
        Some(folder) => {
            let identity = Identity::new(direct.base(), token.as_ref());
            let joined = async { Ok(Member::for_command(folder.clone(), identity).await) };
            let (opened, member) = tokio::try_join!(open_on_disk(folder.clone()), joined)?;
            let keyring = if member.sends_via_owner() { KeyringUse::OnDemand } else { KeyringUse::AtOnce };
            let on_disk = with_keyring_use(opened, keyring)?;
            let member = on_disk.is_opened.then_some(member);
            (on_disk, member)
        }
        None => (OnDisk { is_opened: true, ..open_in_memory(Vec::new())? }, None),
    };
    if token.as_ref().is_some_and(Token::is_legacy) {
        warnings.push(LEGACY_TOKEN.to_owned());
    }
    let mailbox = shared_mailbox(direct, archive, clock, token, member.as_ref())
        .with_lifetime(config.token_lifetime())
        .with_transports(config.transport());
    Ok(CommandMailbox { mailbox, warnings, lacks_archive: !is_opened })
}

/// Constructs the mailbox for a command that uses only the archive and sends no request to the service. Also returns
/// warnings about the archive. Returns an error if the archive cannot be opened.
pub(in crate::cli) async fn archive_mailbox(
    config: &Config,
    folder: PathBuf,
) -> anyhow::Result<(Mailbox, Vec<String>)> {
    let now = SystemClock.now();
    // These commands need the archive on disk, so it is an error if the archive cannot be opened.
    let opened = tokio::task::spawn_blocking(move || SqliteArchive::open(&folder, now)).await??;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let api = Arc::new(network_api(config, &clock, None));
    let warnings = archive_warnings(&opened);
    Ok((Mailbox::new(api, Arc::new(opened.archive), clock, None), warnings))
}

/// Connects an archive-only mailbox to the process that owns the data directory, if there is one, and returns the
/// mailbox. The mailbox then reports its changes to the owner.
pub(in crate::cli) async fn connect_to_owner(mailbox: Mailbox, config: &Config) -> Mailbox {
    let Ok(folder) = config.data_dir() else { return mailbox };
    let token = config.token.as_ref().map(|token| &token.value);
    let identity = Identity::new(config.base_url.value.as_str(), token);
    mailbox.with_instance(Member::for_command(folder.to_path_buf(), identity).await)
}
