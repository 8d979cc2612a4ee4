//! What can be written behind the program's name.

use crate::config::{ClipboardChoice, Flags};
use crate::server::{CaptchaFor, DomainCheck, FaultPlan, Rate};
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Where the local server takes mail unless told otherwise.
const SMTP: &str = "127.0.0.1:2525";

/// A disposable mailbox in the terminal: an address at once, the mail as it arrives, the code one
/// key away.
///
/// Without a command it opens the mailbox against dropmail.me (or `DROPMAIL_BASE_URL`). No sign-up,
/// no token and no settings file are needed.
#[derive(Parser, Debug)]
#[command(name = "dropmail-tui", version, propagate_version = true)]
#[command(
    after_help = "Environment: DROPMAIL_TOKEN, DROPMAIL_BASE_URL, DROPMAIL_DATA_DIR, DROPMAIL_CONFIG, \
    DROPMAIL_DOWNLOAD_DIR, DROPMAIL_TRANSPORT, DROPMAIL_TOKEN_LIFETIME, DROPMAIL_LOG, NO_COLOR, HTTPS_PROXY, ALL_PROXY."
)]
pub(crate) struct Args {
    /// What to do; the mailbox when there is none.
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    /// Open the mailbox over a local server on loopback: an offline mail catcher.
    #[arg(long)]
    pub(super) local: bool,
    /// Where the server of --local takes mail; port 0 picks a free one [default: 127.0.0.1:2525].
    #[arg(long, value_name = "ADDR")]
    smtp: Option<SocketAddr>,
    /// GraphQL address of the service, without the token [default: dropmail.me's].
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Folder of the archive.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Folder that saved mails and attachments go to.
    #[arg(long, value_name = "DIR")]
    download_dir: Option<PathBuf>,
    /// Settings file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Which clipboard is used: auto, system, osc52 or both.
    #[arg(long, value_name = "WHICH", value_parser = clipboard)]
    clipboard: Option<ClipboardChoice>,
    /// How new mail is heard of: auto, websocket, multipart, long-poll or poll.
    #[arg(long, value_name = "WHICH")]
    transport: Option<String>,
    /// How long a free token lives: 1h, 1d or 90d.
    #[arg(long, value_name = "HOW LONG")]
    token_lifetime: Option<String>,
    /// Keep everything in memory only: mail and keys are gone when the program ends.
    #[arg(long)]
    pub(super) no_archive: bool,
    /// Break on purpose after the start, to see that the terminal survives.
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    pub(super) break_on_purpose: bool,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub(crate) enum Verb {
    /// Open the mailbox over a local server with sample mails; nothing is left behind.
    Demo,
    /// Run the local server alone: the whole DropMail API, and SMTP that receives.
    Serve(Box<ServeArgs>),
    /// Find codes and links in raw mails; needs no network.
    Extract(ExtractArgs),
}

/// What `serve` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeArgs {
    /// Where to serve HTTP; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(super) http: SocketAddr,
    /// Where to take mail; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = SMTP)]
    pub(super) smtp: SocketAddr,
    /// A token to accept beside those that the server issues (af_ and 8 or more letters).
    #[arg(long, value_name = "TOKEN")]
    pub(super) token: Vec<String>,
    /// How long a session lives past its last access, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub(super) session_lifetime: u64,
    /// Faults on purpose, to try out a client: NAME=CHANCE,..., such as drop=5%,delay=10%:300ms,seed=7.
    ///
    /// NAME is drop, delay, duplicate, 403, 429, 500, 502 (these with an HTML page), rate-limit,
    /// session-expiry, truncate, smtp-4xx, smtp-5xx, or all; the SMTP ones also for one stage alone, as
    /// smtp-4xx@rcpt (connect, ehlo, mail, rcpt, data, message). CHANCE is 5% or 0.05. A later entry
    /// wins. The same seed and the same calls meet the same faults. While the server runs,
    /// `curl -X PUT -d SPEC http://127.0.0.1:8080/admin/faults` sets others, DELETE ends them, GET
    /// tells how often each has struck.
    #[arg(long, value_name = "SPEC", default_value = "off")]
    pub(super) faults: FaultPlan,
    #[command(flatten)]
    pub(super) rules: ServeRules,
}

/// What can be set of the local server's tokens, limits and look-ups.
#[derive(clap::Args, Debug)]
pub(crate) struct ServeRules {
    /// File of the key that tokens are signed with; made if it is not there. With it tokens outlive a restart.
    #[arg(long, value_name = "FILE")]
    pub(super) token_key: Option<PathBuf>,
    /// Cut every issued token to this lifetime in seconds, to see a client renew.
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(0..=7_776_000))]
    pub(super) token_lifetime: Option<u64>,
    /// Take legacy tokens (any text of 8 letters or more), with a warning in every reply.
    #[arg(long)]
    pub(super) legacy_tokens: bool,
    /// For which tokens a captcha is asked: never, 90d or always.
    #[arg(long, value_name = "WHEN", default_value = "never", value_parser = captcha)]
    pub(super) captcha: CaptchaFor,
    /// Makes captchas the same in every run; `GET /admin/captcha?nonce=NONCE` on loopback then tells the answer.
    #[arg(long, value_name = "SEED")]
    pub(super) captcha_seed: Option<u64>,
    /// Limit on making addresses, for each token: CALLS/TIME, such as 60/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(super) address_rate: Option<Rate>,
    /// Limit on reading mail, for each token: CALLS/TIME, such as 300/1m [default: none].
    #[arg(long, value_name = "RATE")]
    pub(super) mail_rate: Option<Rate>,
    /// Who is asked for the MX records of personal domains: off, system, or the address of a resolver.
    #[arg(long, value_name = "WHO", default_value = "system")]
    pub(super) domain_check: DomainCheck,
    /// How long a subscription over plain HTTP waits before it ends with `timeout`, in seconds.
    #[arg(long, value_name = "SECS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(super) long_poll: u64,
}

/// What `extract` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct ExtractArgs {
    /// One JSON line a file, with everything that was found.
    #[arg(long)]
    pub(super) json: bool,
    /// Raw mails; `-` or none reads standard input.
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
}

impl Args {
    /// What clap cannot check: which of these go together.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.verb.is_some() && self.local {
            return Err(
                "--local opens the mailbox and goes with no command; leave one of the two out".to_owned()
            );
        }
        if self.smtp.is_some() && !self.local {
            return Err("--smtp says where the server of --local takes mail; add --local".to_owned());
        }
        Ok(())
    }

    /// Where the server of `--local` takes mail.
    pub(super) fn smtp_address(&self) -> SocketAddr {
        self.smtp.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 2525)))
    }

    /// The settings that were given as flags.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            base_url: self.base_url.clone(),
            data_dir: self.data_dir.clone(),
            config: self.config.clone(),
            download_dir: self.download_dir.clone(),
            clipboard: self.clipboard,
            transport: self.transport.clone(),
            token_lifetime: self.token_lifetime.clone(),
        }
    }
}

fn captcha(word: &str) -> Result<CaptchaFor, String> {
    match word {
        "never" => Ok(CaptchaFor::Nothing),
        "90d" => Ok(CaptchaFor::LongLived),
        "always" => Ok(CaptchaFor::EveryToken),
        _ => Err("it is one of never, 90d and always".to_owned()),
    }
}

fn clipboard(word: &str) -> Result<ClipboardChoice, String> {
    ClipboardChoice::parse(word).ok_or_else(|| "it is one of auto, system, osc52 and both".to_owned())
}
