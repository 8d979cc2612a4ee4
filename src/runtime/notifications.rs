//! Announces new mail outside this program's screen: runs the user's hooks and shows notifications.

use super::dependencies::{NotificationTargets, NotifyChannel};
use super::effects::{JobTracker, RuntimeEvent};
use crate::app::jobs::JobKind;
use crate::app::msg::Msg;
use dropmail_client::domain::mail::Summary;
use dropmail_client::domain::mail_json;
use dropmail_client::ports::hooks::{Hook, Hooks};
use dropmail_client::service::NewMail;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// Maximum number of mails whose hooks run at the same time; the hooks of further mails wait.
const MAX_CONCURRENT_HOOKS: usize = 4;

/// Timeout for the desktop to accept a notification. If it expires, the terminal shows the notification instead.
const NOTIFY_TIMEOUT: Duration = Duration::from_secs(3);
/// Warning that is shown the first time the terminal shows a notification in place of the desktop.
const NO_SERVICE: &str = "This desktop has no notification service that answers. Notifications go to the \
                          terminal instead, which shows them if it can.";

/// Announces each new mail until the returned future is dropped, which also kills the running hooks.
pub(super) async fn run_notifications(
    mut notification_targets: NotificationTargets,
    sender: UnboundedSender<RuntimeEvent>,
    jobs: JobTracker,
) {
    let mut notifications = Notifications::new(notification_targets.notice);
    let mut running = JoinSet::new();
    let permits = Arc::new(Semaphore::new(MAX_CONCURRENT_HOOKS));
    while let Some(new_mail) = notification_targets.arrivals.recv().await {
        let (title, body) = notification_text(&new_mail.summary);
        notifications.show(&title, &body, &sender).await;
        let (hooks, permits) = (Arc::clone(&notification_targets.hooks), Arc::clone(&permits));
        let (sender, jobs) = (sender.clone(), jobs.clone());
        running.spawn(async move {
            // The semaphore is never closed, so acquiring it cannot fail.
            let Ok(_place) = permits.acquire().await else { return };
            run_hooks(hooks.as_ref(), &new_mail, &sender, &jobs).await;
        });
        while running.try_join_next().is_some() {}
    }
}

/// Runs the hooks for a new mail one by one. If a hook fails, sends a warning for the user.
async fn run_hooks(
    hooks: &dyn Hooks,
    new_mail: &NewMail,
    sender: &UnboundedSender<RuntimeEvent>,
    jobs: &JobTracker,
) {
    let mail = mail_json::with_findings(
        &new_mail.summary,
        false,
        &new_mail.mail.findings.codes,
        &new_mail.mail.findings.links,
    )
    .to_string();
    let also = new_mail.summary.code.is_some().then_some(Hook::OnCode);
    for hook in [Some(Hook::OnMail), also].into_iter().flatten().filter(|hook| hooks.is_set(*hook)) {
        let job = jobs.start(JobKind::Hook(hook.as_str(), new_mail.summary.sender.clone()));
        let ended = tokio::select! {
            ended = hooks.run(hook, &mail) => ended,
            () = job.stop_token().cancelled_owned() => Ok(()),
        };
        if let Err(error) = ended {
            tracing::warn!(hook = hook.as_str(), %error, "a hook failed");
            let words = format!("{} failed: {error}", hook.as_str());
            drop(sender.send(RuntimeEvent::Msg(Msg::Warning(SafeText::new(&words)))));
        }
    }
}

/// Shows notifications on the desktop, or in the terminal if the desktop does not accept them.
struct Notifications {
    notice: NotifyChannel,
    /// Timeout for the desktop to accept a notification.
    timeout: Duration,
    /// `true` once the user has been warned that the terminal shows the notifications instead of the desktop.
    reported: bool,
}

impl Notifications {
    fn new(notice: NotifyChannel) -> Self {
        Self { notice, timeout: NOTIFY_TIMEOUT, reported: false }
    }

    async fn show(&mut self, title: &SafeText, body: &SafeText, events: &UnboundedSender<RuntimeEvent>) {
        let by_terminal = match &self.notice {
            NotifyChannel::Off => return,
            NotifyChannel::Terminal(bytes) => bytes,
            NotifyChannel::Desktop(notifier, by_terminal) => {
                match tokio::time::timeout(self.timeout, notifier.notify(title, body)).await {
                    Ok(Ok(())) => return,
                    // The notification service may start later, so it is tried again for the next mail.
                    Ok(Err(error)) => tracing::warn!(%error, "the desktop shows no notification"),
                    Err(_) => {
                        tracing::warn!("the notification service does not answer; it is not called again");
                        self.notice = NotifyChannel::Terminal(Arc::clone(by_terminal));
                    }
                }
                if !std::mem::replace(&mut self.reported, true) {
                    drop(events.send(RuntimeEvent::Msg(Msg::Warning(NO_SERVICE.into()))));
                }
                match &self.notice {
                    NotifyChannel::Terminal(bytes) | NotifyChannel::Desktop(_, bytes) => bytes,
                    NotifyChannel::Off => return,
                }
            }
        };
        drop(events.send(RuntimeEvent::Terminal(by_terminal(title, body))));
    }
}

fn notification_text(summary: &Summary) -> (SafeText, SafeText) {
    let title = match &summary.code {
        Some(code) => format!("Code {} from {}", code.value, summary.sender),
        None => format!("Mail from {}", summary.sender),
    };
    (title.into(), summary.subject.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dropmail_client::ports::BoxFuture;
    use dropmail_client::ports::notifier::{Notifier, NotifyError};
    use std::sync::Mutex;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    /// The possible reactions of the fake desktop to a notification.
    #[derive(Clone, Copy, PartialEq, Debug)]
    enum Does {
        Show,
        Fail,
        Hang,
    }

    #[derive(Debug)]
    struct Desktop {
        does: Mutex<Vec<Does>>,
        calls: Mutex<usize>,
    }

    impl Notifier for Desktop {
        fn notify<'a>(&'a self, _: &'a SafeText, _: &'a SafeText) -> BoxFuture<'a, Result<(), NotifyError>> {
            *self.calls.lock().unwrap() += 1;
            let does = self.does.lock().unwrap().remove(0);
            Box::pin(async move {
                match does {
                    Does::Show => Ok(()),
                    Does::Fail => Err(NotifyError("no such name".into())),
                    Does::Hang => std::future::pending().await,
                }
            })
        }
    }

    /// Returns the number of notifications that were sent to the terminal, and the number of warnings for the user.
    fn counts(events: &mut UnboundedReceiver<RuntimeEvent>) -> (usize, usize) {
        let (mut terminal, mut warnings) = (0, 0);
        while let Ok(event) = events.try_recv() {
            match event {
                RuntimeEvent::Terminal(_) => terminal += 1,
                RuntimeEvent::Msg(Msg::Warning(_)) => warnings += 1,
                event @ (RuntimeEvent::Msg(_)
                | RuntimeEvent::Write(..)
                | RuntimeEvent::WithWarning(..)
                | RuntimeEvent::Check(_)
                | RuntimeEvent::Settings
                | RuntimeEvent::Picture(..)
                | RuntimeEvent::Foreground(_)) => panic!("{event:?}"),
            }
        }
        (terminal, warnings)
    }

    async fn shown(does: &[Does]) -> (usize, usize, usize) {
        let desktop = Arc::new(Desktop { does: Mutex::new(does.to_vec()), calls: Mutex::new(0) });
        let notice = NotifyChannel::Desktop(
            Arc::<Desktop>::clone(&desktop),
            Arc::new(|title, _| title.as_bytes().to_vec()),
        );
        // With a timeout of zero, a service that does not reply immediately is treated as hanging.
        let mut notifications = Notifications { timeout: Duration::ZERO, ..Notifications::new(notice) };
        let (sender, mut events) = unbounded_channel();
        for _ in does {
            notifications.show(&"Mail from Shop".into(), &"Hello".into(), &sender).await;
        }
        let (terminal, warnings) = counts(&mut events);
        let calls = *desktop.calls.lock().unwrap();
        (terminal, warnings, calls)
    }

    #[tokio::test]
    async fn notifications_fall_back_to_the_terminal_and_say_so_once() {
        use Does::{Fail, Hang, Show};
        assert_eq!(shown(&[Show, Show]).await, (0, 0, 2));
        assert_eq!(shown(&[Fail, Fail, Show]).await, (2, 1, 3), "the desktop is tried again after a failure");
        assert_eq!(shown(&[Hang, Show, Show]).await, (3, 1, 1), "a desktop that hangs is not tried again");
    }
}
