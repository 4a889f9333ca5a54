//! Lists of requests, grants and applications.

use super::*;

on_each_database! {
    async fn the_list_is_the_newest_first_filtered_by_state_and_goes_on_after_a_cursor(kind) {
        let (portal, mut browser) = start(kind).await;
        // The ids run against the time: the order is the server's.
        for number in (1..=5).rev() {
            portal.advance(Duration::from_secs(1));
            browser.post(REQUESTS, request(number)).await;
            if number > 1 {
                browser.post(&format!("{REQUESTS}/{}/withdraw", id(number)), json!({})).await;
            }
        }
        let all = browser.get(REQUESTS).await.json();
        assert_eq!(ids(&all), (1..=5).map(id).collect::<Vec<_>>());
        let open = browser.get(&format!("{REQUESTS}?state=submitted")).await.json();
        assert_eq!(ids(&open), [id(1)]);
        let mut seen = Vec::new();
        let mut path = format!("{REQUESTS}?state=withdrawn&limit=3");
        loop {
            let page = browser.get(&path).await.json();
            seen.extend(ids(&page));
            match page["next"].as_str() {
                Some(next) => path = format!("{REQUESTS}?state=withdrawn&limit=3&after={next}"),
                None => break,
            }
        }
        assert_eq!(seen, (2..=5).map(id).collect::<Vec<_>>());
        for bad in ["state=Submitted", "state=", "limit=0", "after=x", "after=1.x", "offset=1", "state=draft&state=draft"] {
            let answer = browser.get(&format!("{REQUESTS}?{bad}")).await;
            assert_eq!(answer.problem().code, ErrorCode::MalformedParameter, "{bad}");
        }
    }

    async fn requests_of_one_moment_are_all_listed(kind) {
        let (_portal, mut browser) = start(kind).await;
        for (number, role) in ["viewer", "reporter", "centre"].into_iter().enumerate() {
            browser.post(REQUESTS, with(u32::try_from(number).unwrap(), "roles", json!([role]))).await;
        }
        let first = browser.get(&format!("{REQUESTS}?limit=2")).await.json();
        let rest = browser.get(&format!("{REQUESTS}?limit=2&after={}", first["next"].as_str().unwrap())).await.json();
        let seen: BTreeSet<_> = ids(&first).into_iter().chain(ids(&rest)).collect();
        assert_eq!(seen.len(), 3);
    }

    async fn a_grant_counts_from_the_first_moment_of_its_first_day(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        assert_eq!(browser.sign_in("dawen", portal::demo::PASSWORD).await.status, StatusCode::OK);
        let grants = browser.get("/api/v1/grants").await.json();
        let held = &grants["items"][0];
        assert_eq!((&held["role"]["code"], &held["state"]), (&json!("reporter"), &json!("active")));
        assert_eq!(held["application"]["code"], "emic");
        assert_eq!(held["agency"]["name"], "彰化縣消防局");
        // 120 days after 23 November: until the midnight in Taiwan that ends 23 March.
        let end: Timestamp = held["ends_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(end.to_string(), "2027-03-23T16:00:00.000Z");
        let role = async |portal: &TestPortal| {
            let mut browser = portal.browser();
            browser.sign_in("dawen", portal::demo::PASSWORD).await;
            let application = browser.get("/api/v1/applications/emic").await.json();
            let grant = browser.get("/api/v1/grants").await.json()["items"][0]["state"].clone();
            (application["roles"][1]["grant"].clone(), grant)
        };
        portal.clock.set(end.minus(Duration::from_millis(1)));
        let (marked, state) = role(&portal).await;
        assert_eq!((&marked["ends_at"], state), (&json!(end.to_string()), json!("active")));
        portal.clock.set(end);
        assert_eq!(role(&portal).await, (Value::Null, json!("expired")));
    }

    async fn an_application_says_what_it_is_for_who_owns_it_and_how_one_stands_to_its_roles(kind) {
        let (portal, mut browser) = start(kind).await;
        browser.post(REQUESTS, request(1)).await;
        let listed = browser.get("/api/v1/applications").await.json();
        let one = browser.get("/api/v1/applications/emic").await.json();
        assert_eq!(listed["items"][0], one);
        assert_eq!(one["owner"]["agency"]["name"], "內政部消防署");
        let roles = one["roles"].as_array().unwrap();
        let codes: Vec<_> = roles.iter().map(|role| role["code"].as_str().unwrap()).collect();
        assert_eq!(codes, ["viewer", "reporter", "centre"]);
        assert_eq!(roles[2]["risk"], "high");
        assert_eq!(roles[1]["max_days"], 365);
        assert_eq!((&roles[1]["open_request"], &roles[1]["open_request_state"]), (&json!(id(1)), &json!("submitted")));
        assert_eq!((&roles[0]["open_request"], &roles[1]["grant"]), (&Value::Null, &Value::Null));
        portal.app.state.db.execute_unprepared("UPDATE permission_requests SET state = 'returned'").await.unwrap();
        let roles = browser.get("/api/v1/applications/emic").await.json()["roles"].clone();
        assert_eq!(roles[1]["open_request_state"], "returned", "it waits for the one who asked");
        assert_eq!(listed["items"][2]["roles"], json!([]), "an application may need no permission");
        for code in ["nothing", "%00", "EMIC", "a%2Fb"] {
            assert_eq!(browser.get(&format!("/api/v1/applications/{code}")).await.status, StatusCode::NOT_FOUND, "{code}");
        }
    }

    async fn the_demo_shows_requests_in_many_states(kind) {
        let (portal, _) = start(kind).await;
        let mut browser = portal.browser();
        browser.sign_in("dawen", portal::demo::PASSWORD).await;
        let page = browser.get(REQUESTS).await.json();
        let states: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect();
        assert_eq!(states, ["returned", "withdrawn", "rejected", "approved"]);
        let returned = &page["items"][0]["history"][1];
        assert_eq!((&returned["by"], &returned["action"]), (&json!("張美惠"), &json!("return")));
    }
}
