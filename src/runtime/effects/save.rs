//! Saves mails and attachments as files, and reports the progress of saving large files.

use super::jobs::RunningJob;
use super::{Dependencies, EffectFuture, RuntimeEvent, to_text};
use crate::app::effect::SaveEffect;
use crate::app::jobs::JobProgress;
use crate::app::msg::Msg;
use crate::runtime::blocking::run_blocking;
use bytes::Bytes;
use dropmail_client::domain::ids::MailId;
use dropmail_client::ports::files::Files;
use dropmail_client::service::Mailbox;
use mail_reader::mime;
use mail_reader::sanitize::{SafeName, SafeText};
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// Minimum size in bytes of a file whose saving progress is reported. A smaller file is saved so quickly that no
/// progress report is needed.
const MIN_PROGRESS_BYTES: usize = 2 << 20;

/// Reports the progress of saving files, and checks whether the user has stopped the job.
#[derive(Clone, Debug)]
pub(super) struct Saver {
    pub(super) sender: UnboundedSender<RuntimeEvent>,
    pub(super) job: Option<Arc<RunningJob>>,
}

impl Saver {
    fn is_stopped(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.is_stopped())
    }

    /// Reports that `done` of `total` files have been saved. If the user has stopped the job, reports nothing and
    /// returns an error message for the user.
    fn report_file(&self, done: usize, total: usize) -> Result<(), SafeText> {
        if self.is_stopped() {
            return Err(format!("Stopped: {done} of {total} files were saved.").into());
        }
        if let Some(job) = self.job.as_ref().filter(|_| total > 1) {
            job.report(JobProgress::Items(done, Some(total)));
        }
        Ok(())
    }

    /// Reports that `done` of `total` bytes of a large file have been written. Returns `false` if the user has stopped
    /// the job, so that saving must be aborted.
    fn report_bytes(&self, done: u64, total: u64) -> bool {
        // The receiver is dropped only when the program exits.
        drop(self.sender.send(RuntimeEvent::Msg(Msg::SaveProgress { done, total })));
        !self.is_stopped()
    }
}

/// Executes an effect that saves mails or attachments as files.
pub(super) fn run(effect: SaveEffect, dependencies: &Dependencies, saver: Saver) -> EffectFuture {
    let (mailbox, files) = (dependencies.mailbox.clone(), Arc::clone(&dependencies.files));
    Box::pin(async move {
        RuntimeEvent::Msg(Msg::Saved(match effect {
            SaveEffect::Mails(ids) => save_mails(&mailbox, files, &ids, &saver).await,
            SaveEffect::Attachments(id, selection) => {
                save_parts(&mailbox, files, &id, selection, &saver).await
            }
            SaveEffect::AttachedMail(opened) => {
                save_mail(files, opened.raw.clone(), &saver).await.map(|path| vec![path])
            }
            SaveEffect::PartsOfAttached(opened, selection) => {
                save_parts_of_mail(files, opened.raw.clone(), selection, &saver).await
            }
        }))
    })
}

/// Returns a file name for a saved mail, derived from the mail's subject, with the extension `.eml`.
fn eml_name(raw: &[u8]) -> SafeName {
    let head = mime::parse_head(raw);
    let subject = if head.subject.is_empty() { "mail" } else { head.subject.as_str() };
    let subject: String = subject.chars().take(80).collect();
    SafeName::from_title(&format!("{}.eml", subject.trim()))
}

async fn save(
    files: Arc<dyn Files>,
    name: SafeName,
    content: Bytes,
    saver: Saver,
) -> Result<SafeText, SafeText> {
    let total = content.len() as u64;
    let mut tell = move |done: usize| saver.report_bytes(done as u64, total);
    let saved = run_blocking(move || {
        if content.len() < MIN_PROGRESS_BYTES {
            return files.save(&name, &content);
        }
        tell(0);
        files.save_with_progress(&name, &content, &mut tell)
    });
    saved.await.map(|path| path.display().to_string().into()).map_err(|why| {
        if why.source.kind() == ErrorKind::Interrupted {
            return "Stopped: the file was not saved.".into();
        }
        format!("Not saved: {why}").into()
    })
}

/// Saves a raw mail from memory as an `.eml` file; returns the path of the file.
async fn save_mail(files: Arc<dyn Files>, raw: Bytes, saver: &Saver) -> Result<SafeText, SafeText> {
    let copy = raw.clone();
    let name = run_blocking(move || eml_name(&copy)).await;
    save(files, name, raw, saver.clone()).await
}

async fn save_mails(
    mailbox: &Mailbox,
    files: Arc<dyn Files>,
    ids: &[MailId],
    saver: &Saver,
) -> Result<Vec<SafeText>, SafeText> {
    let mut paths = Vec::new();
    for (done, id) in ids.iter().enumerate() {
        saver.report_file(done, ids.len())?;
        let raw = mailbox.raw_mail(id).await.map_err(to_text)?;
        paths.push(save_mail(Arc::clone(&files), raw, saver).await?);
    }
    Ok(paths)
}

async fn save_parts(
    mailbox: &Mailbox,
    files: Arc<dyn Files>,
    id: &MailId,
    parts: Option<Vec<usize>>,
    saver: &Saver,
) -> Result<Vec<SafeText>, SafeText> {
    let raw = mailbox.raw_mail(id).await.map_err(to_text)?;
    save_parts_of_mail(files, raw, parts, saver).await
}

/// Saves attachments of a raw mail as files; returns the paths of the files. `parts` contains the part numbers of the
/// attachments to save; with `None`, all attachments are saved.
async fn save_parts_of_mail(
    files: Arc<dyn Files>,
    raw: Bytes,
    parts: Option<Vec<usize>>,
    saver: &Saver,
) -> Result<Vec<SafeText>, SafeText> {
    let copy = raw.clone();
    let attachments = run_blocking(move || mime::attachments(&copy)).await;
    let mut paths = Vec::new();
    let selected: Vec<_> = attachments
        .into_iter()
        .filter(|attachment| parts.as_ref().is_none_or(|parts| parts.contains(&attachment.part)))
        .collect();
    let count = selected.len();
    for (done, attachment) in selected.into_iter().enumerate() {
        saver.report_file(done, count)?;
        let (raw, at) = (raw.clone(), attachment.part);
        let Some(content) = run_blocking(move || mime::attachment_bytes(&raw, at)).await else {
            return Err(format!(
                "The attachment {} cannot be decoded. The whole mail can be saved instead.",
                attachment.name
            )
            .into());
        };
        paths.push(save(Arc::clone(&files), attachment.name, content.into(), saver.clone()).await?);
    }
    Ok(paths)
}
