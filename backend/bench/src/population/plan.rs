//! Who and what there is, by number: each number always gives the same.

use anyhow::{Context, Result};
use foundation::clock::{Clock, SystemClock};
use shared::{date::Date, time::Timestamp};
use uuid::Uuid;

use super::Options;

/// A day, in milliseconds.
pub(crate) const DAY: i64 = 24 * 60 * 60 * 1000;
/// How far the past goes back, in days.
const DAYS: i64 = 3 * 365;
/// Of how many rows at least the manager's agencies have a part, so that a page and one far down are full in a small
/// portal too.
const MANAGED_AT_LEAST: usize = 500;
/// The manager's part of a large portal: one in so many.
const MANAGED_OF: usize = 50;
/// How many of the requests, of the grants and of the rows of the log are the applicant's.
const OWN: usize = 110;
/// How many requests wait for the manager at least.
const QUEUE: usize = 110;

/// The branches of the register's first root; the manager's is the first, the next ones are those of deciders, and the
/// others have no manager.
pub(super) const BRANCHES: usize = 140;
pub(super) const LEAVES: usize = 40;
pub(super) const ROOT: &str = "2.16.886.101.90001";

pub(super) const APPLICATIONS: usize = 3;
pub(super) const ROLES: usize = 4;

/// How long permissions are asked for, in days.
pub(super) const LASTS: i32 = 180;

const SURNAMES: &str = "陳林黃張李王吳劉蔡楊";
const GIVEN: &str = "怡君雅婷志明俊傑淑芬美玲家豪建宏佩珊宗翰欣怡冠宇詩涵柏翰承恩子軒品妍宥廷";

/// The people who sign in.
pub(super) struct Accounts {
    pub(super) administrator: Uuid,
    pub(super) manager: Uuid,
    pub(super) applicant: Uuid,
    pub(super) deciders: Vec<Uuid>,
}

/// What is told apart in ids.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Person = 1,
    Application,
    Role,
    Request,
    Grant,
    Event,
}

pub(super) struct Plan {
    pub(super) people: usize,
    pub(super) requests: usize,
    pub(super) grants: usize,
    pub(super) events: usize,
    pub(super) accounts: Accounts,
    /// This moment, in milliseconds since the epoch.
    pub(super) now: i64,
    today: Date,
}

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Submitted,
    Returned,
    Approved,
    Rejected,
    Withdrawn,
    Lapsed,
}

impl State {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }
}

/// Some number that jumps about, always the same of the same.
pub(super) const fn mixed(number: usize) -> usize {
    (number as u64 ^ 0x5bd1_e995)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(29) as usize
        % 1_000_003
}

/// A name that nobody need have.
pub(crate) fn name(number: usize) -> String {
    let mixed = mixed(number);
    let given: Vec<char> = GIVEN.chars().collect();
    SURNAMES
        .chars()
        .nth(number % 10)
        .into_iter()
        .chain([given[mixed % given.len()], given[mixed / 64 % given.len()]])
        .collect()
}

impl Plan {
    pub(super) fn new(options: &Options, accounts: Vec<Uuid>) -> Result<Self> {
        let mut accounts = accounts.into_iter();
        let mut next = || accounts.next().context("too few accounts");
        let (administrator, manager, applicant) = (next()?, next()?, next()?);
        let now = SystemClock.now();
        Ok(Self {
            people: options.people,
            requests: options.requests,
            grants: options.grants,
            events: options.events,
            accounts: Accounts {
                administrator,
                manager,
                applicant,
                deciders: accounts.collect(),
            },
            now: now.as_millis(),
            today: Date::in_taiwan(now),
        })
    }

    /// The moment of this one of so many, evenly spread over the past.
    pub(super) fn moment(&self, number: usize, of: usize) -> i64 {
        self.now - DAYS * DAY * (of - number) as i64 / of.max(1) as i64 - 60_000
    }

    /// The day so many days from today.
    pub(super) fn day(&self, offset: i32) -> Date {
        if offset < 0 {
            self.today.minus_days(offset.unsigned_abs())
        } else {
            self.today.plus_days(offset.unsigned_abs())
        }
    }

    pub(super) fn person(&self, number: usize) -> Uuid {
        id(Kind::Person, self.moment(number, self.people), number)
    }

    /// Whether this person is of one of the manager's agencies.
    pub(super) fn is_managed(&self, person: usize) -> bool {
        // The manager's part begins the numbers of each hundred, so that every tenth of the past has some of it.
        person % 100
            < (100 / MANAGED_OF)
                .max(100 * MANAGED_AT_LEAST / self.people.max(1))
                .min(100)
    }

    /// The branch of this person's agency, and the agency's OID.
    pub(super) fn agency(&self, person: usize) -> (usize, String) {
        let mixed = mixed(person);
        let branch = if self.is_managed(person) {
            0
        } else if mixed.is_multiple_of(2) {
            1 + mixed / 2 % self.accounts.deciders.len().max(1)
        } else {
            let managed = 1 + self.accounts.deciders.len();
            managed + mixed / 2 % (BRANCHES - managed)
        };
        let leaf = mixed / 128 % (LEAVES + 1);
        (branch, agency(branch, leaf))
    }

    /// Of every request, grant and row of the log: the person's number; none where it is the applicant's.
    pub(super) fn holder(&self, number: usize, of: usize) -> Option<usize> {
        (number % (of / OWN).max(1) != 5).then(|| number % self.people)
    }

    pub(super) fn holder_id(&self, number: usize, of: usize) -> Uuid {
        self.holder(number, of)
            .map_or(self.accounts.applicant, |person| self.person(person))
    }

    /// The application and one of its roles, different ones for the first requests of a person.
    pub(super) fn role(&self, number: usize) -> (usize, usize) {
        let which = (number % self.people + number / self.people) % (APPLICATIONS * ROLES);
        (which / ROLES, which % ROLES)
    }

    /// Of the newest three tenths, some are open.
    pub(super) fn state(&self, request: usize) -> State {
        let of_thousand = mixed(request) % 1000;
        if let Some(person) = self.holder(request, self.requests)
            && request >= self.requests / 10 * 7
        {
            let waiting = if self.is_managed(person) {
                // Of three tenths of what the manager has.
                let managed = self.requests * 3 / 10 / MANAGED_OF;
                (1000 * QUEUE * 5 / 4 / managed.max(MANAGED_AT_LEAST / 4)).clamp(250, 1000)
            } else {
                250
            };
            if of_thousand < waiting {
                return State::Submitted;
            } else if of_thousand < waiting + 150 {
                return State::Returned;
            }
        }
        match of_thousand % 100 {
            0..=9 => State::Rejected,
            10..=15 => State::Withdrawn,
            16..=20 => State::Lapsed,
            _ => State::Approved,
        }
    }

    pub(super) fn request(&self, number: usize) -> Uuid {
        id(Kind::Request, self.moment(number, self.requests), number)
    }

    pub(super) fn grant(&self, number: usize) -> Uuid {
        id(Kind::Grant, self.moment(number, self.grants), number)
    }

    /// The first day of a request or a grant of this moment, in days from today.
    pub(super) fn first_day(&self, moment: i64) -> i32 {
        i32::try_from((moment - self.now) / DAY).unwrap_or(0)
    }

    /// From when until when a grant counts, and when it was taken back, if it was; in milliseconds.
    pub(super) fn grant_lasts(&self, number: usize) -> (i64, i64, Option<i64>) {
        let first = self.first_day(self.moment(number, self.grants));
        let revoked = (mixed(number) % 20 == 3).then(|| self.day(first + 1).ends_at());
        (
            self.day(first).begins_at().as_millis(),
            self.day(first + LASTS).ends_at().as_millis(),
            revoked.map(Timestamp::as_millis),
        )
    }

    pub(super) fn event(&self, number: usize) -> Uuid {
        id(Kind::Event, self.moment(number, self.events), number)
    }

    /// Where the lists go on far down, and who is looked for: `name value`.
    pub(super) fn cursors(&self) -> Vec<String> {
        let at = |number: usize| format!("{}.{}", self.moment(number, self.requests), self.request(number));
        let (person, grant) = (self.people / 2, self.grants / 2);
        let (_, ends, revoked) = self.grant_lasts(grant);
        vec![
            format!("request {}", at(self.requests / 2)),
            // Far down in what waits, of which there is something in the newest three tenths alone.
            format!("waiting {}", at(self.requests / 5 * 4)),
            format!("grant {}.{}", revoked.unwrap_or(ends), self.grant(grant)),
            format!("event {}", self.event(self.events / 2)),
            format!("newcomer {}.", self.person(person)),
            format!("person {}.{}", self.person(person), name(person)),
            format!("name {}", name(person)),
            format!("applicant {}", self.accounts.applicant),
            format!("agency {}", agency(0, 3)),
        ]
    }
}

pub(super) fn agency(branch: usize, leaf: usize) -> String {
    let branch = format!("{ROOT}.{}", 20_001 + branch);
    if leaf == 0 {
        branch
    } else {
        format!("{branch}.{}", 20_000 + leaf)
    }
}

/// An id of this moment, as `UUIDv7` lays it out.
pub(crate) fn id(kind: Kind, moment: i64, number: usize) -> Uuid {
    let time = (moment.max(0) as u128) << 80;
    let rest = (0b10_u128 << 62) | ((kind as u128) << 48) | number as u128;
    Uuid::from_u128(time | (7 << 76) | (((number & 0xfff) as u128) << 64) | rest)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn plan(rows: usize) -> Plan {
        plan_of(rows / 10, rows)
    }

    fn plan_of(people: usize, rows: usize) -> Plan {
        let options = Options {
            people,
            requests: rows,
            grants: rows,
            events: rows,
            usernames: Vec::new(),
        };
        let accounts = (1..=11).map(Uuid::from_u128).collect();
        Plan::new(&options, accounts).unwrap()
    }

    #[test]
    fn nobody_asks_for_a_role_twice_at_once() {
        let plan = plan(10_000);
        let mut open = HashSet::new();
        for request in 0..plan.requests {
            if matches!(plan.state(request), State::Submitted | State::Returned) {
                let asked = (plan.holder_id(request, plan.requests), plan.role(request));
                assert!(open.insert(asked));
            }
        }
        assert!(open.len() > 500);
    }

    #[test]
    fn pages_of_what_waits_for_the_manager_are_full_in_a_small_portal_too() {
        let plan = plan_of(1000, 1000);
        let waits = |request: &usize| {
            let person = plan.holder(*request, plan.requests);
            person.is_some_and(|person| plan.is_managed(person)) && plan.state(*request) == State::Submitted
        };
        assert!((0..plan.requests).filter(waits).count() >= 100);
        assert!((plan.requests / 5 * 4..plan.requests).filter(waits).count() >= 50);
    }

    #[test]
    fn ids_sort_as_they_are_made() {
        let plan = plan(10_000);
        let ids: Vec<_> = (0..plan.grants).map(|number| plan.grant(number)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(ids[0].get_version_num(), 7);
    }
}
