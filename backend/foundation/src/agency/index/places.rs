//! Lists of places, and what several of them have in common.

use std::{cmp::Ordering, ops::Range};

/// Places in the order of OIDs, ascending.
pub(super) type Places = Vec<u32>;

/// The part of a list that is in this range.
pub(super) fn within<'a>(places: &'a [u32], range: &Range<usize>) -> &'a [u32] {
    let begin = places.partition_point(|place| (*place as usize) < range.start);
    let end = places.partition_point(|place| (*place as usize) < range.end);
    &places[begin..end]
}

/// What all the lists have in common. The first, which is to be the shortest, leads; the others are searched in
/// growing steps.
pub(super) fn common<'a>(lists: &[&'a [u32]]) -> impl Iterator<Item = u32> + use<'a> {
    let mut lists = lists.to_vec();
    std::iter::from_fn(move || {
        let (first, others) = lists.split_first_mut()?;
        'candidates: loop {
            let candidate = *first.first()?;
            for list in &mut *others {
                skip_to(list, candidate);
                let found = *list.first()?;
                if found != candidate {
                    skip_to(first, found);
                    continue 'candidates;
                }
            }
            *first = &first[1..];
            return Some(candidate);
        }
    })
}

/// Drops what is less than this from the beginning of a list.
pub(super) fn skip_to(list: &mut &[u32], least: u32) {
    let mut step = 1;
    while let Some(found) = list.get(step - 1)
        && found.cmp(&least) == Ordering::Less
    {
        *list = &list[step..];
        step *= 2;
    }
    let ahead = &list[..list.len().min(step)];
    *list = &list[ahead.partition_point(|found| *found < least)..];
}
