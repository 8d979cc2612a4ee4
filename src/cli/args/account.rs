//! What the verbs on sessions, addresses, domains and the token take.

use clap::Subcommand;

/// What `new` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct NewArgs {
    /// A domain of `domains` [default: a random one].
    #[arg(long, value_name = "NAME")]
    pub(in super::super) domain: Option<String>,
    /// Leave domains with an end out of the random choice.
    #[arg(long, conflicts_with = "domain")]
    pub(in super::super) permanent: bool,
    /// What to call the session, as `e` in the mailbox does.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) label: Option<String>,
}

/// What `add-address` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct SessionChoice {
    /// The session that gets the address [default: the newest].
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
    /// A domain of `domains` [default: a random one].
    #[arg(long, value_name = "NAME")]
    pub(in super::super) domain: Option<String>,
    /// Leave domains with an end out of the random choice.
    #[arg(long, conflicts_with = "domain")]
    pub(in super::super) permanent: bool,
}

/// What `restore` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct RestoreArgs {
    /// The address.
    pub(in super::super) address: String,
    /// Its restore key [default: the one that is kept here].
    pub(in super::super) key: Option<String>,
    /// The session that gets it [default: the newest, or a new one].
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
    /// Print the whole token: whoever has it can read your mail.
    #[arg(long, global = true)]
    pub(in super::super) show: bool,
    #[command(subcommand)]
    pub(in super::super) verb: Option<TokenVerb>,
}

/// What can be done with a token.
#[derive(Subcommand, Debug)]
pub(crate) enum TokenVerb {
    /// Prolong it; what it made stays reachable.
    Renew,
}

/// What `domain` takes.
#[derive(clap::Args, Debug)]
pub(crate) struct DomainArgs {
    #[command(subcommand)]
    pub(in super::super) verb: DomainVerb,
}

/// What can be done with a personal domain. The password is asked for at the terminal, or read
/// from `DROPMAIL_DOMAIN_PASSWORD`.
#[derive(Subcommand, Debug)]
pub(crate) enum DomainVerb {
    /// Add a domain whose mail (MX) already reaches the service.
    Add {
        /// The domain's name.
        name: String,
    },
    /// Delete a domain.
    Delete {
        /// The domain's name.
        name: String,
    },
}
