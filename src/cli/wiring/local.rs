//! Constructs mailboxes that run their own local server, for `demo` and `--local`.

use super::archive::memory_archive;
use super::{MailboxParts, build_dependencies};
use crate::adapters::demo_mail::SampleMail;
use crate::app::msg::{MailboxSource, Samples, Storage};
use crate::cli::args::{DemoArgs, SmtpOptions};
use crate::cli::smtp::{CertificateFile, configure};
use crate::config::Config;
use crate::runtime::dependencies::{Dependencies, SettingsFile};
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::adapters::graphql::{GraphqlClient, Timeouts};
use dropmail_client::domain::base_url::BaseUrl;
use dropmail_client::domain::secrets::Token;
use dropmail_client::ports::clock::Clock;
use dropmail_client::ports::demo_mail::DemoMail;
use dropmail_client::service::Mailbox;
use dropmail_server::{AccessToken, Server, ServerConfig};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Heartbeat interval of a local server in this process. It is long, because the only client of this server needs no
/// heartbeats.
const IN_PROCESS_HEARTBEAT: Duration = Duration::from_mins(10);

/// A running local server, and the token and certificate that clients need.
#[derive(Debug)]
pub(in crate::cli) struct LocalServer {
    pub(in crate::cli) server: Server,
    pub(in crate::cli) token: Token,
    pub(in crate::cli) certificate: Option<CertificateFile>,
}

impl LocalServer {
    /// Returns messages that tell users how to send mail over TLS: the address of the TLS port and the path of the
    /// certificate.
    pub(in crate::cli) fn tls_hints(&self) -> Vec<String> {
        let smtps = self.server.smtps_addr().map(|address| format!("SMTP with implicit TLS: {address}."));
        let certificate = self
            .certificate
            .as_ref()
            .map(|file| format!("TLS works with clients that trust {}.", file.path().display()));
        smtps.into_iter().chain(certificate).collect()
    }
}

/// Starts a local server for a command, and constructs a mailbox that uses this server and an archive in memory.
/// Returns the mailbox and the server.
pub(in crate::cli) async fn local_command_mailbox(
    config: &Config,
    smtp: SocketAddr,
    options: &SmtpOptions,
) -> anyhow::Result<(Mailbox, LocalServer)> {
    let server = start_local_server(smtp, options).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let base = BaseUrl::parse(&server.server.base_url())?;
    let timeouts = Timeouts::in_process();
    let api = Arc::new(GraphqlClient::with_timeouts(base, Arc::clone(&clock), timeouts));
    let (archive, _) = memory_archive()?;
    let mailbox =
        Mailbox::new(api, archive, clock, Some(server.token.clone())).with_transports(config.transport());
    Ok((mailbox, server))
}

/// Constructs the dependencies of a mailbox with its own local server. If `demo` is given, the server receives sample
/// mails.
pub(in crate::cli) async fn local_dependencies(
    config: &Config,
    settings: Arc<dyn SettingsFile>,
    smtp: SocketAddr,
    options: &SmtpOptions,
    demo: Option<DemoArgs>,
) -> anyhow::Result<Dependencies> {
    let local = start_local_server(smtp, options).await?;
    let smtp = local.server.smtp_addr();
    let samples = demo.as_ref().map(|demo| {
        Arc::new(SampleMail::new(smtp, Arc::new(SystemClock), demo.late_mail())) as Arc<dyn DemoMail>
    });
    let (archive, mut warnings) = memory_archive()?;
    warnings.extend(local.tls_hints());
    let parts = MailboxParts {
        place: MailboxSource {
            service: "local server".into(),
            smtp: Some(smtp.to_string().into()),
            samples: demo.map(|_| Samples::First),
            transports: config.transport(),
            mail: Storage::Memory,
        },
        base: BaseUrl::parse(&local.server.base_url())?,
        token: Some(local.token.clone()),
        archive,
        member: None,
        samples,
        warnings,
        server: Some(local),
        live: true,
    };
    let (base, clock) = (parts.base.clone(), Arc::new(SystemClock));
    let api = Arc::new(GraphqlClient::with_timeouts(base, clock, Timeouts::in_process()));
    Ok(build_dependencies(config, settings, parts, api))
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
