//! The function `update` of the Elm architecture, which applies a `Msg` to the model and returns the effects to run.
//!
//! This file passes each `Msg` to the submodule that handles it.

mod account;
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
mod mouse;
mod movement;
mod overlay;
mod panes;
mod reader;
mod restore;
mod search;
mod sessions;
mod settings;
mod sharing;
mod stars;
mod sync;
mod undo;

use super::command::MailCommand;
use super::effect::{ArchiveEffect, Effect, StoreEffect};
use super::model::{Account, Model};
use super::msg::{AppError, FailureKind, Msg};
use super::notice::Severity;
use super::reader::{Reader, RenderedView};
use dropmail_client::domain::ids::MailId;
use dropmail_client::domain::transport_selector::TransportSelector;
use mail_reader::sanitize::SafeText;
use std::ops::ControlFlow;

/// Applies a `Msg` to the model and returns the effects to run.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    // A tick changes the screen only if a visible time changes. A response to a session query changes the screen only
    // if it contains something new. Any other message may change the screen.
    if !matches!(msg, Msg::Tick(_) | Msg::Job(_)) && !connection::brings_nothing(model, &msg) {
        model.revision += 1;
    }
    // Key presses, mouse events, pasted text, ticks and a new screen size add neither mails nor addresses, so the mail
    // counts need no update.
    let still = matches!(msg, Msg::Key(_) | Msg::Mouse(_) | Msg::Tick(_) | Msg::Resize(_) | Msg::Paste(_));
    let mut effects = route(model, msg);
    effects.extend(invoke::run_queued(model));
    if !still {
        inbox::recount(model);
    }
    inbox::follow_addresses(model);
    jobs::refresh_list(model);
    effects.extend(reader::load_needed(model));
    effects.extend(panes::keep(model));
    effects.extend(inbox::request_next_page(model));
    effects.extend(search::request_next_step(model));
    if model.account == Account::OwnedByOtherInstance {
        // Another process owns the data folder, so this process must not write to the archive.
        effects.retain(|effect| {
            !matches!(effect, Effect::Store(StoreEffect::SetRead(..) | StoreEffect::SetHidden(_, true)))
        });
    }
    defer_read_marks(model, &mut effects);
    effects
}

/// Defers the effects that mark mails as read while a mail is being loaded from the archive. The user is waiting for
/// the mail, and writing to the archive would delay its loading.
fn defer_read_marks(model: &mut Model, effects: &mut Vec<Effect>) {
    if model.quitting || !matches!(model.reader, Reader::Loading { .. }) {
        effects.append(&mut model.deferred_effects);
        return;
    }
    model
        .deferred_effects
        .extend(effects.extract_if(.., |effect| matches!(effect, Effect::Store(StoreEffect::SetRead(..)))));
}

#[expect(clippy::too_many_lines, reason = "the function only has one arm for each message")]
fn route(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => keys::on_key(model, key),
        Msg::Mouse(mouse) => mouse::on_mouse(model, mouse),
        Msg::Focus(focused) => {
            model.focused = focused;
            Vec::new()
        }
        Msg::Paste(text) => {
            overlay::paste(model, &text);
            Vec::new()
        }
        Msg::Resize(screen) => {
            model.screen = screen;
            Vec::new()
        }
        Msg::CellSize(cell) => {
            reader::cell_size_changed(model, cell);
            Vec::new()
        }
        Msg::LightBackground(is_light) => {
            model.light_background = is_light;
            Vec::new()
        }
        Msg::Tick(now) => connection::tick(model, now),
        Msg::SystemResumed(now) => connection::woke(model, now),
        Msg::Booted(place) => {
            model.transport_selector = TransportSelector::new(place.transports);
            model.mailbox_source = Some(place);
            connection::booted(model)
        }
        Msg::Configured { restore, ownership } => {
            (model.restore, model.ownership) = (restore, ownership);
            Vec::new()
        }
        Msg::Tallied(result) => sessions::tallied(model, result),
        Msg::PageLoaded(result) => inbox::older_read(model, result),
        Msg::Searched { generation, result } => search::answered(model, generation, result),
        Msg::HistoryRead(result) => history::show(model, result),
        Msg::HiddenListed(result) => hidden::hidden_listed(model, result),
        Msg::RowsUpdated(rows) => {
            model.inbox.update_rows(rows);
            Vec::new()
        }
        Msg::AllRowsUpdated => {
            model.inbox.search_again();
            Vec::new()
        }
        Msg::ArchiveChanged => read_archive(),
        Msg::OwnershipChanged(ownership) => sharing::ownership_changed(model, ownership),
        Msg::MailFound(mail) => connection::found(model, mail),
        Msg::Shared(change) => sharing::shared(model, change),
        Msg::ArchiveRead(result) => sessions::archive_read(model, result),
        Msg::AccountOpened { generation, result } => connection::account_opened(model, generation, result),
        Msg::SessionOpened(result) => sessions::opened(model, result),
        Msg::AddressAdded(session, result) => sessions::address_added(model, &session, result),
        Msg::AddressDeleted(session, address, result) => {
            sessions::address_deleted(model, &session, &address, result)
        }
        Msg::Restored { lapsed, result } => restore::restored(model, &lapsed, result),
        Msg::DomainsListed(result) => overlay::domains_listed(model, result),
        Msg::OwnDomainsListed(result) => domains::domains_listed(model, result),
        Msg::DomainAdded(result) => domains::domain_added(model, result),
        Msg::DomainDeleted(result) => domains::domain_deleted(model, result),
        Msg::Touched { session, generation, result } => {
            connection::touched(model, &session, generation, result)
        }
        Msg::Pushed { session, generation, push } => connection::pushed(model, &session, generation, push),
        Msg::StreamEnded { session, generation, why } => {
            connection::watch_ended(model, &session, generation, why)
        }
        Msg::Ingested(session, result) => inbox::ingested(model, &session, result),
        Msg::MailLoaded { id, generation, result } => {
            let loaded = reader::loaded(model, generation, result);
            run_pending(model, &id, loaded)
        }
        Msg::AttachedOpened { generation, result } => reader::attached_opened(model, generation, result),
        Msg::FullLoaded { id, generation, result, view, width, lines } => {
            let rendered = RenderedView { width, lines, is_complete: true };
            let loaded = reader::full_loaded(model, generation, result, (view, rendered));
            run_pending(model, &id, loaded)
        }
        Msg::Rendered { generation, width, lines, is_complete, .. } => {
            reader::rendered(model, generation, RenderedView { width, lines, is_complete });
            Vec::new()
        }
        Msg::ReadProgress { generation, done, of } => {
            reader::update_progress(model, generation, done, of);
            Vec::new()
        }
        Msg::UnsavedCount(count) => {
            inbox::unsaved(model, count);
            Vec::new()
        }
        Msg::Job(event) => jobs::reported(model, event),
        Msg::SaveProgress { done, of } => {
            model.jobs.note_saved(done, of);
            model.saving = Some((done, of));
            Vec::new()
        }
        Msg::ImageDecoded { id, size, pixels } => {
            reader::image_decoded(model, &id, size, pixels);
            Vec::new()
        }
        Msg::Piped(command, result) => overlay::piped(model, &command, result),
        Msg::Browsed(browsed) => reader::browsed(model, browsed),
        Msg::Shown(Ok(Some(words))) => done(model, words),
        Msg::Copied { what, text, result } => copy::copied(model, what, &text, result),
        Msg::Settings(new, problems) => settings::read(model, *new, problems),
        Msg::SettingSaved { name, result } => settings::setting_saved(model, name, result),
        Msg::LinkOpened(result) => {
            let result = result.map(|()| "Handed to the browser.".into());
            let key = model.key(MailCommand::CopyLink);
            notify_result(
                model,
                result.map_err(|why| format!("{why}. {key} copies the link instead.").into()),
            )
        }
        Msg::Saved(result) => {
            model.saving = None;
            notify_result(model, result.map(|paths| saved_words(&paths)))
        }
        Msg::Acknowledged(result) => result.map_or_else(|why| problem(model, why), |()| Vec::new()),
        Msg::SamplesSent(result) => {
            if let Some(place) = &mut model.mailbox_source {
                place.samples = false;
            }
            result.map_or_else(|why| problem(model, why), |()| Vec::new())
        }
        Msg::CaptchaRequested => captcha::asked(model),
        Msg::CaptchaFetched { drawing, result } => captcha::picture(model, drawing, result),
        Msg::CaptchaShown(words) => captcha::captcha_opened(model, words),
        Msg::CaptchaSolved(result) => captcha::solved(model, result),
        Msg::CaptchaDismissed | Msg::BackoffCancelled | Msg::Shown(Ok(None)) => Vec::new(),
        Msg::ServiceStatusChanged(service_status) => connection::service_status(model, service_status),
        Msg::Warning(why) | Msg::Shown(Err(why)) => problem(model, why),
    }
}

/// Returns the effects that read the sessions and the newest mails from the archive, and that count all stored mails.
fn read_archive() -> Vec<Effect> {
    vec![Effect::Archive(ArchiveEffect::Read), Effect::Archive(ArchiveEffect::Tally)]
}

fn saved_words(paths: &[SafeText]) -> SafeText {
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
        Ok(words) => done(model, words),
        Err(words) => problem(model, words),
    }
}

fn done(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Done, words);
    Vec::new()
}

fn info(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Info, words);
    Vec::new()
}

fn problem(model: &mut Model, words: impl Into<SafeText>) -> Vec<Effect> {
    model.notices.push(model.now, Severity::Problem, words);
    Vec::new()
}

/// Runs the pending action on a mail if `loaded` is `Continue`, which means that the mail was loaded. If `loaded` is
/// `Break`, returns the effects in it.
fn run_pending(model: &mut Model, id: &MailId, loaded: ControlFlow<Vec<Effect>>) -> Vec<Effect> {
    match loaded {
        ControlFlow::Continue(()) => overlay::open_pending(model, id),
        ControlFlow::Break(effects) => effects,
    }
}

/// Shows a notice that a request of the user has failed. If the token is no longer valid, also signs in to the service
/// again.
fn failed(model: &mut Model, why: AppError) -> Vec<Effect> {
    let kind = why.kind;
    problem(model, why.text);
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
