//! Disabling, enabling and moving people, and ending their sessions.

use axum::http::StatusCode;
use foundation::testing::Kind;
use sea_orm::ConnectionTrait;
use serde_json::json;
use shared::{
    person::Role,
    problem::{ErrorCode, ViolationCode},
};
use uuid::Uuid;

use super::{BUREAU, COUNTY, ELSEWHERE, World, broken, one};
use crate::support::{Answer, Browser, PASSWORD};

const DEEDS: [&str; 4] = ["disable", "enable", "move", "end-sessions"];

async fn deed(browser: &mut Browser, person: Uuid, deed: &str) -> Answer {
    let body = if deed == "move" {
        json!({ "agency": COUNTY })
    } else {
        json!({})
    };
    browser
        .post(&format!("/api/v1/persons/{person}/{deed}"), body)
        .await
}

/// A portal, a manager of the county and all below it, and a person of its fire bureau.
async fn managed(kind: Kind) -> (World, Browser, Uuid) {
    let world = World::start(kind).await;
    world
        .account("meihui", Some(COUNTY), &[Role::AgencyManager])
        .await;
    let person = world.account("dawen", Some(BUREAU), &[]).await;
    let manager = world.portal.signed_in("meihui").await;
    (world, manager, person)
}

on_each_database! {
    async fn a_disabled_account_is_out_at_once_on_every_node_and_an_enabled_one_may_come_again(kind) {
        let (world, mut manager, person) = managed(kind).await;
        let mut theirs = world.portal.signed_in("dawen").await;
        let new = json!({ "name": "值班表", "scopes": ["notice:read"], "expires_in_days": 30 });
        let secret = theirs.post("/api/v1/tokens", new).await.json()["secret"].as_str().unwrap().to_owned();
        assert_eq!(deed(&mut manager, person, "disable").await.status, StatusCode::NO_CONTENT);
        assert_eq!(theirs.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        let program = world.portal.program(&secret).get("/api/v1/notices").await;
        assert_eq!(program.problem().code, ErrorCode::TokenOwnerDisabled);
        assert_eq!(theirs.sign_in("dawen", PASSWORD).await.problem().code, ErrorCode::Forbidden);
        // Once more changes nothing, and is no row in the log.
        assert_eq!(deed(&mut manager, person, "disable").await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.portal.count("audit_events WHERE action = 'account_disabled'").await, 1);
        assert_eq!(deed(&mut manager, person, "enable").await.status, StatusCode::NO_CONTENT);
        assert_eq!(theirs.sign_in("dawen", PASSWORD).await.status, StatusCode::OK);
        assert_eq!(world.portal.count("audit_events WHERE action = 'account_enabled'").await, 1);
    }

    async fn what_one_node_does_counts_on_the_other(kind) {
        let (world, mut manager, person) = managed(kind).await;
        // Two nodes share PostgreSQL; on SQLite there is one.
        if kind == Kind::Postgres {
            let other = world.portal.second_node().await;
            let mut theirs = other.signed_in("dawen").await;
            deed(&mut manager, person, "disable").await;
            assert_eq!(theirs.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
            deed(&mut manager, person, "enable").await;
            theirs = other.signed_in("dawen").await;
            deed(&mut manager, person, "end-sessions").await;
            assert_eq!(theirs.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        }
    }

    async fn sessions_are_ended_and_the_account_stays(kind) {
        let (world, mut manager, person) = managed(kind).await;
        let mut theirs = [world.portal.signed_in("dawen").await, world.portal.signed_in("dawen").await];
        assert_eq!(deed(&mut manager, person, "end-sessions").await.status, StatusCode::NO_CONTENT);
        for browser in &mut theirs {
            assert_eq!(browser.get("/api/v1/session").await.problem().code, ErrorCode::SessionEnded);
        }
        assert_eq!(manager.get("/api/v1/session").await.status, StatusCode::OK);
        world.portal.signed_in("dawen").await;
        let row = "audit_events WHERE action = 'sessions_ended' AND details LIKE '%\"sessions\":\"2\"%'";
        assert_eq!(world.portal.count(row).await, 1);
    }

    async fn whoever_is_moved_belongs_there_at_once_and_manages_the_other_agency_no_more(kind) {
        let (world, mut manager, person) = managed(kind).await;
        let head = world.account("head", Some(COUNTY), &[Role::AgencyManager]).await;
        let mut theirs = world.portal.signed_in("head").await;
        assert_eq!(theirs.get("/api/v1/invitations").await.status, StatusCode::OK);
        let path = format!("/api/v1/persons/{head}/move");
        let moved = manager.post(&path, json!({ "agency": BUREAU })).await;
        assert_eq!(moved.status, StatusCode::NO_CONTENT, "{}", moved.text());
        let view = theirs.get("/api/v1/session").await.json();
        assert_eq!((&view["person"]["agency"]["oid"], &view["person"]["roles"]), (&json!(BUREAU), &json!([])));
        assert_eq!(theirs.get("/api/v1/invitations").await.problem().code, ErrorCode::Forbidden);
        assert_eq!(deed(&mut manager, person, "move").await.status, StatusCode::NO_CONTENT);
        assert_eq!(deed(&mut manager, person, "move").await.status, StatusCode::NO_CONTENT, "nothing to do");
        let moved = "audit_events WHERE action = 'person_moved'";
        assert_eq!(world.portal.count(moved).await, 2);
    }

    async fn nobody_is_moved_out_of_reach_and_members_of_myegov_not_at_all(kind) {
        let (world, mut manager, person) = managed(kind).await;
        for (agency, code) in [
            (ELSEWHERE, ViolationCode::Unknown),
            ("2.16.886.101.99999", ViolationCode::Unknown),
            ("x", ViolationCode::Malformed),
        ] {
            let path = format!("/api/v1/persons/{person}/move");
            let answer = manager.post(&path, json!({ "agency": agency })).await;
            assert_eq!(broken(&answer), one("agency", code), "{agency}");
        }
        let db = &world.portal.app.state.db;
        db.execute_unprepared("UPDATE persons SET account_kind = 'civil_servant'").await.unwrap();
        assert_eq!(broken(&deed(&mut manager, person, "move").await), one("agency", ViolationCode::Locked));
    }

    async fn never_oneself_and_never_a_higher_post(kind) {
        let (world, mut manager, _) = managed(kind).await;
        let administrator = world.account("zhihao", Some(BUREAU), &[Role::SystemAdministrator]).await;
        let auditor = world.account("yating", Some(BUREAU), &[Role::Auditor]).await;
        let equal = world.account("equal", Some(COUNTY), &[Role::AgencyManager]).await;
        for name in DEEDS {
            for person in [administrator, auditor] {
                assert_eq!(deed(&mut manager, person, name).await.problem().code, ErrorCode::Forbidden, "{name}");
            }
        }
        let mut highest = world.portal.signed_in("zhihao").await;
        for name in DEEDS {
            let answer = deed(&mut highest, administrator, name).await;
            assert_eq!(answer.problem().code, ErrorCode::Forbidden, "{name} oneself");
        }
        assert_eq!(deed(&mut highest, auditor, "disable").await.status, StatusCode::NO_CONTENT);
        assert_eq!(deed(&mut manager, equal, "disable").await.status, StatusCode::NO_CONTENT);
        // Somebody of the bureau who manages the ministry is beyond the county's manager.
        let beyond = world.account("beyond", Some(ELSEWHERE), &[Role::AgencyManager]).await;
        let sql = format!("UPDATE persons SET agency_oid = '{BUREAU}' WHERE agency_oid = '{ELSEWHERE}'");
        world.portal.app.state.db.execute_unprepared(&sql).await.unwrap();
        assert_eq!(deed(&mut manager, beyond, "disable").await.problem().code, ErrorCode::Forbidden);
    }

    async fn to_everybody_else_there_is_no_such_person(kind) {
        let (world, mut manager, person) = managed(kind).await;
        let foreign = world.account("foreign", Some(ELSEWHERE), &[]).await;
        let homeless = world.account("homeless", None, &[]).await;
        world.account("colleague", Some(BUREAU), &[]).await;
        world.account("ministry", Some(ELSEWHERE), &[Role::AgencyManager]).await;
        let mut colleague = world.portal.signed_in("colleague").await;
        let mut other = world.portal.signed_in("ministry").await;
        for name in DEEDS {
            for nobody in [foreign, homeless, Uuid::nil()] {
                assert_eq!(deed(&mut manager, nobody, name).await.problem().code, ErrorCode::NotFound, "{name}");
            }
            for browser in [&mut colleague, &mut other] {
                assert_eq!(deed(browser, person, name).await.problem().code, ErrorCode::NotFound, "{name}");
            }
        }
        assert_eq!(world.portal.count("persons WHERE disabled_at IS NOT NULL").await, 0);
    }

    async fn of_two_administrators_who_disable_each_other_at_once_one_does(kind) {
        let world = World::start(kind).await;
        let one = world.account("one", None, &[Role::SystemAdministrator]).await;
        let two = world.account("two", None, &[Role::SystemAdministrator]).await;
        let mut first = world.portal.signed_in("one").await;
        let mut second = world.portal.signed_in("two").await;
        let (one, two) = futures::join!(deed(&mut first, two, "disable"), deed(&mut second, one, "disable"));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 401]);
        assert_eq!(world.portal.count("persons WHERE disabled_at IS NOT NULL").await, 1);
    }

    async fn a_post_that_was_lost_counts_at_the_click(kind) {
        let (world, mut manager, person) = managed(kind).await;
        assert_eq!(manager.get("/api/v1/invitations").await.status, StatusCode::OK);
        world.portal.app.state.db.execute_unprepared("DELETE FROM posts").await.unwrap();
        assert_eq!(deed(&mut manager, person, "disable").await.problem().code, ErrorCode::NotFound);
    }

    async fn whoever_manages_an_agency_alone_does_nothing_to_who_manages_those_below_too(kind) {
        let (world, _, _) = managed(kind).await;
        world.account("narrow", Some(COUNTY), &[Role::AgencyManager]).await;
        let narrow = world.portal.id_of("narrow").await;
        let wide = world.portal.id_of("meihui").await;
        let sql = match kind {
            Kind::Sqlite => format!("x'{}'", narrow.simple()),
            Kind::Postgres => format!("'{narrow}'"),
        };
        world.portal.run(&format!("UPDATE posts SET with_below = FALSE WHERE person_id = {sql}")).await;
        let (mut browser, mut wider) = (world.portal.signed_in("narrow").await, world.portal.signed_in("meihui").await);
        for name in DEEDS {
            assert_eq!(deed(&mut browser, wide, name).await.problem().code, ErrorCode::Forbidden, "{name}");
        }
        assert_eq!(deed(&mut wider, narrow, "disable").await.status, StatusCode::NO_CONTENT);
    }
}
