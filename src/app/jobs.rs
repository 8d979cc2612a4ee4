//! Work that runs for longer than a moment, so that the user can see and stop it.

use crate::domain::time::{SignedDuration, Timestamp};
use mail_reader::mail::format_progress;
use mail_reader::sanitize::SafeText;

/// Age from which the status line names a job; most jobs are done before.
const NOTICEABLE: SignedDuration = SignedDuration::from_secs(1);

/// Number of a job, by which the core stops it.
pub type JobId = u64;

/// The kinds of long work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// This many mails are saved as files.
    SaveMails(usize),
    /// Attachments of a mail are saved as files.
    SaveAttachments,
    /// This shell command receives a mail.
    Command(SafeText),
    /// The HTML of a mail is sanitised for the browser.
    Page,
    /// This many addresses are restored.
    Restore(usize),
    /// Mails that an earlier version stored are parsed again.
    Reparse,
    /// New mails are added to the search index.
    Index,
    /// The hook with this name runs for a mail of this sender.
    Hook(&'static str, SafeText),
}

impl JobKind {
    /// Names the job.
    pub fn words(&self) -> SafeText {
        match self {
            Self::SaveMails(1) => "saving a mail".into(),
            Self::SaveMails(count) => format!("saving {count} mails").into(),
            Self::SaveAttachments => "saving attachments".into(),
            Self::Command(command) => format!("running “{command}”").into(),
            Self::Page => "making the page for the browser".into(),
            Self::Restore(1) => "restoring an address".into(),
            Self::Restore(count) => format!("restoring {count} addresses").into(),
            Self::Reparse => "reading the mails of an earlier version again".into(),
            Self::Index => "indexing new mail for the search".into(),
            Self::Hook(name, sender) => format!("hook {name} for mail from {sender}").into(),
        }
    }

    /// Returns whether the user can stop the job. A restored address has a new key, so the reply must arrive.
    pub fn can_stop(&self) -> bool {
        match self {
            Self::Restore(_) => false,
            Self::SaveMails(_)
            | Self::SaveAttachments
            | Self::Command(_)
            | Self::Page
            | Self::Reparse
            | Self::Index
            | Self::Hook(..) => true,
        }
    }
}

/// How far a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobProgress {
    /// Bytes written, and their total.
    Bytes(u64, u64),
    /// Items done, and their total if it is known.
    Items(usize, Option<usize>),
}

impl JobProgress {
    /// Describes the progress, such as `3 of 12`.
    pub fn words(self) -> String {
        match self {
            Self::Bytes(done, of) => format_progress(done, of),
            Self::Items(done, Some(of)) => format!("{done} of {of}"),
            Self::Items(done, None) => format!("{done} done"),
        }
    }
}

/// A report of the runtime about a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobEvent {
    /// The job has started.
    Started(JobId, JobKind),
    /// The job is that far.
    Progress(JobId, JobProgress),
    /// The job has ended or was stopped.
    Ended(JobId),
}

/// A job that runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Number of the job.
    pub id: JobId,
    /// The kind of work.
    pub kind: JobKind,
    /// When the job started.
    pub since: Timestamp,
    /// How far the job is; `None` if it does not report that.
    pub progress: Option<JobProgress>,
    /// Whether the user has stopped the job, which then ends soon.
    pub stopping: bool,
}

/// The jobs that run, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Takes a report of the runtime.
    pub fn take(&mut self, event: JobEvent, now: Timestamp) {
        match event {
            JobEvent::Started(id, kind) => {
                self.0.push(Job { id, kind, since: now, progress: None, stopping: false });
            }
            JobEvent::Progress(id, progress) => {
                if let Some(job) = self.0.iter_mut().find(|job| job.id == id) {
                    job.progress = Some(progress);
                }
            }
            JobEvent::Ended(id) => self.0.retain(|job| job.id != id),
        }
    }

    /// Records how far the newest job that saves a file is, in bytes.
    pub fn note_saved(&mut self, done: u64, of: u64) {
        let saves = |job: &&mut Job| matches!(job.kind, JobKind::SaveMails(1) | JobKind::SaveAttachments);
        if let Some(job) = self.0.iter_mut().rev().find(saves) {
            job.progress = Some(JobProgress::Bytes(done, of));
        }
    }

    /// Lists the jobs, the newest first.
    pub fn list(&self) -> impl Iterator<Item = &Job> {
        self.0.iter().rev()
    }

    /// Returns the newest job that has run long enough for the status line.
    pub fn noticeable(&self, now: Timestamp) -> Option<&Job> {
        self.list().find(|job| now.duration_since(job.since) >= NOTICEABLE)
    }

    /// Returns whether no job runs.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Records that the user stops a job. Returns whether the job can be stopped.
    pub fn stop(&mut self, id: JobId) -> bool {
        let job = self.0.iter_mut().find(|job| job.id == id && job.kind.can_stop());
        job.is_some_and(|job| {
            job.stopping = true;
            true
        })
    }
}
