//! The agencies in memory, so that a search takes as long among 100,000 as among 1,000 (docs/decisions/0008).
//!
//! They stand in the order of their OIDs' bytes, in which every agency is followed by all below it: `.` sorts
//! before the digits. A name is found by the lists of the agencies whose names hold its pairs of characters. A search
//! goes through the tree level by level, so that a county comes before its offices, and before a bank's branch of its name.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use shared::{
    agency::{AgencyChoice, AgencyListItem},
    text::fold,
};

/// An agency to put into the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// 機關OID.
    pub oid: String,
    /// 機關名稱.
    pub name: String,
    /// 機關代碼.
    pub code: Option<String>,
}

struct Agency {
    known: Known,
    /// The name as it is compared.
    folded: Box<str>,
    /// The place of the nearest agency above it.
    parent: Option<usize>,
    /// The place after the last agency below it.
    end: usize,
}

/// Places in the order of OIDs, ascending.
type Places = Vec<u32>;

/// The agencies of one version of the register.
pub struct Index {
    version: i64,
    agencies: Vec<Agency>,
    /// By the number of arcs of their OIDs.
    levels: BTreeMap<usize, Level>,
}

/// The agencies whose OIDs have as many arcs.
#[derive(Default)]
struct Level {
    all: Places,
    singles: HashMap<char, Places>,
    pairs: HashMap<(char, char), Places>,
    codes: HashMap<Box<str>, Places>,
    /// By each arc of the OID, and by each two that follow one another.
    arcs: HashMap<Box<str>, Places>,
}

/// What agencies are looked for by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// A part of the name, the beginning of the OID, whole arcs from within it, or the code.
    pub query: Option<&'a str>,
    /// The OID of the agency at or below which they are.
    pub under: Option<&'a str>,
    /// The OID that they come after.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: usize,
}

/// A text as names are compared by: without width, case, and the difference between 台 and 臺.
pub fn compared(text: &str) -> String {
    fold(text).replace('臺', "台")
}

impl Index {
    /// Of these agencies, in any order.
    pub fn build(version: i64, mut known: Vec<Known>) -> Self {
        known.sort_unstable_by(|one, other| one.oid.cmp(&other.oid));
        let mut index = Self {
            version,
            agencies: Vec::with_capacity(known.len()),
            levels: BTreeMap::new(),
        };
        let mut above: Vec<usize> = Vec::new();
        for known in known {
            let place = index.agencies.len();
            while let Some(last) = above.last().copied()
                && !is_below(&known.oid, &index.agencies[last].known.oid)
            {
                index.agencies[last].end = place;
                above.pop();
            }
            index.add(known, above.last().copied());
            above.push(place);
        }
        let end = index.agencies.len();
        for last in above {
            index.agencies[last].end = end;
        }
        index
    }

    fn add(&mut self, known: Known, parent: Option<usize>) {
        let Ok(place) = u32::try_from(self.agencies.len()) else {
            return;
        };
        let note = |places: &mut Places| {
            if places.last() != Some(&place) {
                places.push(place);
            }
        };
        let level = self.levels.entry(arcs(&known.oid)).or_default();
        note(&mut level.all);
        let folded = compared(&known.name);
        let mut before = None;
        for c in folded.chars() {
            note(level.singles.entry(c).or_default());
            if let Some(before) = before.replace(c) {
                note(level.pairs.entry((before, c)).or_default());
            }
        }
        let mut above = None;
        for arc in known.oid.split('.') {
            note(level.arcs.entry(arc.into()).or_default());
            if let Some(above) = above.replace(arc) {
                note(level.arcs.entry(format!("{above}.{arc}").into()).or_default());
            }
        }
        if let Some(code) = &known.code {
            note(level.codes.entry(compared(code).into()).or_default());
        }
        self.agencies.push(Agency {
            known,
            folded: folded.into(),
            parent,
            end: 0,
        });
    }

    /// The version of the register that it is of.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The agencies that are wanted: those that the query finds, the highest of the tree first and each level in the order
    /// of its OIDs; or without a query the children.
    pub fn list(&self, wanted: Wanted<'_>) -> Vec<AgencyListItem> {
        let query = wanted.query.map(compared);
        let places = match query.as_deref().map(str::trim).filter(|query| !query.is_empty()) {
            Some(query) => self.search(query, wanted),
            None => self.children(wanted),
        };
        places.into_iter().map(|place| self.item(place)).collect()
    }

    /// The agencies above this OID, the highest first.
    pub fn ancestors(&self, oid: &str) -> Vec<AgencyChoice> {
        let mut above = Vec::new();
        let mut rest = oid;
        while let Some((parent, _)) = rest.rsplit_once('.') {
            if let Ok(place) = self.place(parent) {
                above.push(self.choice(place));
            }
            rest = parent;
        }
        above.reverse();
        above
    }

    /// Whether there are agencies below this OID.
    pub fn has_children(&self, oid: &str) -> bool {
        !self.below(oid).is_empty()
    }

    fn choice(&self, place: usize) -> AgencyChoice {
        let known = &self.agencies[place].known;
        AgencyChoice {
            oid: known.oid.clone(),
            name: known.name.clone(),
        }
    }

    fn item(&self, place: usize) -> AgencyListItem {
        let agency = &self.agencies[place];
        let known = agency.known.clone();
        AgencyListItem {
            oid: known.oid,
            name: known.name,
            code: known.code,
            parent: agency.parent.map(|parent| self.choice(parent)),
            has_children: agency.end > place + 1,
        }
    }

    /// The place of this OID, or where it would stand.
    fn place(&self, oid: &str) -> Result<usize, usize> {
        self.agencies
            .binary_search_by(|agency| agency.known.oid.as_str().cmp(oid))
    }

    /// The places of the agencies below this OID, which need not be there itself.
    fn below(&self, oid: &str) -> Range<usize> {
        let begin = self.after(oid);
        let rest = &self.agencies[begin..];
        begin..begin + rest.partition_point(|agency| is_below(&agency.known.oid, oid))
    }

    fn after(&self, oid: &str) -> usize {
        self.place(oid).map_or_else(|place| place, |place| place + 1)
    }

    fn children(&self, wanted: Wanted<'_>) -> Vec<usize> {
        let Range { start, end } = match wanted.under {
            Some(under) => self.below(under),
            None => 0..self.agencies.len(),
        };
        let mut place = start;
        if let Some(after) = wanted.after {
            place = self.after(after).max(start);
            // That may stand below a child that came before: its next sibling is meant.
            let mut inside = None;
            let mut above = self.agencies.get(place).and_then(|agency| agency.parent);
            while let Some(parent) = above.filter(|parent| *parent >= start) {
                inside = Some(parent);
                above = self.agencies[parent].parent;
            }
            if let Some(child) = inside {
                place = self.agencies[child].end;
            }
        }
        let mut children = Vec::new();
        while place < end && children.len() < wanted.limit {
            children.push(place);
            place = self.agencies[place].end;
        }
        children
    }

    fn search(&self, query: &str, wanted: Wanted<'_>) -> Vec<usize> {
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

/// How many arcs an OID has.
fn arcs(oid: &str) -> usize {
    oid.split('.').count()
}

fn is_below(oid: &str, above: &str) -> bool {
    oid.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

fn within<'a>(places: &'a [u32], range: &Range<usize>) -> &'a [u32] {
    let begin = places.partition_point(|place| (*place as usize) < range.start);
    let end = places.partition_point(|place| (*place as usize) < range.end);
    &places[begin..end]
}

/// What all the lists have in common. The first, which is to be the shortest, leads; the others are searched in
/// growing steps.
fn common<'a>(lists: &[&'a [u32]]) -> impl Iterator<Item = u32> + use<'a> {
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
fn skip_to(list: &mut &[u32], least: u32) {
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

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
