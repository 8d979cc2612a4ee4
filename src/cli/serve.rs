//! The `serve` command: runs the local server without a mailbox on the screen.

use super::args::ServeArgs;
use super::smtp::CertificateFile;
use super::{CliError, logging, output, smtp, token_file, token_key};
use crate::runtime::signals::{Signals, TerminationSignal};
use dropmail_client::domain::secrets::Token;
use dropmail_server::{AccessToken, CaptchaSettings, RateLimits, Server, ServerConfig};
use std::time::Duration;

pub(super) fn run(args: &ServeArgs, json: bool) -> Result<u8, CliError> {
    let mut tokens = parse_tokens(&args.token)?;
    if let Some(path) = &args.token_file {
        tokens.extend(token_file::read(path)?);
    }
    let rules = &args.rules;
    let config = ServerConfig {
        http: args.http,
        smtp: args.smtp,
        catch_all: args.catch_all,
        tokens: tokens.iter().map(|token| AccessToken::new(token.expose())).collect(),
        session_lifetime: Duration::from_secs(args.session_lifetime),
        faults: args.faults.clone(),
        token_key: rules.token_key.as_deref().map(token_key::load_or_create).transpose()?,
        token_lifetime_max: rules.max_token_lifetime.map(Duration::from_secs),
        legacy_tokens: rules.legacy_tokens,
        captcha: CaptchaSettings { ask: rules.captcha, seed: rules.captcha_seed },
        rates: RateLimits { addresses: rules.address_rate, mail: rules.mail_rate, ..RateLimits::default() },
        domain_check: rules.domain_check,
        long_poll: Duration::from_secs(rules.long_poll),
        ..ServerConfig::default()
    };
    let (config, certificate) = smtp::configure(&args.smtp_options, config)?;
    super::async_runtime::block_on(serve(config, certificate, json))?
}

/// Parses the tokens from `--token` and `DROPMAIL_SERVE_TOKEN`. An empty variable is treated as unset.
fn parse_tokens(texts: &[String]) -> Result<Vec<Token>, CliError> {
    let texts = texts.iter().filter(|text| !text.is_empty());
    let parsed = texts.map(|text| Token::parse(text)).collect::<Result<_, _>>();
    parsed.map_err(|why| {
        CliError::usage(format!(
            "--token or DROPMAIL_SERVE_TOKEN: {why}; leave it out; clients can fetch a token from the server"
        ))
    })
}

async fn serve(
    config: ServerConfig,
    certificate: Option<CertificateFile>,
    json: bool,
) -> Result<u8, CliError> {
    logging::print_warnings();
    let mut signals = Signals::new().map_err(CliError::failed)?;
    let server = Server::start(config).await.map_err(CliError::failed)?;
    let smtps = server.smtps_addr();
    let addresses =
        [("HTTP", Some(server.http_addr())), ("SMTP", Some(server.smtp_addr())), ("SMTPS", smtps)];
    for (what, address) in addresses.into_iter().filter_map(|(what, address)| Some((what, address?))) {
        if !address.ip().is_loopback() {
            output::eprint_line(&format!(
                "{what} at {address} is reachable from other machines; anyone who reaches it can use it"
            ));
        }
    }
    // Scripts wait for these lines, so they are printed only after both ports accept connections.
    let certificate_path = certificate.as_ref().map(|file| file.path().display().to_string());
    let facts = [
        ("http", Some(server.base_url())),
        ("smtp", Some(server.smtp_addr().to_string())),
        ("smtps", smtps.map(|address| address.to_string())),
        ("certificate", certificate_path),
    ];
    let mut facts = facts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let ready = if json {
        let facts = facts.map(|(name, value)| (name.to_owned(), value.into()));
        output::write_line(&serde_json::Value::Object(facts.collect()).to_string())
    } else {
        facts.try_for_each(|(name, value)| output::write_line(&format!("{name} {value}")))
    };
    ready.map_err(|why| CliError::failed(format!("standard output: {why}")))?;
    let ending = signals.next_termination().await;
    server.shutdown().await;
    drop(certificate);
    // SIGTERM is the usual way to stop a server, so it is not an error.
    Ok(match ending {
        TerminationSignal::Terminate => 0,
        TerminationSignal::Interrupt | TerminationSignal::HangUp => ending.exit_code(),
    })
}
