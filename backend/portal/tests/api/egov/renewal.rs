//! A new proof by MyEGov at the browser where one is signed in: the session goes on under the name that applications know.

use super::{BROWSER_COOKIE, SESSION_COOKIE, World, is_signed_in, post_form};

const SIDS: &str = "(SELECT DISTINCT sid FROM sessions) s";

on_each_database! {
    async fn the_same_person_goes_on_and_another_begins_anew(kind) {
        let world = World::start(kind).await;
        let mut browser = world.signed_in("7").await;
        let before = browser.cookie(SESSION_COOKIE).unwrap().to_owned();
        world.sign_in(&mut browser, "7").await;
        assert_ne!(browser.cookie(SESSION_COOKIE).unwrap(), before);
        assert_eq!((world.portal.count(SIDS).await, world.sessions().await), (1, 1));
        assert_eq!(world.portal.count("sessions WHERE ended_by = 'replaced'").await, 1);
        world.sign_in(&mut browser, "8").await;
        assert_eq!((world.portal.count(SIDS).await, world.sessions().await), (2, 1));
        assert_eq!(world.portal.count("sessions WHERE ended_by = 'signed_out'").await, 1);
        assert!(is_signed_in(&mut browser).await);
    }

    async fn also_when_the_session_s_cookie_stays_behind_on_the_way_back(kind) {
        for (subject, sids) in [("7", 1), ("8", 2)] {
            let world = World::start(kind).await;
            let mut browser = world.signed_in("7").await;
            let question = world.ask(&mut browser, "").await;
            let code = world.provider.agree(&question, subject);
            let mut on_the_way = world.portal.browser();
            on_the_way.set_cookie(BROWSER_COOKIE, browser.cookie(BROWSER_COOKIE).unwrap());
            let form = world.form(&question, &code);
            post_form(&mut on_the_way, "/auth/egov/callback", form).await;
            assert!(is_signed_in(&mut on_the_way).await);
            assert_eq!((world.portal.count(SIDS).await, world.sessions().await), (sids, 1));
        }
    }
}
