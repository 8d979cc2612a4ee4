//! Mail that comes, told outside the screen: to the user's own commands and to the desktop.

use super::performer::Heard;
use super::world::{Announcing, Notice};
use crate::app::msg::Msg;
use crate::domain::mail::Summary;
use crate::domain::mail_json;
use crate::domain::sanitize::SafeText;
use crate::ports::hooks::{Hook, Hooks};
use crate::service::Told;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;

/// Mails whose commands run at the same time.
const AT_ONCE: usize = 4;

/// Tells every mail until it is dropped. Commands that run by then are ended with it.
pub(super) async fn follow(mut announcing: Announcing, heard: UnboundedSender<Heard>) {
    let mut running = JoinSet::new();
    let room = Arc::new(Semaphore::new(AT_ONCE));
    while let Some(told) = announcing.arrivals.recv().await {
        notify(&announcing.notice, &told.summary, &heard).await;
        let (hooks, room) = (Arc::clone(&announcing.hooks), Arc::clone(&room));
        let heard = heard.clone();
        running.spawn(async move {
            // The semaphore is never closed.
            let Ok(_place) = room.acquire().await else { return };
            run(hooks.as_ref(), &told, &heard).await;
        });
        while running.try_join_next().is_some() {}
    }
}

/// One command after the other for each mail.
async fn run(hooks: &dyn Hooks, told: &Told, heard: &UnboundedSender<Heard>) {
    let mail = mail_json::with_findings(&told.summary, false, &told.mail.codes, &told.mail.links).to_string();
    let also = told.summary.code.is_some().then_some(Hook::OnCode);
    for hook in [Some(Hook::OnMail), also].into_iter().flatten() {
        if let Err(error) = hooks.run(hook, &mail).await {
            tracing::warn!(hook = hook.word(), %error, "a hook failed");
            let words = format!("{} failed: {error}", hook.word());
            drop(heard.send(Heard::Msg(Msg::Remark(SafeText::new(&words)))));
        }
    }
}

async fn notify(notice: &Notice, summary: &Summary, heard: &UnboundedSender<Heard>) {
    let (title, body) = words(summary);
    match notice {
        Notice::Off => {}
        Notice::Terminal(bytes) => drop(heard.send(Heard::Terminal(bytes(&title, &body)))),
        Notice::Desktop(notifier) => {
            if let Err(error) = notifier.notify(&title, &body).await {
                tracing::warn!(%error, "nobody was told of a mail");
            }
        }
    }
}

fn words(summary: &Summary) -> (SafeText, SafeText) {
    let title = match &summary.code {
        Some(code) => format!("Code {} from {}", code.value, summary.sender),
        None => format!("Mail from {}", summary.sender),
    };
    (title.into(), summary.subject.clone())
}
