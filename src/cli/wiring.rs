//! Constructs the mailbox with the real adapters: for the service, a local server or files.

// This file exceeds 300 lines because each kind of mailbox is constructed with the same adapters.

use super::args::SmtpOptions;
use super::smtp::{CertificateFile, configure};
use super::{CliError, notifications};
use crate::adapters::clipboard::{SystemClipboard, osc52, osc52_through_tmux};
use crate::adapters::copy_commands::CopyCommands;
use crate::adapters::demo_mail::SampleMail;
use crate::adapters::file_transport::FileTransport;
use crate::adapters::files::{DownloadFolder, TempDirFiles};
use crate::adapters::keyring::SystemKeyring;
use crate::adapters::opener::DesktopOpener;
use crate::app::msg::{MailboxSource, Storage};
use crate::config::{Config, Wrapping};
use crate::runtime::clipboard::ClipboardPorts;
use crate::runtime::dependencies::{Dependencies, SettingsFile};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{Downloads, GraphqlTransport, Timeouts};
use dropmail_client::adapters::instance_lock::InstanceLockFile;
use dropmail_client::adapters::sqlite::{OpenArchiveError, OpenedArchive, SqliteArchive};
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::secrets::{LEGACY_TOKEN, Token};
use dropmail_client::instance::{Identity, Member, SharedApi};
use dropmail_client::ports::archive::Archive;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::demo_mail::DemoMail;
use dropmail_client::ports::dropmail_api::DropMailApi;
use dropmail_client::ports::instance::Instance;
use dropmail_client::ports::instance_lock::InstanceLock;
use dropmail_client::service::Mailbox;
use dropmail_server::{AccessToken, Server, ServerConfig};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

/// Runs a future on a new tokio runtime until it completes, and returns its output.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    // The future is boxed, so the code of the runtime is compiled only once.
    block_on_boxed(2, Box::pin(work))
}

/// Runs a future as [`block_on`] does, but on a single worker thread, for a program that is mostly idle. A second
/// worker thread would also wake up on every event. Drawing the screen and blocking work use other threads.
pub(super) fn block_on_idle<T>(work: impl Future<Output = T>) -> Result<T, CliError> {
    block_on_boxed(1, Box::pin(work))
}

/// Time after which an idle thread for blocking work exits. A short time saves memory: until a thread exits, the
/// allocator reserves the memory that the thread has freed, for example after a large mail.
const IDLE_THREAD: Duration = Duration::from_millis(50);

fn block_on_boxed<T>(threads: usize, work: Pin<Box<dyn Future<Output = T> + '_>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .thread_keep_alive(IDLE_THREAD)
        .enable_all()
        .build()
        .map_err(|why| CliError::failed(format!("the program's threads could not be started: {why}")))?;
    let output = runtime.block_on(work);
    // Blocking work that hangs, for example on the clipboard or the disk, must not prevent the program from exiting.
    runtime.shutdown_background();
    Ok(output)
}

/// The parts of a mailbox that differ between the service, a local server and files.
struct Parts {
    place: MailboxSource,
    base: BaseUrl,
    token: Option<Token>,
    archive: Arc<dyn Archive>,
    /// The connection of this process to the other processes that use the same data folder; `None` if no other process
    /// can use the mail.
    member: Option<Arc<Member>>,
    samples: Option<Arc<dyn DemoMail>>,
    remarks: Vec<String>,
    server: Option<LocalServer>,
    /// `true` if new mail can arrive. If not, hooks and notifications are not set up.
    live: bool,
}

/// Creates the transport for requests to the service that the settings specify. It downloads large mails to temporary
/// files in `folder`.
fn network_transport(config: &Config, clock: &Arc<dyn Clock>, folder: Option<PathBuf>) -> GraphqlTransport {
    let base = config.base_url.value.clone();
    let downloads = Downloads { hosts: config.download_hosts(), folder };
    GraphqlTransport::with_downloads(base, Arc::clone(clock), downloads)
}

/// The mailbox of a command without a screen, and the warnings that opening it caused.
#[derive(Debug)]
pub(super) struct Verbs {
    /// The mailbox through which the command uses sessions, addresses and mail.
    pub(super) mailbox: Mailbox,
    /// Warnings about the archive and the token; the command prints them.
    pub(super) remarks: Vec<String>,
    /// `true` if the archive on disk could not be opened. The mailbox then uses an empty archive in memory.
    pub(super) lacks_archive: bool,
}

/// Constructs the mailbox through which a command without a screen uses the service.
pub(super) async fn command_mailbox(config: &Config, archive: Option<PathBuf>) -> anyhow::Result<Verbs> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let direct: Arc<dyn DropMailApi> = Arc::new(network_transport(config, &clock, archive.clone()));
    let token = config.token.as_ref().map(|token| token.value.clone());
    // A command does not acquire the instance lock, so it can run while a mailbox is open.
    let (OnDisk { archive, mut remarks, is_opened, .. }, member) = match archive {
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
        remarks.push(LEGACY_TOKEN.to_owned());
    }
    let mailbox = shared_mailbox(direct, archive, clock, token, member.as_ref())
        .with_lifetime(config.token_lifetime())
        .with_transports(config.transport());
    Ok(Verbs { mailbox, remarks, lacks_archive: !is_opened })
}

/// Constructs a mailbox that sends its requests through the process that owns the data folder. If this process is the
/// owner, or if there is no owner, the mailbox sends its requests directly to the service.
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

/// Constructs the dependencies of a mailbox that uses the service.
pub(super) async fn service_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    archive: Option<PathBuf>,
) -> anyhow::Result<Dependencies> {
    let mut member = None;
    let has_archive = archive.is_some();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let direct: Arc<dyn DropMailApi> = Arc::new(network_transport(config, &clock, archive.clone()));
    let token = config.token.as_ref().map(|token| token.value.clone());
    let (archive, remarks) = match archive {
        Some(folder) => {
            let on_disk = with_keyring_use(open_on_disk(folder.clone()).await?, KeyringUse::AtOnce)?;
            if let Some(lock) = on_disk.ownership {
                let identity = Identity::new(direct.base(), token.as_ref());
                member = Some(Member::for_window(folder, identity, lock).await);
            }
            (on_disk.archive, on_disk.remarks)
        }
        None => memory_archive()?,
    };
    let base = config.base_url.value.clone();
    let parts = Parts {
        place: MailboxSource {
            service: base.host().into(),
            smtp: None,
            samples: false,
            transports: config.transport(),
            mail: if has_archive { Storage::Archive } else { Storage::Memory },
        },
        token,
        base,
        archive,
        member,
        samples: None,
        remarks,
        server: None,
        live: true,
    };
    Ok(build_dependencies(config, settings, parts, direct))
}

/// Constructs the mailbox of a command that has its own local server, with an archive in memory. Also returns the
/// running server.
pub(super) async fn local_command_mailbox(
    config: &Config,
    smtp: SocketAddr,
    options: &SmtpOptions,
) -> anyhow::Result<(Mailbox, LocalServer)> {
    let server = start_local_server(smtp, options).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let base = BaseUrl::parse(&server.server.base_url())?;
    let timeouts = Timeouts::in_process();
    let transport = Arc::new(GraphqlTransport::with_timeouts(base, Arc::clone(&clock), timeouts));
    let (archive, _) = memory_archive()?;
    let mailbox = Mailbox::new(transport, archive, clock, Some(server.token.clone()))
        .with_transports(config.transport());
    Ok((mailbox, server))
}

/// Heartbeat interval of a local server in this process. It is long, because the only client of this server needs no
/// heartbeats.
const IN_PROCESS_HEARTBEAT: Duration = Duration::from_mins(10);

/// A running local server, with its token and certificate for clients.
#[derive(Debug)]
pub(super) struct LocalServer {
    pub(super) server: Server,
    pub(super) token: Token,
    pub(super) certificate: Option<CertificateFile>,
}

impl LocalServer {
    /// Returns the messages for users who send mail over TLS: the address of the TLS port and the path of the
    /// certificate.
    pub(super) fn tls_hints(&self) -> Vec<String> {
        let smtps = self.server.smtps_addr().map(|address| format!("SMTP with implicit TLS: {address}."));
        let certificate = self
            .certificate
            .as_ref()
            .map(|file| format!("TLS works with clients that trust {}.", file.path().display()));
        smtps.into_iter().chain(certificate).collect()
    }
}

/// Starts a local server that accepts mail to any recipient.
async fn start_local_server(smtp: SocketAddr, options: &SmtpOptions) -> anyhow::Result<LocalServer> {
    let token = Token::parse(&format!("af_local{}", uuid::Uuid::new_v4().simple()))?;
    let config = ServerConfig {
        http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        smtp,
        catch_all: true,
        tokens: vec![AccessToken::new(token.expose())],
        heartbeat: IN_PROCESS_HEARTBEAT,
        ..ServerConfig::default()
    };
    let (config, certificate) = configure(options, config).map_err(|why| anyhow::anyhow!(why.words))?;
    let server = Server::start(config).await?;
    Ok(LocalServer { server, token, certificate })
}

/// Constructs the dependencies of a mailbox with its own local server. If `demo` is `true`, the server receives sample
/// mails.
pub(super) async fn local_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    smtp: SocketAddr,
    options: &SmtpOptions,
    demo: bool,
) -> anyhow::Result<Dependencies> {
    let local = start_local_server(smtp, options).await?;
    let smtp = local.server.smtp_addr();
    let samples = demo.then(|| Arc::new(SampleMail::new(smtp, Arc::new(SystemClock))) as Arc<dyn DemoMail>);
    let (archive, mut remarks) = memory_archive()?;
    remarks.extend(local.tls_hints());
    let parts = Parts {
        place: MailboxSource {
            service: "local server".into(),
            smtp: Some(smtp.to_string().into()),
            samples: demo,
            transports: config.transport(),
            mail: Storage::Memory,
        },
        base: BaseUrl::parse(&local.server.base_url())?,
        token: Some(local.token.clone()),
        archive,
        member: None,
        samples,
        remarks,
        server: Some(local),
        live: true,
    };
    let (base, clock) = (parts.base.clone(), Arc::new(SystemClock));
    let transport = Arc::new(GraphqlTransport::with_timeouts(base, clock, Timeouts::in_process()));
    Ok(build_dependencies(config, settings, parts, transport))
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
    let file_transport = tokio::task::spawn_blocking(move || FileTransport::read(&files, now)).await??;
    let words = match (count, file_transport.len()) {
        (1, 1) => "one file, read-only".to_owned(),
        (1, mails) => format!("{mails} mails of one file, read-only"),
        (files, mails) if files == mails => format!("{files} files, read-only"),
        (files, mails) => format!("{mails} mails of {files} files, read-only"),
    };
    let (archive, mut remarks) = memory_archive()?;
    remarks.extend_from_slice(file_transport.warnings());
    let parts = Parts {
        place: MailboxSource {
            service: words.into(),
            smtp: None,
            samples: false,
            transports: config.transport(),
            mail: Storage::MailFiles,
        },
        base: config.base_url.value.clone(),
        // The file transport ignores this token, but the mailbox requires one.
        token: Some(Token::parse("af_filesondisk")?),
        archive,
        member: None,
        samples: None,
        remarks,
        server: None,
        live: false,
    };
    Ok(build_dependencies(config, settings, parts, Arc::new(file_transport)))
}

/// Constructs the mailbox for a command that uses only the archive and sends no request to the service. Also returns
/// warnings about the archive. Returns an error if the archive cannot be opened.
pub(super) async fn archive_mailbox(
    config: &Config,
    folder: PathBuf,
) -> anyhow::Result<(Mailbox, Vec<String>)> {
    let now = SystemClock.now();
    // These commands need the archive on disk, so it is an error if the archive cannot be opened.
    let opened = tokio::task::spawn_blocking(move || SqliteArchive::open(&folder, now)).await??;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Arc::new(network_transport(config, &clock, None));
    let remarks = archive_warnings(&opened);
    Ok((Mailbox::new(transport, Arc::new(opened.archive), clock, None), remarks))
}

/// Connects `mailbox`, which uses only the archive, to the process that owns the data folder, if there is one. The
/// mailbox then reports its changes to that process.
pub(super) async fn connect_to_owner(mailbox: Mailbox, config: &Config) -> Mailbox {
    let Ok(folder) = config.data_dir() else { return mailbox };
    let token = config.token.as_ref().map(|token| &token.value);
    let identity = Identity::new(config.base_url.value.as_str(), token);
    mailbox.with_instance(Member::for_command(folder.to_path_buf(), identity).await)
}

/// Returns the warnings about an opened archive, for example that it was damaged.
fn archive_warnings(opened: &OpenedArchive) -> Vec<String> {
    let quarantine = opened.quarantine.iter().map(ToString::to_string);
    let only_read =
        |why| format!("{why}. What is kept there is shown, and what comes now is kept in memory only.");
    let remarks = opened.remarks.iter().map(ToString::to_string);
    quarantine.chain(remarks).chain(opened.read_only.iter().map(only_read)).collect()
}

/// Returns a warning for the user if the path of the lock file is not a regular file; `None` for any other error. If
/// the folder permits no lock file, opening the archive also fails, and that error is reported instead.
fn lock_warning(folder: &Path, why: &std::io::Error) -> Option<String> {
    let path = InstanceLockFile::path(folder);
    (why.kind() == std::io::ErrorKind::InvalidInput).then(|| {
        format!(
            "{}: {why}; move it away. Until then several mailboxes in this folder use the network at once",
            path.display()
        )
    })
}

/// The archive in the data folder or, if that cannot be opened, an archive in memory.
struct OnDisk {
    archive: Arc<dyn Archive>,
    /// Warnings about the archive for the user.
    remarks: Vec<String>,
    /// The instance lock of the data folder; `None` if it cannot be used.
    ownership: Option<Arc<dyn InstanceLock>>,
    /// `true` if the archive on disk was opened. If not, the mailbox uses an empty archive in memory.
    is_opened: bool,
}

fn open_in_memory(remarks: Vec<String>) -> anyhow::Result<OnDisk> {
    let (archive, _) = memory_archive()?;
    Ok(OnDisk { archive, remarks, ownership: None, is_opened: false })
}

/// When the program reads secrets from the keyring.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum KeyringUse {
    /// The program queries the keyring at the start, so that the keyring's reply is available when a secret is needed.
    AtOnce,
    /// The program queries the keyring when it needs a secret. A process that is connected to the process that owns the
    /// data folder usually needs none.
    OnDemand,
}

/// The result of opening the archive in a folder, the lock file of this folder, and a warning about the lock file.
type Opened = (Result<OpenedArchive, OpenArchiveError>, Option<InstanceLockFile>, Option<String>);

async fn open_on_disk(folder: PathBuf) -> anyhow::Result<Opened> {
    let now = SystemClock.now();
    let opening = tokio::task::spawn_blocking(move || {
        let opened = SqliteArchive::open(&folder, now);
        let lock = InstanceLockFile::open(&folder);
        let warning = lock.as_ref().err().and_then(|why| lock_warning(&folder, why));
        (opened, lock.ok(), warning)
    });
    Ok(opening.await?)
}

fn with_keyring_use((opened, lock, warning): Opened, keyring: KeyringUse) -> anyhow::Result<OnDisk> {
    match opened {
        Ok(opened) => {
            let remarks = archive_warnings(&opened).into_iter().chain(warning).collect();
            let archive = match keyring {
                KeyringUse::AtOnce => opened.archive.with_keyring(Arc::new(SystemKeyring)),
                KeyringUse::OnDemand => opened.archive.with_keyring_on_demand(Arc::new(SystemKeyring)),
            };
            let ownership = lock.map(|lock| Arc::new(lock) as Arc<dyn InstanceLock>);
            Ok(OnDisk { archive: Arc::new(archive), remarks, ownership, is_opened: true })
        }
        // A mailbox without an archive on disk is better than none, provided that the user is warned.
        Err(why) => open_in_memory(vec![format!("{why}. Until then mail and keys are kept in memory only.")]),
    }
}

fn memory_archive() -> anyhow::Result<(Arc<dyn Archive>, Vec<String>)> {
    Ok((Arc::new(SqliteArchive::in_memory()?), Vec::new()))
}

/// Constructs the adapters through which a command copies text to clipboards.
pub(super) fn clipboard_ports(config: &Config) -> ClipboardPorts {
    ClipboardPorts {
        desktop: Arc::new(Mutex::new(SystemClipboard::new(config.terminal.display.clone()))),
        programs: Arc::new(CopyCommands),
        terminal: Arc::new(osc52_bytes),
    }
}

/// Returns the bytes that make the terminal copy a text (OSC 52), wrapped so that terminal multiplexers pass them on.
fn osc52_bytes(text: &str, wrapping: Wrapping) -> Vec<u8> {
    match wrapping {
        Wrapping::Plain => osc52(text, false),
        Wrapping::Screen => osc52(text, true),
        Wrapping::RemoteTmux => [osc52(text, false), osc52_through_tmux(text)].concat(),
        Wrapping::RemoteScreen => [osc52(text, false), osc52(text, true)].concat(),
    }
}

fn build_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    parts: Parts,
    transport: Arc<dyn DropMailApi>,
) -> Dependencies {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mailbox = shared_mailbox(
        Arc::clone(&transport),
        parts.archive,
        Arc::clone(&clock),
        parts.token,
        parts.member.as_ref(),
    )
    .with_lifetime(config.token_lifetime());
    // The command `open` shows existing mails, so they are not announced.
    let (mailbox, announcing) =
        if parts.live { notifications::with_notifications(config, mailbox) } else { (mailbox, None) };
    // This task ends when the mailbox is closed.
    let mut sharing = JoinSet::new();
    if let Some(member) = &parts.member {
        sharing.spawn(Arc::clone(member).run(mailbox.clone(), transport));
    }
    Dependencies {
        place: parts.place,
        mailbox,
        announcing,
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
        remarks: parts.remarks,
        held: Some(Box::new((parts.server, sharing))),
    }
}
