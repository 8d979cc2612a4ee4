//! Runs commands with an argument, and sequences of commands.

use super::overlay::run_when_loaded;
use super::{
    commands, copy, grouping, inbox, message_pane, notify_info, notify_problem, search, sessions, settings,
};
use crate::app::command::{ArgumentKind, argument_kind};
use crate::app::effect::Effect;
use crate::app::inbox::Grouping;
use crate::app::invocation::Invocation;
use crate::app::layout::Pane;
use crate::app::mail_action::MailAction;
use crate::app::message_pane::MessagePane;
use crate::app::model::Model;

/// Starts the command sequence with the index `sequence` in the key bindings. [`run_queued`] runs its commands.
pub(super) fn start_sequence(model: &mut Model, sequence: usize) -> Vec<Effect> {
    let steps = model.settings.keymap.sequences().get(sequence).map(|sequence| sequence.steps().to_vec());
    model.queued = steps.unwrap_or_default().into();
    Vec::new()
}

/// Runs the next commands of the active sequence. The sequence pauses while a dialog is open, while a shell command is
/// running, and while the program loads a mail that an earlier command has opened.
pub(super) fn run_queued(model: &mut Model) -> Vec<Effect> {
    let mut effects = Vec::new();
    while !model.quitting && !is_busy(model) {
        let Some(step) = model.queued.pop_front() else { break };
        effects.extend(run_invocation(model, &step));
        effects.extend(message_pane::request_missing(model));
    }
    effects
}

fn is_busy(model: &Model) -> bool {
    !model.overlays.is_empty()
        || model.pending_action.is_some()
        || model.piping.is_some()
        || matches!(model.message_pane, MessagePane::Loading { .. })
}

/// Runs a command, with its argument if there is one. A command without an argument runs as if the user had pressed its
/// key.
pub(super) fn run_invocation(model: &mut Model, invocation: &Invocation) -> Vec<Effect> {
    let command = invocation.command;
    let (Some(kind), Some(argument)) = (argument_kind(command), invocation.argument.as_deref()) else {
        return commands::run(model, command);
    };
    commands::refuse(model, command).unwrap_or_else(|| run_with_argument(model, kind, argument))
}

/// Runs the command whose argument is of the kind `kind`, with the argument `argument`.
fn run_with_argument(model: &mut Model, kind: ArgumentKind, argument: &str) -> Vec<Effect> {
    match kind {
        ArgumentKind::FilterTerms => match inbox::apply_filter(model, argument) {
            Some(wrong) => notify_problem(model, wrong),
            None => Vec::new(),
        },
        ArgumentKind::SearchTerms if model.context().message => {
            message_pane::expand_quotes(model);
            message_pane::search_message(model, argument)
        }
        ArgumentKind::SearchTerms => {
            let wrong = search::apply_typed(model, argument);
            model.focus = Pane::Inbox;
            model.inbox.show_only_matches();
            wrong.map_or_else(Vec::new, |wrong| notify_problem(model, wrong))
        }
        ArgumentKind::Theme if model.settings.no_color => settings::notify_no_colours(model),
        ArgumentKind::Theme => match settings::known_theme(argument) {
            Some(name) => settings::choose_theme(model, name),
            None => notify_problem(model, format!("There is no theme {argument}.")),
        },
        ArgumentKind::Grouping => match Grouping::from_name(argument) {
            Some(grouping) => grouping::set_grouping(model, grouping),
            None => notify_problem(model, format!("There is no grouping {argument}.")),
        },
        ArgumentKind::CodePosition => run_when_loaded(model, MailAction::CopyCode(index_of(argument))),
        ArgumentKind::LinkPosition => run_when_loaded(model, MailAction::CopyLink(index_of(argument))),
        ArgumentKind::ShellCommand => run_when_loaded(model, MailAction::Pipe(argument.to_owned())),
        ArgumentKind::AddressWord => copy::copy_tagged_address(model, argument),
        ArgumentKind::SessionName => {
            let Some(session) = model.sessions.selected_row().map(|row| row.session.id.clone()) else {
                return notify_info(model, "There is no session to name yet.");
            };
            sessions::set_label(model, session, argument)
        }
    }
}

/// Converts a position, counted from 1, to an index, counted from 0. `Invocation::parse` has already validated the
/// position.
fn index_of(position: &str) -> usize {
    position.parse::<usize>().unwrap_or(1).saturating_sub(1)
}
