//! The page of a mail for the browser: made in the background, once at a time, until it is stopped.

use super::{Heard, Work, blocking, words};
use crate::app::msg::{Browsed, Msg};
use crate::app::reader::Opened;
use crate::domain::{html, interrupt};
use crate::runtime::world::World;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::Instant;

/// Ends one page.
#[derive(Clone, Debug, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Makes the page and hands it to the browser.
pub(super) fn run(opened: Arc<Opened>, world: &World, stop: Stop) -> Work {
    let (scratch, opener) = (Arc::clone(&world.scratch), Arc::clone(&world.opener));
    let browsed = blocking(move || {
        let (asked, started) = (stop.clone(), Instant::now());
        let page = interrupt::until(
            move || asked.is_stopped(),
            || {
                let make = || html::browser_page(&opened.mail, &opened.raw);
                interrupt::with_clock(move || started.elapsed(), make)
            },
        );
        if stop.is_stopped() {
            return Browsed::Stopped;
        }
        let written = scratch.write("html", page.html.as_bytes()).map_err(words);
        match written.and_then(|path| opener.open_file(&path).map_err(words)) {
            Ok(()) => Browsed::Handed(page.left_out),
            Err(why) => Browsed::Failed(why),
        }
    });
    Box::pin(async move { Heard::Msg(Msg::Browsed(browsed.await)) })
}
