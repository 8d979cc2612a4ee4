//! Renders a mail as an HTML page for the browser. The user can cancel this job.

use super::large_mails::LargeMailJob;
use super::{EffectFuture, RuntimeEvent, to_text};
use crate::app::message_pane::LoadedMail;
use crate::app::msg::{Browsed, Msg};
use crate::runtime::blocking::run_blocking;
use crate::runtime::dependencies::Dependencies;
use mail_reader::{browser_page, interrupt};
use std::sync::Arc;
use tokio::time::Instant;

/// Renders a mail as an HTML page in a temporary file, and opens the page in the browser.
pub(super) fn run(opened: Arc<LoadedMail>, dependencies: &Dependencies, job: LargeMailJob) -> EffectFuture {
    let (scratch, opener) = (Arc::clone(&dependencies.scratch), Arc::clone(&dependencies.opener));
    Box::pin(async move {
        let Some(permit) = job.acquire_permit().await else {
            return RuntimeEvent::Msg(Msg::Browsed(Browsed::Stopped));
        };
        let browsed = run_blocking(move || {
            let _permit = permit;
            let (asked, started) = (job.clone(), Instant::now());
            let page = interrupt::until(
                move || asked.is_cancelled(),
                || {
                    let make = || browser_page(&opened.mail, &opened.raw);
                    interrupt::with_clock(move || started.elapsed(), make)
                },
            );
            if job.is_cancelled() {
                return Browsed::Stopped;
            }
            let written = scratch.write("html", page.html.as_bytes()).map_err(to_text);
            match written.and_then(|path| opener.open_file(&path).map_err(to_text)) {
                Ok(()) => Browsed::Opened(page.left_out),
                Err(why) => Browsed::Failed(why),
            }
        });
        RuntimeEvent::Msg(Msg::Browsed(browsed.await))
    })
}
