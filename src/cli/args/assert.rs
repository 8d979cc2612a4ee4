//! Defines the arguments of the `assert` command.

use super::duration::parse_duration;
use mail_codes::LinkKind;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of the `assert` command: which mails match, and how many matching mails there must be.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(crate) struct AssertArgs {
    /// Exactly this number of mails must match.
    #[arg(long, value_name = "N", group = "number")]
    pub(in super::super) count: Option<usize>,
    /// At least this number of mails must match [default: 1].
    #[arg(long, value_name = "N", group = "number")]
    pub(in super::super) min: Option<usize>,
    /// No mail may match; waits for all of --within.
    #[arg(long, group = "number")]
    pub(in super::super) none: bool,
    /// Only mail to this address [default: the current address, else all mail].
    #[arg(long, visible_alias = "address", value_name = "ADDRESS", conflicts_with = "all")]
    pub(in super::super) to: Option<String>,
    /// Mail to any address, even if there is a current address.
    #[arg(long)]
    pub(in super::super) all: bool,
    /// Only mail whose sender name or address contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) from: Option<String>,
    /// Only mail whose subject contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) subject: Option<String>,
    /// Only mail with a code.
    #[arg(long)]
    pub(in super::super) code: bool,
    /// Only mail with a link, or with a link of this kind (verify, sign-in, reset, invite, pay and others).
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, value_parser = parse_link_kind)]
    #[expect(clippy::option_option, reason = "the option may be absent, without a value, or with one")]
    pub(in super::super) link: Option<Option<LinkKind>>,
    /// Only mail with an attachment whose name contains this text.
    #[arg(long, value_name = "NAME")]
    pub(in super::super) attachment: Option<String>,
    /// Only mail whose subject, text or attachment names contain this text.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) text: Option<String>,
    /// Only mail received since then: `90s`, `10m` or `2h` ago, or an RFC 3339 time [default: all mail].
    #[arg(long, value_name = "WHEN")]
    pub(in super::super) since: Option<String>,
    /// How long to wait for the mails: seconds, or `90s`, `2m`, `1h` [default: do not wait].
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(in super::super) within: Option<Duration>,
    /// Also write the result to this file, in the XML format that CI services read.
    #[arg(long, value_name = "FILE")]
    pub(in super::super) junit: Option<PathBuf>,
}

pub(super) fn parse_link_kind(word: &str) -> Result<LinkKind, String> {
    LinkKind::from_label(word).ok_or_else(|| {
        let names: Vec<&str> = LinkKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("use one of {}", names.join(", "))
    })
}
