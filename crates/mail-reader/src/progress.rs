//! Reports the progress of a long computation to a listener. Without a listener, reports have no effect.

use std::cell::RefCell;
use std::ops::Range;

/// The progress of a finished computation in per mille.
pub const ALL: u32 = 1000;

struct Listener {
    report: Box<dyn FnMut(u32)>,
    /// The range of the total progress, in per mille, that is assigned to the running part of the computation.
    share: Range<u32>,
    reported: u32,
}

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Guard that removes the progress listener when it is dropped, even after a panic.
struct Listening;

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENER.take();
    }
}

/// Runs `work` with the progress listener `report`. The listener receives the progress in per mille whenever the
/// progress reaches the next multiple of `step`.
pub fn with_progress<T>(step: u32, mut report: impl FnMut(u32) + 'static, work: impl FnOnce() -> T) -> T {
    let mut next = step;
    let report = move |per_mille: u32| {
        if per_mille >= next {
            next = per_mille - per_mille % step.max(1) + step;
            report(per_mille);
        }
    };
    LISTENER.set(Some(Listener { report: Box::new(report), share: 0..ALL, reported: 0 }));
    let _listening = Listening;
    work()
}

/// Runs `work` as one part of a longer computation. `share` is the range of the total progress, in per mille, that is
/// assigned to this part.
pub fn share<T>(share: Range<u32>, work: impl FnOnce() -> T) -> T {
    let before = LISTENER.with_borrow_mut(|listener| {
        listener.as_mut().map(|listener| {
            let around = listener.share.clone();
            let wide = around.end.saturating_sub(around.start);
            let at = |part: u32| around.start + wide * part.min(ALL) / ALL;
            listener.share = at(share.start)..at(share.end);
            around
        })
    });
    let done = work();
    if let Some(before) = before {
        LISTENER.with_borrow_mut(|listener| {
            if let Some(listener) = listener {
                listener.share = before;
            }
        });
    }
    done
}

/// Reports to the progress listener that `done` of `total` units of the running part have been processed.
pub fn report(done: usize, total: usize) {
    LISTENER.with_borrow_mut(|listener| {
        let Some(Listener { report, share, reported }) = listener else { return };
        let wide = u64::from(share.end.saturating_sub(share.start));
        let within = wide * (done.min(total) as u64) / (total.max(1) as u64);
        let now = share.start + u32::try_from(within).unwrap_or(0);
        if now > *reported {
            *reported = now;
            report(now);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    #[test]
    fn progress_is_reported_in_steps_and_by_share() {
        report(1, 2);
        let reports = Rc::new(RefCell::new(Vec::new()));
        let recorded = Rc::clone(&reports);
        with_progress(
            100,
            move |at| recorded.borrow_mut().push(at),
            || {
                share(0..500, || (0..=100).for_each(|at| report(at, 100)));
                share(500..1000, || {
                    report(1, 2);
                    share(500..1000, || report(1, 2));
                });
            },
        );
        assert_eq!(*reports.borrow(), [100, 200, 300, 400, 500, 750, 875]);
        report(2, 2);
        assert_eq!(reports.borrow().len(), 7, "no report follows the end of the work");
    }
}
