//! What a query finds, level by level.

use std::ops::Range;

use super::{
    Index, Level, Wanted, arcs,
    places::{Places, common, within},
};

impl Index {
    /// The places of what the query finds, each level in the order of OIDs.
    pub(super) fn search(&self, query: &str, wanted: Wanted<'_>) -> Vec<usize> {
        let range = match wanted.under {
            Some(under) => {
                let below = self.below(under);
                self.place(under).unwrap_or(below.start)..below.end
            }
            None => 0..self.agencies.len(),
        };
        let first = wanted.after.map_or(0, arcs);
        let mut found = Vec::new();
        for (arcs, level) in self.levels.range(first..) {
            let mut range = range.clone();
            if let Some(after) = wanted.after.filter(|_| *arcs == first) {
                range.start = range.start.max(self.after(after));
            }
            if found.len() < wanted.limit && !range.is_empty() {
                found.extend(self.in_level(level, query, &range, wanted.limit - found.len()));
            }
        }
        found
    }

    fn in_level(&self, level: &Level, query: &str, range: &Range<usize>, limit: usize) -> Vec<usize> {
        let mut found = self.by_name(level, query, range, limit);
        let by_oid = within(&level.all, &self.by_oid(query, range));
        let by_code = level
            .codes
            .get(query)
            .map(|places| within(places, range))
            .unwrap_or_default();
        for places in [by_oid, by_code] {
            found.extend(places.iter().take(limit).map(|place| *place as usize));
        }
        found.extend(self.by_arcs(level, query, range, limit));
        found.sort_unstable();
        found.dedup();
        found.truncate(limit);
        found
    }

    /// Those whose OIDs hold the arcs of the query, one after another, whole.
    fn by_arcs(&self, level: &Level, query: &str, range: &Range<usize>, limit: usize) -> Vec<usize> {
        let wanted: Vec<&str> = query.split('.').collect();
        let mut lists: Vec<&[u32]> = Vec::new();
        for run in wanted.windows(wanted.len().min(2)) {
            let Some(places) = level.arcs.get(&*run.join(".")) else {
                return Vec::new();
            };
            lists.push(within(places, range));
        }
        lists.sort_unstable_by_key(|list| list.len());
        common(&lists)
            .map(|place| place as usize)
            .filter(|place| {
                // Of two arcs at most, the list says all.
                let oid = &self.agencies[*place].known.oid;
                wanted.len() <= 2
                    || oid
                        .split('.')
                        .collect::<Vec<_>>()
                        .windows(wanted.len())
                        .any(|run| run == wanted)
            })
            .take(limit)
            .collect()
    }

    fn by_oid(&self, beginning: &str, range: &Range<usize>) -> Range<usize> {
        let begin = self.place(beginning).unwrap_or_else(|place| place);
        let rest = &self.agencies[begin..];
        let many = rest.partition_point(|agency| agency.known.oid.starts_with(beginning));
        let end = (begin + many).clamp(range.start, range.end);
        begin.clamp(range.start, end)..end
    }

    /// Those whose names hold every word of the query.
    fn by_name(&self, level: &Level, query: &str, range: &Range<usize>, limit: usize) -> Vec<usize> {
        let words: Vec<&str> = query.split_whitespace().collect();
        let mut lists = Vec::new();
        for word in &words {
            if !level.gather(word, range, &mut lists) {
                return Vec::new();
            }
        }
        lists.sort_unstable_by_key(|list| list.len());
        // A word of one or two characters is wherever its list says; longer ones may only have their pairs there.
        let longer: Vec<&str> = words
            .into_iter()
            .filter(|word| word.chars().nth(2).is_some())
            .collect();
        common(&lists)
            .map(|place| place as usize)
            .filter(|place| {
                longer
                    .iter()
                    .all(|word| self.agencies[*place].folded.contains(word))
            })
            .take(limit)
            .collect()
    }
}

impl Level {
    /// The lists of a word's pairs, or of its one character; false when one of them is in no name.
    fn gather<'a>(&'a self, word: &str, range: &Range<usize>, lists: &mut Vec<&'a [u32]>) -> bool {
        let mut add = |list: Option<&'a Places>| {
            let list = list.map(|places| within(places, range)).unwrap_or_default();
            lists.push(list);
            !list.is_empty()
        };
        let mut chars = word.chars();
        let Some(mut before) = chars.next() else {
            return true;
        };
        if word.len() == before.len_utf8() {
            return add(self.singles.get(&before));
        }
        chars.all(|c| add(self.pairs.get(&(std::mem::replace(&mut before, c), c))))
    }
}
