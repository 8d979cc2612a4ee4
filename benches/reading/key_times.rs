//! Measures, for each key in a sequence, the time until the resulting frame has been written.

use dropmail_tui::app::key::Key;
use dropmail_tui::app::msg::Msg;
use dropmail_tui::app::{Model, update};
use dropmail_tui::runtime::screen::Screen;
use std::io::Write;
use std::time::{Duration, Instant};

/// Passes the keys in `script` to the mailbox `model` one by one, and draws a frame after each. Returns, for each key,
/// the time until its frame has been written.
pub(crate) fn key_times(model: &mut Model, screen: &mut Screen<impl Write>, script: &str) -> Vec<Duration> {
    let time = |key| {
        let pressed = Instant::now();
        drop(update(model, Msg::Key(key)));
        screen.draw(model).unwrap();
        pressed.elapsed()
    };
    Key::parse_sequence(script).into_iter().map(time).collect()
}
