//! What the local server takes.

use crate::server::{CaptchaFor, DomainCheck, FaultPlan, Rate};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the local server takes mail unless told otherwise.
const SMTP: &str = "127.0.0.1:2525";

/// What `serve` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to serve HTTP; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(in super::super) http: SocketAddr,
    /// Where to take mail; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = SMTP)]
    pub(in super::super) smtp: SocketAddr,
    /// A token to accept beside those that the server issues (af_ and 8 or more letters).
    ///
    /// Other users of this machine can see the arguments of a program; they see neither the variable nor the
    /// file of `--token-file`.
    #[arg(long, value_name = "TOKEN", env = "DROPMAIL_SERVE_TOKEN", hide_env_values = true)]
    pub(in super::super) token: Vec<String>,
    /// File with tokens to accept, one a line; empty lines and lines that begin with # are skipped.
    #[arg(long, value_name = "FILE")]
    pub(in super::super) token_file: Option<PathBuf>,
    /// How long a session lives past its last access, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub(in super::super) session_lifetime: u64,
    /// Faults on purpose, to try out a client: NAME=CHANCE,..., such as drop=5%,delay=10%:300ms,seed=7.
    ///
    /// NAME is drop, delay, duplicate, 403, 429, 500, 502 (these with an HTML page), rate-limit,
    /// session-expiry, truncate, late-listening, smtp-4xx, smtp-5xx, or all; the SMTP ones also for
    /// one stage alone, as smtp-4xx@rcpt (connect, ehlo, mail, rcpt, data, message). CHANCE is 5% or
    /// 0.05. A later entry wins. The same seed and the same calls meet the same faults. While the server runs,
    /// `curl -X PUT -d SPEC http://127.0.0.1:8080/admin/faults` sets others, DELETE ends them, GET
    /// tells how often each has struck.
    #[arg(long, value_name = "SPEC", default_value = "off")]
    pub(in super::super) faults: FaultPlan,
    #[command(flatten)]
    pub(in super::super) rules: ServeRules,
}

/// What can be set of the local server's tokens, limits and look-ups.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeRules {
    /// File of the key that tokens are signed with; made if it is not there. With it tokens outlive a restart.
    #[arg(long, value_name = "FILE")]
    pub(in super::super) token_key: Option<PathBuf>,
    /// Cut every issued token to this lifetime in seconds, to see a client renew.
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(0..=7_776_000))]
    pub(in super::super) token_lifetime: Option<u64>,
    /// Take legacy tokens (any text of 8 letters or more), with a warning in every reply.
    #[arg(long)]
    pub(in super::super) legacy_tokens: bool,
    /// For which tokens a captcha is asked: never, 90d or always.
    #[arg(long, value_name = "WHEN", default_value = "never", value_parser = captcha)]
    pub(in super::super) captcha: CaptchaFor,
    /// Makes captchas the same in every run; `GET /admin/captcha?nonce=NONCE` on loopback then tells the answer.
    #[arg(long, value_name = "SEED")]
    pub(in super::super) captcha_seed: Option<u64>,
    /// Limit on making addresses, for each token: CALLS/TIME, such as 60/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(in super::super) address_rate: Option<Rate>,
    /// Limit on reading mail, for each token: CALLS/TIME, such as 300/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(in super::super) mail_rate: Option<Rate>,
    /// Who is asked for the MX records of personal domains: off, system, or the address of a resolver.
    #[arg(long, value_name = "WHO", default_value = "system")]
    pub(in super::super) domain_check: DomainCheck,
    /// How long a subscription over plain HTTP waits before it ends with `timeout`, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(in super::super) long_poll: u64,
}

fn captcha(word: &str) -> Result<CaptchaFor, String> {
    match word {
        "never" => Ok(CaptchaFor::Nothing),
        "90d" => Ok(CaptchaFor::LongLived),
        "always" => Ok(CaptchaFor::EveryToken),
        _ => Err("it is one of never, 90d and always".to_owned()),
    }
}
