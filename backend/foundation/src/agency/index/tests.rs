//! The index against a search that looks at each agency.

use proptest::prelude::*;

use super::{places::skip_to, *};

fn known(oid: &str, name: &str, code: &str) -> Known {
    Known {
        oid: oid.to_owned(),
        name: name.to_owned(),
        code: Some(code.to_owned()).filter(|code| !code.is_empty()),
    }
}

fn oids(index: &Index, wanted: Wanted<'_>) -> Vec<String> {
    index.list(wanted).into_iter().map(|item| item.oid).collect()
}

fn all() -> Wanted<'static> {
    Wanted {
        limit: 100,
        ..Wanted::default()
    }
}

/// The nearest of these OIDs above this one.
fn parent<'a>(agencies: &'a [Known], oid: &str) -> Option<&'a Known> {
    agencies
        .iter()
        .filter(|other| is_below(oid, &other.oid))
        .max_by_key(|other| other.oid.len())
}

/// What the index must answer.
fn naive(agencies: &[Known], wanted: Wanted<'_>) -> Vec<String> {
    let query = wanted.query.map(compared);
    let query = query.as_deref().map(str::trim).filter(|query| !query.is_empty());
    // A search goes level by level.
    let place = |oid: &str| (query.map(|_| oid.split('.').count()), oid.to_owned());
    let mut found: Vec<_> = agencies
        .iter()
        .filter(|agency| match (query, wanted.under) {
            (Some(query), under) => {
                let name = compared(&agency.name);
                let hit = query.split_whitespace().all(|word| name.contains(word))
                    || agency.oid.starts_with(query)
                    || format!(".{}.", agency.oid).contains(&format!(".{query}."))
                    || agency.code.as_deref().map(compared).as_deref() == Some(query);
                hit && under.is_none_or(|under| agency.oid == under || is_below(&agency.oid, under))
            }
            (None, None) => parent(agencies, &agency.oid).is_none(),
            (None, Some(under)) => {
                is_below(&agency.oid, under)
                    && parent(agencies, &agency.oid).is_none_or(|parent| !is_below(&parent.oid, under))
            }
        })
        .filter(|agency| wanted.after.is_none_or(|after| place(&agency.oid) > place(after)))
        .map(|agency| agency.oid.clone())
        .collect();
    found.sort_by_key(|one| place(one));
    found.truncate(wanted.limit);
    found
}

/// Few arcs, names of few characters: much hangs together.
fn oid() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["1", "2", "10", "20003"]), 1..5)
        .prop_map(|arcs| format!("2.16.886.101.{}", arcs.join(".")))
}

/// A few arcs from anywhere in an OID.
fn arcs_within() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["16", "101", "1", "2", "10", "20003"]),
        1..5,
    )
    .prop_map(|arcs| arcs.join("."))
}

fn agencies() -> impl Strategy<Value = Vec<Known>> {
    let one = (oid(), "[市縣府台臺消Ａa1 ]{1,7}", "[12A]{0,2}");
    prop::collection::vec(one, 0..40).prop_map(|rows| {
        let rows: std::collections::BTreeMap<_, _> = rows
            .into_iter()
            .map(|(oid, name, code)| (oid.clone(), known(&oid, &name, &code)))
            .collect();
        rows.into_values().collect()
    })
}

proptest! {
    #[test]
    fn it_answers_as_a_look_at_each_would(
        agencies in agencies(),
        query in prop::option::of(prop_oneof!["[市縣府台臺消ａA1 ]{0,4}", oid(), Just("2.16.886.101.2".to_owned()), arcs_within()]),
        under in prop::option::of(oid()),
        after in prop::option::of(oid()),
        limit in 1usize..8,
    ) {
        let index = Index::build(1, agencies.clone());
        let wanted = Wanted { query: query.as_deref(), under: under.as_deref(), after: after.as_deref(), limit };
        prop_assert_eq!(oids(&index, wanted), naive(&agencies, wanted));
    }

    #[test]
    fn items_know_what_is_above_and_below_them(agencies in agencies()) {
        let index = Index::build(1, agencies.clone());
        for agency in &agencies {
            let item = index.item(index.place(&agency.oid).unwrap());
            let above = parent(&agencies, &agency.oid).map(|parent| parent.oid.clone());
            prop_assert_eq!(index.ancestors(&agency.oid).pop().map(|parent| parent.oid), above.clone());
            prop_assert_eq!(item.parent.map(|parent| parent.oid), above);
            let below = agencies.iter().any(|other| is_below(&other.oid, &agency.oid));
            prop_assert_eq!(item.has_children, below);
            prop_assert_eq!(index.has_children(&agency.oid), below);
        }
    }

    #[test]
    fn skipping_drops_what_is_less_and_nothing_else(list in prop::collection::btree_set(0u32..200, 0..60), least in 0u32..210) {
        let list: Vec<u32> = list.into_iter().collect();
        let mut rest = list.as_slice();
        skip_to(&mut rest, least);
        let expected: Vec<u32> = list.iter().copied().filter(|found| *found >= least).collect();
        prop_assert_eq!(rest, expected.as_slice());
    }
}

#[test]
fn width_case_and_the_two_ways_to_write_tai_make_no_difference() {
    let index = Index::build(1, vec![known("2.16.886.101.1", "臺北市政府ＡＢＣ中心", "3A")]);
    for query in [
        "台北",
        "臺北市",
        "abc",
        "ＡbＣ中",
        " 政府 台北 ",
        "３ａ",
        "２.16.886",
        "16.886",
        "101",
        "886.１０１.1",
        "府",
    ] {
        let wanted = Wanted {
            query: Some(query),
            ..all()
        };
        assert_eq!(oids(&index, wanted), ["2.16.886.101.1"], "{query}");
    }
    for query in ["北台", "abcd", "3", "6.886", "16.88", "16.101", "16."] {
        let wanted = Wanted {
            query: Some(query),
            ..all()
        };
        assert!(oids(&index, wanted).is_empty(), "{query}");
    }
}

#[test]
fn a_missing_parent_is_passed_over() {
    let index = Index::build(
        1,
        vec![
            known("2.16.886.101.1", "甲", ""),
            known("2.16.886.101.1.2.3", "丙", ""),
            known("2.16.886.101.5.1", "戊", ""),
        ],
    );
    assert_eq!(oids(&index, all()), ["2.16.886.101.1", "2.16.886.101.5.1"]);
    let below = |under| Wanted {
        under: Some(under),
        ..all()
    };
    assert_eq!(oids(&index, below("2.16.886.101.1")), ["2.16.886.101.1.2.3"]);
    assert_eq!(oids(&index, below("2.16.886.101.5")), ["2.16.886.101.5.1"]);
}
