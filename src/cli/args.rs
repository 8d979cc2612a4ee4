//! Defines the command-line arguments.

// This file exceeds 300 lines because it has a field for each global option.

mod account;
mod archive;
mod assert;
mod demo;
mod duration;
mod mail;
mod release;
mod server;
mod shell;

pub(super) use account::{
    DeleteArgs, DomainArgs, DomainVerb, NewArgs, RestoreArgs, SessionChoice, TokenArgs, TokenVerb, UseArgs,
};
pub(super) use archive::{ExportArgs, HistoryArgs, PurgeArgs, SearchArgs};
pub(super) use assert::AssertArgs;
pub(super) use demo::DemoArgs;
pub(super) use duration::parse_duration;
pub(super) use mail::{ExtractArgs, LsArgs, OpenArgs, QuickArgs, ReadArgs, SaveArgs, WaitArgs, WhichMail};
pub(super) use release::ReleaseArgs;
pub(super) use server::{ServeArgs, SmtpOptions};
pub(super) use shell::{ApiArgs, ArchiveWords, ConfigArgs, ConfigVerb, InitShell, McpArgs, Shell};

use crate::config::{CliOptions, ClipboardChoice};
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use dropmail_client::domain::push_transport::TransportChoice;
use dropmail_client::domain::token_lifetime::TokenLifetime;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The most common environment variables and their meanings, for the help text and the manual page.
pub(super) const VARIABLES: [(&str, &str); 5] = [
    ("DROPMAIL_TOKEN", "your own access token"),
    ("DROPMAIL_DOMAIN_PASSWORD", "password for `domain add` and `domain delete`"),
    ("DROPMAIL_SMTP_PASSWORD", "password of --user for `release`"),
    ("DROPMAIL_CONFIG", "settings file"),
    ("HTTPS_PROXY, ALL_PROXY", "proxy for all connections"),
];

/// Sentence in the help text and the manual page that explains how to list the environment variables of all settings.
pub(super) const VARIABLES_OF_SETTINGS: &str = "Each setting has a variable too, such as DROPMAIL_BASE_URL; `config init` writes a file that lists them.";

fn after_help() -> String {
    let row = |(name, meaning): &(&str, &str)| format!("  {name:<24}  {meaning}");
    let variables: Vec<String> = VARIABLES.iter().map(row).collect();
    let (variables, codes) = (variables.join("\n"), super::exit_code::help_text());
    format!("Environment variables:\n{variables}\n{VARIABLES_OF_SETTINGS}\n\n{codes}")
}

/// Heading in the help text above the options that every command has. These options follow the command's own options.
const FOR_ALL: &str = "Options of every command";

/// A disposable mailbox in the terminal, for DropMail.me.
///
/// Without a command it opens the mailbox: a new address, mail as it arrives, codes and links copied with
/// one key. No sign-up, no token and no settings file is needed.
#[derive(Parser, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent flag")]
#[command(name = "dropmail-tui", version, propagate_version = true)]
#[command(after_help = after_help())]
pub(crate) struct Args {
    /// The command to run; without one the mailbox opens.
    #[command(subcommand)]
    pub(super) verb: Option<CliCommand>,
    /// Use a local server on loopback instead of the service: an offline mail catcher.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    pub(super) local: bool,
    /// Print JSON: one document, or one per line, and nothing else on standard output.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// SMTP address of the server of --local; port 0 selects a free port [default: 127.0.0.1:2525].
    #[arg(long, value_name = "ADDR")]
    smtp: Option<SocketAddr>,
    #[command(flatten)]
    pub(super) smtp_options: SmtpOptions,
    /// GraphQL address of the service, without the token [default: dropmail.me's].
    #[arg(long, value_name = "URL", global = true, help_heading = FOR_ALL)]
    base_url: Option<String>,
    /// Data directory, which holds the archive.
    #[arg(long, value_name = "DIR", global = true, help_heading = FOR_ALL)]
    data_dir: Option<PathBuf>,
    /// Directory for saved mails and attachments.
    #[arg(long, value_name = "DIR", global = true, help_heading = FOR_ALL)]
    download_dir: Option<PathBuf>,
    /// Settings file.
    #[arg(long, value_name = "FILE", global = true, help_heading = FOR_ALL)]
    config: Option<PathBuf>,
    /// Clipboard to copy to: auto, system, system-until-quit, osc52, both or command.
    #[arg(long, value_name = "WHICH", value_parser = parse_clipboard, global = true, help_heading = FOR_ALL)]
    clipboard: Option<ClipboardChoice>,
    /// How new mail is received: auto, websocket, multipart, long-poll or poll.
    #[arg(long, value_name = "WHICH", value_parser = parse_transport, global = true, help_heading = FOR_ALL)]
    transport: Option<String>,
    /// Lifetime of a free token: 1h, 1d or 90d.
    #[arg(long, value_name = "LIFETIME", value_parser = parse_lifetime, global = true, help_heading = FOR_ALL)]
    token_lifetime: Option<String>,
    /// Theme, such as terminal, contrast, nord or gruvbox-light; docs/settings.md lists all.
    #[arg(long, value_name = "NAME", global = true, help_heading = FOR_ALL)]
    theme: Option<String>,
    /// Set any setting of the settings file, or keys.COMMAND=KEYS; can be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_setting, global = true, help_heading = FOR_ALL)]
    set: Vec<(String, String)>,
    /// Store nothing on disk: mail and restore keys are lost when the program ends.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    pub(super) no_archive: bool,
    /// Print plain lines for screen readers; the keys are the same.
    #[arg(long, global = true, help_heading = FOR_ALL)]
    accessible: bool,
    /// Panics on purpose after the start, to test that the terminal is restored.
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    pub(super) break_on_purpose: bool,
}

/// The commands of the program.
#[derive(Subcommand, Debug)]
pub(crate) enum CliCommand {
    /// Open the mailbox over a local server with sample mails; leaves nothing behind.
    Demo(DemoArgs),
    /// Run the local server alone: the DropMail API, and SMTP that receives mail.
    Serve(Box<ServeArgs>),
    /// Find codes and links in raw mails and mbox files; needs no network.
    Extract(ExtractArgs),
    /// Open a session with a new address; print the address.
    New(NewArgs),
    /// Get an address, wait for the code or link, print and copy both; no full screen.
    Quick(QuickArgs),
    /// Wait for a mail; print its code, its link or its summary.
    Wait(WaitArgs),
    /// Check that the expected mails arrived, or that none did; for CI.
    Assert(AssertArgs),
    /// List mails, newest first; fetch new ones first.
    Ls(LsArgs),
    /// Print one mail as the message pane shows it.
    Read(ReadArgs),
    /// Save a mail, or its attachments; print the paths.
    Save(SaveArgs),
    /// Send a stored mail on through a real SMTP server, byte for byte; asks first.
    Release(Box<ReleaseArgs>),
    /// Show raw mails and mbox files on the mailbox screen: read-only, offline.
    Open(OpenArgs),
    /// Make an address the current one, which commands mean when they name none; print it.
    Use(UseArgs),
    /// Print the current address; needs no network.
    Current,
    /// List sessions and their addresses, one address per line.
    Sessions,
    /// List the domains for new addresses.
    Domains,
    /// Print the state of the access token, or renew it.
    Token(TokenArgs),
    /// Add an address to a session; print the address.
    AddAddress(SessionChoice),
    /// Restore an earlier address; without KEY, use the stored key.
    Restore(RestoreArgs),
    /// Delete an address. Its mail stays, and it can be restored later.
    DeleteAddress(DeleteArgs),
    /// Add or delete a personal domain.
    Domain(DomainArgs),
    /// Send any GraphQL document to the service; print the reply unchanged.
    Api(ApiArgs),
    /// Serve an assistant over standard input and output (Model Context Protocol).
    Mcp(McpArgs),
    /// Print the settings and where each value comes from.
    Config(ConfigArgs),
    /// Print completions for a shell.
    Completions {
        /// Shell that reads the completions.
        shell: Shell,
    },
    /// Print a script for a shell: a key that inserts the newest code, and completions from the archive.
    ShellInit {
        /// Shell that runs the script.
        shell: InitShell,
    },
    /// Print what a script of `shell-init` needs.
    #[command(hide = true)]
    ArchiveWords {
        /// The list to print.
        words: ArchiveWords,
    },
    /// Print the manual page (roff, for `man -l -`).
    Man,
    /// Find stored mails by words, in any script; needs no network.
    Search(SearchArgs),
    /// List what was done with addresses, and when: made, mail came, copied, restored, deleted.
    History(HistoryArgs),
    /// Write all stored mails as files that other mail programs read.
    Export(ExportArgs),
    /// Delete stored mail for good: nothing of it is left in the archive's files.
    Purge(PurgeArgs),
}

/// Returns the command line definition that the program parses and prints as help. The help of `serve` lists only
/// options that have an effect on the local server; the options of the clients are accepted but not listed.
pub(super) fn command_line() -> Command {
    let mut program = Args::command();
    program.build();
    program.mut_subcommands(|command| match command.get_name() {
        "serve" => command.mut_args(|arg| {
            let hidden = arg.is_hide_set() || arg.get_help_heading() == Some(FOR_ALL);
            arg.hide(hidden)
        }),
        _ => command,
    })
}

impl Args {
    /// Parses the arguments of the program, of which the first is its name.
    pub(super) fn read(arguments: Vec<OsString>) -> Result<Self, clap::Error> {
        let mut program = command_line();
        let mut matches = program.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut program))
    }

    /// Checks combinations of arguments that clap cannot check. Returns an error message if a combination is invalid.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.local && !matches!(self.verb, None | Some(CliCommand::Mcp(_))) {
            return Err(
                "--local works with the mailbox and with mcp; leave it out of other commands".to_owned()
            );
        }
        match self.verb {
            None | Some(CliCommand::Demo(_) | CliCommand::Open(_)) if self.json => {
                return Err("--json works with commands that print a result; the mailbox does not".to_owned());
            }
            Some(CliCommand::Mcp(_)) if self.json => {
                return Err("mcp always speaks JSON; leave --json out".to_owned());
            }
            _ => {}
        }
        let of_mcp = matches!(&self.verb, Some(CliCommand::Mcp(mcp)) if mcp.smtp.is_some());
        if (self.smtp.is_some() || of_mcp) && !self.local {
            return Err("--smtp sets where the server of --local receives mail; add --local".to_owned());
        }
        if let Some(CliCommand::Serve(serve)) = &self.verb
            && self.smtp_options.smtp_auth.is_some()
            && serve.smtp_options.smtp_auth.is_none()
        {
            return Err("--smtp-auth before serve has no effect; write it after serve".to_owned());
        }
        if matches!(self.verb, Some(CliCommand::Serve(_))) && self.token_lifetime.is_some() {
            return Err("--token-lifetime is for clients; serve limits the tokens that it issues with --max-token-lifetime".to_owned());
        }
        // DROPMAIL_SMTP_AUTH may be set for all commands, so only an option on the command line is an error.
        let SmtpOptions { smtp_auth: _, smtp_tls, smtps, tls_cert, tls_key } = &self.smtp_options;
        let has_tls = smtp_tls.is_some() || smtps.is_some() || tls_cert.is_some() || tls_key.is_some();
        if has_tls && !self.local {
            return Err("the options for SMTP and TLS apply to the server of --local; add --local".to_owned());
        }
        Ok(())
    }

    /// Returns the SMTP listen address of the local server that the `--local` option starts.
    pub(super) fn smtp_address(&self) -> SocketAddr {
        self.smtp.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 2525)))
    }

    /// Returns the settings that the user specified as command-line options.
    pub(super) fn flags(&self) -> CliOptions {
        let accessible = self.accessible.then(|| "true".to_owned());
        let own = [
            ("accessible", accessible),
            ("transport", self.transport.clone()),
            ("token_lifetime", self.token_lifetime.clone()),
        ];
        let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        CliOptions {
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

fn parse_clipboard(word: &str) -> Result<ClipboardChoice, String> {
    ClipboardChoice::parse(word)
        .ok_or_else(|| "use one of auto, system, system-until-quit, osc52, both and command".to_owned())
}

fn parse_transport(word: &str) -> Result<String, String> {
    match TransportChoice::parse(word) {
        Some(_) => Ok(word.to_owned()),
        None => Err("use one of auto, websocket, multipart, long-poll and poll".to_owned()),
    }
}

fn parse_lifetime(word: &str) -> Result<String, String> {
    match TokenLifetime::parse(word) {
        Some(_) => Ok(word.to_owned()),
        None => Err("use one of 1h, 1d and 90d".to_owned()),
    }
}

fn parse_setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests;
