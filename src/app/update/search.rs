//! `/` and `\` in the inbox: a walk through all that is kept, as one types.

use super::{inbox, problem};
use crate::app::effect::Effect;
use crate::app::filter::Filter;
use crate::app::input::TextInput;
use crate::app::link::Generation;
use crate::app::model::Model;
use crate::app::msg::Failure;
use crate::app::overlay::{Overlay, Prompt, Purpose};
use crate::domain::sanitize::SafeText;
use crate::ports::archive::Step;

/// What was typed last is there to be changed while its answers are shown.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let text = model.inbox.searching().map_or("", |search| search.text);
    let input = TextInput::new(text);
    model.overlays.push(Overlay::Prompt(Prompt { purpose: Purpose::SearchInbox, input, wrong: None }));
    Vec::new()
}

/// What was typed so far is looked for; tells what is wrong with it.
pub(super) fn typed(model: &mut Model, text: &str) -> Option<SafeText> {
    let (filter, wrong) = Filter::parse(text, model.now, &model.zone);
    model.inbox.search_for(filter);
    wrong
}

/// Asks for the next step, where one is due.
pub(super) fn follow(model: &mut Model) -> Vec<Effect> {
    if !model.inbox.is_walking() {
        return Vec::new();
    }
    let rows = inbox::rows(model);
    let generation = model.next_generation();
    let step = model.inbox.next_step(rows, generation);
    step.map(|(wanted, from)| Effect::Search { wanted, from, generation }).into_iter().collect()
}

pub(super) fn answered(
    model: &mut Model,
    generation: Generation,
    result: Result<Step, Failure>,
) -> Vec<Effect> {
    match result {
        Ok(step) => {
            model.inbox.take_step(generation, step);
            Vec::new()
        }
        Err(why) => {
            model.inbox.break_step(generation);
            problem(model, why.words)
        }
    }
}

/// `n` and `N`: the next mail that was found, round the end.
pub(super) fn next(model: &mut Model, by: isize) -> Vec<Effect> {
    let rows = inbox::rows(model);
    model.inbox.go_round(by, rows);
    Vec::new()
}
