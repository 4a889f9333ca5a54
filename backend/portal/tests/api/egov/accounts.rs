//! Who a subject of MyEGov is here.

use serde_json::{Value, json};

use super::{Browser, World, is_signed_in, reason};

pub(super) async fn sign_in_claiming(world: &World, subject: &str, claims: Value) -> Browser {
    let mut browser = world.portal.browser();
    let question = world.ask(&mut browser, "").await;
    let code = world.provider.agree_with(
        &question,
        subject,
        |_| {},
        |grant| {
            for (name, value) in claims.as_object().unwrap() {
                grant.userinfo(name, value.clone());
            }
        },
    );
    let answer = browser.get(&world.callback(&question, &code)).await;
    assert_eq!(answer.header("location"), "/", "{:?}", answer.headers);
    browser
}

async fn person(browser: &mut Browser) -> Value {
    browser.get("/api/v1/session").await.json()["person"].clone()
}

async fn audited(world: &World, action: &str) -> i64 {
    world
        .portal
        .count(&format!("audit_events WHERE action = '{action}'"))
        .await
}

on_each_database! {
    async fn the_first_sign_in_makes_the_person_and_later_ones_find_them(kind) {
        let world = World::start(kind).await;
        let claims = json!({
            "name": "林小美", "email": "mei@example.tw", "phone_number": "0912345678",
            "account_kind": "civil_servant", "agency_oid": "2.16.886.101.20003.20001.20003",
        });
        let mut first = sign_in_claiming(&world, "7", claims.clone()).await;
        let mut second = sign_in_claiming(&world, "7", claims).await;
        let made = person(&mut first).await;
        assert_eq!(made["account_kind"], "civil_servant");
        assert_eq!(made["agency"]["oid"], "2.16.886.101.20003.20001.20003");
        assert_eq!(made, person(&mut second).await);
        assert_eq!(world.portal.count("persons").await, 1);
        assert_eq!(world.portal.count("persons WHERE email = 'mei@example.tw' AND phone = '0912-345678'").await, 1);
        assert_eq!((audited(&world, "person_created").await, audited(&world, "person_refreshed").await), (1, 0));
        assert_eq!(audited(&world, "signed_in").await, 2);
    }

    async fn later_sign_ins_refresh_what_is_myegovs(kind) {
        let world = World::start(kind).await;
        let mut before = sign_in_claiming(&world, "7", json!({ "name": "林小美", "email": "a@example.tw" })).await;
        world.portal.advance(std::time::Duration::from_secs(5));
        let mut after = sign_in_claiming(&world, "7", json!({ "name": "林大美", "email": "b@example.tw" })).await;
        assert_eq!(person(&mut after).await["name"], "林大美");
        // Also in the sessions that the person has elsewhere.
        assert_eq!(person(&mut before).await["name"], "林大美");
        let fields = "audit_events WHERE action = 'person_refreshed' AND details LIKE '%name email%'";
        assert_eq!(world.portal.count(fields).await, 1);
        let values = "audit_events WHERE details LIKE '%林%' OR details LIKE '%example.tw%'";
        assert_eq!(world.portal.count(values).await, 0);
        let now = world.portal.now().as_millis();
        let synchronised = format!("egov_identities WHERE synchronised_at = {now}");
        assert_eq!(world.portal.count(&synchronised).await, 1);
    }

    async fn the_same_email_never_links(kind) {
        let world = World::start(kind).await;
        let claims = json!({ "name": "林小美", "email": "mei@example.tw", "email_verified": true });
        let mut one = sign_in_claiming(&world, "7", claims.clone()).await;
        let mut other = sign_in_claiming(&world, "8", claims).await;
        assert_ne!(person(&mut one).await["id"], person(&mut other).await["id"]);
    }

    async fn the_same_subject_of_another_issuer_is_somebody_else(kind) {
        let world = World::start(kind).await;
        let mut one = world.signed_in("7").await;
        let settings = [
            ("EMIC_EGOV_ISSUER".to_owned(), String::new()),
            ("EMIC_EGOV_CLIENT_ID".to_owned(), crate::egov::CLIENT.to_owned()),
            ("EMIC_EGOV_CLIENT_SECRET".to_owned(), crate::egov::SECRET.to_owned()),
        ];
        let clock = std::sync::Arc::new(world.portal.clock.clone());
        let provider = crate::egov::Provider::start(clock).await;
        let mut settings = settings.to_vec();
        settings[0].1.clone_from(&provider.issuer);
        let database = std::sync::Arc::clone(&world.portal.database);
        let portal = crate::support::TestPortal::node(database, world.portal.clock.clone(), settings).await;
        let elsewhere = World { portal, provider };
        let mut other = elsewhere.signed_in("7").await;
        assert_ne!(person(&mut one).await["id"], person(&mut other).await["id"]);
    }

    async fn two_first_sign_ins_at_once_make_one_person(kind) {
        let world = World::start(kind).await;
        let browsers = (0..8).map(|_| world.signed_in("7"));
        let mut browsers = futures::future::join_all(browsers).await;
        assert_eq!(world.portal.count("persons").await, 1);
        assert_eq!(audited(&world, "person_created").await, 1);
        for browser in &mut browsers {
            assert!(is_signed_in(browser).await);
        }
    }

    async fn claims_that_cannot_be_used_keep_nobody_out(kind) {
        let world = World::start(kind).await;
        let claims = json!({
            "name": "a\u{202e}b", "preferred_username": "mei2026", "email": "no address",
            "phone_number": 7, "account_kind": ["civil_servant"], "agency_oid": "1.2.3",
        });
        let mut browser = sign_in_claiming(&world, "7", claims).await;
        let made = person(&mut browser).await;
        assert_eq!((&made["name"], &made["account_kind"]), (&json!("mei2026"), &json!("natural_person")));
        assert_eq!(made["agency"], Value::Null);
        let nothing = "persons WHERE email IS NULL AND phone IS NULL AND agency_oid IS NULL";
        assert_eq!(world.portal.count(nothing).await, 1);
    }

    async fn a_nul_in_a_claim_reaches_no_database(kind) {
        let world = World::start(kind).await;
        let claims = json!({ "name": "a\u{0}b", "email": "a\u{0}@example.tw", "agency_oid": "2.16.886.101.1\u{0}" });
        let mut browser = sign_in_claiming(&world, "7", claims).await;
        assert_eq!(person(&mut browser).await["name"], "『我的E政府』會員");
    }

    async fn the_national_id_is_not_kept(kind) {
        let world = World::start(kind).await;
        sign_in_claiming(&world, "7", json!({ "uid": "A123456789", "name": "林小美" })).await;
        for (table, column) in [("persons", "name"), ("persons", "phone"), ("audit_events", "details"), ("egov_identities", "subject")] {
            let kept = format!("{table} WHERE {column} LIKE '%A123456789%'");
            assert_eq!(world.portal.count(&kept).await, 0, "{table}.{column}");
        }
    }

    async fn who_is_disabled_is_told_so_and_gets_no_session(kind) {
        use sea_orm::ConnectionTrait;
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let db = &world.portal.app.state.db;
        db.execute_unprepared("UPDATE persons SET disabled_at = 1").await.unwrap();
        let answer = world.sign_in(&mut world.portal.browser(), "7").await;
        assert_eq!(reason(&answer), "disabled");
        world.portal.advance(std::time::Duration::from_secs(1));
        assert!(!is_signed_in(&mut browser).await);
        let rows = "audit_events WHERE action = 'sign_in_refused' AND details LIKE '%disabled%'";
        assert_eq!(world.portal.count(rows).await, 1);
    }

    async fn names_of_claims_are_the_operators(kind) {
        let world = World::with(kind, &[
            ("EMIC_EGOV_CLAIM_NAME", "cname"),
            ("EMIC_EGOV_CLAIM_ACCOUNT_KIND", "x509type"),
            ("EMIC_EGOV_CIVIL_SERVANT", "GCA"),
            ("EMIC_EGOV_CLAIM_AGENCY_OID", "org"),
        ])
        .await;
        let claims = json!({ "cname": "張三豐", "x509type": "GCA", "org": "2.16.886.101.20003" });
        let made = person(&mut sign_in_claiming(&world, "7", claims).await).await;
        assert_eq!((&made["name"], &made["account_kind"]), (&json!("張三豐"), &json!("civil_servant")));
        assert_eq!(made["agency"]["oid"], "2.16.886.101.20003");
    }
}
