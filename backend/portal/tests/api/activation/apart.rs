//! Roles that are not given for an agency, and roles that nobody may have both of.

use shared::problem::{ErrorCode, ViolationCode};

use super::*;

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);

/// A strict or a soft rule for two roles of EMIC.
async fn rule(portal: &TestPortal, one: &str, other: &str, strict: bool) {
    let rule = json!({
        "application": "emic", "role": one, "other_application": "emic", "other_role": other,
        "reason": "通報與審核不得為同一人。", "strict": strict,
    });
    let set = portal
        .signed_in("root")
        .await
        .post("/api/v1/role-conflicts", rule)
        .await;
    assert_eq!(set.status, StatusCode::CREATED, "{}", set.text());
}

/// The roles of EMIC that the person holds now, by their codes.
async fn roles_of(portal: &TestPortal, name: &str) -> Vec<String> {
    let grants = portal.signed_in(name).await.get("/api/v1/grants").await.json();
    let items = grants["items"].as_array().unwrap().iter();
    let mut roles: Vec<_> = items
        .filter(|grant| grant["state"] == "active")
        .map(|grant| grant["role"]["code"].as_str().unwrap().to_owned())
        .collect();
    roles.sort_unstable();
    roles
}

async fn skipped(portal: &TestPortal, number: u32) -> Vec<(String, String)> {
    let plan = portal
        .signed_in("county")
        .await
        .get(&event(number, "plan"))
        .await
        .json();
    let skipped = plan["skipped"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    skipped
        .map(|one| (text(&one["role"]["code"]), text(&one["outcome"])))
        .collect()
}

/// For the county's lists: submitted by its manager and approved by an administrator.
async fn approve(portal: &TestPortal, number: u32) {
    let mut county = portal.signed_in("county").await;
    done(&mut county, &list(number, "submit"), json!({})).await;
    done(
        &mut portal.signed_in("root").await,
        &list(number, "approve"),
        json!({}),
    )
    .await;
}

on_each_database! {
    async fn a_role_that_is_closed_or_not_for_the_agency_is_refused_and_passed_over(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "third", &["one"], "viewer").await;
        approve(&portal, 1).await;
        portal.run("UPDATE application_roles SET closed_at = 1 WHERE code = 'reporter'").await;
        portal
            .run(&format!(
                "INSERT INTO application_role_agencies (role_id, agency_oid, with_below) \
                 SELECT id, '{CENTRAL}', TRUE FROM application_roles WHERE code IN ('viewer', 'centre')"
            ))
            .await;
        let mut county = portal.signed_in("county").await;
        for (role, code) in [("reporter", ViolationCode::RoleClosed), ("centre", ViolationCode::NotForAgency)] {
            let entry = json!({ "person": portal.id_of("two").await, "application": "emic", "role": role });
            let problem = county.post(&list(1, "entries"), entry).await.problem();
            assert_eq!(problem.code, ErrorCode::Invalid);
            let violation = &problem.violations[0];
            assert_eq!((violation.field.as_str(), violation.code), ("role", code));
        }
        let details = county.get(&format!("{LISTS}/{}", id(1))).await.json();
        assert_eq!(details["entries"][0]["concern"], "not_offered");
        open(&portal, 9, "third").await;
        assert_eq!(roles_of(&portal, "one").await, Vec::<String>::new());
        assert_eq!(skipped(&portal, 9).await, [("viewer".to_owned(), "not_offered".to_owned())]);
        // Opened to the county again, it is given within the minute.
        portal.run("DELETE FROM application_role_agencies").await;
        portal.app.state.activations.keep_time().await.unwrap();
        assert_eq!(roles_of(&portal, "one").await, ["viewer"]);
        // What is there stays.
        portal.run("UPDATE application_roles SET closed_at = 1 WHERE code = 'viewer'").await;
        portal.app.state.activations.keep_time().await.unwrap();
        assert_eq!(roles_of(&portal, "one").await, ["viewer"]);
    }

    async fn of_two_roles_that_are_kept_apart_one_is_given(kind) {
        let portal = start(kind).await;
        rule(&portal, "viewer", "reporter", true).await;
        rule(&portal, "viewer", "centre", false).await;
        let mut county = portal.signed_in("county").await;
        draft(&portal, 1, "third", &["one"], "viewer").await;
        for (name, role) in [("one", "reporter"), ("one", "centre"), ("two", "reporter")] {
            // The first entry counts.
            portal.clock.advance(SECOND);
            add(&portal, &mut county, 1, name, role).await;
        }
        let details = county.get(&format!("{LISTS}/{}", id(1))).await.json();
        let seen: Vec<_> = details["entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| {
                let rules = entry["conflicts"].as_array().unwrap();
                let others = rules.iter().map(|rule| rule["other"]["role"]["code"].as_str().unwrap());
                let mut others: Vec<_> = others.collect();
                others.sort_unstable();
                (entry["role"]["code"].as_str().unwrap(), others, entry["concern"].clone())
            })
            .collect();
        let strict = json!("conflict");
        assert_eq!(
            seen,
            [
                ("viewer", vec!["centre", "reporter"], strict.clone()),
                ("reporter", vec!["viewer"], strict),
                ("centre", vec!["viewer"], Value::Null),
                ("reporter", vec![], Value::Null),
            ]
        );
        approve(&portal, 1).await;
        let despite = "audit_events WHERE action = 'surge_list_approved' \
             AND details LIKE '%\"despite_conflicts\":\"emic/centre emic/reporter emic/viewer\"%'";
        assert_eq!(portal.count(despite).await, 1);
        open(&portal, 9, "third").await;
        assert_eq!(roles_of(&portal, "one").await, ["centre", "viewer"], "a rule that is not strict was approved against");
        assert_eq!(roles_of(&portal, "two").await, ["reporter"]);
        assert_eq!(skipped(&portal, 9).await, [("reporter".to_owned(), "conflict".to_owned())]);
        // A rule that comes later takes nothing away.
        rule(&portal, "centre", "reporter", true).await;
        portal.app.state.activations.keep_time().await.unwrap();
        assert_eq!(roles_of(&portal, "one").await, ["centre", "viewer"]);
        // Another event gives nobody the other one of the two.
        draft(&portal, 2, "first", &["one", "two"], "viewer").await;
        approve(&portal, 2).await;
        let mut county = portal.signed_in("county").await;
        done(&mut county, &event(9, "level"), json!({ "level": "first" })).await;
        assert_eq!(roles_of(&portal, "two").await, ["reporter"]);
    }
}
