//! Defines the arguments of the commands for mail, such as `wait`, `ls` and `read`.

use super::assert::parse_link_kind;
use super::duration::parse_duration;
use mail_codes::LinkKind;
use std::path::PathBuf;

/// Arguments of the `extract` command.
#[derive(clap::Args, Debug)]
pub(crate) struct ExtractArgs {
    /// Raw mails or mbox files; `-` or no file reads standard input. An mbox gives one line for each mail.
    #[arg(value_name = "FILE")]
    pub(in super::super) files: Vec<PathBuf>,
    /// Only the Nth mail of an mbox.
    #[arg(long, value_name = "N", value_parser = parse_number)]
    pub(in super::super) mail: Option<usize>,
}

/// Arguments of the `wait` command.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(crate) struct WaitArgs {
    /// Only mail to this address [default: the current address, else mail of all live sessions].
    #[arg(long, visible_alias = "to", value_name = "ADDRESS", conflicts_with_all = ["session", "all"])]
    pub(in super::super) address: Option<String>,
    /// Mail of all live sessions, even if there is a current address.
    #[arg(long, conflicts_with = "session")]
    pub(in super::super) all: bool,
    /// Only mail of this session.
    #[arg(long, value_name = "ID")]
    pub(in super::super) session: Option<String>,
    /// Wait for this number of mails and print each one as it comes [default: 1].
    #[arg(long, value_name = "N", value_parser = parse_number)]
    pub(in super::super) count: Option<usize>,
    /// Print only the code of the mail.
    #[arg(long, group = "result")]
    pub(in super::super) code: bool,
    /// Print only the best link of the mail. With a kind (verify, sign-in, reset, invite, pay and others), wait
    /// for a mail with such a link.
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, value_parser = parse_link_kind, group = "result")]
    #[expect(clippy::option_option, reason = "the option may be absent, without a value, or with one")]
    pub(in super::super) link: Option<Option<LinkKind>>,
    /// Print only the code of the mail, or its best link if it has no code.
    #[arg(long, group = "result")]
    pub(in super::super) any: bool,
    /// Only mail whose sender name or address contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) from: Option<String>,
    /// Only mail whose subject contains this text.
    #[arg(long, value_name = "TEXT")]
    pub(in super::super) subject: Option<String>,
    /// Also mail received since then: `90s`, `10m` or `2h` ago, or an RFC 3339 time [default: now].
    #[arg(long, value_name = "WHEN", conflicts_with = "after")]
    pub(in super::super) since: Option<String>,
    /// Also mail received after this one.
    #[arg(long, value_name = "MAIL_ID")]
    pub(in super::super) after: Option<String>,
    /// Stop after this time, with exit code 3: seconds, or `90s`, `2m`, `1h`; 0 checks once [default: never].
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(in super::super) timeout: Option<std::time::Duration>,
}

/// Arguments of the `quick` command.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(crate) struct QuickArgs {
    /// Wait for a code only; a link does not count.
    #[arg(long, group = "result")]
    pub(in super::super) code: bool,
    /// Wait for a link only, or for a link of a kind (verify, sign-in, reset, invite, pay and others).
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, value_parser = parse_link_kind, group = "result")]
    #[expect(clippy::option_option, reason = "the option may be absent, without a value, or with one")]
    pub(in super::super) link: Option<Option<LinkKind>>,
    /// Go on after the first code or link, until Ctrl-C or the timeout.
    #[arg(long)]
    pub(in super::super) keep: bool,
    /// Stop after this time, with exit code 3: seconds, or `90s`, `2m`, `1h` [default: never].
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(in super::super) timeout: Option<std::time::Duration>,
}

/// Arguments of the `ls` command.
#[derive(clap::Args, Debug)]
pub(crate) struct LsArgs {
    /// Only stored mail: no network is used.
    #[arg(long)]
    pub(in super::super) kept: bool,
    /// Only mail to this address [default: the current address, else all mail].
    #[arg(long, visible_alias = "to", value_name = "ADDRESS", conflicts_with = "all")]
    pub(in super::super) address: Option<String>,
    /// All mail, even if there is a current address.
    #[arg(long)]
    pub(in super::super) all: bool,
    /// Only mail that the filter of the screen keeps: words and terms such as `from:shop has:code after:2d`
    /// (behind `--` where one begins with `-`).
    #[arg(value_name = "FILTER")]
    pub(in super::super) filter: Vec<String>,
}

/// Arguments that select one mail, in the archive, on the service or in a file.
#[derive(clap::Args, Debug)]
pub(crate) struct WhichMail {
    /// The id of a mail, `-`, or the path of a raw mail or mbox file (it ends in .eml, .mbox or .mbx, starts with
    /// `/`, `.` or `~`, or contains `/` and its directory exists).
    #[arg(value_name = "MAIL")]
    pub(in super::super) name: String,
    /// The Nth mail of an mbox [default: the first].
    #[arg(long, value_name = "N", value_parser = parse_number)]
    pub(in super::super) mail: Option<usize>,
    /// The mail attached as part N (`read --parts` lists the parts); repeat the option for a mail inside that mail.
    #[arg(long, value_name = "N")]
    pub(in super::super) part: Vec<usize>,
}

/// Arguments of the `read` command.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four independent command-line flags")]
pub(crate) struct ReadArgs {
    #[command(flatten)]
    pub(in super::super) which: WhichMail,
    /// Print the HTML part, sanitised.
    #[arg(long, group = "view")]
    pub(in super::super) html: bool,
    /// Print the bytes as received (sanitised if standard output is a terminal).
    #[arg(long, group = "view")]
    pub(in super::super) raw: bool,
    /// Print the header fields, decoded.
    #[arg(long, group = "view")]
    pub(in super::super) headers: bool,
    /// List the attachments: number, type, size and name, separated by tabs.
    #[arg(long, group = "view")]
    pub(in super::super) parts: bool,
    /// Width of the text in columns [default: the width of the terminal, else 80].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub(in super::super) width: Option<u16>,
}

/// Arguments of the `save` command.
#[derive(clap::Args, Debug)]
pub(crate) struct SaveArgs {
    #[command(flatten)]
    pub(in super::super) which: WhichMail,
    /// Save the attachments instead of the whole mail.
    #[arg(long)]
    pub(in super::super) attachments: bool,
    /// Target directory [default: the download directory].
    #[arg(long, value_name = "DIR")]
    pub(in super::super) dir: Option<PathBuf>,
}

/// Arguments of the `open` command.
#[derive(clap::Args, Debug)]
pub(crate) struct OpenArgs {
    /// Raw mails or mbox files.
    #[arg(value_name = "FILE", required = true)]
    pub(in super::super) files: Vec<PathBuf>,
}

/// Parses a positive integer: the number of a mail in an mbox file, or a number of mails or history entries. Returns an
/// error message if the text is not a positive integer.
pub(super) fn parse_number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "write a number from 1 on".to_owned())
}
