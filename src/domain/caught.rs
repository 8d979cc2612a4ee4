//! A net under crates that read hostile mail: their own promise is not to panic, and this holds
//! where they break it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread is caught here and goes no further. A panic hook asks this, so
/// that it leaves the terminal alone.
pub fn panic_is_caught() -> bool {
    CAUGHT.get()
}

/// Does the work; `None` where it panics.
pub fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_stays_inside() {
        assert_eq!(caught(|| 1), Some(1));
        let none: Option<()> = caught(|| {
            assert_eq!(caught(|| 1), Some(1));
            assert!(panic_is_caught());
            std::panic::resume_unwind(Box::new("a parser gave up"))
        });
        assert_eq!(none, None);
        assert!(!panic_is_caught());
    }
}
