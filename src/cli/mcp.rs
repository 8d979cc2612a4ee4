//! The `mcp` command: serves the mailbox to an AI assistant over standard input and output.

use super::args::{Args, McpArgs, SmtpOptions};
use super::{CliError, async_runtime, logging, output, wiring};
use crate::adapters::files::DownloadFolder;
use crate::config::{Config, Environment};
use crate::mcp::{McpContext, serve};
use crate::runtime::signals::Signals;
use dropmail_client::adapters::clock::SystemClock;
use dropmail_client::domain::secrets::Token;
use dropmail_client::service::GivenTokenPlace;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) fn run(args: &Args, environment: &Environment, mcp: &McpArgs) -> Result<u8, CliError> {
    // The token is checked before the settings are loaded, so that the error message names the option and not the
    // environment variable.
    if let Some(Err(why)) = mcp.token.as_ref().map(|token| Token::parse(token.as_str())) {
        return Err(CliError::usage(format!("--token: {why}; leave it out to get a free token")));
    }
    let environment = match &mcp.token {
        Some(token) => environment.clone().with_token(token.as_str()),
        None => environment.clone(),
    };
    let config = super::settings::load(&environment, &args.flags())?;
    let keeps = !(args.no_archive || args.local);
    let folder = if keeps { Some(config.data_dir().map_err(CliError::usage)?.to_path_buf()) } else { None };
    let _log = logging::start_for_mcp(
        &config,
        mcp.log_level.as_deref(),
        mcp.log_file.as_deref(),
        folder.as_deref(),
    )?;
    let smtp = args.local.then(|| mcp.smtp.unwrap_or_else(|| args.smtp_address()));
    let place = match &mcp.token {
        Some(_) => GivenTokenPlace::CommandLine,
        None => GivenTokenPlace::Variable,
    };
    async_runtime::block_on(serve_client(config, folder, smtp, &args.smtp_options, place))?
}

async fn serve_client(
    config: Config,
    folder: Option<PathBuf>,
    smtp: Option<std::net::SocketAddr>,
    options: &SmtpOptions,
    place: GivenTokenPlace,
) -> Result<u8, CliError> {
    let mut signals = Signals::new().map_err(CliError::failed)?;
    let (mailbox, warnings, server) = if let Some(smtp) = smtp {
        let (mailbox, local) =
            wiring::local_command_mailbox(&config, smtp, options).await.map_err(CliError::failed)?;
        (mailbox, local.tls_hints(), Some(local))
    } else {
        let wiring::CommandMailbox { mailbox, warnings, .. } =
            wiring::command_mailbox(&config, folder).await.map_err(CliError::failed)?;
        (mailbox, warnings, None)
    };
    for warning in warnings {
        output::eprint_line(&warning);
    }
    let smtp = server.as_ref().map(|local| local.server.smtp_addr().to_string());
    if let Some(smtp) = &smtp {
        output::eprint_line(&format!("send mail to {smtp} (SMTP)"));
    }
    let context = McpContext {
        mailbox: mailbox.with_given_place(place),
        files: Arc::new(DownloadFolder::new(config.download_dir.value.clone())),
        clock: Arc::new(SystemClock),
        smtp,
    };
    tokio::select! {
        ended = serve(context, tokio::io::stdin(), tokio::io::stdout()) => ended.map(|()| 0).map_err(CliError::failed),
        ending = signals.next_termination() => Ok(ending.exit_code()),
    }
}
