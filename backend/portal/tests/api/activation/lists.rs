//! 應變編組: prepared by those who look after an agency, approved by others.

use super::*;
use shared::problem::{ErrorCode, ViolationCode};

on_each_database! {
    async fn it_counts_once_somebody_else_has_approved_it(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        let (mut county, mut root) = (portal.signed_in("county").await, portal.signed_in("root").await);
        assert_eq!(root.post(&list(1, "approve"), json!({})).await.problem().code, ErrorCode::Conflict, "a draft");
        let details = done(&mut county, &list(1, "submit"), json!({})).await;
        assert_eq!(details["list"]["state"], "submitted");
        assert_eq!(details["may"], json!(["remove", "recall", "withdraw"]), "whoever prepared it does not approve it");
        assert_eq!(details["consents"].as_array().unwrap().len(), 1, "nobody owns the application: {details}");
        assert_eq!(county.post(&list(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(county.post(&list(1, "level"), json!({ "level": "first" })).await.problem().code, ErrorCode::Conflict);
        let details = done(&mut root, &list(1, "approve"), json!({})).await;
        assert_eq!((&details["list"]["state"], &details["list"]["counts_from"]), (&json!("approved"), &json!("second")));
        assert_eq!(details["entries"][0]["approved"], true);
        assert_eq!(audited(&portal, "surge_list_approved").await, 1);
    }

    async fn the_owner_consents_too_where_the_role_wants_it(kind) {
        let portal = start(kind).await;
        let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
        portal.owns(owner, "emic").await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        let mut owner = portal.signed_in("owner").await;
        assert_eq!(owner.post(&list(1, "submit"), json!({})).await.problem().code, ErrorCode::NotFound);
        done(&mut portal.signed_in("county").await, &list(1, "submit"), json!({})).await;
        let mut root = portal.signed_in("root").await;
        let details = done(&mut root, &list(1, "approve"), json!({})).await;
        assert_eq!(details["list"]["state"], "submitted", "the owner's consent is missing");
        assert_eq!(root.post(&list(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        let details = owner.get(&format!("{LISTS}/{}", id(1))).await.json();
        assert_eq!(details["may"], json!(["approve", "return"]), "{details}");
        let details = done(&mut owner, &list(1, "approve"), json!({})).await;
        assert_eq!(details["list"]["state"], "approved");
        assert_eq!((audited(&portal, "surge_list_endorsed").await, audited(&portal, "surge_list_approved").await), (1, 1));
    }

    async fn an_owner_is_not_asked_for_roles_that_want_no_second_stage(kind) {
        let portal = start(kind).await;
        let owner = portal.account_of("owner", Some(CENTRAL), &[]).await;
        portal.owns(owner, "emic").await;
        approved(&portal, 1, "second", &["one"], "viewer").await;
    }

    async fn whoever_stands_on_it_anew_does_not_approve_it(kind) {
        let portal = start(kind).await;
        let mut other = portal.signed_in("deputy").await;
        done(&mut other, LISTS, new_list(1, COUNTY, "third")).await;
        add(&portal, &mut other, 1, "root", "viewer").await;
        done(&mut other, &list(1, "submit"), json!({})).await;
        let mut root = portal.signed_in("root").await;
        assert_eq!(root.post(&list(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(other.post(&list(1, "approve"), json!({})).await.problem().code, ErrorCode::Forbidden);
    }

    async fn a_change_wants_approval_again_and_what_was_approved_goes_on_to_count(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "second", &["one"], "centre").await;
        let mut county = portal.signed_in("county").await;
        let details = add(&portal, &mut county, 1, "two", "centre").await;
        assert_eq!((&details["list"]["state"], &details["list"]["unapproved"]), (&json!("draft"), &json!(1)));
        done(&mut county, &list(1, "level"), json!({ "level": "third" })).await;
        open(&portal, 9, "third").await;
        assert!(!serves(&portal, "one").await, "from 三級 on it counts when that is approved");
        done(&mut county, &event(9, "level"), json!({ "level": "second" })).await;
        assert!(serves(&portal, "one").await && !serves(&portal, "two").await);
        done(&mut county, &list(1, "submit"), json!({})).await;
        done(&mut portal.signed_in("root").await, &list(1, "approve"), json!({})).await;
        assert!(serves(&portal, "two").await, "approved during the event, it takes effect at once");
        done(&mut county, &event(9, "level"), json!({ "level": "third" })).await;
        assert!(serves(&portal, "one").await && serves(&portal, "two").await);
    }

    async fn a_removal_wants_no_approval_and_counts_at_once(kind) {
        let portal = start(kind).await;
        approved(&portal, 1, "third", &["one", "two"], "centre").await;
        open(&portal, 9, "third").await;
        let mut county = portal.signed_in("county").await;
        let details = county.get(&format!("{LISTS}/{}", id(1))).await.json();
        let entry = about(&portal, &details, "entries", "one").await;
        let entry = entry["id"].as_str().unwrap();
        let path = format!("{LISTS}/{}/entries/{entry}", id(1));
        let removed = county.delete(&path).await;
        assert_eq!((removed.status, &removed.json()["list"]["state"]), (StatusCode::OK, &json!("approved")));
        assert_eq!(county.delete(&path).await.problem().code, ErrorCode::NotFound);
        assert!(!serves(&portal, "one").await && serves(&portal, "two").await);
        done(&mut county, &list(1, "withdraw"), json!({})).await;
        assert!(!serves(&portal, "two").await);
        assert_eq!(county.post(&list(1, "submit"), json!({})).await.problem().code, ErrorCode::Conflict);
    }

    async fn it_is_sent_back_with_a_reason_and_corrected(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "second", &["one"], "centre").await;
        let (mut county, mut root) = (portal.signed_in("county").await, portal.signed_in("root").await);
        done(&mut county, &list(1, "submit"), json!({})).await;
        let blank = root.post(&list(1, "return"), json!({ "remark": " " })).await.problem();
        assert_eq!(blank.violations[0].code, ViolationCode::Required);
        let details = done(&mut root, &list(1, "return"), json!({ "remark": "請確認人員。" })).await;
        assert_eq!((&details["list"]["state"], &details["list"]["remark"]), (&json!("returned"), &json!("請確認人員。")));
        done(&mut county, &list(1, "submit"), json!({})).await;
        let details = done(&mut county, &list(1, "recall"), json!({})).await;
        assert_eq!(details["list"]["state"], "draft");
    }

    async fn only_whom_one_looks_after_is_put_on_it(kind) {
        let portal = start(kind).await;
        draft(&portal, 1, "second", &[], "centre").await;
        let mut county = portal.signed_in("county").await;
        let empty = county.post(&list(1, "submit"), json!({})).await.problem();
        assert_eq!(empty.violations[0].code, ViolationCode::Required, "nobody is on it");
        for (person, application, role, field) in [
            (portal.id_of("root").await, "emic", "centre", "person"),
            (Uuid::from_u128(7), "emic", "centre", "person"),
            (portal.id_of("one").await, "nothing", "centre", "application"),
            (portal.id_of("one").await, "emic", "nothing", "role"),
        ] {
            let entry = json!({ "person": person, "application": application, "role": role });
            let problem = county.post(&list(1, "entries"), entry).await.problem();
            assert_eq!((problem.violations[0].field.as_str(), problem.violations[0].code), (field, ViolationCode::Unknown));
        }
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(chief.post(&list(1, "submit"), json!({})).await.problem().code, ErrorCode::NotFound);
        let elsewhere = chief.post(LISTS, new_list(2, COUNTY, "second")).await.problem();
        assert_eq!(elsewhere.violations[0].code, ViolationCode::Unknown);
        assert_eq!(portal.signed_in("foreign").await.get(LISTS).await.json()["items"], json!([]));
        assert_eq!(portal.signed_in("one").await.get(LISTS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn a_list_that_is_sent_twice_is_one(kind) {
        let portal = start(kind).await;
        let mut county = portal.signed_in("county").await;
        assert_eq!(county.post(LISTS, new_list(1, COUNTY, "second")).await.status, StatusCode::CREATED);
        assert_eq!(county.post(LISTS, new_list(1, COUNTY, "second")).await.status, StatusCode::OK);
        assert_eq!(county.post(LISTS, new_list(1, FIRE, "second")).await.problem().code, ErrorCode::Conflict);
        assert_eq!(portal.count("surge_lists").await, 1);
    }
}
