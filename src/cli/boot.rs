//! Puts the world together: real adapters, over the service or over a local server.

use super::Failure;
use crate::adapters::clipboard::{SystemClipboard, osc52};
use crate::adapters::clock::SystemClock;
use crate::adapters::files::DownloadFolder;
use crate::adapters::graphql::GraphqlTransport;
use crate::adapters::opener::DesktopOpener;
use crate::adapters::sample_mail::SampleMail;
use crate::adapters::sqlite::SqliteArchive;
use crate::app::msg::Place;
use crate::config::Config;
use crate::domain::base_url::BaseUrl;
use crate::domain::secrets::Token;
use crate::ports::archive::Archive;
use crate::ports::clock::Clock;
use crate::ports::samples::Samples;
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
    samples: Option<Arc<dyn Samples>>,
    remarks: Vec<String>,
    server: Option<Server>,
}

/// The mailbox over the service.
pub(super) async fn over_service(config: &Config, archive: Option<PathBuf>) -> anyhow::Result<World> {
    let (archive, remarks) = match archive {
        Some(folder) => on_disk(folder).await?,
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
        samples: None,
        remarks,
        server: None,
    };
    Ok(world(config, parts))
}

/// The mailbox over a local server of its own.
pub(super) async fn over_local(config: &Config, smtp: SocketAddr, demo: bool) -> anyhow::Result<World> {
    let token = Token::parse(&format!("af_local{}", uuid::Uuid::new_v4().simple()))?;
    let server = Server::start(ServerConfig {
        http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        smtp,
        tokens: vec![token.clone()],
        ..ServerConfig::default()
    })
    .await?;
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
        samples,
        remarks,
        server: Some(server),
    };
    Ok(world(config, parts))
}

async fn on_disk(folder: PathBuf) -> anyhow::Result<(Arc<dyn Archive>, Vec<String>)> {
    let now = SystemClock.now();
    match tokio::task::spawn_blocking(move || SqliteArchive::open(&folder, now)).await? {
        Ok(opened) => {
            let remarks = opened.set_aside.iter().map(ToString::to_string).collect();
            Ok((Arc::new(opened.archive), remarks))
        }
        // A mailbox without a memory is better than none, as long as the user knows.
        Err(why) => {
            let (archive, _) = in_memory()?;
            Ok((archive, vec![format!("{why}. Until then mail and keys are kept in memory only.")]))
        }
    }
}

fn in_memory() -> anyhow::Result<(Arc<dyn Archive>, Vec<String>)> {
    Ok((Arc::new(SqliteArchive::in_memory()?), Vec::new()))
}

fn world(config: &Config, parts: Parts) -> World {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Arc::new(GraphqlTransport::new(parts.base, Arc::clone(&clock)));
    let in_screen = config.terminal.screen && !config.terminal.tmux;
    World {
        place: parts.place,
        mailbox: Mailbox::new(transport, parts.archive, Arc::clone(&clock), parts.token)
            .with_lifetime(config.token_lifetime.value),
        clock,
        clipboard: Arc::new(Mutex::new(SystemClipboard::new())),
        terminal_copy: Arc::new(move |text| osc52(text, in_screen)),
        route: config.clipboard_route(),
        files: Arc::new(DownloadFolder::new(config.download_dir.value.clone())),
        opener: Arc::new(DesktopOpener),
        samples: parts.samples,
        remarks: parts.remarks,
        held: parts.server.map(|server| Box::new(server) as Box<dyn std::any::Any + Send>),
    }
}
