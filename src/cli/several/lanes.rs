//! What is done for several environments at once: each tenant has a lane, in
//! which one comes after the other.

use std::collections::BTreeMap;
use std::pin::pin;

use futures_util::{StreamExt as _, stream};

use super::members::{Member, tenant_of};
use crate::cli::exit::Failure;
use crate::config::TenantName;

/// How many tenants are looked at side by side. Each has connections of its
/// own, and a process may not have many more.
const SIDE_BY_SIDE: usize = 64;

/// Does something for each environment, side by side, and hands on what it
/// gives in the order of their names. Those that are about one tenant come one
/// after the other, so that together they are no faster than it allows.
pub(super) async fn side_by_side<T>(
    members: Vec<Member>,
    each: impl AsyncFn(Member) -> T,
    mut in_turn: impl FnMut(T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let each = &each;
    let lanes = lanes_of(members)
        .into_values()
        .map(|lane| {
            let ended =
                stream::iter(lane).then(async move |(place, member)| {
                    let one = each(member).await;
                    (place, one)
                });
            ended.boxed_local()
        });
    let mut ended = pin!(stream::iter(lanes).flatten_unordered(SIDE_BY_SIDE));

    let mut early = BTreeMap::new();
    let mut turn = 0;
    while let Some((place, one)) = ended.next().await {
        early.insert(place, one);
        while let Some(one) = early.remove(&turn) {
            in_turn(one)?;
            turn += 1;
        }
    }
    Ok(())
}

/// The environments of each tenant, each with its place among all.
fn lanes_of(
    members: Vec<Member>,
) -> BTreeMap<TenantName, Vec<(usize, Member)>> {
    let mut lanes: BTreeMap<TenantName, Vec<(usize, Member)>> = BTreeMap::new();
    for (place, member) in members.into_iter().enumerate() {
        let lane = lanes
            .entry(tenant_of(&member.target))
            .or_default();
        lane.push((place, member));
    }
    lanes
}
