//! Key `,`: groups the list by sign-up or by address.

use super::info;
use crate::app::command::ListCommand;
use crate::app::effect::Effect;
use crate::app::inbox::Grouping;
use crate::app::model::Model;

/// Groups the list in the next way.
pub(super) fn next(model: &mut Model) -> Vec<Effect> {
    let next = model.inbox.grouping().next();
    set(model, next)
}

/// Groups the list, and says how.
pub(super) fn set(model: &mut Model, grouping: Grouping) -> Vec<Effect> {
    model.inbox.set_grouping(grouping);
    let key = model.key(ListCommand::Group);
    info(model, format!("The list is {}. {key} groups it in another way.", grouping.words()))
}
