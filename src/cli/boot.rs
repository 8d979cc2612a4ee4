//! Puts the world together: real adapters, over the service or over a local server.

use super::{Failure, announce};
use crate::adapters::clipboard::{SystemClipboard, osc52};
use crate::adapters::clock::SystemClock;
use crate::adapters::files::{DownloadFolder, PrivateFolder};
use crate::adapters::folder_lock::FolderLock;
use crate::adapters::graphql::GraphqlTransport;
use crate::adapters::keyring::SystemKeyring;
use crate::adapters::opener::DesktopOpener;
use crate::adapters::sample_mail::SampleMail;
use crate::adapters::shelf::Shelf;
use crate::adapters::sqlite::SqliteArchive;
use crate::app::msg::Place;
use crate::config::Config;
use crate::domain::base_url::BaseUrl;
use crate::domain::secrets::Token;
use crate::ports::archive::Archive;
use crate::ports::clock::Clock;
use crate::ports::ownership::Ownership;
use crate::ports::samples::Samples;
use crate::ports::transport::Transport;
use crate::runtime::world::World;
use crate::server::{Server, ServerConfig};
use crate::service::Mailbox;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Runs a future on a runtime of its own.
pub(super) fn block_on<F: Future>(work: F) -> Result<F::Output, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|why| Failure::failed(format!("the program's threads could not be started: {why}")))?;
    let output = runtime.block_on(work);
    // Blocking work that hangs (a clipboard, a disk) must not keep the program from ending.
    runtime.shutdown_background();
    Ok(output)
}

/// What does not depend on what the mailbox is opened over.
struct Parts {
    place: Place,
    base: BaseUrl,
    token: Option<Token>,
    archive: Arc<dyn Archive>,
    ownership: Option<Arc<dyn Ownership>>,
    samples: Option<Arc<dyn Samples>>,
    remarks: Vec<String>,
    server: Option<Server>,
    /// Whether mail can come.
    live: bool,
}

/// The verbs alone, without a screen, and what there is to say about the archive.
pub(super) async fn verbs(
    config: &Config,
    archive: Option<PathBuf>,
) -> anyhow::Result<(Mailbox, Vec<String>)> {
    let (archive, remarks) = match archive {
        Some(folder) => {
            // A verb asks for one thing: it may do so beside a mailbox that is open.
            let (archive, remarks, _) = on_disk(folder).await?;
            (archive, remarks)
        }
        None => in_memory()?,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Arc::new(GraphqlTransport::new(config.base_url.value.clone(), Arc::clone(&clock)));
    let token = config.token.as_ref().map(|token| token.value.clone());
    Ok((Mailbox::new(transport, archive, clock, token), remarks))
}

/// The mailbox over the service.
pub(super) async fn over_service(config: &Config, archive: Option<PathBuf>) -> anyhow::Result<World> {
    let mut ownership = None;
    let (archive, remarks) = match archive {
        Some(folder) => {
            let (archive, remarks, lock) = on_disk(folder).await?;
            ownership = lock;
            (archive, remarks)
        }
        None => in_memory()?,
    };
    let base = config.base_url.value.clone();
    let parts = Parts {
        place: Place {
            service: base.host().into(),
            smtp: None,
            samples: false,
            channels: config.transport.value,
        },
        token: config.token.as_ref().map(|token| token.value.clone()),
        base,
        archive,
        ownership,
        samples: None,
        remarks,
        server: None,
        live: true,
    };
    Ok(world(config, parts))
}

/// The verbs over a local server of their own, kept in memory.
pub(super) async fn verbs_over_local(smtp: SocketAddr) -> anyhow::Result<(Mailbox, Server)> {
    let (server, token) = local_server(smtp).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let base = BaseUrl::parse(&server.base_url())?;
    let transport = Arc::new(GraphqlTransport::new(base, Arc::clone(&clock)));
    let (archive, _) = in_memory()?;
    Ok((Mailbox::new(transport, archive, clock, Some(token)), server))
}

async fn local_server(smtp: SocketAddr) -> anyhow::Result<(Server, Token)> {
    let token = Token::parse(&format!("af_local{}", uuid::Uuid::new_v4().simple()))?;
    let server = Server::start(ServerConfig {
        http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        smtp,
        tokens: vec![token.clone()],
        ..ServerConfig::default()
    })
    .await?;
    Ok((server, token))
}

/// The mailbox over a local server of its own.
pub(super) async fn over_local(config: &Config, smtp: SocketAddr, demo: bool) -> anyhow::Result<World> {
    let (server, token) = local_server(smtp).await?;
    let smtp = server.smtp_addr();
    let samples = demo.then(|| Arc::new(SampleMail::new(smtp, Arc::new(SystemClock))) as Arc<dyn Samples>);
    let (archive, remarks) = in_memory()?;
    let parts = Parts {
        place: Place {
            service: "local server".into(),
            smtp: Some(smtp.to_string().into()),
            samples: demo,
            channels: config.transport.value,
        },
        base: BaseUrl::parse(&server.base_url())?,
        token: Some(token),
        archive,
        ownership: None,
        samples,
        remarks,
        server: Some(server),
        live: true,
    };
    Ok(world(config, parts))
}

/// The mailbox over raw mails on disk: nothing is asked of a network and nothing is kept.
pub(super) async fn over_files(config: &Config, files: Vec<PathBuf>) -> anyhow::Result<World> {
    let words = match files.len() {
        1 => "one file, read-only".to_owned(),
        many => format!("{many} files, read-only"),
    };
    let now = SystemClock.now();
    let shelf = tokio::task::spawn_blocking(move || Shelf::read(&files, now)).await??;
    let (archive, remarks) = in_memory()?;
    let parts = Parts {
        place: Place { service: words.into(), smtp: None, samples: false, channels: config.transport.value },
        base: config.base_url.value.clone(),
        // The shelf asks for none, but the verbs want one.
        token: Some(Token::parse("af_filesondisk")?),
        archive,
        ownership: None,
        samples: None,
        remarks,
        server: None,
        live: false,
    };
    Ok(world_over(config, parts, Arc::new(shelf)))
}

/// The verbs over the archive alone: nothing of them asks the service for anything.
pub(super) async fn offline(config: &Config, folder: PathBuf) -> anyhow::Result<(Mailbox, Vec<String>)> {
    let now = SystemClock.now();
    // Here an archive that cannot be opened is what the user came for: no other takes its place.
    let opened = tokio::task::spawn_blocking(move || SqliteArchive::open(&folder, now)).await??;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Arc::new(GraphqlTransport::new(config.base_url.value.clone(), Arc::clone(&clock)));
    let remarks = opened.set_aside.iter().map(ToString::to_string).collect();
    Ok((Mailbox::new(transport, Arc::new(opened.archive), clock, None), remarks))
}

/// The archive of a folder, what to say of it, and who has the mailbox.
type OnDisk = (Arc<dyn Archive>, Vec<String>, Option<Arc<dyn Ownership>>);

async fn on_disk(folder: PathBuf) -> anyhow::Result<OnDisk> {
    let now = SystemClock.now();
    let opening = tokio::task::spawn_blocking(move || {
        let opened = SqliteArchive::open(&folder, now);
        // A folder that takes no lock file takes no archive either, and that is told.
        (opened, FolderLock::open(&folder).ok())
    });
    let (opened, lock) = opening.await?;
    match opened {
        Ok(opened) => {
            let remarks = opened.set_aside.iter().map(ToString::to_string).collect();
            let archive = opened.archive.with_keyring(Arc::new(SystemKeyring));
            let lock = lock.map(|lock| Arc::new(lock) as Arc<dyn Ownership>);
            Ok((Arc::new(archive), remarks, lock))
        }
        // A mailbox without a memory is better than none, as long as the user knows.
        Err(why) => {
            let (archive, _) = in_memory()?;
            Ok((archive, vec![format!("{why}. Until then mail and keys are kept in memory only.")], None))
        }
    }
}

fn in_memory() -> anyhow::Result<(Arc<dyn Archive>, Vec<String>)> {
    Ok((Arc::new(SqliteArchive::in_memory()?), Vec::new()))
}

fn world(config: &Config, parts: Parts) -> World {
    let transport = Arc::new(GraphqlTransport::new(parts.base.clone(), Arc::new(SystemClock)));
    world_over(config, parts, transport)
}

fn world_over(config: &Config, parts: Parts, transport: Arc<dyn Transport>) -> World {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let in_screen = config.terminal.screen && !config.terminal.tmux;
    let mailbox = Mailbox::new(transport, parts.archive, Arc::clone(&clock), parts.token)
        .with_lifetime(config.token_lifetime.value);
    // The files of `open` came long ago.
    let (mailbox, announcing) =
        if parts.live { announce::announcing(config, mailbox) } else { (mailbox, None) };
    World {
        place: parts.place,
        mailbox,
        announcing,
        clock,
        clipboard: Arc::new(Mutex::new(SystemClipboard::new())),
        terminal_copy: Arc::new(move |text| osc52(text, in_screen)),
        route: config.clipboard_route(),
        files: Arc::new(DownloadFolder::new(config.download_dir.value.clone())),
        scratch: Arc::new(PrivateFolder::default()),
        opener: Arc::new(DesktopOpener),
        samples: parts.samples,
        ownership: parts.ownership,
        restore: config.restore.value,
        keep_days: config.keep_days.value,
        remarks: parts.remarks,
        held: parts.server.map(|server| Box::new(server) as Box<dyn std::any::Any + Send>),
    }
}
