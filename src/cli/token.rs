//! The `token` command: prints the state of the token, or renews the token. It prints the whole token only with
//! `--show`.

use super::args::{TokenArgs, TokenVerb};
use super::context::CliContext;
use super::{CliError, output};
use dropmail_client::domain::secrets::Token;
use dropmail_client::service::{RenewedToken, TokenHealth, TokenReport, TokenSource};
use serde_json::{Value, json};

/// Number of characters at the end of the token that the `token` command prints. The command masks all preceding
/// characters.
const SHOWN: usize = 4;

pub(super) async fn run(context: CliContext, args: &TokenArgs) -> Result<u8, CliError> {
    let report = match args.verb {
        None => context.mailbox.token_report().await?,
        Some(TokenVerb::Renew) => {
            let (report, text) = match context.mailbox.renew_token_now().await? {
                RenewedToken::Kept(report) => (
                    report,
                    "the new token is stored; unset DROPMAIL_TOKEN to use it, or print it with --show",
                ),
                RenewedToken::BesideAnother(report) => (
                    report,
                    "the new token is not stored, because the archive has a token other than DROPMAIL_TOKEN: print \
                     it with --show, or unset DROPMAIL_TOKEN to renew the stored one",
                ),
            };
            if report.source == TokenSource::Given {
                output::eprint_line(text);
            }
            Some(report)
        }
    };
    let (state, reason) = match report.as_ref().map(|report| &report.health) {
        None => ("none", None),
        Some(TokenHealth::Valid) => ("valid", None),
        Some(TokenHealth::Expired) => ("expired", None),
        Some(TokenHealth::Refused(reason)) => ("refused", Some(reason.as_str())),
    };
    let token = report.as_ref().map(|report| format_token(&report.token, args.show));
    let source = report.as_ref().map(source_description);
    if context.json {
        let ends_at = report.as_ref().and_then(|report| report.ends_at);
        let value: Value = json!({
            "state": state, "reason": reason, "source": source, "token": token, "ends_at": ends_at,
        });
        output::print(&value.to_string())?;
    } else {
        let none = || "-".to_owned();
        let source = source.map_or_else(none, ToOwned::to_owned);
        output::print(&format!("{state}\t{source}\t{}", token.unwrap_or_else(none)))?;
    }
    Ok(0)
}

fn source_description(report: &TokenReport) -> &'static str {
    match report.source {
        TokenSource::Given => "given",
        TokenSource::Kept => "kept",
        TokenSource::New => "new",
    }
}

fn format_token(token: &Token, whole: bool) -> String {
    let text = token.expose();
    if whole {
        return text.to_owned();
    }
    // A legacy token may be short, or its owner may use it elsewhere as a password, so no part of it is shown.
    let (front, shown) = if token.is_legacy() { ("", 0) } else { ("af_", SHOWN) };
    let end = text.len().checked_sub(shown).and_then(|at| text.get(at..)).unwrap_or_default();
    format!("{front}…{end}")
}
