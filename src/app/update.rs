//! The `update` function of the Elm architecture, which applies a `Msg` to the model and returns the effects to run.
//!
//! This file passes each `Msg` to the submodule that handles it.

// This file exceeds 300 lines because it has an arm for each message.

mod account;
mod addresses;
mod captcha;
mod commands;
mod connection;
mod copy;
mod domains;
mod grouping;
mod hidden;
mod history;
mod inbox;
mod invoke;
mod jobs;
mod keys;
mod list_keys;
mod message_pane;
mod mouse;
mod movement;
mod overlay;
mod panes;
mod restore;
mod search;
mod sessions;
mod settings;
mod sharing;
mod stars;
mod sync;
mod undo;

use super::account::Account;
use super::command::MailCommand;
use super::effect::{ArchiveEffect, Effect, StoreEffect};
use super::message_pane::{MessagePane, RenderedView};
use super::model::Model;
use super::msg::{AppError, FailureKind, Msg, Samples};
use super::notice::Severity;
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::transport_selector::TransportSelector;
use mail_reader::sanitize::SafeText;
use std::ops::ControlFlow;

/// Applies a `Msg` to the model and returns the effects to run.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    // A tick changes the screen only if a visible time changes. A response to a session query changes the screen only
    // if it contains something new. Any other message may change the screen.
    if !matches!(msg, Msg::Tick(_) | Msg::Job(_)) && !connection::leaves_screen_unchanged(model, &msg) {
        model.revision += 1;
    }
    // Key presses, mouse events, pasted text, ticks and a new screen size add neither mails nor addresses, so the mail
    // counts need no update.
    let still = matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Tick(_) | Msg::Resize(_) | Msg::Paste(_));
    let mut effects = dispatch(model, msg);
    effects.extend(invoke::run_queued(model));
    effects.extend(sessions::compare_stored(model));
    if !still {
        inbox::recount_mails(model);
    }
    inbox::update_addresses(model);
    inbox::record_seen(model);
    jobs::refresh_list(model);
    effects.extend(message_pane::request_missing(model));
    effects.extend(panes::store_layout(model));
    effects.extend(undo::store_steps(model));
    effects.extend(inbox::request_next_page(model));
    effects.extend(search::request_next_step(model));
    if model.account == Account::ReadOnly {
        // Another process owns the data directory, so this process must not write to the archive.
        effects.retain(|effect| {
            !matches!(effect, Effect::Store(StoreEffect::SetRead(..) | StoreEffect::SetHidden(_, true)))
        });
    }
    defer_read_marks(model, &mut effects);
    effects
}

/// Defers the effects that store the read state of mails while a mail is being loaded from the archive. The user is
/// waiting for that mail, and writing to the archive would delay it.
fn defer_read_marks(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.quitting || !matches!(model.message_pane, MessagePane::Loading { .. }) {
        effects.append(&mut model.deferred_effects);
        return;
    }
    model
        .deferred_effects
        .extend(effects.extract_if(.., |effect| matches!(effect, Effect::Store(StoreEffect::SetRead(..)))));
}

#[expect(clippy::too_many_lines, reason = "the function only has one arm for each message")]
fn dispatch(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => keys::handle_key(model, key),
        Msg::Mouse(mouse) => mouse::handle_mouse(model, mouse),
        Msg::Focus(focused) => connection::handle_focus(model, focused),
        Msg::Paste(text) => {
            overlay::paste(model, &text);
            Vec::new()
        }
        Msg::Resize(screen) => {
            model.screen = screen;
            Vec::new()
        }
        Msg::CellSize(cell) => {
            message_pane::set_cell_size(model, cell);
            Vec::new()
        }
        Msg::TextWidthChanged => {
            message_pane::discard_layouts(model);
            Vec::new()
        }
        Msg::LightBackground(is_light) => {
            model.light_background = is_light;
            Vec::new()
        }
        Msg::Tick(now) => connection::handle_tick(model, now),
        Msg::SystemResumed(now) => connection::handle_resumed(model, now),
        Msg::Booted(place) => {
            model.transport_selector = TransportSelector::new(place.transports);
            model.mailbox_source = Some(place);
            connection::handle_booted(model)
        }
        Msg::Configured { restore, ownership } => {
            (model.restore, model.ownership) = (restore, ownership);
            Vec::new()
        }
        Msg::MailsCounted(result) => sessions::handle_counts(model, result),
        Msg::PageLoaded(result) => inbox::handle_older_page(model, result),
        Msg::Searched { generation, result } => search::handle_batch(model, generation, result),
        Msg::HistoryRead(address, result) => history::open_menu(model, address, result),
        Msg::HiddenListed(result) => hidden::open_list(model, result),
        Msg::RowsUpdated(rows) => {
            model.inbox.update_rows(rows);
            Vec::new()
        }
        Msg::AllRowsUpdated => {
            model.inbox.search_again();
            Vec::new()
        }
        Msg::ArchiveChanged => read_archive(),
        Msg::OwnershipChanged(ownership) => sharing::handle_ownership_changed(model, ownership),
        Msg::MailFound(mail) => connection::fetch_announced(model, mail),
        Msg::Shared(change) => sharing::apply_change(model, change),
        Msg::ArchiveRead(result) => sessions::handle_archive_read(model, result),
        Msg::AccountOpened { generation, result } => {
            connection::handle_account_opened(model, generation, result)
        }
        Msg::SessionOpened(result) => sessions::handle_opened(model, result),
        Msg::AddressAdded(session, result) => addresses::handle_address_added(model, &session, result),
        Msg::AddressDeleted(session, address, result) => {
            addresses::handle_address_deleted(model, &session, &address, result)
        }
        Msg::Restored { lapsed, result } => {
            // The result replaces the notice that the restoration has begun.
            model.notices.dismiss();
            restore::handle_restored(model, &lapsed, result)
        }
        Msg::DomainsListed(result) => overlay::open_domain_menu(model, result),
        Msg::OwnDomainsListed(result) => domains::handle_domains_listed(model, result),
        Msg::DomainAdded(result) => domains::handle_domain_added(model, result),
        Msg::DomainDeleted(result) => domains::handle_domain_deleted(model, result),
        Msg::Touched { session, generation, result } => {
            connection::handle_touched(model, &session, generation, result)
        }
        Msg::Pushed { session, generation, push } => {
            connection::handle_push(model, &session, generation, push)
        }
        Msg::StreamEnded { session, generation, why } => {
            connection::handle_stream_end(model, &session, generation, why)
        }
        Msg::Ingested(session, result) => inbox::handle_ingested(model, &session, result),
        Msg::MailLoaded { id, generation, result } => {
            let loaded = message_pane::handle_loaded(model, generation, result);
            run_pending(model, &id, loaded)
        }
        Msg::AttachedOpened { generation, result } => {
            message_pane::handle_attached_opened(model, generation, result)
        }
        Msg::FullLoaded { id, generation, result, view, width, lines } => {
            let rendered = RenderedView { width, lines, is_complete: true };
            let loaded = message_pane::handle_full_loaded(model, generation, result, (view, rendered));
            run_pending(model, &id, loaded)
        }
        Msg::Rendered { generation, width, lines, is_complete, .. } => {
            message_pane::handle_rendered(model, generation, RenderedView { width, lines, is_complete });
            Vec::new()
        }
        Msg::ReadProgress { generation, done, total } => {
            message_pane::update_progress(model, generation, done, total);
            Vec::new()
        }
        Msg::UnsavedCount(count) => {
            inbox::set_unsaved_count(model, count);
            Vec::new()
        }
        Msg::Job(event) => jobs::handle_event(model, event),
        Msg::SaveProgress { done, total } => {
            model.jobs.set_save_progress(done, total);
            model.saving = Some((done, total));
            Vec::new()
        }
        Msg::ImageDecoded { id, size, pixels } => {
            message_pane::handle_image(model, &id, size, pixels);
            Vec::new()
        }
        Msg::Piped(command, result) => overlay::show_pipe_output(model, &command, result),
        Msg::Browsed(browsed) => message_pane::notify_browsed(model, browsed),
        Msg::Shown(Ok(Some(words))) => notify_success(model, words),
        Msg::Copied { what, text, result } => copy::handle_copied(model, what, &text, result),
        Msg::Settings(new, problems) => settings::apply_settings(model, *new, problems),
        Msg::SettingSaved { name, value, result } => {
            settings::handle_setting_saved(model, name, &value, result)
        }
        Msg::LinkOpened(result) => {
            let key = model.key_of(MailCommand::CopyLink);
            let result = result.map(|()| format!("Handed to the browser. {key} copies the link.").into());
            notify_result(
                model,
                result.map_err(|why| format!("The link was not opened: {why}. {key} copies it.").into()),
            )
        }
        Msg::Saved(result) => {
            model.saving = None;
            notify_result(model, result.map(|paths| saved_message(&paths)))
        }
        Msg::Acknowledged(result) => result.map_or_else(|why| notify_problem(model, why), |()| Vec::new()),
        Msg::UndoStepsStored(result) => {
            model.changes.stored();
            result.map_or_else(|why| notify_problem(model, why), |()| Vec::new())
        }
        Msg::SamplesSent(result) => {
            if let Some(place) = &mut model.mailbox_source {
                place.samples = match (place.samples, &result) {
                    (Some(Samples::First), Ok(())) => Some(Samples::Late),
                    (Some(Samples::First | Samples::Late) | None, _) => None,
                };
            }
            result.map_or_else(|why| notify_problem(model, why), |()| Vec::new())
        }
        Msg::CaptchaRequested => captcha::open_dialog(model),
        Msg::CaptchaFetched { drawing, result } => captcha::handle_image(model, drawing, result),
        Msg::CaptchaShown(words) => captcha::show_message(model, words),
        Msg::CaptchaSolved(result) => captcha::handle_solved(model, result),
        Msg::CaptchaDismissed | Msg::BackoffCancelled | Msg::Shown(Ok(None)) => Vec::new(),
        Msg::ServiceStatusChanged(service_status) => connection::handle_service_status(model, service_status),
        Msg::Warning(why) | Msg::Shown(Err(why)) => notify_problem(model, why),
    }
}

/// Returns the effects that read the sessions and the newest mails from the archive and count all stored mails.
fn read_archive() -> Vec<Effect> {
    vec![Effect::Archive(ArchiveEffect::Read), Effect::Archive(ArchiveEffect::CountMails)]
}

fn saved_message(paths: &[SafeText]) -> SafeText {
    match paths {
        [] => "There is nothing to save.".into(),
        [one] => format!("Saved {one}").into(),
        [first, rest @ ..] => {
            format!("Saved {} files: {first} and {} more", rest.len() + 1, rest.len()).into()
        }
    }
}

fn notify_result(model: &mut Model, result: Result<SafeText, SafeText>) -> Vec<Effect> {
    match result {
        Ok(words) => notify_success(model, words),
        Err(words) => notify_problem(model, words),
    }
}

fn notify_success(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Done, words);
    Vec::new()
}

fn notify_info(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Info, words);
    Vec::new()
}

fn notify_problem(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Problem, words);
    Vec::new()
}

/// Runs the pending action on a mail if `loaded` is `Continue`, which means that the mail has been loaded. If `loaded`
/// is `Break`, returns the effects in it.
fn run_pending(model: &mut Model, id: &MailId, loaded: ControlFlow<Vec<Effect>>) -> Vec<Effect> {
    match loaded {
        ControlFlow::Continue(()) => overlay::run_pending_action(model, id),
        ControlFlow::Break(effects) => effects,
    }
}

/// Shows a notice that a request has failed. If the token is no longer valid, also signs in to the service again.
fn notify_failure(model: &mut Model, why: AppError) -> Vec<Effect> {
    let kind = why.kind;
    notify_problem(model, why.text);
    match kind {
        FailureKind::Token if model.account == Account::Open => account::open_account(model, 0),
        FailureKind::Token
        | FailureKind::Offline
        | FailureKind::Lapsed
        | FailureKind::Keyring(_)
        | FailureKind::Captcha
        | FailureKind::Other => Vec::new(),
    }
}
