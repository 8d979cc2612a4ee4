//! Handles the `,` key: groups the inbox by sign-up or by address.

use super::notify_info;
use crate::app::command::ListCommand;
use crate::app::effect::Effect;
use crate::app::inbox::Grouping;
use crate::app::model::Model;

/// Switches the inbox to the next grouping.
pub(super) fn switch_to_next(model: &mut Model) -> Vec<Effect> {
    let next = model.inbox.grouping().next();
    set_grouping(model, next)
}

/// Sets the grouping of the inbox and shows a notice about the new grouping.
pub(super) fn set_grouping(model: &mut Model, grouping: Grouping) -> Vec<Effect> {
    model.inbox.set_grouping(grouping);
    let key = model.key_of(ListCommand::Group);
    notify_info(model, format!("The list is {}. {key} groups it in another way.", grouping.description()))
}
