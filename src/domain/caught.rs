//! Catches panics of crates that read hostile mail. These crates promise not to panic; this module is the
//! second line of defence.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Whether [`caught`] catches a panic on this thread. The panic hook calls this function and then leaves
/// the terminal alone.
pub fn panic_is_caught() -> bool {
    CAUGHT.get()
}

/// Runs `work` and returns its result, or `None` if it panics.
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
