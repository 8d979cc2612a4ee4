//! What can be written behind the program's name.

mod account;
mod mail;
mod server;
mod shell;

pub(super) use account::{
    AddressArgs, DomainArgs, DomainVerb, NewArgs, RestoreArgs, SessionChoice, TokenArgs, TokenVerb,
};
pub(super) use mail::{ExtractArgs, LsArgs, OpenArgs, ReadArgs, SaveArgs, WaitArgs, WhichMail};
pub(super) use server::ServeArgs;
pub(super) use shell::{ApiArgs, ConfigArgs, ConfigVerb, McpArgs, Shell};

use super::archive::{ExportArgs, PurgeArgs, SearchArgs};
use crate::config::{ClipboardChoice, Flags};
use crate::domain::channel::ChannelChoice;
use crate::domain::lifetime::Lifetime;
use clap::{Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Environment variables that are no settings, or that are set most often.
const VARIABLES: &str = "Environment variables:
  DROPMAIL_TOKEN            your own access token
  DROPMAIL_DOMAIN_PASSWORD  password for `domain add` and `domain delete`
  DROPMAIL_CONFIG           settings file
  HTTPS_PROXY, ALL_PROXY    proxy for all connections
Each setting has a variable too, such as DROPMAIL_BASE_URL; `config init` writes a file that lists them.";

fn after_help() -> String {
    format!("{VARIABLES}\n\n{}", super::exit_code::help())
}

/// What is not of one command: it comes after what is.
const FOR_ALL: &str = "For all commands";

/// A disposable mailbox in the terminal: an address at once, the mail as it arrives, the code one
/// key away.
///
/// Without a command it opens the mailbox against dropmail.me (or `DROPMAIL_BASE_URL`). No sign-up,
/// no token and no settings file are needed.
#[derive(Parser, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(name = "dropmail-tui", version, propagate_version = true)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// What to do; the mailbox when there is none.
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    /// Open the mailbox over a local server on loopback: an offline mail catcher.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    pub(super) local: bool,
    /// One JSON document on standard output (a line for each of several), and nothing else there.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Where the server of --local takes mail; port 0 picks a free one [default: 127.0.0.1:2525].
    #[arg(long, value_name = "ADDR")]
    smtp: Option<SocketAddr>,
    /// GraphQL address of the service, without the token [default: dropmail.me's].
    #[arg(long, value_name = "URL", global = true, help_heading = FOR_ALL)]
    base_url: Option<String>,
    /// Folder of the archive.
    #[arg(long, value_name = "DIR", global = true, help_heading = FOR_ALL)]
    data_dir: Option<PathBuf>,
    /// Folder that saved mails and attachments go to.
    #[arg(long, value_name = "DIR", global = true, help_heading = FOR_ALL)]
    download_dir: Option<PathBuf>,
    /// Settings file.
    #[arg(long, value_name = "FILE", global = true, help_heading = FOR_ALL)]
    config: Option<PathBuf>,
    /// Which clipboard is used: auto, system, osc52, both or command.
    #[arg(long, value_name = "WHICH", value_parser = clipboard, global = true, help_heading = FOR_ALL)]
    clipboard: Option<ClipboardChoice>,
    /// How new mail is heard of: auto, websocket, multipart, long-poll or poll.
    #[arg(long, value_name = "WHICH", value_parser = transport, global = true, help_heading = FOR_ALL)]
    transport: Option<String>,
    /// How long a free token lives: 1h, 1d or 90d.
    #[arg(long, value_name = "HOW LONG", value_parser = lifetime, global = true, help_heading = FOR_ALL)]
    token_lifetime: Option<String>,
    /// How it looks: terminal, midnight, ember, paper, meadow, contrast or mono.
    #[arg(long, value_name = "NAME", global = true, help_heading = FOR_ALL)]
    theme: Option<String>,
    /// Any setting of the settings file, or keys.COMMAND=KEYS; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, global = true, help_heading = FOR_ALL)]
    set: Vec<(String, String)>,
    /// Keep everything in memory only: mail and keys are gone when the program ends.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    pub(super) no_archive: bool,
    /// Tell everything in plain lines, for screen readers: the keys are the same.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    accessible: bool,
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
    /// Find codes and links in raw mails and mbox files; needs no network.
    Extract(ExtractArgs),
    /// Open a session with a new address; prints the address.
    New(NewArgs),
    /// Wait for a mail; prints its code, its link or its summary.
    Wait(WaitArgs),
    /// List mails, newest first, after asking the live sessions for new ones.
    Ls(LsArgs),
    /// Print one mail as the reader shows it.
    Read(ReadArgs),
    /// Save a mail, or its attachments, as files; prints where they went.
    Save(SaveArgs),
    /// Open the mailbox screen over raw mails and mbox files on disk: read-only, offline.
    Open(OpenArgs),
    /// List sessions with their addresses, an address a line.
    Sessions,
    /// List the domains that addresses can be made on, or manage your own.
    Domains,
    /// Tell how the access token stands, or renew it.
    Token(TokenArgs),
    /// Add an address to a session; prints the address.
    AddAddress(SessionChoice),
    /// Bring an earlier address back; without a key, with the one that is kept.
    Restore(RestoreArgs),
    /// Delete an address. It can be restored later; its mail stays.
    DeleteAddress(AddressArgs),
    /// Add or delete a personal domain.
    Domain(DomainArgs),
    /// Ask the service anything in GraphQL; prints the reply as it came.
    Api(ApiArgs),
    /// Serve an assistant over standard input and output (Model Context Protocol).
    Mcp(McpArgs),
    /// Print the settings and where each comes from.
    Config(ConfigArgs),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Print the manual page (roff, for `man -l -`).
    Man,
    /// Find kept mails by their words, in any script; needs no network.
    Search(SearchArgs),
    /// Write all kept mails as files that other mail programs read.
    Export(ExportArgs),
    /// Remove kept mail for good: nothing of it is left in the archive's files.
    Purge(PurgeArgs),
}

impl Args {
    /// What clap cannot check: which of these go together.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.local && !matches!(self.verb, None | Some(Verb::Mcp(_))) {
            return Err(
                "--local opens the mailbox, or goes with mcp; leave it out of other commands".to_owned()
            );
        }
        match self.verb {
            None | Some(Verb::Demo | Verb::Open(_)) if self.json => {
                return Err("--json is for commands that print; the mailbox screen is none".to_owned());
            }
            Some(Verb::Mcp(_)) if self.json => {
                return Err("mcp speaks JSON by itself; leave --json out".to_owned());
            }
            _ => {}
        }
        let of_mcp = matches!(&self.verb, Some(Verb::Mcp(mcp)) if mcp.smtp.is_some());
        if (self.smtp.is_some() || of_mcp) && !self.local {
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
        let accessible = self.accessible.then(|| "true".to_owned());
        let own = [
            ("accessible", accessible),
            ("transport", self.transport.clone()),
            ("token_lifetime", self.token_lifetime.clone()),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Flags {
            base_url: self.base_url.clone(),
            data_dir: self.data_dir.clone(),
            config: self.config.clone(),
            download_dir: self.download_dir.clone(),
            clipboard: self.clipboard,
            theme: self.theme.clone(),
            set: self.set.iter().cloned().chain(own).collect(),
        }
    }
}

fn clipboard(word: &str) -> Result<ClipboardChoice, String> {
    ClipboardChoice::parse(word)
        .ok_or_else(|| "it is one of auto, system, osc52, both and command".to_owned())
}

fn transport(word: &str) -> Result<String, String> {
    match ChannelChoice::parse(word) {
        Some(_) => Ok(word.to_owned()),
        None => Err("it is one of auto, websocket, multipart, long-poll and poll".to_owned()),
    }
}

fn lifetime(word: &str) -> Result<String, String> {
    match Lifetime::parse(word) {
        Some(_) => Ok(word.to_owned()),
        None => Err("it is one of 1h, 1d and 90d".to_owned()),
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
