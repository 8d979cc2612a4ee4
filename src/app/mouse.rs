//! Types for mouse events, so that the core does not depend on the terminal library.

use super::layout::Border;
use dropmail_client::domain::time::{SignedDuration, Timestamp};

/// Actions of the left mouse button or the mouse wheel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// The user pressed the left mouse button.
    Press,
    /// The user moved the mouse while holding the left button down.
    Drag,
    /// The user released the left mouse button.
    Release,
    /// The user turned the mouse wheel up.
    WheelUp,
    /// The user turned the mouse wheel down.
    WheelDown,
}

/// A mouse event with its position on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mouse {
    /// The action of the left mouse button or the mouse wheel.
    pub gesture: Gesture,
    /// Column of the mouse pointer on the screen, counted from 0.
    pub column: u16,
    /// Row of the mouse pointer on the screen, counted from 0.
    pub row: u16,
}

/// Maximum time between the two clicks of a double click. After a longer time, the second click counts as the first
/// click of a new double click.
const DOUBLE_CLICK_TIME: SignedDuration = SignedDuration::from_millis(400);

/// State that determines the meaning of the next mouse event: a drag in progress, or the first click of a double click.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MouseState {
    /// The pane border that the user is dragging; `None` if there is no drag in progress.
    pub drag: Option<Border>,
    /// Time and position of the previous press of the left mouse button; `None` after a double click.
    pressed: Option<(Timestamp, Mouse)>,
}

impl MouseState {
    /// Records a press of the left mouse button. Returns `true` if the press completes a double click.
    pub fn press(&mut self, now: Timestamp, mouse: Mouse) -> bool {
        let again = self.pressed.is_some_and(|(at, before)| {
            before.row == mouse.row
                && before.column.abs_diff(mouse.column) <= 1
                && now.duration_since(at).abs() <= DOUBLE_CLICK_TIME
        });
        // After a double click, the next click counts as a first click.
        self.pressed = (!again).then_some((now, mouse));
        again
    }
}
