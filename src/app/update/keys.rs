//! Handles key presses. If an overlay is open, the topmost overlay receives the key. If no overlay is open, the key is
//! looked up in the key bindings.

use super::overlay::{self, Outcome};
use super::{commands, invoke, notify_info};
use crate::app::command::{AppCommand, Command};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyCode};
use crate::app::keymap::KeyMatch;
use crate::app::layout::Layout;
use crate::app::mail_action::MailAction;
use crate::app::model::Model;

pub(super) fn handle_key(model: &mut Model, key: Key) -> Vec<Effect> {
    // Ctrl with a character never types text, so a non-Latin character is converted to the Latin character on
    // the same key.
    let key = if key.ctrl { model.keyboard.latin_key(key).unwrap_or(key) } else { key };
    // Ctrl-C quits in every state.
    if key == Key::ctrl('c') {
        model.quitting = true;
        return Vec::new();
    }
    // The key of `AppCommand::Suspend` also works while an overlay is open, but only if the key includes Ctrl. Without
    // Ctrl, it may be input for the overlay.
    let goes = KeyMatch::Command(Command::App(AppCommand::Suspend));
    if key.ctrl && !model.overlays.is_empty() && model.settings.keymap.lookup(&[key], model.context()) == goes
    {
        model.suspending = true;
        return Vec::new();
    }
    // On a screen that is too small, only `Quit` works, because the user must not run a command without seeing its
    // effect.
    if model.layout() == Layout::TooSmall {
        let leaves = KeyMatch::Command(Command::App(AppCommand::Quit));
        let keymap = &model.settings.keymap;
        let quits = model.keyboard.look_up(keymap, &mut Vec::new(), key, model.context()) == leaves;
        return if quits && model.overlays.is_empty() { commands::quit(model) } else { Vec::new() };
    }
    if key.code == KeyCode::Esc {
        model.queued.clear();
    }
    // A key press shows that the user has read the notices. The pending action is dropped, because a menu that it opens
    // late would receive keys that are not meant for the menu.
    model.notices.dismiss();
    model.pending_action.take_if(|pending| !matches!(pending.action, MailAction::Pipe(_)));
    if !model.overlays.is_empty() {
        let outcome = overlay::handle_key(model, key);
        return apply_outcome(model, outcome);
    }
    let context = model.context();
    match model.keyboard.look_up(&model.settings.keymap, &mut model.typed, key, context) {
        KeyMatch::Command(command) => {
            model.typed.clear();
            commands::run(model, command)
        }
        KeyMatch::Sequence(at) => {
            model.typed.clear();
            invoke::start_sequence(model, at)
        }
        KeyMatch::Partial => Vec::new(),
        KeyMatch::NoMatch => {
            let typed: String = std::mem::take(&mut model.typed).iter().map(ToString::to_string).collect();
            notify_unbound(model, &typed)
        }
    }
}

/// Applies the outcome of a key press or click in an overlay: returns its effects, or runs the command that the user
/// has chosen.
pub(super) fn apply_outcome(model: &mut Model, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Effects(effects) => effects,
        Outcome::Run(command) => commands::run(model, command),
        Outcome::Invoke(invocation) => invoke::run_invocation(model, &invocation),
    }
}

/// Shows a notice that the typed keys are not bound to a command, but only once for each key sequence. If a screen
/// reader is used, shows the notice every time, because the user cannot see that nothing has changed.
fn notify_unbound(model: &mut Model, typed: &str) -> Vec<Effect> {
    if !model.settings.accessible && !model.keyboard.should_report(typed) {
        return Vec::new();
    }
    let help = model.key_of(AppCommand::Help);
    notify_info(model, format!("The key {typed} does nothing here. {help} lists the keys."))
}
