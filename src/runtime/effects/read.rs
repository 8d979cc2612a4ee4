//! Executes the effects of the message pane: loads mails, lays them out and decodes images.

use super::large_mails::{LARGE_BYTES, LargeMailJob, ProcessingPermit};
use super::{EffectFuture, RuntimeEvent};
use crate::app::connection::Generation;
use crate::app::effect::{Effect, MessagePaneEffect};
use crate::app::message_header::Keys;
use crate::app::message_pane::{ImageSize, LoadedMail};
use crate::app::msg::{AppError, FailureKind, Msg};
use crate::runtime::blocking::run_blocking;
use crate::runtime::failure::to_app_error;
use crate::runtime::pictures::{self, ImageSettings};
use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::service::{self, Loaded, Mailbox};
use jiff::tz::TimeZone;
use mail_codes::MailWithFindings;
use mail_reader::richtext::{self, CellSize, Quotes, RenderOptions, View};
use mail_reader::{interrupt, mime, progress};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// The part of the total progress, in per mille, that belongs to laying out a large mail. The part before it belongs to
/// parsing the mail.
const LAYING: Range<u32> = 700..progress::ALL;
/// Minimum increase of the layout progress, in per mille, between two progress reports.
const STEP: u32 = 50;

/// The dependencies of the task that executes an effect of the message pane.
pub(super) struct ReadContext {
    /// The mailbox, from which mails are loaded.
    pub(super) mailbox: Mailbox,
    /// The time zone for the times in the header of the message pane.
    pub(super) zone: TimeZone,
    /// The channel to which the task sends its progress reports; the event loop passes them to the core.
    pub(super) sender: UnboundedSender<RuntimeEvent>,
    /// Graphics protocol and cell size of the terminal; `None` if the terminal supports no graphics protocol.
    pub(super) image_settings: Option<ImageSettings>,
}

/// Executes an effect of the message pane. For a large mail, first waits until `job` gets its permit.
pub(super) fn run(effect: MessagePaneEffect, job: LargeMailJob, context: ReadContext) -> EffectFuture {
    Box::pin(async move {
        // A newer effect has replaced this one, so its result is ignored.
        let Some(permit) = job.acquire_permit().await else {
            return RuntimeEvent::Msg(super::failure_reply(Effect::MessagePane(effect)));
        };
        RuntimeEvent::Msg(match effect {
            MessagePaneEffect::Load { id, generation } => load(id, generation, &context.mailbox).await,
            MessagePaneEffect::LoadFull { opened, view, width, quotes, cell, keys, generation } => {
                let layout = RenderLayout { view, width, options: render_options(quotes, cell, None), keys };
                load_full(opened, layout, generation, (job, permit), context).await
            }
            MessagePaneEffect::OpenAttached { opened, part, generation } => {
                Msg::AttachedOpened { generation, result: open_attached(opened, part).await }
            }
            MessagePaneEffect::Render { opened, view, width, quotes, cell, enough, keys, generation } => {
                let layout =
                    RenderLayout { view, width, options: render_options(quotes, cell, enough), keys };
                render(opened, layout, enough.is_none(), generation, permit, context).await
            }
            MessagePaneEffect::DecodeImage(opened, size) => {
                return decode_picture(opened, size, context.image_settings).await;
            }
        })
    })
}

/// The options for the layout of a mail.
struct RenderLayout {
    view: View,
    /// Width of the layout in columns.
    width: u16,
    options: RenderOptions,
    /// The key names that the header of the message pane shows as hints.
    keys: Keys,
}

async fn load(id: MailId, generation: Generation, mailbox: &Mailbox) -> Msg {
    let result = mailbox.load_start(&id).await.map(|(loaded, is_complete)| {
        let Loaded { envelope, raw, mail, attachments } = loaded;
        Arc::new(LoadedMail { envelope, raw, mail, is_complete, attachments, nested: None })
    });
    Msg::MailLoaded { id, generation, result: result.map_err(|error| to_app_error(&error)) }
}

async fn render(
    opened: Arc<LoadedMail>,
    layout: RenderLayout,
    all_lines: bool,
    generation: Generation,
    permit: ProcessingPermit,
    context: ReadContext,
) -> Msg {
    let is_all = all_lines && opened.is_complete;
    let RenderLayout { view, width, options, keys } = layout;
    let tell = progress_reporter(context.sender, generation, &opened, LAYING);
    let work = move || lay_out(&opened, (view, width), options, &context.zone, Some(&keys));
    let laid = run_blocking(move || {
        let _permit = permit;
        if is_all { progress::with_progress(STEP, tell, work) } else { work() }
    });
    let (lines, is_complete) = laid.await;
    Msg::Rendered { generation, view, width, lines: lines.into(), is_complete }
}

async fn load_full(
    opened: Arc<LoadedMail>,
    layout: RenderLayout,
    generation: Generation,
    (job, permit): (LargeMailJob, ProcessingPermit),
    context: ReadContext,
) -> Msg {
    let RenderLayout { view, width, options, keys } = layout;
    let tell = progress_reporter(context.sender, generation, &opened, 0..progress::ALL);
    let LoadedMail { envelope, raw, .. } = opened.as_ref().clone();
    let id = envelope.id.clone();
    let (permit, asked) = (Arc::new(permit), job.clone());
    let lay = move |mail: MailWithFindings| {
        let _permit = &permit;
        if asked.is_cancelled() {
            // The result will not be shown, so the layout is skipped.
            return (Arc::new(LoadedMail::fully_parsed(envelope.clone(), raw.clone(), mail)), [].into());
        }
        let opened = LoadedMail::fully_parsed(envelope.clone(), raw.clone(), mail);
        let (lines, _) = lay_out(&opened, (view, width), options.clone(), &context.zone, Some(&keys));
        (Arc::new(opened), Arc::from(lines))
    };
    let (opened, lines) =
        service::parse_then(opened.raw.clone(), move || job.is_cancelled(), tell, lay).await;
    Msg::FullLoaded { id, generation, result: Ok(opened), view, width, lines }
}

async fn open_attached(outer: Arc<LoadedMail>, part: usize) -> Result<Arc<LoadedMail>, AppError> {
    let copy = outer.raw.clone();
    let raw = run_blocking(move || {
        mime::nested_mail(&copy, part).map(|nested| match nested {
            // The bytes are a slice of the outer mail's bytes, so nested mails are not copied for each level.
            Cow::Borrowed(bytes) => copy.slice_ref(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        })
    });
    let words = "This part does not read as a mail. It can be saved instead.";
    let no_mail = || AppError { kind: FailureKind::Other, text: words.into(), retry_after: None };
    let raw = raw.await.ok_or_else(no_mail)?;
    let mail = service::parse_then(raw.clone(), || false, |_| {}, |mail| mail).await;
    Ok(Arc::new(LoadedMail::attached(outer, part, raw, mail)))
}

/// Returns a callback that receives the progress (in per mille) of one step in processing a mail. If the mail is large,
/// the callback sends the total progress in bytes to the core. `share` is the part of the total progress, in per mille,
/// that belongs to this step.
fn progress_reporter(
    sender: UnboundedSender<RuntimeEvent>,
    generation: Generation,
    opened: &LoadedMail,
    share: Range<u32>,
) -> impl FnMut(u32) + Send + 'static {
    let total = opened.raw.len() as u64;
    let opened_is_large = opened.raw.len() >= LARGE_BYTES;
    move |done| {
        let part = u64::from(share.start)
            + u64::from(share.end - share.start) * u64::from(done) / u64::from(progress::ALL);
        if opened_is_large {
            let done = total * part / u64::from(progress::ALL);
            // The receiver is dropped only when the program exits.
            drop(sender.send(RuntimeEvent::Msg(Msg::ReadProgress { generation, done, total })));
        }
    }
}

/// Returns the options for laying out a mail. `enough` is the approximate number of lines after which the layout may
/// stop; with `None`, all lines of the mail are laid out.
fn render_options(quotes: Quotes, cell: CellSize, enough: Option<usize>) -> RenderOptions {
    RenderOptions { max_lines: enough.unwrap_or(usize::MAX), quotes, cell }
}

/// Lays out a mail. Returns the lines, and a flag that is `false` if the layout stopped because it had reached the
/// maximum number of lines in `options`.
pub(super) fn lay_out(
    opened: &LoadedMail,
    (view, width): (View, u16),
    options: RenderOptions,
    zone: &TimeZone,
    keys: Option<&Keys>,
) -> (Vec<richtext::Line>, bool) {
    let mut lines = crate::app::message_header::header_lines(opened, width, zone, keys);
    let max_lines = options.max_lines;
    let started = Instant::now();
    let body = interrupt::with_clock(
        move || started.elapsed(),
        || richtext::render_with(&*opened.mail, &opened.raw, view, width, options),
    );
    let is_complete = body.len() < max_lines;
    lines.extend(body);
    (lines, is_complete)
}

/// Decodes an image for display with half-block characters and, if the terminal supports a graphics protocol, also
/// encodes it for that protocol.
async fn decode_picture(
    opened: Arc<LoadedMail>,
    size: ImageSize,
    image_settings: Option<ImageSettings>,
) -> RuntimeEvent {
    let id = opened.envelope.id.clone();
    let copy = id.clone();
    let work = run_blocking(move || {
        let bytes = mime::attachment_bytes(&opened.raw, size.part)?;
        let Some(image_settings) = image_settings else {
            return Some((richtext::decode(&bytes, size.columns, size.rows)?, None));
        };
        let (cells, cell) =
            ((size.columns, size.rows), (image_settings.cell.width, image_settings.cell.height));
        let (pixels, fine) = richtext::decode_full(&bytes, cells, cell)?;
        Some((pixels, fine.and_then(|fine| pictures::encode(image_settings, copy, size, fine))))
    });
    let (pixels, made) = work.await.map_or((None, None), |(pixels, made)| (Some(pixels), made));
    let msg = Msg::ImageDecoded { id, size, pixels };
    match made {
        Some(made) => RuntimeEvent::Picture(Box::new(made), msg),
        None => RuntimeEvent::Msg(msg),
    }
}
