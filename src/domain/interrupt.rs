//! Ends long work on foreign input early: at a deadline, or because its user stops it. Whoever starts the
//! work says when that is so, since this room knows no clock; functions that compute for long ask here.

use std::cell::RefCell;

type IsOver = Box<dyn Fn() -> bool>;

thread_local! {
    static LIMITS: RefCell<Vec<IsOver>> = const { RefCell::new(Vec::new()) };
}

/// Takes the innermost limit away again, also where the work panics.
struct Limited;

impl Drop for Limited {
    fn drop(&mut self) {
        LIMITS.with_borrow_mut(|limits| drop(limits.pop()));
    }
}

/// Does a work that ends early once `is_over` says so. What ends it around this work ends it as well.
pub fn until<T>(is_over: impl Fn() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    LIMITS.with_borrow_mut(|limits| limits.push(Box::new(is_over)));
    let _limited = Limited;
    work()
}

/// Whether the work at hand has to end.
pub(crate) fn is_over() -> bool {
    LIMITS.with_borrow(|limits| limits.iter().any(|is_over| is_over()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn work_ends_when_any_limit_around_it_is_over() {
        assert!(!is_over());
        let outer = Rc::new(Cell::new(false));
        let asked = Rc::clone(&outer);
        until(
            move || asked.get(),
            || {
                assert!(!is_over());
                until(|| true, || assert!(is_over()));
                assert!(!is_over());
                outer.set(true);
                until(|| false, || assert!(is_over()));
            },
        );
        assert!(!is_over());
    }
}
