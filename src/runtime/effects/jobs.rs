//! Reports long-running jobs to the core, and stops a job when the user requests it.

use super::RuntimeEvent;
use crate::app::effect::{AccountEffect, Effect, ExternalEffect, SaveEffect};
use crate::app::jobs::{JobEvent, JobId, JobKind, JobProgress};
use crate::app::msg::Msg;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

/// Assigns ids to jobs, reports them to the core, and stops them on request. Clones share the same list of jobs.
#[derive(Clone, Debug)]
pub(in crate::runtime) struct JobTracker {
    sender: UnboundedSender<RuntimeEvent>,
    running: Arc<Mutex<RunningJobs>>,
}

#[derive(Debug, Default)]
struct RunningJobs {
    last: JobId,
    stops: HashMap<JobId, CancellationToken>,
}

impl JobTracker {
    pub(in crate::runtime) fn new(sender: UnboundedSender<RuntimeEvent>) -> Self {
        Self { sender, running: Arc::default() }
    }

    /// Starts a job and reports the start to the core. The job ends when the returned value is dropped.
    pub(in crate::runtime) fn start(&self, kind: JobKind) -> RunningJob {
        let stop = CancellationToken::new();
        let id = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.last += 1;
            let id = running.last;
            running.stops.insert(id, stop.clone());
            id
        };
        self.report(JobEvent::Started(id, kind));
        RunningJob { id, stop, tracker: self.clone() }
    }

    /// Starts the job of an effect and reports the start to the core; returns `None` if the effect finishes quickly and
    /// needs no job.
    pub(in crate::runtime) fn start_for(&self, effect: &Effect) -> Option<RunningJob> {
        kind_of(effect).map(|kind| self.start(kind))
    }

    /// Stops the job with the given id if it is still running.
    pub(in crate::runtime) fn stop(&self, id: JobId) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = running.stops.get(&id) {
            stop.cancel();
        }
    }

    fn report(&self, event: JobEvent) {
        // The receiver is dropped only when the program exits.
        drop(self.sender.send(RuntimeEvent::Msg(Msg::Job(event))));
    }
}

fn kind_of(effect: &Effect) -> Option<JobKind> {
    match effect {
        Effect::Save(SaveEffect::Mails(ids)) => Some(JobKind::SaveMails(ids.len())),
        Effect::Save(SaveEffect::AttachedMail(_)) => Some(JobKind::SaveMails(1)),
        Effect::Save(SaveEffect::Attachments(..) | SaveEffect::PartsOfAttached(..)) => {
            Some(JobKind::SaveAttachments)
        }
        Effect::External(ExternalEffect::Pipe { command, .. }) => {
            Some(JobKind::Command(command.as_str().into()))
        }
        Effect::External(ExternalEffect::OpenInBrowser(_)) => Some(JobKind::Page),
        Effect::Account(AccountEffect::Restore { addresses, .. }) => Some(JobKind::Restore(addresses.len())),
        Effect::Account(_)
        | Effect::Domain(_)
        | Effect::Captcha(_)
        | Effect::Archive(_)
        | Effect::Store(_)
        | Effect::MessagePane(_)
        | Effect::External(_) => None,
    }
}

/// A running job. Dropping this value notifies the core that the job has ended.
#[derive(Debug)]
pub(in crate::runtime) struct RunningJob {
    id: JobId,
    stop: CancellationToken,
    tracker: JobTracker,
}

impl RunningJob {
    /// Returns the token that is cancelled when the user stops the job.
    pub(in crate::runtime) fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Returns whether the user has stopped the job.
    pub(in crate::runtime) fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Reports the progress of the job to the core.
    pub(in crate::runtime) fn report(&self, progress: JobProgress) {
        self.tracker.report(JobEvent::Progress(self.id, progress));
    }
}

impl Drop for RunningJob {
    fn drop(&mut self) {
        self.tracker.running.lock().unwrap_or_else(PoisonError::into_inner).stops.remove(&self.id);
        self.tracker.report(JobEvent::Ended(self.id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::unbounded_channel;

    #[test]
    fn a_job_reports_start_progress_and_end_and_can_be_cancelled() {
        let (received, mut events) = unbounded_channel();
        let tracker = JobTracker::new(received);
        let job = tracker.start(JobKind::Reparse);
        job.report(JobProgress::Items(8, None));
        tracker.stop(job.id + 1);
        assert!(!job.is_stopped());
        tracker.stop(job.id);
        assert!(job.is_stopped() && job.stop_token().is_cancelled());
        let id = job.id;
        drop(job);
        let mut next = || match events.try_recv() {
            Ok(RuntimeEvent::Msg(Msg::Job(event))) => Some(event),
            _ => None,
        };
        assert_eq!(next(), Some(JobEvent::Started(id, JobKind::Reparse)));
        assert_eq!(next(), Some(JobEvent::Progress(id, JobProgress::Items(8, None))));
        assert_eq!(next(), Some(JobEvent::Ended(id)));
        assert_eq!(next(), None);
    }
}
