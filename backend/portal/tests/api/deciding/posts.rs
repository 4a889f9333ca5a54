//! Posts that are given and taken while requests are decided.

use super::*;

on_each_database! {
    async fn what_is_decided_while_a_post_is_taken_waits_nowhere(kind) {
        let portal = start(kind).await;
        portal.account_of("admin", Some(FIRE), &[Role::SystemAdministrator]).await;
        let (mut yawen, mut chief) = (portal.signed_in("yawen").await, portal.signed_in("chief").await);
        let mut admin = portal.signed_in("admin").await;
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let post = format!("/api/v1/persons/{}/posts/agency_manager:{FIRE}", portal.id_of("chief").await);
        let held = held(&portal, kind, 1).await;
        let approving = tokio::spawn(async move { chief.post(&path(1, "approve"), json!({})).await });
        portal.waiting(1).await;
        let taking = tokio::spawn(async move { admin.delete(&post).await });
        portal.waiting(2).await;
        held.commit().await.unwrap();
        let approved = approving.await.unwrap();
        assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
        assert_eq!(recorded(&portal, "permission_approved").await, 1);
        assert_eq!(taking.await.unwrap().status, StatusCode::NO_CONTENT);
        assert_eq!(portal.count("permission_requests WHERE state <> 'submitted' AND desk IS NOT NULL").await, 0);
        portal.advance(30 * DAY);
        portal.app.state.access.keep_time().await.unwrap();
    }

    async fn what_is_asked_for_while_a_post_is_taken_waits_for_who_is_left(kind) {
        let portal = start(kind).await;
        portal.account_of("admin", Some(FIRE), &[Role::SystemAdministrator]).await;
        let mut yawen = portal.signed_in("yawen").await;
        let mut admin = portal.signed_in("admin").await;
        let post = format!("/api/v1/persons/{}/posts/agency_manager:{FIRE}", portal.id_of("chief").await);
        // Everything is written but for the log.
        let held = portal.hold(&["UPDATE audit_chains SET number = number"]).await;
        let asking = tokio::spawn(async move { ask(&mut yawen, 1, "emic", &["reporter"]).await });
        portal.waiting(1).await;
        let taking = tokio::spawn(async move { admin.delete(&post).await });
        portal.waiting(2).await;
        held.commit().await.unwrap();
        asking.await.unwrap();
        assert_eq!(taking.await.unwrap().status, StatusCode::NO_CONTENT);
        assert_eq!(portal.count(&format!("permission_requests WHERE reason LIKE '輪值%' AND desk = '{CITY}'")).await, 1);
    }

    async fn posts_that_change_at_once_do_not_wait_for_each_other_for_ever(kind) {
        let portal = start(kind).await;
        portal.run(&format!("INSERT INTO agencies (oid, name) VALUES ('{STATION}', '彰化縣測試局')")).await;
        portal.account_of("one", None, &[Role::SystemAdministrator]).await;
        portal.account_of("two", None, &[Role::SystemAdministrator]).await;
        let (mut one, mut two) = (portal.signed_in("one").await, portal.signed_in("two").await);
        let (chief, meihui) = (portal.id_of("chief").await, portal.id_of("meihui").await);
        let station = format!(
            "INSERT INTO posts (person_id, role, scope, with_below, given_at) \
             SELECT person_id, role, '{STATION}', with_below, given_at FROM posts WHERE scope = '{FIRE}'"
        );
        portal.run(&station).await;
        let mut yawen = portal.signed_in("yawen").await;
        one.post(&format!("/api/v1/persons/{chief}/disable"), json!({})).await;
        // The chief's posts are looked at in the order of the agencies, the county's requests in that of their ids.
        ask(&mut yawen, 1, "emic", &["reporter"]).await;
        let mut other = request(2, "emic", &["viewer"]);
        other["agency"] = STATION.into();
        assert_eq!(yawen.post(REQUESTS, other).await.status, StatusCode::CREATED);
        let held = held(&portal, kind, 2).await;
        let enabling = tokio::spawn(async move { one.post(&format!("/api/v1/persons/{chief}/enable"), json!({})).await });
        portal.waiting(1).await;
        let disabling = tokio::spawn(async move { two.post(&format!("/api/v1/persons/{meihui}/disable"), json!({})).await });
        portal.waiting(2).await;
        held.commit().await.unwrap();
        for answer in [enabling.await.unwrap(), disabling.await.unwrap()] {
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
        }
        let mut chief = portal.signed_in("chief").await;
        let queue = chief.get(&format!("{REQUESTS}?view=to_decide")).await.json();
        assert_eq!(ids(&queue), [id(1), id(2)]);
    }
}
