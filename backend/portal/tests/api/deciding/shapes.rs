//! Managers here and there in a tree of agencies, some of whom may not sign in: where a request waits, and where it goes
//! when nobody acts, is where one comes to by climbing the tree.

use shared::date::Date;

use super::*;

/// Agencies, each with the place of the one above it in this list. One is not in the register.
const TREE: [(&str, Option<usize>); 7] = [
    ("2.16.886.101.90077", None),
    ("2.16.886.101.90077.1", Some(0)),
    ("2.16.886.101.90077.10", Some(0)),
    ("2.16.886.101.90077.1.1", Some(1)),
    ("2.16.886.101.90077.1.1.5", Some(3)),
    ("2.16.886.101.90077.1.1.5.8", Some(4)),
    ("2.16.886.101.90077.1.10", Some(1)),
];
const HOLE: usize = 3;
const PEOPLE: [&str; 4] = ["one", "two", "three", "four"];
const SHAPES: u32 = 24;

/// Numbers that look random, and are the same each time (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % limit
    }
}

/// Who manages what, who may not sign in, and who asks for which agency: people and agencies by their places.
#[derive(Debug)]
struct Shape {
    managers: std::collections::BTreeMap<(usize, usize), bool>,
    disabled: Vec<usize>,
    applicant: usize,
    agency: usize,
}

impl Shape {
    fn any(dice: &mut Dice) -> Self {
        let manager = |dice: &mut Dice| {
            let of = (dice.below(PEOPLE.len()), dice.below(TREE.len()));
            (of, dice.below(3) > 0)
        };
        let number = dice.below(7);
        let managers = (0..number).map(|_| manager(dice)).collect();
        let applicant = dice.below(PEOPLE.len());
        // The one who asks may sign in.
        let disabled = (0..PEOPLE.len()).filter(|person| dice.below(4) == 0 && *person != applicant);
        let disabled = disabled.collect();
        let agency = [0, 1, 2, 4, 5, 6][dice.below(6)];
        Self {
            managers,
            disabled,
            applicant,
            agency,
        }
    }

    /// The nearest place, from this one upwards, where somebody is who may decide; none when the administrators are left.
    fn asked(&self, from: Option<usize>) -> Option<usize> {
        let decides = |(person, at, with_below): (usize, usize, bool)| {
            let is_free = person != self.applicant && !self.disabled.contains(&person);
            is_free && (with_below || at == self.agency)
        };
        let mut level = from;
        while let Some(place) = level {
            let mut there = self.managers.iter().filter(|((_, at), _)| *at == place);
            if there.any(|((person, at), with_below)| decides((*person, *at, *with_below))) {
                return Some(place);
            }
            level = TREE[place].1;
        }
        None
    }

    /// Lets it be so.
    async fn build(&self, portal: &TestPortal, people: &[String]) {
        portal
            .run("DELETE FROM posts WHERE role = 'agency_manager'")
            .await;
        portal.run("UPDATE persons SET disabled_at = NULL").await;
        for person in &self.disabled {
            portal
                .run(&format!(
                    "UPDATE persons SET disabled_at = 1 WHERE id = {}",
                    people[*person]
                ))
                .await;
        }
        for ((person, place), with_below) in &self.managers {
            let (person, (oid, _)) = (&people[*person], TREE[*place]);
            let sql = format!(
                "INSERT INTO posts (person_id, role, scope, with_below, given_at) \
                 VALUES ({person}, 'agency_manager', '{oid}', {with_below}, 0)"
            );
            portal.run(&sql).await;
        }
    }
}

on_each_database! {
    async fn each_level_is_where_one_comes_to_by_climbing_the_tree(kind) {
        let portal = start(kind).await;
        for (place, (oid, _)) in TREE.iter().enumerate() {
            if place != HOLE {
                portal.run(&format!("INSERT INTO agencies (oid, name) VALUES ('{oid}', '測試機關')")).await;
            }
        }
        let mut people = Vec::new();
        for name in PEOPLE {
            people.push(literal_of(kind, portal.account(name).await));
        }
        let (mut dice, mut levels) = (Dice(16), [0; TREE.len()]);
        for number in 1..=SHAPES {
            let shape = Shape::any(&mut dice);
            shape.build(&portal, &people).await;
            let applicant = PEOPLE[shape.applicant];
            let mut body = request(number, "emic", &["viewer"]);
            let today = Date::in_taiwan(portal.now());
            body["agency"] = TREE[shape.agency].0.into();
            (body["starts_on"], body["ends_on"]) = (today.to_string().into(), today.plus_days(60).to_string().into());
            let asked = portal.signed_in(applicant).await.post(REQUESTS, body).await;
            assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
            let mut place = shape.asked(Some(shape.agency));
            for (level, times) in levels.iter_mut().enumerate() {
                let desk = place.map_or("administrators", |place| TREE[place].0);
                let waits = format!("permission_requests WHERE id = {} AND desk = '{desk}'", literal(kind, number));
                assert_eq!(portal.count(&waits).await, 1, "level {level} at {desk}: {shape:?}");
                let Some(here) = place else {
                    *times += 1;
                    break;
                };
                portal.advance(3 * DAY);
                portal.app.state.access.keep_time().await.unwrap();
                place = shape.asked(TREE[here].1);
            }
            let withdrawn = portal.signed_in(applicant).await.post(&path(number, "withdraw"), json!({})).await;
            assert_eq!(withdrawn.status, StatusCode::OK, "{}", withdrawn.text());
        }
        assert!(levels[..3].iter().all(|times| *times > 0), "nobody, somebody, and somebody above: {levels:?}");
    }
}
