//! Whom MyEGov puts into another agency: posts outside of it are lost, and what was confirmed here stays.

use serde_json::{Value, json};

use super::{World, accounts::sign_in_claiming};
use crate::support::Browser;

const COUNTY: &str = "2.16.886.101.90010.20002";
const BUREAU: &str = "2.16.886.101.90010.20002.20040";
const CENTRAL: &str = "2.16.886.101.20003.20001.20003";

fn of(agency: &str) -> Value {
    json!({ "name": "林小美", "account_kind": "civil_servant", "agency_oid": agency })
}

async fn person(browser: &mut Browser) -> Value {
    browser.get("/api/v1/session").await.json()["person"].clone()
}

async fn make_manager(world: &World, agency: &str) {
    use sea_orm::ConnectionTrait;
    let sql = format!(
        "INSERT INTO posts (person_id, role, scope, with_below, given_at) \
         SELECT id, 'agency_manager', '{agency}', TRUE, 0 FROM persons"
    );
    world.portal.app.state.db.execute_unprepared(&sql).await.unwrap();
}

on_each_database! {
    async fn a_manager_who_leaves_the_agency_loses_its_post(kind) {
        let world = World::start(kind).await;
        sign_in_claiming(&world, "7", of(COUNTY)).await;
        make_manager(&world, COUNTY).await;
        make_manager(&world, BUREAU).await;
        let mut stayed = sign_in_claiming(&world, "7", of(COUNTY)).await;
        assert_eq!(person(&mut stayed).await["roles"], json!(["agency_manager"]));
        // Into an agency below: the post for that one stays, the one for all is lost.
        let mut below = sign_in_claiming(&world, "7", of(BUREAU)).await;
        assert_eq!(person(&mut below).await["roles"], json!(["agency_manager"]));
        assert_eq!(world.portal.count(&format!("posts WHERE scope = '{COUNTY}'")).await, 0);
        let mut left = sign_in_claiming(&world, "7", of(CENTRAL)).await;
        assert_eq!(person(&mut left).await["roles"], json!([]));
        assert_eq!(person(&mut stayed).await["roles"], json!([]), "in every session");
        let rows = "audit_events WHERE action = 'person_refreshed' AND details LIKE '%lost_posts%'";
        assert_eq!(world.portal.count(rows).await, 2);
        let moved = format!("{rows} AND details LIKE '%\"after\":\"{CENTRAL}\",\"before\":\"{BUREAU}\"%'");
        assert_eq!(world.portal.count(&moved).await, 1, "the log proves from where to where");
    }

    async fn an_agency_that_was_confirmed_here_stays_while_myegov_names_none(kind) {
        use sea_orm::ConnectionTrait;
        let world = World::start(kind).await;
        let natural = json!({ "name": "林小美", "account_kind": "natural_person" });
        sign_in_claiming(&world, "7", natural.clone()).await;
        let sql = format!("UPDATE persons SET agency_oid = '{BUREAU}', agency_set_at = 1");
        world.portal.app.state.db.execute_unprepared(&sql).await.unwrap();
        let mut browser = sign_in_claiming(&world, "7", natural.clone()).await;
        assert_eq!(person(&mut browser).await["agency"]["oid"], BUREAU);
        let mut named = sign_in_claiming(&world, "7", of(CENTRAL)).await;
        assert_eq!(person(&mut named).await["agency"]["oid"], CENTRAL);
        let mut none = sign_in_claiming(&world, "7", natural).await;
        assert_eq!(person(&mut none).await["agency"], Value::Null, "what MyEGov gave, it takes");
    }
}
