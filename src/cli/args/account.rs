//! Defines the arguments of the commands for sessions, addresses, domains and the token.

use clap::Subcommand;

/// Arguments of the `new` command.
#[derive(clap::Args, Debug)]
pub(crate) struct NewArgs {
    /// A domain that `domains` lists [default: a random one].
    #[arg(long, value_name = "NAME")]
    pub(in super::super) domain: Option<String>,
    /// Choose only among domains without an end date.
    #[arg(long, conflicts_with = "domain")]
    pub(in super::super) permanent: bool,
    /// A name for the session, as the key `e` of the mailbox sets it.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) label: Option<String>,
    /// Make the new address the current one.
    #[arg(long = "use")]
    pub(in super::super) becomes_current: bool,
}

/// Arguments of the `use` command.
#[derive(clap::Args, Debug)]
pub(crate) struct UseArgs {
    /// An address of a session.
    #[arg(required_unless_present = "none")]
    pub(in super::super) address: Option<String>,
    /// Clear the current address.
    #[arg(long, conflicts_with = "address")]
    pub(in super::super) none: bool,
}

/// Arguments of the `add-address` command.
#[derive(clap::Args, Debug)]
pub(crate) struct SessionChoice {
    /// Session that receives the address [default: that of the current address, else the newest].
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
    /// A domain that `domains` lists [default: a random one].
    #[arg(long, value_name = "NAME")]
    pub(in super::super) domain: Option<String>,
    /// Choose only among domains without an end date.
    #[arg(long, conflicts_with = "domain")]
    pub(in super::super) permanent: bool,
}

/// Arguments of the `restore` command.
#[derive(clap::Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The address to restore [default: the current one].
    pub(in super::super) address: Option<String>,
    /// Restore key of the address [default: the stored one].
    pub(in super::super) key: Option<String>,
    /// Session that receives the address [default: the newest session; a new one if there is none].
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
}

/// Arguments of the `delete-address` command.
#[derive(clap::Args, Debug)]
pub(crate) struct DeleteArgs {
    /// The address to delete [default: the current one].
    pub(in super::super) address: Option<String>,
    /// Delete nothing; only check that the address exists, and print it.
    #[arg(long)]
    pub(in super::super) dry_run: bool,
}

/// Arguments of the `token` command.
#[derive(clap::Args, Debug)]
pub(crate) struct TokenArgs {
    /// Print the whole token: anyone who has it can read your mail.
    #[arg(long, global = true)]
    pub(in super::super) show: bool,
    #[command(subcommand)]
    pub(in super::super) verb: Option<TokenVerb>,
}

/// Subcommands of the `token` command.
#[derive(Subcommand, Debug)]
pub(crate) enum TokenVerb {
    /// Renew the token; its sessions stay reachable.
    Renew,
}

/// Arguments of the `domain` command.
#[derive(clap::Args, Debug)]
pub(crate) struct DomainArgs {
    #[command(subcommand)]
    pub(in super::super) verb: DomainVerb,
}

/// Subcommands of the `domain` command. The password of the domain is read from `DROPMAIL_DOMAIN_PASSWORD`. If the
/// variable is not set, the program prompts for the password.
#[derive(Subcommand, Debug)]
pub(crate) enum DomainVerb {
    /// Add a domain whose MX records already name the service.
    Add {
        /// The name of the domain.
        name: String,
    },
    /// Delete a domain.
    Delete {
        /// The name of the domain.
        name: String,
    },
}
