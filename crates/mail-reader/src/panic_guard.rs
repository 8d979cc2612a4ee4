//! Catches panics in external crates that parse hostile mails. These crates should never panic, but if one does, the
//! program must keep running.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether [`catch_panic`] is running on the current thread. If so, the panic hook does not restore the
/// terminal.
pub fn is_guarded_thread() -> bool {
    CAUGHT.get()
}

/// Runs `work` and returns its result, or `None` if it panics.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CAUGHT.set(before);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught() {
        assert_eq!(catch_panic(|| 1), Some(1));
        let none: Option<()> = catch_panic(|| {
            assert_eq!(catch_panic(|| 1), Some(1));
            assert!(is_guarded_thread());
            std::panic::resume_unwind(Box::new("a parser gave up"))
        });
        assert_eq!(none, None);
        assert!(!is_guarded_thread());
    }
}
