//! Runs effects: each effect runs in its own task and is answered by exactly one message, even if the task
//! panics.

mod account;
mod browser;
mod foreground;
mod large;
mod must_finish;
mod pipe;
mod read;
mod save;

pub(super) use foreground::Foreground;

use super::blocking::blocking;
use super::charset::Charset;
use super::dependencies::Dependencies;
use super::failure::{failure, failure_reply};
use super::pictures::EncodedImage;
use super::pictures::Pencil;
use super::ui_state;
use crate::app::effect::{CopySource, Effect, ExternalProgram};
use crate::app::layout::PaneLayout;
use crate::app::msg::{HiddenItems, IngestedMail, Msg, TouchOutcome};
use crate::app::reader::LoadedMail;
use crate::config::ClipboardRoute;
use crate::domain::delivery::Delivery;
use crate::domain::stored_mail::{PAGE, SearchBatch, Stored, StoredMail};
use crate::ports::ui_state::UiStateStore;
use crate::service::{FetchFailed, Ingested, Loaded, Mailbox, ServiceError, Touched};
use futures_util::FutureExt;
use jiff::tz::TimeZone;
use large::LargeMails;
use mail_reader::sanitize::SafeText;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Maximum number of entries that the history on the screen lists.
const MAX_HISTORY: usize = 500;

/// What a task sends to the event loop: messages for the core, bytes for the terminal, and requests.
#[derive(Debug)]
pub(super) enum RuntimeEvent {
    /// A message for the core, without anything else to do.
    Msg(Msg),
    /// Bytes to write to the terminal, and the message for the core after they are written.
    Write(Vec<u8>, Msg),
    /// Bytes to write to the terminal, without a message for the core.
    Terminal(Vec<u8>),
    /// A warning for the user, and the message for the core from the same task.
    WithWarning(SafeText, Msg),
    /// The settings file may have changed, so the runtime reads it again.
    Settings,
    /// A picture of a mail, encoded for the terminal's graphics protocol, and the message for the core.
    Picture(Box<EncodedImage>, Msg),
    /// A program of the user, such as an editor, that needs the terminal for itself.
    Foreground(Foreground),
}

/// Runs the effects of the core in tasks.
#[derive(Debug)]
pub(super) struct EffectRunner {
    /// Tasks that may be cancelled at exit, because they store nothing.
    asking: JoinSet<()>,
    /// Tasks that must finish before exit, because they store something.
    keeping: JoinSet<()>,
    heard: UnboundedSender<RuntimeEvent>,
    /// Notified in order to stop the command that is receiving a mail.
    stop: Arc<Notify>,
    /// Cancels the creation of a page for the browser.
    page_stop: CancellationToken,
    /// Limits the work on large mails to one mail at a time.
    large: LargeMails,
    zone: TimeZone,
    /// The clipboards for copied text, from the current settings.
    pub(super) route: ClipboardRoute,
    /// The charset that the terminal reads: UTF-8 or ASCII.
    pub(super) charset: Charset,
    /// Graphics protocol and cell size for drawing pictures; `None` if the terminal draws no pictures itself.
    pub(super) image_picker: Option<Pencil>,
}

impl EffectRunner {
    pub(super) fn new(heard: UnboundedSender<RuntimeEvent>) -> Self {
        let (asking, keeping) = (JoinSet::new(), JoinSet::new());
        Self {
            asking,
            keeping,
            heard,
            stop: Arc::default(),
            page_stop: CancellationToken::new(),
            large: LargeMails::default(),
            zone: TimeZone::system(),
            route: ClipboardRoute::default(),
            charset: Charset::default(),
            image_picker: None,
        }
    }

    /// Starts a task that runs the effect and sends the answer.
    pub(super) fn perform(&mut self, effect: Effect, world: &Dependencies) {
        let heard = self.heard.clone();
        let asked = effect.clone();
        let work = match effect {
            Effect::Copy { what, text } => copied(what, text, world, self.route.clone()),
            Effect::Pipe { opened, part, command } => {
                pipe::run(opened, part, command, Arc::clone(&self.stop).notified_owned())
            }
            Effect::StopPipe => {
                self.stop.notify_waiters();
                Box::pin(async { RuntimeEvent::Msg(Msg::Shown(Ok(None))) })
            }
            Effect::OpenInBrowser(opened) => {
                self.page_stop = CancellationToken::new();
                let job = self.large.job(opened.raw.len(), self.page_stop.clone());
                browser::run(opened, world, job)
            }
            Effect::StopBrowse => {
                self.page_stop.cancel();
                Box::pin(async { RuntimeEvent::Msg(Msg::Shown(Ok(None))) })
            }
            Effect::DecodePicture(opened, size) => read::picture(opened, size, self.image_picker),
            Effect::OpenInProgram(ExternalProgram::Pager, opened, view) if self.charset == Charset::Ascii => {
                read::page_in_ascii(opened, view, world, self.zone.clone())
            }
            effect @ (Effect::Render { .. }
            | Effect::LoadFull { .. }
            | Effect::OpenAttached { .. }
            | Effect::OpenInProgram(..)
            | Effect::OpenPart(..)) => {
                let job = self.large.job_for(&effect);
                read::answer(effect, world, self.zone.clone(), heard.clone(), job)
            }
            other => answer(other, world, heard.clone()),
        };
        let tasks = if must_finish::must_finish(&asked) { &mut self.keeping } else { &mut self.asking };
        tasks.spawn(async move {
            let answer = AssertUnwindSafe(work).catch_unwind().await;
            let answer = answer.unwrap_or_else(|_| RuntimeEvent::Msg(failure_reply(asked)));
            // The receiver is gone only when the program ends.
            drop(heard.send(answer));
        });
        while tasks.try_join_next().is_some() {}
    }

    /// Waits for the tasks that must finish and cancels all others, because the user is waiting for the
    /// program to exit.
    pub(super) async fn finish(mut self) {
        self.asking.abort_all();
        self.page_stop.cancel();
        while self.keeping.join_next().await.is_some() {}
        // A cancelled task may use the directory of temporary files until the task is dropped.
        while self.asking.join_next().await.is_some() {}
    }
}

type Work = std::pin::Pin<Box<dyn Future<Output = RuntimeEvent> + Send>>;

fn copied(what: CopySource, text: SafeText, world: &Dependencies, route: ClipboardRoute) -> Work {
    let work = super::clipboard::copy(world, text.clone(), route);
    Box::pin(async move {
        let (bytes, result) = work.await;
        let msg = Msg::Copied { what, text, result };
        if bytes.is_empty() { RuntimeEvent::Msg(msg) } else { RuntimeEvent::Write(bytes, msg) }
    })
}

fn answer(effect: Effect, world: &Dependencies, heard: UnboundedSender<RuntimeEvent>) -> Work {
    let mailbox = world.mailbox.clone();
    if let Effect::KeepSetting(name, value) = effect {
        let settings = Arc::clone(&world.settings);
        return Box::pin(async move {
            let result = blocking(move || settings.keep(name, &value)).await;
            RuntimeEvent::Msg(Msg::SettingKept { name, result })
        });
    }
    let files = Arc::clone(&world.files);
    let opener = Arc::clone(&world.opener);
    let state = world.screen_state.clone();
    let scratch = Arc::clone(&world.scratch);
    Box::pin(async move {
        RuntimeEvent::Msg(match effect {
            Effect::OpenLink(url) => Msg::LinkOpened(
                blocking(move || opener.open(&url)).await.map_err(|why| why.to_string().into()),
            ),
            Effect::SaveMails(ids) => Msg::Saved(save::mails(&mailbox, files, &ids, &heard).await),
            Effect::ShowCaptcha { drawing } => {
                Msg::CaptchaShown(account::show_captcha(&mailbox, drawing, scratch, opener).await)
            }
            Effect::KeepArrangement(arrangement) => {
                Msg::Acknowledged(keep_arrangement(state, arrangement).await)
            }
            Effect::SaveAttachments(id, part) => {
                Msg::Saved(save::parts(&mailbox, files, &id, part, &heard).await)
            }
            Effect::SaveAttached(opened) => {
                let saved = save::mail(files, opened.raw.clone(), &heard).await;
                Msg::Saved(saved.map(|path| vec![path]))
            }
            Effect::SavePartsOfAttached(opened, parts) => {
                Msg::Saved(save::parts_of(files, opened.raw.clone(), parts, &heard).await)
            }
            other => return account::perform(other, &mailbox).await,
        })
    })
}

async fn mails(effect: Effect, mailbox: &Mailbox) -> Msg {
    match effect {
        Effect::Touch { session, generation } => {
            let touched = mailbox.sync_small(&session).await;
            let result = touched.map(touched_answer).map_err(|error| failure(&error));
            Msg::Touched { session, generation, result }
        }
        Effect::RetryUnsaved => Msg::UnsavedCount(mailbox.retry_unsaved().await),
        Effect::Ingest(delivery) => {
            let session = delivery.envelope.session.clone();
            let taken = mailbox
                .ingest(*delivery)
                .await
                .map(|new| Box::new(taken(new)))
                .map_err(|missed| failure(&missed.error));
            Msg::Ingested(session, taken)
        }
        Effect::LoadMail { id, generation } => {
            let opened = mailbox.load_start(&id).await.map(|(loaded, whole)| opened(loaded, whole));
            Msg::MailLoaded { id, generation, result: opened.map_err(|error| failure(&error)) }
        }
        Effect::Tally => Msg::Tallied(mailbox.tally().await.map_err(|error| failure(&error))),
        Effect::LoadPage(below) => {
            Msg::PageLoaded(mailbox.page(Some(&below), PAGE).await.map_err(|error| failure(&error)))
        }
        Effect::Search { wanted, from, generation } => {
            let step = mailbox.step(wanted.query().clone(), from).await;
            let sifted = step.map(|SearchBatch { mut mails, reached }| {
                mails.retain(|kept| wanted.keeps(kept));
                SearchBatch { mails, reached }
            });
            Msg::Searched { generation, result: sifted.map_err(|error| failure(&error)) }
        }
        Effect::ListHidden => {
            Msg::HiddenListed(list_set_aside(mailbox).await.map_err(|error| failure(&error)))
        }
        Effect::SetRead(id, read) => Msg::Acknowledged(match mailbox.set_read(&id, read).await {
            // Another instance may have deleted the mail. Then there is nothing to mark.
            Err(ServiceError::NoSuchMail { .. }) => Ok(()),
            other => other.map_err(to_text),
        }),
        Effect::KeepLabel(session, label) => {
            Msg::Acknowledged(mailbox.set_label(&session, label).await.map_err(to_text))
        }
        Effect::SetHidden(id, true) => Msg::Acknowledged(mailbox.hide(&id).await.map_err(to_text)),
        Effect::SetHidden(id, false) => {
            Msg::Acknowledged(mailbox.unhide(&id).await.map(drop).map_err(to_text))
        }
        other => of_address(other, mailbox).await,
    }
}

/// Runs the effects on the current address and the history.
async fn of_address(effect: Effect, mailbox: &Mailbox) -> Msg {
    match effect {
        Effect::NoteHistory(address, action) => {
            mailbox.note(&address, action).await;
            Msg::Acknowledged(Ok(()))
        }
        Effect::ReadHistory(address) => {
            let entries = mailbox.history(address.as_deref(), MAX_HISTORY).await;
            Msg::HistoryRead(entries.map_err(|error| failure(&error)))
        }
        Effect::UseAddress(address) => {
            Msg::Acknowledged(mailbox.set_current_address(address).await.map_err(to_text))
        }
        other => failure_reply(other),
    }
}

fn opened(loaded: Loaded, whole: bool) -> Arc<LoadedMail> {
    let Loaded { envelope, raw, mail, attachments } = loaded;
    Arc::new(LoadedMail { envelope, raw, mail, whole, attachments, nested: None })
}

fn to_text(error: impl std::fmt::Display) -> SafeText {
    error.to_string().into()
}

async fn list_set_aside(mailbox: &Mailbox) -> Result<HiddenItems, ServiceError> {
    Ok(HiddenItems { mails: mailbox.hidden().await?, addresses: mailbox.deleted().await? })
}

fn taken(ingested: Ingested) -> IngestedMail {
    match ingested {
        Ingested::New(arrival) => {
            IngestedMail { kept: arrival.kept, stored: Stored::New, problem: arrival.unsaved.map(to_text) }
        }
        Ingested::AlreadyStored(kept) => {
            IngestedMail { kept: *kept, stored: Stored::AlreadyPresent, problem: None }
        }
    }
}

fn touched_answer((touched, large): (Touched, Vec<Delivery>)) -> TouchOutcome {
    let (missed, complete_to) = (touched.missed.len(), touched.complete_to);
    let mut problems: Vec<SafeText> =
        touched.missed.into_iter().map(|FetchFailed { error, .. }| to_text(error)).collect();
    problems.extend(touched.unsaved.map(to_text));
    let mails: Vec<IngestedMail> = touched.mails.into_iter().map(taken).collect();
    problems.extend(mails.iter().filter_map(|taken| taken.problem.clone()));
    let mails: Vec<StoredMail> = mails.into_iter().map(|taken| taken.kept).collect();
    TouchOutcome { session: touched.session, mails, problems, large, missed, complete_to }
}

async fn keep_arrangement(
    state: Option<Arc<dyn UiStateStore>>,
    arrangement: PaneLayout,
) -> Result<(), SafeText> {
    let Some(state) = state else { return Ok(()) };
    let kept = blocking(move || state.write(&ui_state::text(&arrangement))).await;
    kept.map_err(|why| format!("How the panes are arranged was not kept: {why}").into())
}
