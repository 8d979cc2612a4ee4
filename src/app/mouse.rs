//! Mouse events as a type of this program, independent of the terminal library.

use super::layout::Border;
use crate::domain::time::{SignedDuration, Timestamp};

/// Action of the left mouse button or the wheel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// The button was pressed.
    Press,
    /// The mouse moved with the button pressed.
    Drag,
    /// The button was released.
    Release,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}

/// A mouse event with its position on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mouse {
    /// The action of the button or the wheel.
    pub gesture: Gesture,
    /// The column on the screen, from 0.
    pub column: u16,
    /// The row on the screen, from 0.
    pub row: u16,
}

/// Maximum time between two clicks of a double click.
const DOUBLE: SignedDuration = SignedDuration::from_millis(400);

/// Previous mouse events that affect the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MouseState {
    /// The border between panes that is being dragged.
    pub drag: Option<Border>,
    /// Time and position of the last press of the button; `None` after a double click.
    pressed: Option<(Timestamp, Mouse)>,
}

impl MouseState {
    /// Records a press of the button and returns whether it completes a double click.
    pub fn press(&mut self, now: Timestamp, mouse: Mouse) -> bool {
        let again = self.pressed.is_some_and(|(at, before)| {
            before.row == mouse.row
                && before.column.abs_diff(mouse.column) <= 1
                && now.duration_since(at).abs() <= DOUBLE
        });
        // After a double click, the next click counts as a first click.
        self.pressed = (!again).then_some((now, mouse));
        again
    }
}
