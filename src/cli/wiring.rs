//! Constructs mailboxes from the production adapters: for the service, for a local server, and for files.

mod archive;
mod command;
mod local;

use super::notifications;
use crate::adapters::clipboard::{SystemClipboard, osc52, osc52_through_tmux};
use crate::adapters::copy_commands::CopyCommands;
use crate::adapters::file_api::FileApi;
use crate::adapters::files::{DownloadFolder, TempDirFiles};
use crate::adapters::opener::DesktopOpener;
use crate::app::msg::{MailboxSource, Storage};
use crate::config::{Config, Wrapping};
use crate::runtime::clipboard::ClipboardPorts;
use crate::runtime::dependencies::{Dependencies, SettingsFile};
use archive::{KeyringUse, memory_archive, open_on_disk, with_keyring_use};
pub(super) use command::{CommandMailbox, archive_mailbox, command_mailbox, connect_to_owner};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{Downloads, GraphqlClient};
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::secrets::Token;
use dropmail_client::instance::{Identity, Member, SharedApi};
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::demo_mail::DemoMail;
use dropmail_client::ports::dropmail_api::DropMailApi;
use dropmail_client::ports::instance::Instance;
use dropmail_client::service::Mailbox;
use local::LocalServer;
pub(super) use local::{local_command_mailbox, local_dependencies};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

/// The parts of a mailbox that differ between the service, a local server and files.
struct MailboxParts {
    place: MailboxSource,
    base: BaseUrl,
    token: Option<Token>,
    archive: Arc<dyn Archive>,
    /// The connection of this process to the other processes that use the same data directory; `None` if the mailbox is
    /// not shared with other processes.
    member: Option<Arc<Member>>,
    samples: Option<Arc<dyn DemoMail>>,
    warnings: Vec<String>,
    server: Option<LocalServer>,
    /// Whether new mail can arrive. If `false`, hooks and notifications are not set up.
    live: bool,
}

/// Constructs the dependencies of a mailbox that uses the service.
pub(super) async fn service_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    archive: Option<PathBuf>,
) -> anyhow::Result<Dependencies> {
    let mut member = None;
    let has_archive = archive.is_some();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let direct: Arc<dyn DropMailApi> = Arc::new(network_api(config, &clock, archive.clone()));
    let token = config.token.as_ref().map(|token| token.value.clone());
    let (archive, warnings) = match archive {
        Some(folder) => {
            let on_disk = with_keyring_use(open_on_disk(folder.clone()).await?, KeyringUse::AtOnce)?;
            if let Some(lock) = on_disk.ownership {
                let identity = Identity::new(direct.base(), token.as_ref());
                member = Some(Member::for_window(folder, identity, lock).await);
            }
            (on_disk.archive, on_disk.warnings)
        }
        None => memory_archive()?,
    };
    let base = config.base_url.value.clone();
    let parts = MailboxParts {
        place: MailboxSource {
            service: base.host().into(),
            smtp: None,
            samples: None,
            transports: config.transport(),
            mail: if has_archive { Storage::Archive } else { Storage::Memory },
        },
        token,
        base,
        archive,
        member,
        samples: None,
        warnings,
        server: None,
        live: true,
    };
    Ok(build_dependencies(config, settings, parts, direct))
}

/// Constructs the dependencies of a mailbox that shows raw mails in files. This mailbox sends no request and stores
/// nothing.
pub(super) async fn file_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    files: Vec<PathBuf>,
) -> anyhow::Result<Dependencies> {
    let now = SystemClock.now();
    let count = files.len();
    let file_api = tokio::task::spawn_blocking(move || FileApi::read(&files, now)).await??;
    let words = match (count, file_api.len()) {
        (1, 1) => "one file, read-only".to_owned(),
        (1, mails) => format!("{mails} mails of one file, read-only"),
        (files, mails) if files == mails => format!("{files} files, read-only"),
        (files, mails) => format!("{mails} mails of {files} files, read-only"),
    };
    let (archive, mut warnings) = memory_archive()?;
    warnings.extend_from_slice(file_api.warnings());
    let parts = MailboxParts {
        place: MailboxSource {
            service: words.into(),
            smtp: None,
            samples: None,
            transports: config.transport(),
            mail: Storage::MailFiles,
        },
        base: config.base_url.value.clone(),
        // The file API ignores this token, but the mailbox requires one.
        token: Some(Token::parse("af_filesondisk")?),
        archive,
        member: None,
        samples: None,
        warnings,
        server: None,
        live: false,
    };
    Ok(build_dependencies(config, settings, parts, Arc::new(file_api)))
}

/// Creates the client for the GraphQL API of the service, as specified in the settings. The client downloads
/// large mails to temporary files in `folder`.
fn network_api(config: &Config, clock: &Arc<dyn Clock>, folder: Option<PathBuf>) -> GraphqlClient {
    let base = config.base_url.value.clone();
    let downloads = Downloads { hosts: config.download_hosts(), folder };
    GraphqlClient::with_downloads(base, Arc::clone(clock), downloads)
}

/// Constructs a mailbox that may share the data directory with other processes. If another process owns the data
/// directory, the mailbox sends its requests through that process. If not, the mailbox sends them directly to the
/// service.
fn shared_mailbox(
    direct: Arc<dyn DropMailApi>,
    archive: Arc<dyn Archive>,
    clock: Arc<dyn Clock>,
    token: Option<Token>,
    member: Option<&Arc<Member>>,
) -> Mailbox {
    let Some(member) = member else { return Mailbox::new(direct, archive, clock, token) };
    let api = Arc::new(SharedApi::new(direct, Arc::clone(member)));
    Mailbox::new(api, archive, clock, token).with_instance(Arc::clone(member) as Arc<dyn Instance>)
}

fn build_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    parts: MailboxParts,
    api: Arc<dyn DropMailApi>,
) -> Dependencies {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mailbox = shared_mailbox(
        Arc::clone(&api),
        parts.archive,
        Arc::clone(&clock),
        parts.token,
        parts.member.as_ref(),
    )
    .with_lifetime(config.token_lifetime());
    // The `open` command shows existing mails, so they are not announced.
    let (mailbox, notification_targets) =
        if parts.live { notifications::with_notifications(config, mailbox) } else { (mailbox, None) };
    // This task ends when the mailbox is closed.
    let mut sharing = JoinSet::new();
    if let Some(member) = &parts.member {
        sharing.spawn(Arc::clone(member).run(mailbox.clone(), api));
    }
    Dependencies {
        place: parts.place,
        mailbox,
        notification_targets,
        clock,
        clipboard: Arc::new(Mutex::new(SystemClipboard::new(config.terminal.display.clone()))),
        terminal_copy: Arc::new(osc52_bytes),
        programs: Arc::new(CopyCommands),
        settings,
        files: Arc::new(DownloadFolder::new(config.download_dir.value.clone())),
        scratch: Arc::new(TempDirFiles::default()),
        opener: Arc::new(DesktopOpener),
        screen_state: None,
        samples: parts.samples,
        instance: parts.member.map(|member| member as Arc<dyn Instance>),
        restore: config.restore(),
        keep_days: config.keep_days(),
        warnings: parts.warnings,
        held: Some(Box::new((parts.server, sharing))),
    }
}

/// Constructs the adapters through which a command copies text to clipboards.
pub(super) fn clipboard_ports(config: &Config) -> ClipboardPorts {
    ClipboardPorts {
        desktop: Arc::new(Mutex::new(SystemClipboard::new(config.terminal.display.clone()))),
        programs: Arc::new(CopyCommands),
        terminal: Arc::new(osc52_bytes),
    }
}

/// Returns the escape sequence (OSC 52) that makes the terminal copy text to its clipboard. `wrapping` specifies how
/// the sequence is wrapped, so that a terminal multiplexer passes it on to the terminal.
fn osc52_bytes(text: &str, wrapping: Wrapping) -> Vec<u8> {
    match wrapping {
        Wrapping::Plain => osc52(text, false),
        Wrapping::Screen => osc52(text, true),
        Wrapping::RemoteTmux => [osc52(text, false), osc52_through_tmux(text)].concat(),
        Wrapping::RemoteScreen => [osc52(text, false), osc52(text, true)].concat(),
    }
}
