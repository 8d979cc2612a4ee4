//! Defines the arguments of the local server.

use super::duration::parse_seconds_within;
use dropmail_server::{CaptchaPolicy, DomainCheck, FaultPlan, Rate, SmtpTls};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Default SMTP listen address of the local server.
const SMTP: &str = "127.0.0.1:2525";

/// Maximum value of `--max-token-lifetime` in seconds: 90 days, the longest lifetime that a client can request.
const MAX_TOKEN_LIFETIME: u64 = 7_776_000;

/// Arguments of the `serve` command.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    /// Listen address for HTTP; port 0 selects a free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(in super::super) http: SocketAddr,
    /// Listen address for SMTP; port 0 selects a free port.
    #[arg(long, value_name = "ADDR", default_value = SMTP)]
    pub(in super::super) smtp: SocketAddr,
    /// Accept mail to any recipient, not only to addresses of a session. Mail to an unknown address goes to the
    /// oldest session of the first --token, or to the oldest session if no --token is given.
    #[arg(long)]
    pub(in super::super) catch_all: bool,
    #[command(flatten)]
    pub(in super::super) smtp_options: SmtpOptions,
    /// A token to accept in addition to those that the server issues (af_ and 8 or more letters).
    ///
    /// Other users of this machine can see the arguments of a program. They cannot see the variable or the
    /// file of `--token-file`.
    #[arg(long, value_name = "TOKEN", env = "DROPMAIL_SERVE_TOKEN", hide_env_values = true)]
    pub(in super::super) token: Vec<String>,
    /// File with tokens to accept, one per line; empty lines and lines that start with # are skipped.
    #[arg(long, value_name = "FILE")]
    pub(in super::super) token_file: Option<PathBuf>,
    /// Lifetime of a session after its last access: seconds, or `90s`, `10m`, `1h`.
    #[arg(long, value_name = "TIME", default_value = "600", value_parser = |text: &str| parse_seconds_within(text, 1, 31_536_000))]
    pub(in super::super) session_lifetime: u64,
    /// Faults to inject, to test a client: NAME=CHANCE,..., such as drop=5%,delay=10%:300ms,seed=7.
    ///
    /// NAME is drop, delay, duplicate, 403, 429, 500, 502 (these with an HTML page), rate-limit,
    /// session-expiry, truncate, late-listening, lost-push, smtp-4xx, smtp-5xx, or all. The SMTP faults can name one
    /// stage, such as smtp-4xx@rcpt (connect, ehlo, mail, rcpt, data, message). CHANCE is 5% or 0.05. A later
    /// entry wins. The same seed and the same requests produce the same faults. While the server runs,
    /// `curl -X PUT -d SPEC http://127.0.0.1:8080/admin/faults` sets another plan, DELETE ends all faults, GET
    /// shows how often each fault occurred.
    #[arg(long, value_name = "SPEC", default_value = "off")]
    pub(in super::super) faults: FaultPlan,
    #[command(flatten)]
    pub(in super::super) rules: ServeRules,
}

/// Options for the SMTP side of the local server.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct SmtpOptions {
    /// Logins that SMTP accepts: any (none is needed), off, or USER:PASSWORD (then mail needs this login).
    #[arg(long, value_name = "LOGIN", env = "DROPMAIL_SMTP_AUTH", hide_env_values = true)]
    pub(in super::super) smtp_auth: Option<SecretString>,
    /// TLS of the SMTP port: off, starttls, or implicit (TLS from the first byte) [default: off].
    #[arg(long, value_name = "WHEN", value_parser = parse_smtp_tls)]
    pub(in super::super) smtp_tls: Option<SmtpTls>,
    /// Listen address of a second SMTP port with implicit TLS; port 0 selects a free port.
    #[arg(long, value_name = "ADDR")]
    pub(in super::super) smtps: Option<SocketAddr>,
    /// Certificate chain for TLS, in PEM; without it the server creates a certificate and prints its path.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(in super::super) tls_cert: Option<PathBuf>,
    /// Private key of --tls-cert, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(in super::super) tls_key: Option<PathBuf>,
}

/// Options of the `serve` command for tokens, limits and DNS lookups.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeRules {
    /// File for the signing key of tokens, created if missing. With it tokens survive a restart.
    #[arg(long, value_name = "FILE")]
    pub(in super::super) token_key: Option<PathBuf>,
    /// Limit the lifetime of every issued token, to test renewal: 1 or more seconds, or `90s`, `10m`, `1h`.
    #[arg(long, value_name = "TIME", value_parser = parse_max_token_lifetime)]
    pub(in super::super) max_token_lifetime: Option<u64>,
    /// Accept legacy tokens (any text of 8 characters or more), with a warning in every reply.
    #[arg(long)]
    pub(in super::super) legacy_tokens: bool,
    /// Tokens for which the server requires a captcha: never, 90d or always.
    #[arg(long, value_name = "WHEN", default_value = "never", value_parser = parse_captcha_policy)]
    pub(in super::super) captcha: CaptchaPolicy,
    /// Make captchas the same in every run; `GET /admin/captcha?nonce=NONCE` on loopback then returns the answer.
    #[arg(long, value_name = "SEED")]
    pub(in super::super) captcha_seed: Option<u64>,
    /// Limit of new addresses for each token: CALLS/TIME, such as 60/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(in super::super) address_rate: Option<Rate>,
    /// Limit of reading mail for each token: CALLS/TIME, such as 300/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(in super::super) mail_rate: Option<Rate>,
    /// DNS resolver for the MX records of personal domains: off, system, or the address of a resolver.
    #[arg(long, value_name = "RESOLVER", default_value = "system")]
    pub(in super::super) domain_check: DomainCheck,
    /// Time that a subscription over plain HTTP waits before it ends with `timeout`: seconds, or `90s`, `10m`.
    #[arg(long, value_name = "TIME", default_value = "180", value_parser = |text: &str| parse_seconds_within(text, 1, 86_400))]
    pub(in super::super) long_poll: u64,
}

/// Parses the maximum lifetime of the tokens that the server issues. A lifetime of 0 is an error, because each token
/// would be issued already expired.
fn parse_max_token_lifetime(text: &str) -> Result<u64, String> {
    match parse_seconds_within(text, 0, MAX_TOKEN_LIFETIME)? {
        0 => Err("with a lifetime of 0, each token has expired when the server issues it; use 1s or more"
            .to_owned()),
        seconds => Ok(seconds),
    }
}

fn parse_smtp_tls(word: &str) -> Result<SmtpTls, String> {
    match word {
        "off" => Ok(SmtpTls::Off),
        // Programs that use TLS when a server offers it call this mode "auto".
        "starttls" | "auto" => Ok(SmtpTls::StartTls),
        "implicit" => Ok(SmtpTls::Implicit),
        _ => Err("use one of off, starttls and implicit".to_owned()),
    }
}

fn parse_captcha_policy(word: &str) -> Result<CaptchaPolicy, String> {
    match word {
        "never" => Ok(CaptchaPolicy::Nothing),
        "90d" => Ok(CaptchaPolicy::LongLived),
        "always" => Ok(CaptchaPolicy::EveryToken),
        _ => Err("use one of never, 90d and always".to_owned()),
    }
}
