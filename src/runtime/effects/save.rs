//! Saves mails and attachments as files, and reports the progress for large ones.

use super::{Dependencies, RuntimeEvent, Work, to_text};
use crate::app::effect::SaveEffect;
use crate::app::msg::Msg;
use crate::domain::ids::MailId;
use crate::ports::files::Files;
use crate::runtime::blocking::blocking;
use crate::service::Mailbox;
use bytes::Bytes;
use mail_reader::mime;
use mail_reader::sanitize::{SafeName, SafeText};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// Minimum size in bytes of a file whose writing is reported as progress; a smaller file is written too fast
/// for that.
const MIN_PROGRESS_BYTES: usize = 2 << 20;

/// Runs an effect that saves mails or attachments.
pub(super) fn run(effect: SaveEffect, world: &Dependencies, heard: UnboundedSender<RuntimeEvent>) -> Work {
    let (mailbox, files) = (world.mailbox.clone(), Arc::clone(&world.files));
    Box::pin(async move {
        RuntimeEvent::Msg(Msg::Saved(match effect {
            SaveEffect::Mails(ids) => mails(&mailbox, files, &ids, &heard).await,
            SaveEffect::Attachments(id, wanted) => parts(&mailbox, files, &id, wanted, &heard).await,
            SaveEffect::AttachedMail(opened) => {
                mail(files, opened.raw.clone(), &heard).await.map(|path| vec![path])
            }
            SaveEffect::PartsOfAttached(opened, wanted) => {
                parts_of(files, opened.raw.clone(), wanted, &heard).await
            }
        }))
    })
}

/// Returns a file name (.eml) for a saved mail, made from the subject of the mail.
fn mail_name(raw: &[u8]) -> SafeName {
    let head = mime::parse_head(raw);
    let subject = if head.subject.is_empty() { "mail" } else { head.subject.as_str() };
    let subject: String = subject.chars().take(80).collect();
    SafeName::from_title(&format!("{}.eml", subject.trim()))
}

async fn save(
    files: Arc<dyn Files>,
    name: SafeName,
    content: Bytes,
    heard: UnboundedSender<RuntimeEvent>,
) -> Result<SafeText, SafeText> {
    let of = content.len() as u64;
    let mut tell = move |done: usize| {
        // The receiver is gone only when the program ends.
        drop(heard.send(RuntimeEvent::Msg(Msg::SaveProgress { done: done as u64, of })));
    };
    let saved = blocking(move || {
        if content.len() < MIN_PROGRESS_BYTES {
            return files.save(&name, &content);
        }
        tell(0);
        files.save_with_progress(&name, &content, &mut tell)
    });
    saved
        .await
        .map(|path| path.display().to_string().into())
        .map_err(|why| format!("Not saved: {why}").into())
}

/// Saves a mail whose bytes are in memory as an .eml file.
async fn mail(
    files: Arc<dyn Files>,
    raw: Bytes,
    heard: &UnboundedSender<RuntimeEvent>,
) -> Result<SafeText, SafeText> {
    let of = raw.clone();
    let name = blocking(move || mail_name(&of)).await;
    save(files, name, raw, heard.clone()).await
}

async fn mails(
    mailbox: &Mailbox,
    files: Arc<dyn Files>,
    ids: &[MailId],
    heard: &UnboundedSender<RuntimeEvent>,
) -> Result<Vec<SafeText>, SafeText> {
    let mut paths = Vec::new();
    for id in ids {
        let raw = mailbox.bytes(id).await.map_err(to_text)?;
        paths.push(mail(Arc::clone(&files), raw, heard).await?);
    }
    Ok(paths)
}

async fn parts(
    mailbox: &Mailbox,
    files: Arc<dyn Files>,
    id: &MailId,
    parts: Option<Vec<usize>>,
    heard: &UnboundedSender<RuntimeEvent>,
) -> Result<Vec<SafeText>, SafeText> {
    let raw = mailbox.bytes(id).await.map_err(to_text)?;
    parts_of(files, raw, parts, heard).await
}

/// Saves attachments of a mail whose bytes are in memory as files.
async fn parts_of(
    files: Arc<dyn Files>,
    raw: Bytes,
    parts: Option<Vec<usize>>,
    heard: &UnboundedSender<RuntimeEvent>,
) -> Result<Vec<SafeText>, SafeText> {
    let of = raw.clone();
    let attachments = blocking(move || mime::attachments(&of)).await;
    let mut paths = Vec::new();
    let wanted = attachments
        .into_iter()
        .filter(|attachment| parts.as_ref().is_none_or(|parts| parts.contains(&attachment.part)));
    for attachment in wanted {
        let (raw, at) = (raw.clone(), attachment.part);
        let Some(content) = blocking(move || mime::attachment_bytes(&raw, at)).await else {
            return Err(format!(
                "The attachment {} cannot be decoded. The whole mail can be saved instead.",
                attachment.name
            )
            .into());
        };
        paths.push(save(Arc::clone(&files), attachment.name, content.into(), heard.clone()).await?);
    }
    Ok(paths)
}
