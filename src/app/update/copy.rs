//! Copies a code (`c` key), a link (`y`) or an address (`a`), and shows a notice about the copy.

use super::{notify_info, notify_problem, notify_success};
use crate::app::account::Account;
use crate::app::code_watch::CodeWatch;
use crate::app::command::AddressCommand;
use crate::app::effect::{CopiedMail, CopySource, Effect, ExternalEffect, StoreEffect};
use crate::app::input::TextInput;
use crate::app::model::Model;
use crate::app::msg::Storage;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use dropmail_client::domain::copied_to::CopiedTo;
use dropmail_client::domain::history::{CopiedItem, HistoryAction};
use dropmail_client::domain::mail::Summary;
use mail_codes::{Code, Link};
use mail_reader::sanitize::SafeText;

/// Returns the effect that copies a mail's best code; an empty list if the mail has no code.
pub(super) fn copy_code_of(summary: &Summary) -> Vec<Effect> {
    let code = summary.code.as_ref();
    let copy = |code: &Code| {
        Effect::External(ExternalEffect::Copy {
            source: CopySource::Code(CopiedMail::new(summary)),
            text: code.value.clone(),
        })
    };
    code.map(copy).into_iter().collect()
}

/// Returns the effect that copies the code of a mail or, if the same sender has sent a newer code, the newer code.
pub(super) fn copy_current_code_of(model: &Model, summary: &Summary) -> Vec<Effect> {
    let newer = model.inbox.newer_code(summary).and_then(|newer| model.inbox.get(&newer.mail));
    copy_code_of(newer.map_or(summary, |newer| &newer.summary))
}

/// Copies the code of a mail that has just arrived. If a newer code from the same sender exists, shows a notice
/// instead.
pub(super) fn copy_arrived_code(model: &mut Model, summary: &Summary) -> Vec<Effect> {
    let Some(code) = &summary.code else { return Vec::new() };
    let Some(newer) = model.inbox.newer_code(summary) else { return copy_code_of(summary) };
    let words = format!(
        "Not copied: the code {} of {} came late. {} was sent after it.",
        code.value, summary.sender, newer.value
    );
    notify_info(model, words)
}

/// Returns the effect that copies a mail's best link; an empty list if the mail has no link.
pub(super) fn copy_link_of(summary: &Summary) -> Vec<Effect> {
    let link = summary.link.as_ref();
    let copy = |link: &Link| {
        Effect::External(ExternalEffect::Copy {
            source: CopySource::Link(CopiedMail::new(summary)),
            text: link.url.clone(),
        })
    };
    link.map(copy).into_iter().collect()
}

/// Sets `is_substitute` in each copy effect, because the code or link is not from the selected mail. The notice about
/// the copy then mentions this.
pub(super) fn as_substitute(mut effects: Vec<Effect>) -> Vec<Effect> {
    for effect in &mut effects {
        if let Effect::External(ExternalEffect::Copy {
            source: CopySource::Code(mail) | CopySource::Link(mail),
            ..
        }) = effect
        {
            mail.is_substitute = true;
        }
    }
    effects
}

pub(super) fn copy_address(model: &mut Model) -> Vec<Effect> {
    match model.selected_address() {
        Some(address) => {
            vec![Effect::External(ExternalEffect::Copy {
                source: CopySource::Address,
                text: address.clone(),
            })]
        }
        None if model.account == Account::Open => {
            let key = model.key_of(AddressCommand::NewAddress);
            notify_info(model, format!("There is no address here. {key} makes one."))
        }
        None => {
            let key = model.key_of(AddressCommand::Refresh);
            let words = "There is no address yet. It comes once the service is reached";
            notify_problem(model, format!("{words}; {key} tries at once."))
        }
    }
}

/// Handles the `A` key: prompts for a plus tag, a word to add to the selected address. If the user gives each site a
/// different tag, the recipient address of a mail identifies the site.
pub(super) fn prompt_for_tag(model: &mut Model) -> Vec<Effect> {
    if model.selected_address().is_none() {
        return copy_address(model);
    }
    let prompt = Prompt { purpose: PromptKind::Extension, input: TextInput::default(), wrong: None };
    model.overlays.push(Overlay::Prompt(prompt));
    Vec::new()
}

/// Copies the selected address with the typed word added as a plus tag. Mail to `login+word@domain` is delivered to
/// `login@domain`.
pub(super) fn copy_tagged_address(model: &mut Model, word: &str) -> Vec<Effect> {
    let word = word.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let dots = word.starts_with('.') || word.ends_with('.') || word.contains("..");
    let Some((login, domain)) = model.selected_address().and_then(|address| address.rsplit_once('@')) else {
        return Vec::new();
    };
    if word.is_empty() || dots || !word.chars().all(plain) {
        let words =
            "A word is letters, digits, '-', '_' and single dots; the rest does not survive every form.";
        return notify_problem(model, words);
    }
    let text = format!("{login}+{word}@{domain}").into();
    vec![Effect::External(ExternalEffect::Copy { source: CopySource::Address, text })]
}

/// Handles the `w` key: starts or stops watching for codes. While watching is on, the program copies each new code to
/// the clipboard as soon as it arrives.
pub(super) fn toggle_code_watch(model: &mut Model) -> Vec<Effect> {
    model.code_watch.toggle();
    match model.code_watch {
        CodeWatch::On => notify_success(model, "Watching: each new code is copied as soon as it arrives."),
        CodeWatch::Off => notify_success(model, "No longer watching for codes."),
    }
}

pub(super) fn handle_copied(
    model: &mut Model,
    what: CopySource,
    text: &SafeText,
    result: Result<CopiedTo, SafeText>,
) -> Vec<Effect> {
    let remarks = copy_remarks(model, &what, text);
    let note = result.as_ref().ok().map(|to| history_effect(&what, text, *to));
    let what = match what {
        CopySource::Code(mail) => format!("the code {text} of {}", mail.sender),
        CopySource::Link(mail) => format!("the link of {}, {text}", mail.sender),
        CopySource::Address => format!("the address {text}"),
    };
    let copied_to = match result {
        Ok(copied_to) => copied_to,
        Err(why) => return notify_problem(model, format!("Not copied: {why}. It is {what}")),
    };
    let place = match copied_to {
        CopiedTo::System | CopiedTo::Terminal | CopiedTo::Both | CopiedTo::Tmux => "",
        CopiedTo::TmuxBufferOnly => " to tmux's paste buffer only",
        CopiedTo::Command => " with clipboard_command",
    };
    let mut sentences = vec![format!("Copied {what}{place}.")];
    sentences.extend(remarks);
    sentences.extend(clipboard_doubt(model, copied_to).map(ToOwned::to_owned));
    let mut effects = notify_success(model, sentences.join(" "));
    let stores = model.storage() != Storage::MailFiles && model.account != Account::ReadOnly;
    effects.extend(note.filter(|_| stores));
    effects
}

/// Returns a sentence about the reason why copied text may be missing from the user's clipboard, with the document that
/// explains it. Returns `None` if the text is certain to be there, or if an earlier notice contained the sentence.
fn clipboard_doubt(model: &mut Model, copied_to: CopiedTo) -> Option<&'static str> {
    let doubt = match copied_to {
        CopiedTo::System | CopiedTo::Both | CopiedTo::Command => return None,
        CopiedTo::Terminal | CopiedTo::Tmux => {
            "If the clipboard stays empty: docs/troubleshooting.md (OSC 52)."
        }
        CopiedTo::TmuxBufferOnly => "Its set-clipboard is off: docs/troubleshooting.md (OSC 52).",
    };
    let is_first = !std::mem::replace(&mut model.clipboard_doubt_shown, true);
    is_first.then_some(doubt)
}

/// Returns the remarks on the copied text that follow in the notice about the copy, one sentence each.
fn copy_remarks(model: &Model, what: &CopySource, text: &SafeText) -> Vec<String> {
    match what {
        CopySource::Code(mail) => {
            newest("code", mail).into_iter().chain(remarks_on_code(model, mail, text)).collect()
        }
        CopySource::Link(mail) => newest("link", mail).into_iter().collect(),
        CopySource::Address => Vec::new(),
    }
}

/// Returns a remark for the copy notice, which says that the newest code or link was copied because the selected mail
/// has none. `what` is the word `code` or `link`. Returns `None` if the text was copied from the selected mail.
fn newest(what: &str, mail: &CopiedMail) -> Option<String> {
    let remark = || format!("It is the newest {what}: the selected mail has none.");
    mail.is_substitute.then(remark)
}

/// Returns the remarks on a copied code: that it supersedes the code of the mail under the cursor, and that it may be
/// wrong because its confidence is low.
fn remarks_on_code(
    model: &Model,
    CopiedMail { id, .. }: &CopiedMail,
    text: &SafeText,
) -> impl Iterator<Item = String> {
    let under_cursor = model.inbox.selected().map(|mail| &mail.summary);
    let replaced = under_cursor.filter(|mail| {
        let newer = model.inbox.newer_code(mail);
        newer.is_some_and(|newer| newer.mail == *id && newer.value == *text)
    });
    let replaced =
        replaced.and_then(|mail| mail.code.as_ref()).map(|code| format!("It replaced {}.", code.value));
    let best = model.inbox.get(id).and_then(|mail| mail.summary.code.as_ref());
    // The user may have chosen a code other than the best one from the list of codes.
    let is_copied = |code: &&Code| code.value == *text;
    let chosen = || model.loaded_mail()?.findings.codes.iter().find(is_copied);
    let guess = best.filter(is_copied).or_else(chosen).filter(|code| !code.confidence.is_certain());
    let doubt = guess.map(|code| {
        format!("It is a guess ({} %): compare it with the mail.", code.confidence.thousandths() / 10)
    });
    replaced.into_iter().chain(doubt)
}

/// Returns the effect that adds the copying of a code, link or address to the history of the address concerned. The
/// history does not contain the copied code or link itself.
fn history_effect(what: &CopySource, text: &SafeText, to: CopiedTo) -> Effect {
    let (item, mail) = match what {
        CopySource::Code(mail) => (CopiedItem::Code, Some(mail)),
        CopySource::Link(mail) => (CopiedItem::Link, Some(mail)),
        CopySource::Address => (CopiedItem::Address, None),
    };
    let address = mail.map_or(text, |mail| &mail.to).clone();
    Effect::Store(StoreEffect::AddHistory(
        address,
        HistoryAction::Copied { item, to, mail: mail.map(|mail| mail.id.clone()) },
    ))
}
