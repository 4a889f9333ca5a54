//! The agencies in memory, so that a search takes as long among 100,000 as among 1,000 (docs/decisions/0008).
//!
//! They stand in the order of their OIDs' bytes, in which every agency is followed by all below it: `.` sorts
//! before the digits. A name is found by the lists of the agencies whose names hold its pairs of characters. A search
//! goes through the tree level by level, so that a county comes before its offices, and before a bank's branch of its name.

mod places;
mod search;

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use shared::{
    agency::{AgencyChoice, AgencyListItem},
    text::fold,
};

use self::places::Places;

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
}

/// How many arcs an OID has.
fn arcs(oid: &str) -> usize {
    oid.split('.').count()
}

fn is_below(oid: &str, above: &str) -> bool {
    oid.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests;
