//! The command `serve`: runs the local server without a mailbox.

use super::args::ServeArgs;
use super::{CliError, output, token_file, token_key};
use crate::domain::secrets::Token;
use crate::runtime::signals::{Signals, TerminationSignal};
use crate::server::{CaptchaSettings, RateLimits, Server, ServerConfig};
use std::time::Duration;

pub(super) fn run(args: &ServeArgs, json: bool) -> Result<u8, CliError> {
    let mut tokens = given(&args.token)?;
    if let Some(path) = &args.token_file {
        tokens.extend(token_file::read(path)?);
    }
    let rules = &args.rules;
    let config = ServerConfig {
        http: args.http,
        smtp: args.smtp,
        tokens,
        session_lifetime: Duration::from_secs(args.session_lifetime),
        faults: args.faults.clone(),
        token_key: rules.token_key.as_deref().map(token_key::load_or_create).transpose()?,
        token_lifetime_max: rules.token_lifetime.map(Duration::from_secs),
        legacy_tokens: rules.legacy_tokens,
        captcha: CaptchaSettings { ask: rules.captcha, seed: rules.captcha_seed },
        rates: RateLimits { addresses: rules.address_rate, mail: rules.mail_rate, ..RateLimits::default() },
        domain_check: rules.domain_check,
        long_poll: Duration::from_secs(rules.long_poll),
        ..ServerConfig::default()
    };
    super::wiring::block_on(serve(config, json))?
}

/// Parses the tokens given by `--token` and `DROPMAIL_SERVE_TOKEN`. An empty variable counts as unset.
fn given(texts: &[String]) -> Result<Vec<Token>, CliError> {
    let texts = texts.iter().filter(|text| !text.is_empty());
    let parsed = texts.map(|text| Token::parse(text)).collect::<Result<_, _>>();
    parsed.map_err(|why| {
        CliError::usage(format!(
            "--token or DROPMAIL_SERVE_TOKEN: {why}; leave it out; clients can fetch a token from the server"
        ))
    })
}

async fn serve(config: ServerConfig, json: bool) -> Result<u8, CliError> {
    let mut signals = Signals::new().map_err(CliError::failed)?;
    let server = Server::start(config).await.map_err(CliError::failed)?;
    for (what, address) in [("HTTP", server.http_addr()), ("SMTP", server.smtp_addr())] {
        if !address.ip().is_loopback() {
            output::eprint_line(&format!(
                "{what} at {address} is reachable from other machines; anyone who reaches it can use it"
            ));
        }
    }
    // Scripts wait for these lines, so they are printed when both listeners are ready.
    let (http, smtp) = (server.base_url(), server.smtp_addr().to_string());
    let ready = if json {
        output::line(&serde_json::json!({"http": http, "smtp": smtp}).to_string())
    } else {
        output::line(&format!("http {http}")).and_then(|()| output::line(&format!("smtp {smtp}")))
    };
    ready.map_err(|why| CliError::failed(format!("standard output: {why}")))?;
    let ending = signals.ending().await;
    server.shutdown().await;
    // SIGTERM is the normal way to stop a server.
    Ok(match ending {
        TerminationSignal::Terminate => 0,
        TerminationSignal::Interrupt | TerminationSignal::HangUp => ending.exit_code(),
    })
}
