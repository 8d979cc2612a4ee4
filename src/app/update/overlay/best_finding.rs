//! Copies or opens the best code or link with one key, or lists the candidates if none is claimed.

use super::{keep_open, open_code_menu, open_link_menu, run_when_loaded};
use crate::app::command::AddressCommand;
use crate::app::effect::{CopiedMail, Effect};
use crate::app::mail_action::{LinkUse, MailAction};
use crate::app::model::{FindingKind, FindingSource, Model};
use crate::app::overlay::{Confirm, ConfirmableAction, Overlay};
use crate::app::update::{copy, notify_info};
use mail_codes::Link;
use mail_reader::sanitize::SafeText;

/// Handles the `c` key: copies the best code. If the selected mail has candidates but no claimed code, lists the
/// candidates instead.
pub(in crate::app::update) fn copy_best_code(model: &mut Model) -> Vec<Effect> {
    match model.finding_source(FindingKind::Code) {
        FindingSource::Current(summary) => copy::copy_current_code_of(model, summary),
        FindingSource::Other(summary) => copy::as_substitute(copy::copy_current_code_of(model, summary)),
        FindingSource::Candidates => open_code_menu(model),
        FindingSource::Unknown => run_when_loaded(model, MailAction::CopyBestCode),
        FindingSource::Nothing if model.inbox.is_empty() => {
            let key = model.key_of(AddressCommand::Watch);
            notify_info(model, format!("No mail has come yet. {key} copies each code as soon as it arrives."))
        }
        FindingSource::Nothing => notify_info(model, "There is no code in this mail."),
    }
}

/// Handles the `y` key: copies the best link. If the selected mail has links but none of them is claimed, lists them
/// instead.
pub(in crate::app::update) fn copy_best_link(model: &mut Model) -> Vec<Effect> {
    match model.finding_source(FindingKind::Link) {
        FindingSource::Current(summary) => copy::copy_link_of(summary),
        FindingSource::Other(summary) => copy::as_substitute(copy::copy_link_of(summary)),
        FindingSource::Candidates => open_link_menu(model),
        FindingSource::Unknown => run_when_loaded(model, MailAction::UseBestLink(LinkUse::Copy)),
        FindingSource::Nothing => notify_no_link(model),
    }
}

/// Handles the `o` key: asks the user whether to open the best link in the browser. The dialog shows the host to which
/// the link actually leads, and mentions it if the link is not from the selected mail. If the selected mail has links but
/// none of them is claimed, lists them instead.
pub(in crate::app::update) fn confirm_open_link(model: &mut Model) -> Vec<Effect> {
    let (from, is_substitute) = match model.finding_source(FindingKind::Link) {
        FindingSource::Current(summary) => (summary, false),
        FindingSource::Other(summary) => (summary, true),
        FindingSource::Candidates => return run_when_loaded(model, MailAction::Links(LinkUse::Open)),
        FindingSource::Unknown => return run_when_loaded(model, MailAction::UseBestLink(LinkUse::Open)),
        FindingSource::Nothing => return notify_no_link(model),
    };
    let Some(link) = from.link.clone() else { return notify_no_link(model) };
    let from = CopiedMail { is_substitute, ..CopiedMail::new(from) };
    ask_to_open(model, from, &link)
}

/// Asks the user whether to open a link of a mail in the browser.
pub(super) fn ask_to_open(model: &mut Model, from: CopiedMail, link: &Link) -> Vec<Effect> {
    let other = from.is_substitute.then(|| {
        SafeText::from(format!("It is the newest link, of {}: the selected mail has none.", from.sender))
    });
    let host = url::Url::parse(&link.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.unwrap_or_else(|| "an address without a host".to_owned());
    let mut details = vec![link.url.clone()];
    details.extend(other);
    details.extend(link.warnings.iter().map(|warning| format!("Careful: {warning}").into()));
    let question = format!("Open this link to {host} in the browser?").into();
    let action = ConfirmableAction::OpenLink(from, link.url.clone());
    keep_open(model, Overlay::Confirm(Confirm { question, details, action }))
}

/// Shows a notice that explains why no link was copied: there is no mail, or the mail has no link.
fn notify_no_link(model: &mut Model) -> Vec<Effect> {
    let is_empty = model.inbox.is_empty();
    notify_info(model, if is_empty { "No mail has come yet." } else { "There is no link in this mail." })
}
