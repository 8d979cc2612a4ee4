//! Mouse events as a type of this program, independent of the terminal library.

use super::layout::Border;
use crate::domain::time::{SignedDuration, Timestamp};

/// Actions of the left mouse button or the wheel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// The left button was pressed.
    Press,
    /// The mouse moved while the left button was pressed.
    Drag,
    /// The left button was released.
    Release,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}

/// A mouse event with its position on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mouse {
    /// The action of the left button or the wheel.
    pub gesture: Gesture,
    /// Column of the mouse on the screen, from 0.
    pub column: u16,
    /// Row of the mouse on the screen, from 0.
    pub row: u16,
}

/// Maximum time between the two clicks of a double click; a later click counts as a first click.
const DOUBLE: SignedDuration = SignedDuration::from_millis(400);

/// Earlier mouse events that change the meaning of the next one: a drag and a click.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MouseState {
    /// The border between panes that the user is dragging; `None` without a drag.
    pub drag: Option<Border>,
    /// Time and position of the last press of the left button; `None` after a double click.
    pressed: Option<(Timestamp, Mouse)>,
}

impl MouseState {
    /// Records a press of the left button and returns whether it completes a double click.
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
