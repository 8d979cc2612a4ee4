//! What the verbs on sessions, addresses, domains and the token take.

use clap::Subcommand;

/// What `new` takes.
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
}

/// What `add-address` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct SessionChoice {
    /// The session for the address [default: the newest].
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
    /// A domain that `domains` lists [default: a random one].
    #[arg(long, value_name = "NAME")]
    pub(in super::super) domain: Option<String>,
    /// Choose only among domains without an end date.
    #[arg(long, conflicts_with = "domain")]
    pub(in super::super) permanent: bool,
}

/// What `restore` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The address.
    pub(in super::super) address: String,
    /// Its restore key [default: the stored one].
    pub(in super::super) key: Option<String>,
    /// The session for the address [default: the newest, or a new one].
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
}

/// What `delete-address` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct AddressArgs {
    /// The address.
    pub(in super::super) address: String,
}

/// What `token` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct TokenArgs {
    /// Print the whole token: anyone who has it can read your mail.
    #[arg(long, global = true)]
    pub(in super::super) show: bool,
    #[command(subcommand)]
    pub(in super::super) verb: Option<TokenVerb>,
}

/// What can be done with a token.
#[derive(Subcommand, Debug)]
pub(crate) enum TokenVerb {
    /// Renew the token; its sessions stay reachable.
    Renew,
}

/// What `domain` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct DomainArgs {
    #[command(subcommand)]
    pub(in super::super) verb: DomainVerb,
}

/// What can be done with a personal domain. The program asks for the password at the terminal, or reads
/// `DROPMAIL_DOMAIN_PASSWORD`.
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
