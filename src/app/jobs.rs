//! Manages long-running jobs, which the user can list and stop.

use dropmail_client::domain::time::{SignedDuration, Timestamp};
use mail_reader::mail::format_progress;
use mail_reader::sanitize::SafeText;

/// How long a job must run before the status line shows it. Most jobs finish sooner.
const MIN_SHOWN_TIME: SignedDuration = SignedDuration::from_secs(1);

/// Number that identifies a running job.
pub type JobId = u64;

/// Kinds of long-running jobs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// The job saves mails as files; the value is the number of mails.
    SaveMails(usize),
    /// The job saves attachments of one mail as files.
    SaveAttachments,
    /// The job pipes a mail to this shell command.
    Command(SafeText),
    /// The job creates a page with the sanitised HTML of a mail, for display in the browser.
    Page,
    /// The job restores addresses; the value is the number of addresses.
    Restore(usize),
    /// The job re-parses the mails that an earlier version of the program stored.
    Reparse,
    /// The job adds new mails to the search index.
    Index,
    /// The job runs the hook (the user's shell command) with this name for a mail from this sender.
    Hook(&'static str, SafeText),
}

impl JobKind {
    /// Returns a description of the job that is shown to the user.
    pub fn description(&self) -> SafeText {
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

    /// Returns `true` if the user can stop the job. A job that restores addresses cannot be stopped: the service
    /// changes the restore key of each address, and only the service's response contains the new key.
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

/// The progress of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobProgress {
    /// Number of bytes written, and the total number of bytes.
    Bytes(u64, u64),
    /// Number of items processed, and the total number of items; `None` if the total number is unknown.
    Items(usize, Option<usize>),
}

impl JobProgress {
    /// Returns the progress as text, such as `3 of 12`.
    pub fn text(self) -> String {
        match self {
            Self::Bytes(done, total) => format_progress(done, total),
            Self::Items(done, Some(total)) => format!("{done} of {total}"),
            Self::Items(done, None) => format!("{done} done"),
        }
    }
}

/// A change in the state of a job, as reported by the runtime.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum JobEvent {
    /// The job has started.
    Started(JobId, JobKind),
    /// The job has made progress; the value states how much is done so far.
    Progress(JobId, JobProgress),
    /// The job has finished or was stopped.
    Ended(JobId),
}

/// A running job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Number that identifies the job.
    pub id: JobId,
    /// The kind of the job.
    pub kind: JobKind,
    /// Time at which the job started.
    pub since: Timestamp,
    /// The most recently reported progress of the job; `None` if the job has reported none.
    pub progress: Option<JobProgress>,
    /// `true` if the user has asked to stop the job, but the job has not ended yet.
    pub stopping: bool,
}

/// The running jobs, the oldest first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Jobs(Vec<Job>);

impl Jobs {
    /// Applies an event reported by the runtime to the list of running jobs.
    pub fn apply(&mut self, event: JobEvent, now: Timestamp) {
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

    /// Records the progress of the newest job that saves a single mail or attachments: `done` of `total` bytes have
    /// been written.
    pub fn set_save_progress(&mut self, done: u64, total: u64) {
        let saves = |job: &&mut Job| matches!(job.kind, JobKind::SaveMails(1) | JobKind::SaveAttachments);
        if let Some(job) = self.0.iter_mut().rev().find(saves) {
            job.progress = Some(JobProgress::Bytes(done, total));
        }
    }

    /// Returns the running jobs, the newest first.
    pub fn list(&self) -> impl Iterator<Item = &Job> {
        self.0.iter().rev()
    }

    /// Returns the newest job that has run long enough to appear in the status line; `None` if there is no such job.
    pub fn shown_job(&self, now: Timestamp) -> Option<&Job> {
        self.list().find(|job| now.duration_since(job.since) >= MIN_SHOWN_TIME)
    }

    /// Returns `true` if no job is running.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Records that the user has asked to stop the job with this id. Returns `false` if there is no such job, or if the
    /// user cannot stop it.
    pub fn stop(&mut self, id: JobId) -> bool {
        let job = self.0.iter_mut().find(|job| job.id == id && job.kind.can_stop());
        job.is_some_and(|job| {
            job.stopping = true;
            true
        })
    }
}
