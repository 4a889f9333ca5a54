use proptest::prelude::*;

use super::*;
use crate::{
    application::{AllowedAgency, Risk},
    text::Bilingual,
};

const TODAY: &str = "2026-11-24";

fn role(code: &str, max_days: u32) -> RoleView {
    let both = |text: &str| Bilingual {
        zh: text.into(),
        en: String::new(),
    };
    RoleView {
        code: code.into(),
        name: both(code),
        description: both(code),
        risk: Risk::Low,
        max_days,
        second_stage: false,
        agencies: Vec::new(),
        closed: false,
        grant: None,
        open_request: None,
        open_request_state: None,
    }
}

fn right() -> NewRequest {
    NewRequest {
        id: "019ab0c2-5c00-7a31-9d5e-3f8f5e1c2a47".parse().unwrap(),
        application: "emic".into(),
        roles: vec!["reporter".into()],
        agency: "2.16.886.101.90010.20002.20040".into(),
        reason: "輪值應變中心需要登打災情".into(),
        starts_on: TODAY.into(),
        ends_on: TODAY.into(),
    }
}

fn broken(request: &NewRequest) -> Vec<(String, ViolationCode)> {
    let offered = [role("reporter", 365), role("centre", 30)];
    request
        .violations(TODAY.parse().unwrap(), Some(&offered))
        .into_iter()
        .map(|violation| (violation.field, violation.code))
        .collect()
}

#[track_caller]
fn breaks(change: impl FnOnce(&mut NewRequest), field: &str, code: ViolationCode) {
    let mut request = right();
    change(&mut request);
    assert_eq!(broken(&request), [(field.to_owned(), code)]);
}

#[track_caller]
fn holds(change: impl FnOnce(&mut NewRequest)) {
    let mut request = right();
    change(&mut request);
    assert_eq!(broken(&request), []);
}

#[test]
fn all_violations_are_named_at_once() {
    let nothing = NewRequest {
        id: Uuid::nil(),
        application: String::new(),
        roles: Vec::new(),
        agency: String::new(),
        reason: " \n".into(),
        starts_on: String::new(),
        ends_on: String::new(),
    };
    let fields: Vec<_> = broken(&nothing).into_iter().map(|(field, _)| field).collect();
    let all = [
        "id",
        "application",
        "roles",
        "agency",
        "reason",
        "starts_on",
        "ends_on",
    ];
    assert_eq!(fields, all);
}

#[test]
fn a_reason_has_10_to_1000_characters_of_several_lines() {
    holds(|it| it.reason = "字".repeat(10));
    holds(|it| it.reason = "𡘙".repeat(1000));
    holds(|it| it.reason = format!("  {}\r\n第二行\t  ", "字".repeat(10)));
    breaks(|it| it.reason = "字".repeat(9), "reason", ViolationCode::TooShort);
    breaks(
        |it| it.reason = format!("{}   ", "字".repeat(9)),
        "reason",
        ViolationCode::TooShort,
    );
    breaks(
        |it| it.reason = "字".repeat(1001),
        "reason",
        ViolationCode::TooLong,
    );
    breaks(
        |it| it.reason = "字\0".repeat(10),
        "reason",
        ViolationCode::ForbiddenCharacters,
    );
    breaks(
        |it| it.reason = "字\u{202e}".repeat(10),
        "reason",
        ViolationCode::ForbiddenCharacters,
    );
}

#[test]
fn it_begins_today_at_the_earliest_and_ends_no_earlier_than_it_begins() {
    holds(|it| it.ends_on = "2026-11-25".into());
    breaks(
        |it| it.starts_on = "2026-11-23".into(),
        "starts_on",
        ViolationCode::TooEarly,
    );
    breaks(
        |it| it.starts_on = "2026-11-25".into(),
        "ends_on",
        ViolationCode::TooEarly,
    );
    breaks(
        |it| it.starts_on = "2026-02-30".into(),
        "starts_on",
        ViolationCode::Malformed,
    );
    breaks(
        |it| it.ends_on = "24.11.2026".into(),
        "ends_on",
        ViolationCode::Malformed,
    );
}

#[test]
fn it_begins_within_a_year() {
    let (last, beyond) = ("2027-11-24", "2027-11-25");
    let begins = |it: &mut NewRequest, on: &str| (it.starts_on, it.ends_on) = (on.into(), on.into());
    holds(|it| begins(it, last));
    breaks(|it| begins(it, beyond), "starts_on", ViolationCode::TooLate);
}

#[test]
fn it_lasts_as_long_as_the_strictest_role_allows() {
    // Both days count: from 24 November to 23 December are 30 days.
    let both = |it: &mut NewRequest| it.roles = vec!["reporter".into(), "centre".into()];
    holds(|it| {
        both(it);
        it.ends_on = "2026-12-23".into();
    });
    breaks(
        |it| {
            both(it);
            it.ends_on = "2026-12-24".into();
        },
        "ends_on",
        ViolationCode::TooLate,
    );
    holds(|it| it.ends_on = "2027-11-23".into());
    breaks(
        |it| it.ends_on = "2027-11-24".into(),
        "ends_on",
        ViolationCode::TooLate,
    );
}

#[test]
fn roles_are_the_applications_and_each_is_named_once() {
    breaks(|it| it.roles.clear(), "roles", ViolationCode::Required);
    breaks(
        |it| it.roles.push("reporter".into()),
        "roles",
        ViolationCode::Malformed,
    );
    breaks(
        |it| it.roles.push("owner".into()),
        "roles",
        ViolationCode::Unknown,
    );
    let violations = right().violations(TODAY.parse().unwrap(), None);
    assert_eq!(
        violations,
        [Violation::new("application", ViolationCode::Unknown)]
    );
}

#[test]
fn a_role_that_is_closed_or_not_for_the_agency_is_refused_by_its_name() {
    let mut closed = role("reporter", 365);
    closed.closed = true;
    let mut elsewhere = role("reporter", 365);
    elsewhere.agencies.push(AllowedAgency {
        oid: "2.16.886.101.90010.20002".into(),
        with_below: false,
    });
    let mut here = elsewhere.clone();
    here.agencies[0].with_below = true;
    let judged = |role: RoleView| right().violations(TODAY.parse().unwrap(), Some(&[role]));
    let of = |code| [Violation::new("roles", code).with("role", "reporter")];
    assert_eq!(judged(closed), of(ViolationCode::RoleClosed));
    assert_eq!(judged(elsewhere), of(ViolationCode::NotForAgency));
    assert_eq!(judged(here), []);
}

#[test]
fn an_agency_is_named_by_its_oid_and_a_request_by_a_uuid_of_version_7() {
    breaks(
        |it| it.agency = "彰化縣消防局".into(),
        "agency",
        ViolationCode::Malformed,
    );
    let random = "5c0e2f1a-3b7d-4c57-8d51-3d0a6f0e9b11".parse().unwrap();
    breaks(|it| it.id = random, "id", ViolationCode::Malformed);
}

proptest! {
    #[test]
    fn any_texts_are_judged(reason in "\\PC{0,40}", day in "\\PC{0,12}", agency in "\\PC{0,30}") {
        let mut request = right();
        (request.reason, request.starts_on, request.agency) = (reason, day.clone(), agency);
        request.ends_on = day;
        let _ = broken(&request);
    }
}
