//! Handles job events, and the `P` key, which lists what runs in the background.

mod services;

use crate::app::effect::{Effect, ExternalEffect};
use crate::app::jobs::{Job, JobEvent, JobId};
use crate::app::model::Model;
use crate::app::overlay::{Action, Item, Menu, MenuContent, Overlay};
use dropmail_client::domain::time::format_age;

/// Opens the list of what runs in the background: the running jobs and, below them, the connections, timers and
/// watchers that run as long as the program does.
pub(super) fn open_list(model: &mut Model) -> Vec<Effect> {
    let menu = Menu::new("Running", items(model)).with_enter_label(enter_label(model));
    model.overlays.push(Overlay::Menu(Menu { content: MenuContent::Jobs, ..menu }));
    Vec::new()
}

fn items(model: &Model) -> Vec<Item> {
    let mut items = vec![Menu::heading_item("Work")];
    items.extend(model.jobs.list().map(|job| item(model, job)));
    if model.jobs.is_empty() {
        let detail = "no saving, export, search or command".into();
        items.push(Item { label: "none".into(), detail, action: Action::Nothing });
    }
    let services = services::items(model);
    if !services.is_empty() {
        items.push(Menu::heading_item("Runs all the time"));
        items.extend(services);
    }
    items
}

/// Returns what the heading of the job list says about the Enter key; empty if there is no job that Enter could stop.
fn enter_label(model: &Model) -> &'static str {
    if model.jobs.list().any(|job| job.kind.can_stop()) { "stops it" } else { "" }
}

fn item(model: &Model, job: &Job) -> Item {
    let age = format_age(job.since, model.now);
    let progress = job.progress.map_or_else(String::new, |progress| format!(" · {}", progress.text()));
    let state = match (job.stopping, job.kind.can_stop()) {
        (true, _) => "stopping … · ",
        (false, true) => "",
        (false, false) => "cannot be stopped · ",
    };
    let action = if job.kind.can_stop() { Action::StopJob(job.id) } else { Action::Nothing };
    Item { label: job.kind.description(), detail: format!("{state}{age}{progress}").into(), action }
}

/// Applies a job event to the list of running jobs.
pub(super) fn handle_event(model: &mut Model, event: JobEvent) -> Vec<Effect> {
    let before = model.jobs.shown_job(model.now).cloned();
    model.jobs.apply(event, model.now);
    // The status line shows a job only after the job has run for a while.
    model.revision += u64::from(model.jobs.shown_job(model.now) != before.as_ref());
    Vec::new()
}

/// Updates the progress and running times in the job list if it is open. The cursor stays on the same job.
pub(super) fn refresh_list(model: &mut Model) {
    let is_list =
        |overlay: &Overlay| matches!(overlay, Overlay::Menu(menu) if menu.content == MenuContent::Jobs);
    if !model.overlays.iter().any(is_list) {
        return;
    }
    let (items, enter) = (items(model), enter_label(model));
    // A screen reader would announce each second of a job's running time.
    let quiet = model.settings.accessible;
    for overlay in &mut model.overlays {
        let Overlay::Menu(menu) = overlay else { continue };
        let same = |(one, other): (&Item, &Item)| one.action == other.action;
        let same_jobs = menu.items.len() == items.len() && menu.items.iter().zip(&items).all(same);
        if menu.content != MenuContent::Jobs || menu.items == items || quiet && same_jobs {
            continue;
        }
        let at = menu.matching_items().get(menu.cursor).map(|item| (*item).clone());
        let is_same = |item: &&Item, at: &Item| item.action == at.action && item.label == at.label;
        menu.items.clone_from(&items);
        menu.enter = enter;
        let matching = menu.matching_items();
        let place = at.and_then(|at| matching.iter().position(|item| is_same(item, &at)));
        menu.cursor = place.unwrap_or(menu.cursor);
        menu.skip_heading(true);
        model.revision += 1;
    }
}

/// Stops a job. Does nothing if the user cannot stop it.
pub(super) fn stop_job(model: &mut Model, id: JobId) -> Vec<Effect> {
    if model.jobs.stop(id) { vec![Effect::External(ExternalEffect::StopJob(id))] } else { Vec::new() }
}
