//! Interrupts long computations on untrusted input at a deadline, or when the caller cancels them. This crate has no
//! clock, so the caller passes either a clock or a function that returns whether to stop. Long computations must poll
//! `is_over`.

use std::cell::RefCell;
use std::time::Duration;

type IsOver = Box<dyn Fn() -> bool>;
type ClockFn = Box<dyn Fn() -> Duration>;

/// A condition under which the running computation must stop.
enum StopCondition {
    /// The computation must stop when this function, which the caller provides, returns `true`.
    Condition(IsOver),
    /// The computation must stop when the caller's clock reaches this time.
    Until(Duration),
}

thread_local! {
    static STOP_CONDITIONS: RefCell<Vec<StopCondition>> = const { RefCell::new(Vec::new()) };
    static CLOCK: RefCell<Option<ClockFn>> = const { RefCell::new(None) };
}

/// Guard whose destructor removes the innermost limit, even after a panic.
struct Limited;

impl Drop for Limited {
    fn drop(&mut self) {
        STOP_CONDITIONS.with_borrow_mut(|limits| drop(limits.pop()));
    }
}

/// Guard whose destructor removes the clock, even after a panic.
struct Clocked;

impl Drop for Clocked {
    fn drop(&mut self) {
        CLOCK.take();
    }
}

/// Runs `work` with a clock, which enables timeouts within `work`. `clock` returns the time since a fixed point in
/// time. A clock that an enclosing call has set remains in use.
pub fn with_clock<T>(clock: impl Fn() -> Duration + 'static, work: impl FnOnce() -> T) -> T {
    if now().is_some() {
        return work();
    }
    CLOCK.set(Some(Box::new(clock)));
    let _clocked = Clocked;
    work()
}

/// Runs `work` with the timeout `time`. The timeout has no effect unless [`with_clock`] has set a clock.
pub(crate) fn within<T>(time: Duration, work: impl FnOnce() -> T) -> T {
    let end = now().map_or(Duration::MAX, |now| now.saturating_add(time));
    limited(StopCondition::Until(end), work)
}

fn now() -> Option<Duration> {
    CLOCK.with_borrow(|clock| clock.as_ref().map(|clock| clock()))
}

/// Runs `work`, which must stop when `is_over` returns `true`. The limits of enclosing calls also apply.
pub fn until<T>(is_over: impl Fn() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    limited(StopCondition::Condition(Box::new(is_over)), work)
}

fn limited<T>(limit: StopCondition, work: impl FnOnce() -> T) -> T {
    STOP_CONDITIONS.with_borrow_mut(|limits| limits.push(limit));
    let _limited = Limited;
    work()
}

/// Returns whether the running computation must stop, because its deadline has passed or the caller has
/// cancelled it.
pub(crate) fn is_over() -> bool {
    STOP_CONDITIONS.with_borrow(|limits| {
        limits.iter().any(|limit| match limit {
            StopCondition::Condition(is_over) => is_over(),
            StopCondition::Until(end) => now().is_some_and(|now| now >= *end),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn work_ends_when_any_enclosing_time_limit_ends() {
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

    #[test]
    fn a_step_ends_at_its_time_limit_and_the_work_continues() {
        let time = Rc::new(Cell::new(Duration::from_secs(5)));
        let shared_time = Rc::clone(&time);
        let clock = move || shared_time.get();
        within(Duration::ZERO, || assert!(!is_over(), "without a clock no step ends"));
        with_clock(clock, || {
            within(Duration::from_secs(2), || {
                assert!(!is_over());
                time.set(Duration::from_secs(7));
                assert!(is_over());
            });
            within(Duration::from_secs(1), || assert!(!is_over()));
        });
    }
}
