//! Opens text prompts, and handles the keys in them.

use super::{keep_open, run_when_loaded};
use crate::app::effect::Effect;
use crate::app::filter::Filter;
use crate::app::input::TextInput;
use crate::app::key::{Key, KeyCode};
use crate::app::mail_action::MailAction;
use crate::app::model::Model;
use crate::app::overlay::{Overlay, Prompt, PromptKind};
use crate::app::update::{copy, domains, inbox, message_pane, notify_info, search, sessions};
use mail_reader::sanitize::SafeText;

pub(super) fn handle_key(model: &mut Model, mut prompt: Prompt, key: Key) -> Vec<Effect> {
    if key.code == KeyCode::Esc {
        match prompt.purpose {
            PromptKind::Filter => model.inbox.set_filter(Filter::default()),
            PromptKind::SearchInbox => drop(model.inbox.end_search()),
            PromptKind::SearchMessage
            | PromptKind::Label(_)
            | PromptKind::DomainName
            | PromptKind::DomainPassword
            | PromptKind::DomainPasswordAgain
            | PromptKind::Extension
            | PromptKind::Pipe(_) => {}
        }
        model.own_domain = None;
        return Vec::new();
    }
    if key.code == KeyCode::Enter {
        return submit_prompt(model, prompt);
    }
    // Backspace closes an empty prompt, as in vim.
    if key.code == KeyCode::Backspace && prompt.input.text().is_empty() {
        return Vec::new();
    }
    if prompt.input.handle_key(key) {
        prompt.wrong = apply_typed(model, &prompt.purpose, prompt.input.text());
    }
    keep_open(model, Overlay::Prompt(prompt))
}

/// Handles Enter in a text prompt: runs the prompt's action with the text that the user has typed.
fn submit_prompt(model: &mut Model, prompt: Prompt) -> Vec<Effect> {
    let text = prompt.input.text().to_owned();
    match prompt.purpose {
        PromptKind::SearchMessage => message_pane::search_message(model, &text),
        PromptKind::Label(session) => sessions::set_label(model, session, &text),
        PromptKind::DomainName => domains::handle_name(model, &text),
        PromptKind::DomainPassword => domains::handle_password(model, &text),
        PromptKind::DomainPasswordAgain => domains::handle_repeated_password(model, &text),
        PromptKind::Extension => copy::copy_tagged_address(model, &text),
        PromptKind::SearchInbox | PromptKind::Filter if prompt.wrong.is_some() => {
            keep_open(model, Overlay::Prompt(prompt))
        }
        PromptKind::SearchInbox => {
            model.inbox.show_only_matches();
            Vec::new()
        }
        PromptKind::Filter => Vec::new(),
        PromptKind::Pipe(_) if text.trim().is_empty() => Vec::new(),
        PromptKind::Pipe(None) => run_when_loaded(model, MailAction::Pipe(text)),
        PromptKind::Pipe(part) => message_pane::pipe_mail(model, part, text),
    }
}

/// Applies an inbox filter or inbox search while the user is typing it. Returns a message about the invalid terms in
/// the text; `None` if all terms are valid.
pub(super) fn apply_typed(model: &mut Model, purpose: &PromptKind, text: &str) -> Option<SafeText> {
    match purpose {
        PromptKind::Filter => inbox::apply_filter(model, text),
        PromptKind::SearchInbox => search::apply_typed(model, text),
        PromptKind::SearchMessage
        | PromptKind::Label(_)
        | PromptKind::DomainName
        | PromptKind::DomainPassword
        | PromptKind::DomainPasswordAgain
        | PromptKind::Extension
        | PromptKind::Pipe(_) => None,
    }
}

/// Handles the `/` key: opens a search prompt. If the message pane has the focus, the user searches the open mail. If
/// another pane has the focus, the user searches all stored mail.
pub(in crate::app::update) fn open_search_prompt(model: &mut Model) -> Vec<Effect> {
    if !model.context().message {
        return search::open_search(model);
    }
    message_pane::expand_quotes(model);
    let purpose = PromptKind::SearchMessage;
    keep_open(model, Overlay::Prompt(Prompt { purpose, input: TextInput::default(), wrong: None }))
}

/// Handles the `|` key: prompts for a shell command, to which the program then pipes the mail. If the message pane
/// shows a single MIME part, the program pipes only this part.
pub(in crate::app::update) fn open_pipe_prompt(model: &mut Model) -> Vec<Effect> {
    if model.current_mail().is_none() {
        return notify_info(model, "There is no mail to hand to a command.");
    }
    let part = message_pane::viewed_part(model);
    keep_open(
        model,
        Overlay::Prompt(Prompt { purpose: PromptKind::Pipe(part), input: TextInput::default(), wrong: None }),
    )
}
