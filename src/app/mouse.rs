//! The mouse in the program's own terms.

use super::layout::Border;
use crate::domain::time::{SignedDuration, Timestamp};

/// What the left button or the wheel did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// The button went down.
    Press,
    /// The mouse moved with the button down.
    Drag,
    /// The button came up.
    Release,
    /// The wheel was turned away from the user.
    WheelUp,
    /// The wheel was turned towards the user.
    WheelDown,
}

/// What the mouse did, and where.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mouse {
    /// What it did.
    pub gesture: Gesture,
    /// The column, from 0.
    pub column: u16,
    /// The row, from 0.
    pub row: u16,
}

/// Two clicks in a row on the screen with no more than this between them are a double click.
const DOUBLE: SignedDuration = SignedDuration::from_millis(400);

/// What the mouse did before, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MouseState {
    /// The border that is being dragged.
    pub drag: Option<Border>,
    /// When and where the button went down last.
    pressed: Option<(Timestamp, Mouse)>,
}

impl MouseState {
    /// Notes that the button went down; tells whether that is the second half of a double click.
    pub fn press(&mut self, now: Timestamp, mouse: Mouse) -> bool {
        let again = self.pressed.is_some_and(|(at, before)| {
            before.row == mouse.row
                && before.column.abs_diff(mouse.column) <= 1
                && now.duration_since(at).abs() <= DOUBLE
        });
        // A third click begins anew.
        self.pressed = (!again).then_some((now, mouse));
        again
    }
}
