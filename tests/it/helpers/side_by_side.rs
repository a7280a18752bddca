//! The same with many things at once, within one test. What they
//! give comes in their order.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

/// For what mostly waits, for a clock or for another process: all at once, so
/// that it waits once.
#[cfg(feature = "cli")]
pub(crate) fn all_at_once<T, R>(
    items: impl IntoIterator<Item = T>,
    act: impl Fn(T) -> R + Sync,
) -> Vec<R>
where
    T: Send,
    R: Send,
{
    let items: Vec<T> = items.into_iter().collect();
    in_lanes(items.len(), items, act)
}

/// For what mostly computes: as many at once as there are processors.
pub(crate) fn on_all_processors<T, R>(
    items: impl IntoIterator<Item = T>,
    act: impl Fn(T) -> R + Sync,
) -> Vec<R>
where
    T: Send,
    R: Send,
{
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    in_lanes(lanes, items.into_iter().collect(), act)
}

fn in_lanes<T, R>(
    lanes: usize,
    items: Vec<T>,
    act: impl Fn(T) -> R + Sync,
) -> Vec<R>
where
    T: Send,
    R: Send,
{
    let waiting = Mutex::new(items.into_iter().enumerate());
    let next = || waiting.lock().unwrap().next();
    let walk_lane = || {
        let mut given = Vec::new();
        while let Some((place, item)) = next() {
            given.push((place, act(item)));
        }
        given
    };

    let mut given = thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes)
            .map(|_| scope.spawn(walk_lane))
            .collect();
        let mut given = Vec::new();
        for lane in lanes {
            // The failure of one is the failure of the test, in its own words.
            given.extend(
                lane.join()
                    .unwrap_or_else(|panic| resume_unwind(panic)),
            );
        }
        given
    });
    given.sort_by_key(|(place, _)| *place);
    given
        .into_iter()
        .map(|(_, result)| result)
        .collect()
}
