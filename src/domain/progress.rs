//! How far a long piece of work is, told to whoever waits for it. Functions that compute for long say
//! where they are; nobody need listen.

use std::cell::RefCell;
use std::ops::Range;

/// All of a work, in the parts that progress is told in.
pub const ALL: u32 = 1000;

struct Listener {
    tell: Box<dyn FnMut(u32)>,
    /// What the work at hand is of the whole.
    share: Range<u32>,
    told: u32,
}

thread_local! {
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

/// Takes the listener away again, also where the work panics.
struct Listening;

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENER.take();
    }
}

/// Does a work and tells how far it is, in thousandths, each time that it is `step` of them further.
pub fn told<T>(step: u32, mut tell: impl FnMut(u32) + 'static, work: impl FnOnce() -> T) -> T {
    let mut next = step;
    let tell = move |reached: u32| {
        if reached >= next {
            next = reached - reached % step.max(1) + step;
            tell(reached);
        }
    };
    LISTENER.set(Some(Listener { tell: Box::new(tell), share: 0..ALL, told: 0 }));
    let _listening = Listening;
    work()
}

/// Does a part of the work at hand that takes this share of its time, in thousandths of it.
pub(crate) fn share<T>(share: Range<u32>, work: impl FnOnce() -> T) -> T {
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

/// Says that so much of the part at hand is done.
pub(crate) fn reached(done: usize, of: usize) {
    LISTENER.with_borrow_mut(|listener| {
        let Some(Listener { tell, share, told }) = listener else { return };
        let wide = u64::from(share.end.saturating_sub(share.start));
        let within = wide * (done.min(of) as u64) / (of.max(1) as u64);
        let now = share.start + u32::try_from(within).unwrap_or(0);
        if now > *told {
            *told = now;
            tell(now);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    #[test]
    fn work_is_told_in_steps_and_by_its_share_of_the_whole() {
        reached(1, 2);
        let heard = Rc::new(RefCell::new(Vec::new()));
        let ear = Rc::clone(&heard);
        told(
            100,
            move |at| ear.borrow_mut().push(at),
            || {
                share(0..500, || (0..=100).for_each(|at| reached(at, 100)));
                share(500..1000, || {
                    reached(1, 2);
                    share(500..1000, || reached(1, 2));
                });
            },
        );
        assert_eq!(*heard.borrow(), [100, 200, 300, 400, 500, 750, 875]);
        reached(2, 2);
        assert_eq!(heard.borrow().len(), 7, "nobody listens any more");
    }
}
