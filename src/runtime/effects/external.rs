//! Executes the effects that pass text or a mail to the clipboard or to another program.

use super::{Dependencies, EffectFuture, EffectRunner, RuntimeEvent, browser, pipe, programs};
use crate::app::effect::{CopySource, ExternalEffect};
use crate::app::msg::Msg;
use crate::config::ClipboardRoute;
use crate::runtime::blocking::run_blocking;
use dropmail_client::ports::opener::Opener;
use mail_reader::sanitize::SafeText;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

impl EffectRunner {
    /// Returns the future that passes text or a mail to the clipboard or to another program.
    ///
    /// `stop` is the token that is cancelled when the user stops this effect's job.
    pub(super) fn external_effect_future(
        &mut self,
        effect: ExternalEffect,
        dependencies: &Dependencies,
        stop: CancellationToken,
    ) -> EffectFuture {
        match effect {
            ExternalEffect::Copy { source: what, text } => {
                copy_text(what, text, dependencies, self.route.clone())
            }
            ExternalEffect::OpenLink(url) => open_link(url, Arc::clone(&dependencies.opener)),
            ExternalEffect::Pipe { opened, part, command } => {
                let asked = Arc::clone(&self.stop).notified_owned();
                let stopped = async move {
                    tokio::select! {
                        () = asked => {}
                        () = stop.cancelled_owned() => {}
                    }
                };
                pipe::run(opened, part, command, stopped)
            }
            ExternalEffect::StopPipe => {
                self.stop.notify_waiters();
                Box::pin(async { RuntimeEvent::Msg(Msg::Shown(Ok(None))) })
            }
            ExternalEffect::OpenInProgram(tool, opened, view) => {
                programs::show_view(tool, opened, view, self.charset, dependencies, self.zone.clone())
            }
            ExternalEffect::OpenInBrowser(opened) => {
                self.page_stop = stop;
                let job = self.large.new_job(opened.raw.len(), self.page_stop.clone());
                browser::run(opened, dependencies, job)
            }
            ExternalEffect::StopBrowse => {
                self.page_stop.cancel();
                Box::pin(async { RuntimeEvent::Msg(Msg::Shown(Ok(None))) })
            }
            ExternalEffect::StopJob(id) => {
                self.jobs.stop(id);
                Box::pin(async { RuntimeEvent::Msg(Msg::Shown(Ok(None))) })
            }
            ExternalEffect::OpenPart(opened, part) => programs::show_part(opened, part, dependencies),
        }
    }
}

fn copy_text(
    what: CopySource,
    text: SafeText,
    dependencies: &Dependencies,
    route: ClipboardRoute,
) -> EffectFuture {
    let work = crate::runtime::clipboard::copy(dependencies, text.clone(), route);
    Box::pin(async move {
        let (bytes, result) = work.await;
        let msg = Msg::Copied { what, text, result };
        if bytes.is_empty() { RuntimeEvent::Msg(msg) } else { RuntimeEvent::Write(bytes, msg) }
    })
}

fn open_link(url: SafeText, opener: Arc<dyn Opener>) -> EffectFuture {
    Box::pin(async move {
        let opened = run_blocking(move || opener.open(&url)).await;
        RuntimeEvent::Msg(Msg::LinkOpened(opened.map_err(|why| why.to_string().into())))
    })
}
