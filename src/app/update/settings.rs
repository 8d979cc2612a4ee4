//! Applies changes to the settings while the program is running, including the choice of a theme in the theme menu.

use super::{notify_info, notify_problem, notify_success};
use crate::app::effect::{Effect, StoreEffect};
use crate::app::message_pane::RenderedView;
use crate::app::model::Model;
use crate::app::settings::Settings;
use crate::config::themes;
use mail_reader::sanitize::SafeText;

/// Maximum number of invalid settings that are reported in separate notices. If there are more, one further notice
/// states how many.
const MAX_REPORTED_FAULTS: usize = 2;

/// Applies new settings and reports invalid ones. Also shows a notice that the settings have changed, except at
/// startup.
pub(super) fn apply_settings(model: &mut Model, new: Settings, problems: Vec<SafeText>) -> Vec<Effect> {
    let started = model.mailbox_source.is_some();
    let old = std::mem::replace(&mut model.settings, new);
    let changed = old != model.settings;
    let changes = model.settings.changes_since(&old);
    if old.keymap != model.settings.keymap
        && let Some(open) = model.message_pane.open_mail_mut()
    {
        // The message header contains key names, which may have changed, so it must be laid out again.
        (open.rendered, open.pending_render) = (RenderedView::empty(), None);
    }
    if old.keyboard != model.settings.keyboard {
        model.keyboard.set_layout(model.settings.keyboard);
    }
    if old.grouping != model.settings.grouping {
        model.inbox.set_grouping(model.settings.grouping);
    }
    model.typed.clear();
    if started && changed && problems.is_empty() {
        let named = if changes.is_empty() { String::new() } else { format!(": {}", changes.join(", ")) };
        notify_success(model, format!("The settings were read anew{named}."));
    }
    let rest = problems.len().saturating_sub(MAX_REPORTED_FAULTS);
    for why in problems.into_iter().take(MAX_REPORTED_FAULTS) {
        notify_problem(model, why);
    }
    match rest {
        0 => Vec::new(),
        1 => notify_problem(model, "One more fault is in the settings; `dropmail-tui config` tells all."),
        _ => notify_problem(
            model,
            format!("{rest} more faults are in the settings; `dropmail-tui config` tells all."),
        ),
    }
}

/// Applies the theme that the user has chosen, and returns the effect that stores its name in the settings file.
pub(super) fn choose_theme(model: &mut Model, name: &'static str) -> Vec<Effect> {
    model.preview = None;
    if model.settings.theme == name {
        return Vec::new();
    }
    name.clone_into(&mut model.settings.theme);
    vec![Effect::Store(StoreEffect::SaveSetting("theme", name.to_owned()))]
}

pub(super) fn handle_setting_saved(
    model: &mut Model,
    name: &str,
    value: &str,
    result: Result<SafeText, SafeText>,
) -> Vec<Effect> {
    match result {
        Ok(path) if path.is_empty() => {
            notify_success(model, format!("The {name} {value} holds until the program ends."))
        }
        Ok(path) => notify_success(model, format!("The {name} {value} is kept in {path}.")),
        Err(why) => {
            notify_problem(model, format!("The {name} {value} holds until the end, but is not kept: {why}"))
        }
    }
}

/// Returns the name of a built-in theme as a static string; `None` if there is no theme with this name.
pub(super) fn known_theme(name: &str) -> Option<&'static str> {
    themes::NAMES.iter().find(|known| **known == name).copied()
}

/// Shows a notice that the theme menu cannot be opened because the settings disable colours.
pub(super) fn notify_no_colours(model: &mut Model) -> Vec<Effect> {
    notify_info(model, "Colours are off (NO_COLOR or no_color): a theme shows when they are on again.")
}
