//! Renders the status line: the connection state on the left, key hints on the right.

mod connection;

pub(super) use connection::time_text;

use super::lines;
use super::theme::Styles;
use crate::app::Model;
use crate::app::account::Account;
use crate::app::command::{AddressCommand, AppCommand};
use crate::app::hints::{Hint, hints};
use crate::app::msg::{AppError, FailureKind};
use connection::connection_text;
use dropmail_client::domain::keyring::KeyringProblem;
use dropmail_client::domain::time::SignedDuration;
use mail_reader::mail::format_progress;
use mail_reader::text_width::{display_width, pad, truncate, truncate_segments_partial};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Time without a reply to the program's first request, after which the status line shows that the service has not
/// replied. Otherwise, the program would seem to hang if a server accepted connections but never replied.
const SLOW: SignedDuration = SignedDuration::from_secs(3);

/// Returns the reason why the service is unavailable, as a message for the user; `None` if the service is available.
pub(super) fn connection_problem(model: &Model) -> Option<String> {
    match &model.account {
        Account::Waiting { why: AppError { kind: FailureKind::Keyring(problem), .. }, .. }
        | Account::Opening { last: Some(AppError { kind: FailureKind::Keyring(problem), .. }), .. } => {
            Some(keyring_words(*problem, &model.key_of(AddressCommand::NewAddress)))
        }
        Account::Opening { .. } if model.is_captcha_open() => {
            Some(format!("{} asks for a captcha: once it is solved you get an address.", service_name(model)))
        }
        Account::Waiting { why: AppError { kind: FailureKind::Captcha, .. }, .. } => {
            let key = model.key_of(AddressCommand::Refresh);
            Some(format!(
                "{} gives an address once its captcha is solved. {key} shows it.",
                service_name(model)
            ))
        }
        Account::Waiting { why, .. } | Account::Opening { last: Some(why), .. } => Some(why.text.to_string()),
        Account::Opening { since, last: None, .. } if model.now.duration_since(*since) >= SLOW => {
            let service = service_name(model);
            Some(format!("no answer from {service} yet; `dropmail-tui --local` works without a network"))
        }
        Account::Booting | Account::Opening { .. } | Account::Open | Account::ReadOnly => None,
    }
}

/// Returns the message for the user about a problem with the keyring. `key` is the name of the key that creates a
/// temporary address.
fn keyring_words(problem: KeyringProblem, key: &str) -> String {
    match problem {
        KeyringProblem::Locked => {
            format!("The keyring is locked. Unlock it, or take a temporary address with {key}.")
        }
        KeyringProblem::Silent => {
            format!("The keyring does not answer. Wait for it, or take a temporary address with {key}.")
        }
        KeyringProblem::Absent
        | KeyringProblem::Failed
        | KeyringProblem::Forgets
        | KeyringProblem::OtherKey
        | KeyringProblem::NoRandomBytes => {
            format!("The token is encrypted, and {problem}. Take a temporary address with {key}.")
        }
    }
}

/// Returns `true` if the program reconnects automatically, and `false` while the program is waiting for the user to
/// solve a captcha.
pub(super) fn retries_automatically(model: &Model) -> bool {
    let waits = matches!(&model.account, Account::Waiting { why, .. } if why.waits_for_user());
    !waits && !model.is_captcha_open()
}

fn service_name(model: &Model) -> &str {
    model.mailbox_source.as_ref().map_or("the service", |place| place.service.as_str())
}

/// Minimum width of the status line, in columns, at which the connection state may occupy three fifths of the line. On
/// a narrower line, or while an overlay is open, the connection state may occupy two fifths.
const MIN_WIDTH_FOR_LONG_STATE: usize = 60;

/// Returns the connection state as text for a screen reader, without a countdown.
pub(super) fn spoken_state(model: &Model) -> String {
    if let Some(words) = connection_problem(model) {
        return words;
    }
    let words = connection_text(model).spoken_text();
    match model.mailbox_source.as_ref().and_then(|place| place.smtp.as_ref()) {
        Some(smtp) => format!("{words}, SMTP {smtp}"),
        None => words,
    }
}

/// Text between the parts of the connection state.
const SEPARATOR: &str = " · ";

/// Total number of blank columns in the status line: before the connection state, and between the state and the key
/// hints.
const GAPS: usize = 3;

/// Selects the text of the connection state from `variants`, which are sorted from long to short. Returns the first
/// variant that leaves `hints` columns or half of the line, whichever is less, for the key hints. If none does, returns
/// the shortest variant.
fn choose_fitting(mut variants: Vec<String>, hints: usize, width: usize) -> String {
    let shortest = variants.pop().unwrap_or_default();
    let fits = |state: &String| display_width(state) + GAPS <= (width / 2).max(width.saturating_sub(hints));
    variants.into_iter().find(fits).unwrap_or(shortest)
}

/// Returns, as spans, the key hints that fit into `max_width` columns, together with their total width.
fn hint_spans(hints: Vec<Hint>, max_width: usize, styles: &Styles) -> (Vec<Span<'static>>, usize) {
    let mut spans = Vec::new();
    let mut used = 0;
    for (key, words) in hints {
        let wide = hint_width(&key, &words);
        // A later hint may be shorter and therefore fit.
        if used + wide > max_width {
            continue;
        }
        used += wide;
        spans.push(Span::styled(key, styles.key));
        spans.push(Span::styled(format!(" {words}  "), styles.dim));
    }
    (spans, used)
}

fn hint_width(key: &str, words: &str) -> usize {
    display_width(key) + 1 + display_width(words) + 2
}

/// Returns the status text of the newest long-running job, with the key that opens the job list. Returns `None` if no
/// job has run long enough to be shown.
fn job_words(model: &Model) -> Option<String> {
    let job = model.jobs.shown_job(model.now)?;
    let progress = job.progress.map_or_else(String::new, |progress| format!(" {}", progress.text()));
    let more = match model.jobs.list().count() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some(format!("{}{progress}{more} · {} lists", job.kind.description(), model.key_of(AppCommand::Jobs)))
}

/// Returns the current activity for the left of the status line, with its style. An activity is an incomplete chord, a
/// running shell command, the creation of a page for the browser, the job text `job`, or the progress of saving.
/// Returns `None` if there is no activity. `room` is the number of columns that the key hints leave free.
fn activity(model: &Model, job: Option<String>, room: usize, styles: &Styles) -> Option<(String, Style)> {
    if !model.typed.is_empty() {
        let typed: Vec<String> = model.typed.iter().map(ToString::to_string).collect();
        return Some((format!("{} …", typed.join(" ")), styles.key));
    }
    let key = || model.key_of(AppCommand::Back);
    let words = if let Some(command) = &model.piping {
        let stop = format!(" · {} stops it", key());
        let max_width = room.saturating_sub(display_width(&stop) + 16).max(8);
        format!("running “{}”{stop}", truncate(command, max_width))
    } else if model.browsing.is_some() {
        format!("making the page · {} stops it", key())
    } else if let Some(job) = job {
        job
    } else {
        let (done, total) = model.saving?;
        format!("saving {}", format_progress(done, total))
    };
    Some((words, styles.waiting))
}

pub(super) fn draw(model: &Model, styles: &Styles, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let connection = connection_text(model);
    let style = connection.style(styles);
    // On a narrow screen, the text about the job needs the whole line.
    let job = job_words(model);
    let hints = if job.is_some() && width < MIN_WIDTH_FOR_LONG_STATE { Vec::new() } else { hints(model) };
    let hints_width = hints.iter().map(|(key, words)| hint_width(key, words)).sum();
    let smtp = model.mailbox_source.as_ref().and_then(|place| place.smtp.as_deref());
    let state = choose_fitting(connection.variants(smtp), hints_width, width);
    let (state, style) = match model.unsaved {
        0 => (state, style),
        1 => (format!("! 1 mail is not on the disk · {state}"), styles.bad),
        count => (format!("! {count} mails are not on the disk · {state}"), styles.bad),
    };
    // The key hints get the columns that the connection state leaves free, and at least two fifths of the line.
    // If an overlay is open or the line is narrow, they get at least three fifths.
    let fifths = if model.overlays.is_empty() && width >= MIN_WIDTH_FOR_LONG_STATE { 3 } else { 2 };
    let max_width = width.saturating_sub((display_width(&state) + GAPS).min(width * fifths / 5));
    let (right, used) = hint_spans(hints, max_width, styles);
    let is_calm = connection.is_up() && model.unsaved == 0;
    let (state, style, details) = match activity(model, job, width.saturating_sub(used), styles) {
        Some((words, style)) => (words, style, style),
        None if is_calm => (state, style, styles.dim),
        None => (state, style, style),
    };
    let left_room = width.saturating_sub(used);
    let max_width = left_room.saturating_sub(2);
    let state = format!(" {}", truncate_segments_partial(&state, max_width));
    let state = pad(&state, left_room.saturating_sub(1));
    let mut spans = match state.split_once(SEPARATOR) {
        Some((statement, rest)) => vec![
            Span::styled(statement, style),
            Span::styled(SEPARATOR, details),
            Span::styled(rest, details),
        ],
        None => vec![Span::styled(state.as_str(), style)],
    };
    spans.push(Span::raw(" "));
    spans.extend(right);
    lines::draw(frame, area, [Line::from(spans)]);
}
