//! A close look at what a plan would delete.

use super::{Gap, Observe, ProviderError};
use crate::model::{Address, Inspection, Kind};
use crate::plan::{Expected, Planned};

/// Looks closely at everything that the plan would delete, and keeps what was
/// seen for the moment of the deletion. An object that is not what the plan
/// was made from any more is an error; one that is gone stays as it was
/// listed, for nothing is left to be done about it; and so does everything
/// where the plan is refused.
pub async fn inspect<P: Observe>(
    provider: &P,
    mut planned: Planned,
) -> Result<Planned, ProviderError> {
    // Nothing of it will be deleted, and there may be thousands.
    if !planned.refusals.is_empty() {
        return Ok(planned);
    }

    for (address, inspection) in look_at_expected(provider, &planned).await? {
        if let Some(expected) = planned.expected.get(&address)
            && !expected.still_holds(&inspection)
        {
            return Err(has_moved(&address, expected, &inspection));
        }

        let inspected = Expected::Inspected(inspection);
        planned
            .expected
            .insert(address, inspected);
    }
    Ok(planned)
}

/// Looks at whatever is to be deleted and was only listed, all at once.
async fn look_at_expected<P: Observe>(
    provider: &P,
    planned: &Planned,
) -> Result<Vec<(Address, Inspection)>, ProviderError> {
    let mut addresses = Vec::new();
    let mut objects = Vec::new();
    for (address, expected) in &planned.expected {
        if let Expected::Listed { found, .. } = expected
            && let Ok(remote) = address.named_by_id(&planned.ids)
        {
            addresses.push(address.clone());
            objects.push((remote, found.id.clone()));
        }
    }

    let inspections = provider.inspect_all(&objects).await?;
    let looks = addresses.into_iter().zip(inspections);
    Ok(looks
        .filter_map(|(address, inspection)| Some((address, inspection?)))
        .collect())
}

/// The guards have seen what the listing showed, and something else is there.
fn has_moved(
    address: &Address,
    expected: &Expected,
    inspection: &Inspection,
) -> ProviderError {
    let kind = match expected {
        Expected::Listed { found, .. } if inspection.found == *found => {
            Kind::Grant
        }
        Expected::Listed { .. } | Expected::Inspected(_) => address.kind(),
    };

    // A reading that is out of date, and no conflict: to plan from another is
    // all that it takes.
    ProviderError::Incomplete {
        listing: kind.words().1,
        gap: Gap::Moved,
    }
}
