//! Opening, changing and reading a campaign.

use super::*;

on_each_database! {
    async fn to_others_there_is_no_such_campaign(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        for name in ["stranger", "yawen"] {
            let mut browser = portal.signed_in(name).await;
            for path in [part(1, "progress"), part(1, "items"), part(1, "export"), format!("{CAMPAIGNS}/{}", id(1))] {
                assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{name} {path}");
            }
            assert_eq!(decide(&mut browser, &one, "keep").await.status, StatusCode::NOT_FOUND);
            let body = json!({ "version": 1, "reason": "試試看" });
            assert_eq!(browser.post(&part(1, "cancel"), body).await.status, StatusCode::NOT_FOUND);
            let body = json!({ "grants": [one], "verdict": "keep" });
            assert_eq!(browser.post(&part(1, "decisions"), body).await.status, StatusCode::NOT_FOUND);
        }
        let mut stranger = portal.signed_in("stranger").await;
        assert_eq!(stranger.get(CAMPAIGNS).await.json()["items"], json!([]));
        let mut yawen = portal.signed_in("yawen").await;
        assert_eq!(yawen.get(CAMPAIGNS).await.problem().code, ErrorCode::Forbidden);
    }

    async fn it_is_opened_once_by_whom_it_is_for(kind) {
        let portal = start(kind).await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let owner = portal.account_of("owner", Some(ELSEWHERE), &[]).await;
        portal.owns(owner, "emic").await;
        let (mut admin, mut owner) = (portal.signed_in("admin").await, portal.signed_in("owner").await);
        let first = open(&mut admin, of_agency(1)).await;
        let again = admin.post(CAMPAIGNS, of_agency(1)).await;
        assert_eq!((again.status, again.json()), (StatusCode::OK, first));
        let mut other = of_agency(1);
        other["name"] = "另一個".into();
        assert_eq!(admin.post(CAMPAIGNS, other).await.problem().code, ErrorCode::Conflict);
        assert_eq!(owner.post(CAMPAIGNS, of_agency(1)).await.problem().code, ErrorCode::Conflict);
        assert_eq!(owner.post(CAMPAIGNS, of_agency(2)).await.problem().code, ErrorCode::Forbidden, "an agency");
        assert_eq!(portal.signed_in("chief").await.post(CAMPAIGNS, of_agency(2)).await.problem().code, ErrorCode::Forbidden);
        let application = |code: &str| json!({ "id": id(3), "name": "系統清查", "application": code, "due_on": "2026-11-30" });
        assert_eq!(owner.post(CAMPAIGNS, application("messages")).await.problem().code, ErrorCode::Forbidden, "a foreign one");
        let own = open(&mut owner, application("emic")).await;
        assert_eq!(own["scope"], json!({ "agency": null, "application": own["scope"]["application"] }));
        assert_eq!(owner.get(&part(3, "progress")).await.json()["total"]["open"], 1);
        let wrong = json!({ "id": id(4), "name": " ", "agency": "2.16.886.101.999", "due_on": "2026-11-22" });
        let problem = admin.post(CAMPAIGNS, wrong).await.problem();
        let codes: Vec<_> = problem.violations.iter().map(|it| (it.field.as_str(), it.code)).collect();
        assert_eq!(codes, [("name", ViolationCode::Required), ("due_on", ViolationCode::TooEarly), ("agency", ViolationCode::Unknown)]);
        assert_eq!(recorded(&portal, "campaign_opened").await, 2);
    }

    async fn of_one_that_is_sent_twice_at_once_there_is_one(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut browsers = Vec::new();
        for number in 0..6 {
            let node = if number % 2 == 0 { &portal } else { &second };
            browsers.push(node.signed_in("admin").await);
        }
        let tries = browsers.into_iter().map(|mut browser| async move { browser.post(CAMPAIGNS, of_agency(1)).await.status });
        let mut answers = futures::future::join_all(tries).await;
        answers.sort();
        assert_eq!(answers.iter().filter(|status| **status == StatusCode::CREATED).count(), 1, "{answers:?}");
        assert!(answers.iter().all(StatusCode::is_success), "{answers:?}");
        assert_eq!((portal.count("campaigns").await, portal.count("campaign_items").await), (1, 1));
    }

    async fn it_is_extended_and_cancelled_by_whoever_read_it_last(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let extend = |version: i64, due_on: &str| json!({ "version": version, "due_on": due_on, "reason": "颱風應變" });
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(chief.post(&part(1, "extend"), extend(1, "2026-12-10")).await.problem().code, ErrorCode::Forbidden);
        assert_eq!(admin.post(&part(1, "extend"), extend(1, "2026-11-30")).await.problem().violations[0].code, ViolationCode::TooEarly);
        let extended = admin.post(&part(1, "extend"), extend(1, "2026-12-10")).await.json();
        assert_eq!((&extended["due_on"], &extended["version"], &extended["remark"]), (&json!("2026-12-10"), &json!(2), &json!("颱風應變")));
        assert_eq!(admin.post(&part(1, "extend"), extend(1, "2026-12-11")).await.problem().code, ErrorCode::Conflict);
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0);
        let mut admin = portal.signed_in("admin").await;
        let wordless = admin.post(&part(1, "cancel"), json!({ "version": 2, "reason": " " })).await.problem();
        assert_eq!(wordless.violations[0].code, ViolationCode::Required);
        let cancelled = admin.post(&part(1, "cancel"), json!({ "version": 2, "reason": "範圍有誤" })).await.json();
        assert_eq!((&cancelled["state"], &cancelled["may_change"]), (&json!("cancelled"), &json!(false)));
        portal.advance(8 * DAY);
        portal.app.state.campaigns.keep_time().await.unwrap();
        let mut chief = portal.signed_in("chief").await;
        assert_eq!(decide(&mut chief, &one, "revoke").await.problem().code, ErrorCode::Conflict);
        assert_eq!(recorded(&portal, "grant_lapsed").await, 0);
        assert_eq!(portal.count("grants WHERE revoked_at IS NULL").await, 1);
    }

    async fn an_extension_and_a_cancellation_at_once_are_one_of_both(kind) {
        let portal = start(kind).await;
        let second = portal.second_node().await;
        let (mut here, mut there) = (portal.signed_in("admin").await, second.signed_in("admin").await);
        for number in 1..=5 {
            open(&mut here, of_agency(number)).await;
            let (extend, cancel) = (part(number, "extend"), part(number, "cancel"));
            let (extended, cancelled) = tokio::join!(
                here.post(&extend, json!({ "version": 1, "due_on": "2026-12-10", "reason": "延長" })),
                there.post(&cancel, json!({ "version": 1, "reason": "取消" })),
            );
            let both = [extended.status, cancelled.status];
            assert!(both.contains(&StatusCode::OK) && both.contains(&StatusCode::CONFLICT), "{both:?}");
        }
    }

    async fn items_are_paged_found_by_name_and_by_agency(kind) {
        let portal = start(kind).await;
        for username in ["yawen", "chief"] {
            grant(&portal, username, "reporter", "2026-12-31").await;
        }
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let first = admin.get(&part(1, "items?limit=1")).await.json();
        let next = first["next"].as_str().unwrap();
        let second = admin.get(&part(1, &format!("items?limit=1&after={next}"))).await.json();
        assert_eq!(second["next"], Value::Null);
        assert_ne!(first["items"][0]["grant"], second["items"][0]["grant"]);
        for (query, count) in [("q=%E6%9E%97", 2), ("q=%E9%99%B3", 0), (&format!("agency={FIRE}"), 2), (&format!("agency={CITY}"), 0)] {
            let page = admin.get(&part(1, &format!("items?{query}"))).await.json();
            assert_eq!(standing(&page).len(), count, "{query}");
        }
        for query in ["q=%00", "agency=x", "state=x", "limit=0", "after=x"] {
            let answer = admin.get(&part(1, &format!("items?{query}"))).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{query}");
        }
    }

    async fn the_result_is_a_file_for_spreadsheets(kind) {
        let portal = start(kind).await;
        let one = grant(&portal, "yawen", "reporter", "2026-12-31").await;
        let mut admin = portal.signed_in("admin").await;
        open(&mut admin, of_agency(1)).await;
        let mut chief = portal.signed_in("chief").await;
        let path = part(1, &format!("items/{one}/decide"));
        chief.post(&path, json!({ "verdict": "keep", "reason": "=HYPERLINK(1)" })).await;
        let file = admin.get(&part(1, "export?bom=true")).await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        let text = file.text();
        assert!(text.starts_with("\u{feff}grant_id,state,"), "{text}");
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains(&format!("\r\n{one},kept,林測試,{FIRE},彰化縣消防局,emic,")), "{text}");
        assert!(text.contains(",2026-11-23,2026-12-31,"), "{text}");
        assert!(text.trim_end().ends_with(",'=HYPERLINK(1)"), "{text}");
        assert!(!admin.get(&part(1, "export")).await.text().starts_with('\u{feff}'));
        assert_eq!(recorded(&portal, "campaign_exported").await, 2);
    }
}
