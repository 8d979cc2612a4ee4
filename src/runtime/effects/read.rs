//! Runs the effects of the message pane: layouts, pictures, attached mails, and mails for other programs.

use super::large::{Job, LARGE_BYTES};
use super::{Dependencies, Foreground, RuntimeEvent, Work, to_text};
use crate::app::connection::Generation;
use crate::app::effect::{Effect, ExternalProgram};
use crate::app::message_header::Keys;
use crate::app::msg::{AppError, FailureKind, Msg};
use crate::app::reader::{LoadedMail, PictureSize};
use crate::ports::files::TempFiles;
use crate::runtime::blocking::blocking;
use crate::runtime::charset::Charset;
use crate::runtime::failure::failure_reply;
use crate::runtime::pictures::{self, Pencil};
use crate::service;
use bytes::Bytes;
use jiff::tz::TimeZone;
use mail_codes::MailWithFindings;
use mail_reader::mail::Attachment;
use mail_reader::richtext::{self, CellSize, Quotes, RenderOptions, View};
use mail_reader::sanitize::SafeText;
use mail_reader::{interrupt, mime, progress};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

/// Range in thousandths that the layout takes in the progress of a large mail; parsing takes the rest.
const LAYING: Range<u32> = 700..progress::ALL;
/// Minimum change of a layout's progress that is reported, in thousandths.
const STEP: u32 = 50;
/// Width in columns of a view that is laid out for another program.
const WIDTH: u16 = 80;

pub(super) fn answer(
    effect: Effect,
    world: &Dependencies,
    zone: TimeZone,
    heard: UnboundedSender<RuntimeEvent>,
    job: Job,
) -> Work {
    let scratch = Arc::clone(&world.scratch);
    let opener = Arc::clone(&world.opener);
    let files = Arc::clone(&world.files);
    Box::pin(async move {
        // A newer effect has replaced this one, so nothing waits for its answer.
        let Some(turn) = job.turn().await else { return RuntimeEvent::Msg(failure_reply(effect)) };
        match effect {
            Effect::Render { opened, view, width, quotes, cell, enough, keys, generation } => {
                let is_all = enough.is_none() && opened.whole;
                let tell = teller(heard, generation, &opened, LAYING);
                let options = options(quotes, cell, enough);
                let work = move || lay_out(&opened, (view, width), options, &zone, Some(&keys));
                let laid = blocking(move || {
                    let _turn = turn;
                    if is_all { progress::with_progress(STEP, tell, work) } else { work() }
                });
                let (lines, whole) = laid.await;
                RuntimeEvent::Msg(Msg::Rendered { generation, view, width, lines: lines.into(), whole })
            }
            Effect::LoadFull { opened, view, width, quotes, cell, keys, generation } => {
                let tell = teller(heard, generation, &opened, 0..progress::ALL);
                let LoadedMail { envelope, raw, .. } = opened.as_ref().clone();
                let id = envelope.id.clone();
                let (turn, asked) = (Arc::new(turn), job.clone());
                let lay = move |mail: MailWithFindings| {
                    let _turn = &turn;
                    if asked.is_cancelled() {
                        // Nothing shows the result, so the layout is skipped.
                        return (Arc::new(LoadedMail::whole(envelope.clone(), raw.clone(), mail)), [].into());
                    }
                    let opened = LoadedMail::whole(envelope.clone(), raw.clone(), mail);
                    let options = options(quotes.clone(), cell, None);
                    let (lines, _) = lay_out(&opened, (view, width), options, &zone, Some(&keys));
                    (Arc::new(opened), Arc::from(lines))
                };
                let (opened, lines) =
                    service::parse_and(opened.raw.clone(), move || job.is_cancelled(), tell, lay).await;
                RuntimeEvent::Msg(Msg::FullLoaded { id, generation, result: Ok(opened), view, width, lines })
            }
            Effect::OpenAttached { opened, part, generation } => {
                let result = open_attached(opened, part).await;
                RuntimeEvent::Msg(Msg::AttachedOpened { generation, result })
            }
            Effect::OpenInProgram(tool, opened, view) => {
                show_in(tool, scratch, view, move || as_file(&opened, view, &zone)).await
            }
            Effect::OpenPart(opened, part) => RuntimeEvent::Msg(Msg::Shown(
                blocking(move || open_part(&opened, part, files.as_ref(), opener.as_ref())).await.map(Some),
            )),
            other => RuntimeEvent::Msg(failure_reply(other)),
        }
    })
}

/// Shows a mail in the pager of a terminal that reads only ASCII. The text is converted, because not every
/// pager removes 8-bit control functions (C1). The raw mail is passed on as bytes, because pagers can handle
/// those.
pub(super) fn page_in_ascii(
    opened: Arc<LoadedMail>,
    view: View,
    world: &Dependencies,
    zone: TimeZone,
) -> Work {
    let scratch = Arc::clone(&world.scratch);
    Box::pin(async move {
        show_in(ExternalProgram::Pager, scratch, view, move || {
            Charset::Ascii.bytes(&as_file(&opened, view, &zone)).into_owned()
        })
        .await
    })
}

async fn show_in(
    tool: ExternalProgram,
    scratch: Arc<dyn TempFiles>,
    view: View,
    content: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> RuntimeEvent {
    let ending = if view == View::Raw { "eml" } else { "txt" };
    match blocking(move || scratch.write(ending, &content())).await {
        Ok(file) => RuntimeEvent::Foreground(Foreground { command: command_of(tool), file }),
        Err(why) => RuntimeEvent::Msg(Msg::Shown(Err(to_text(why)))),
    }
}

async fn open_attached(outer: Arc<LoadedMail>, part: usize) -> Result<Arc<LoadedMail>, AppError> {
    let of = outer.raw.clone();
    let raw = blocking(move || {
        mime::nested_mail(&of, part).map(|nested| match nested {
            // A slice of the outer mail's bytes: nested mails need no copy for each level.
            Cow::Borrowed(bytes) => of.slice_ref(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        })
    });
    let words = "This part does not read as a mail. It can be saved instead.";
    let no_mail = || AppError { kind: FailureKind::Other, words: words.into(), wait: None };
    let raw = raw.await.ok_or_else(no_mail)?;
    let mail = service::parse_and(raw.clone(), || false, |_| {}, |mail| mail).await;
    Ok(Arc::new(LoadedMail::attached(outer, part, raw, mail)))
}

/// Returns a callback that sends the progress of a large mail to the core, in bytes.
fn teller(
    heard: UnboundedSender<RuntimeEvent>,
    generation: Generation,
    opened: &LoadedMail,
    share: Range<u32>,
) -> impl FnMut(u32) + Send + 'static {
    let of = opened.raw.len() as u64;
    let opened_is_large = opened.raw.len() >= LARGE_BYTES;
    move |done| {
        let part = u64::from(share.start)
            + u64::from(share.end - share.start) * u64::from(done) / u64::from(progress::ALL);
        if opened_is_large {
            let done = of * part / u64::from(progress::ALL);
            // The receiver is gone only when the program ends.
            drop(heard.send(RuntimeEvent::Msg(Msg::ReadProgress { generation, done, of })));
        }
    }
}

/// Returns the options for a layout that may stop after about `enough` lines, or lays out all lines if
/// `None`.
fn options(quotes: Quotes, cell: CellSize, enough: Option<usize>) -> RenderOptions {
    RenderOptions { wanted: enough.unwrap_or(usize::MAX), quotes, cell }
}

fn lay_out(
    opened: &LoadedMail,
    (view, width): (View, u16),
    options: RenderOptions,
    zone: &TimeZone,
    keys: Option<&Keys>,
) -> (Vec<richtext::Line>, bool) {
    let mut lines = crate::app::message_header::head(opened, width, zone, keys);
    let wanted = options.wanted;
    let started = Instant::now();
    let body = interrupt::with_clock(
        move || started.elapsed(),
        || richtext::render_with(&*opened.mail, &opened.raw, view, width, options),
    );
    let whole = body.len() < wanted;
    lines.extend(body);
    (lines, whole)
}

/// Decodes a picture, both for half-blocks and for the graphics protocol of the terminal, if there is one.
pub(super) fn picture(opened: Arc<LoadedMail>, size: PictureSize, image_picker: Option<Pencil>) -> Work {
    Box::pin(async move {
        let id = opened.envelope.id.clone();
        let of = id.clone();
        let work = blocking(move || {
            let bytes = mime::attachment_bytes(&opened.raw, size.part)?;
            let Some(image_picker) = image_picker else {
                return Some((richtext::decode(&bytes, size.columns, size.rows)?, None));
            };
            let (cells, cell) =
                ((size.columns, size.rows), (image_picker.cell.width, image_picker.cell.height));
            let (pixels, fine) = richtext::decode_full(&bytes, cells, cell)?;
            Some((pixels, fine.and_then(|fine| pictures::make(image_picker, of, size, fine))))
        });
        let (pixels, made) = work.await.map_or((None, None), |(pixels, made)| (Some(pixels), made));
        let msg = Msg::PictureDecoded { id, size, pixels };
        match made {
            Some(made) => RuntimeEvent::Picture(Box::new(made), msg),
            None => RuntimeEvent::Msg(msg),
        }
    })
}

/// Returns the content of a view for another program: the raw bytes for `View::Raw`, else the text as the
/// screen shows it.
fn as_file(opened: &LoadedMail, view: View, zone: &TimeZone) -> Vec<u8> {
    if view == View::Raw {
        return opened.raw.to_vec();
    }
    let (lines, _) = lay_out(opened, (view, WIDTH), RenderOptions::default(), zone, None);
    let mut out = String::new();
    for line in lines {
        for span in &line.spans {
            out.push_str(&span.text);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out.into_bytes()
}

/// Returns shell text that expands to the user's editor or pager, by default `vi` or `less`.
fn command_of(tool: ExternalProgram) -> &'static str {
    match tool {
        ExternalProgram::Editor => "${VISUAL:-${EDITOR:-vi}}",
        ExternalProgram::Pager => "${PAGER:-less}",
    }
}

fn open_part(
    opened: &LoadedMail,
    part: usize,
    files: &dyn crate::ports::files::Files,
    opener: &dyn crate::ports::opener::Opener,
) -> Result<SafeText, SafeText> {
    let attachment = opened.mail.attachments.iter().find(|attachment| attachment.part == part);
    let attachment = attachment.ok_or_else(|| SafeText::new("This mail has no such part."))?;
    let bytes = mime::attachment_bytes(&opened.raw, part);
    let bytes = bytes
        .ok_or_else(|| SafeText::new("This part cannot be decoded. The whole mail can be saved instead."))?;
    let path =
        files.save(&attachment.name, &bytes).map_err(|why| SafeText::new(&format!("Not saved: {why}")))?;
    if !is_document(attachment) {
        return Ok(format!("Saved {}; not opened, since it may be a program.", path.display()).into());
    }
    opener.open_file(&path).map_err(|why| SafeText::new(&format!("Saved {}, but {why}", path.display())))?;
    Ok(format!("Saved and opened {}", path.display()).into())
}

/// Whether opening the attachment only starts a viewer and runs no code of the sender. Both the name and the
/// detected content type must say so.
fn is_document(attachment: &Attachment) -> bool {
    let by_name = mime_guess::from_path(attachment.name.as_str()).first_raw().unwrap_or_default();
    let viewed = |mime: &str| {
        matches!(mime.split('/').next(), Some("image" | "audio" | "video"))
            || matches!(mime, "text/plain" | "text/csv" | "text/calendar" | "application/pdf")
            || mime.starts_with("application/vnd.openxmlformats")
            || mime.starts_with("application/vnd.oasis.opendocument")
    };
    viewed(by_name)
        && by_name != "image/svg+xml"
        && attachment.found.is_none_or(|found| viewed(found) || found == "application/zip")
}
