//! `kill -9` in the midst of approvals: each of them is there as a whole or not at all, and each that was answered is there.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use foundation::{
    clock::{Clock, SystemClock},
    random,
    settings::Settings,
    testing::{Kind, TestDatabase},
};
use portal::{
    access::Actor,
    account::{self, NewAccount},
    config::Config,
};
use sea_orm::ConnectionTrait;
use secrecy::ExposeSecret;
use shared::{access::NewRequest, date::Date, person::Role};
use uuid::Uuid;

use crate::{
    fates::{Fate, fates},
    support::{Client, PASSWORD, Portal, command},
};

const FIRE: &str = "2.16.886.101.90010.20002.20040";
/// So often the process is killed before everything was answered.
const KILLS: usize = 100;

/// So many requests are approved at once.
const AT_ONCE: usize = 2;
/// After so many starts it is measured anew how long that takes.
const MEASURED_EVERY: usize = 20;

/// Kills that come after the answers do not count: there are requests for as many of those again, measuring among them.
const REQUESTS: usize = 2 * KILLS * AT_ONCE;

/// Numbers that look random and come again from the same seed (`SplitMix64`).
struct Moments(u64);

impl Moments {
    /// Any moment of this time.
    fn of(&mut self, whole: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bits = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap();
        whole.mul_f64(f64::from(bits) / f64::from(u32::MAX))
    }
}

/// A seed: the one that is named, to see the same moments again, or a new one.
fn seed() -> u64 {
    std::env::var("EMIC_TEST_SEED").map_or_else(
        |_| u64::from_le_bytes(random::bytes()),
        |text| text.parse().unwrap(),
    )
}

/// A manager, and so many people who have asked for two roles each; the requests' ids.
async fn prepare(database: &TestDatabase, requests: usize) -> Vec<Uuid> {
    let url = database.url();
    let settings = [
        ("EMIC_PUBLIC_URL", "http://localhost"),
        ("EMIC_DATABASE_URL", url.expose_secret()),
        ("EMIC_ARGON2_MEMORY", "8"),
        ("EMIC_ARGON2_PASSES", "1"),
        ("EMIC_DEMO", "1"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::read(Settings::load(None, settings).unwrap()).unwrap();
    let app = portal::build(config, Arc::new(SystemClock)).await.unwrap();
    let state = &app.state;
    let account = async |username: &str, roles: &[Role]| {
        let new = NewAccount {
            username: username.to_owned(),
            name: "林測試".to_owned(),
            agency: Some(FIRE.parse().unwrap()),
            email: Some(format!("{username}@example.com")),
            roles: roles.to_vec(),
            password: PASSWORD.to_owned(),
        };
        account::create(&state.db, &SystemClock, &state.hasher, new)
            .await
            .unwrap()
    };
    account("chief", &[Role::AgencyManager]).await;
    let today = Date::in_taiwan(SystemClock.now());
    let mut ids = Vec::new();
    for number in 0..requests {
        let person = account(&format!("applicant{number}"), &[]).await;
        let new = NewRequest {
            id: foundation::id::new(&SystemClock),
            application: "emic".to_owned(),
            roles: vec!["viewer".to_owned(), "reporter".to_owned()],
            agency: FIRE.to_owned(),
            reason: "輪值應變中心，需要登打災情。".to_owned(),
            starts_on: today.to_string(),
            ends_on: today.plus_days(30).to_string(),
        };
        let source = "192.0.2.1";
        state.access.submit(Actor { person, source }, &new).await.unwrap();
        ids.push(new.id);
    }
    // What was told of the requests themselves is not looked at.
    for table in ["mails", "notifications"] {
        let sql = format!("DELETE FROM {table}");
        state.db.execute_unprepared(&sql).await.unwrap();
    }
    app.state.db.clone().close().await.unwrap();
    ids
}

/// Approvals that were sent and wait for their answers, each on a connection of its own.
struct Sent(Vec<(Uuid, TcpStream)>);

impl Sent {
    /// Sends them at once.
    fn to(portal: &Portal, cookie: &str, requests: &[Uuid]) -> Self {
        let host = portal.base.strip_prefix("http://").unwrap();
        let connect = |id: &Uuid| {
            let stream = TcpStream::connect(host).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            (*id, stream)
        };
        let mut sent = Self(requests.iter().map(connect).collect());
        for (id, stream) in &mut sent.0 {
            let body = r#"{"comment":"已確認班表"}"#;
            let text = format!(
                "POST /api/v1/permission-requests/{id}/approve HTTP/1.1\r\nhost: {host}\r\ncookie: {cookie}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(text.as_bytes()).unwrap();
        }
        sent
    }

    /// The status of each that was answered; none where the process ended first.
    fn answers(self) -> Vec<(Uuid, Option<String>)> {
        let answer = |(id, mut stream): (Uuid, TcpStream)| {
            let mut text = Vec::new();
            // What had come before the end is read in any case.
            drop(stream.read_to_end(&mut text));
            let text = String::from_utf8_lossy(&text).into_owned();
            let line = text.lines().next().filter(|line| line.starts_with("HTTP/1.1 "));
            (id, line.map(|line| line[9..12].to_owned()))
        };
        self.0.into_iter().map(answer).collect()
    }
}

async fn killed_in_the_midst_of_approvals(kind: Kind) {
    let seed = seed();
    println!("EMIC_TEST_SEED={seed}");
    let mut moments = Moments(seed);
    let database = TestDatabase::create(kind).await;
    let requests = Box::pin(prepare(&database, REQUESTS)).await;
    let mut left = requests.chunks(AT_ONCE);
    let mut chief = Client::new();
    let (mut sent, mut answered) = (BTreeSet::new(), BTreeSet::new());
    let mut cut_off: BTreeSet<Uuid> = BTreeSet::new();
    let (mut kills, mut starts, mut takes) = (0, 0, Duration::ZERO);
    while kills < KILLS {
        // Most kills come before the answers: half as many requests would do.
        let next = left.next().unwrap();
        let portal = Portal::start(&database);
        if starts == 0 {
            // A session of the database: it outlives the process.
            assert_eq!(chief.sign_in(&portal.base, "chief").await, Some(200));
        }
        let under_way = Sent::to(&portal, &chief.cookie, next);
        let answers = if starts % MEASURED_EVERY == 0 {
            let begun = Instant::now();
            let answers = under_way.answers();
            takes = begun.elapsed();
            assert!(
                answers.iter().all(|(_, status)| status.as_deref() == Some("200")),
                "{answers:?}"
            );
            answers
        } else {
            thread::sleep(moments.of(takes));
            portal.kill();
            cut_off.extend(next);
            let answers = under_way.answers();
            kills += usize::from(answers.iter().any(|(_, status)| status.is_none()));
            answers
        };
        starts += 1;
        for (id, status) in answers {
            sent.insert(id);
            assert!(
                matches!(status.as_deref(), None | Some("200")),
                "{id}: {status:?}"
            );
            if status.is_some() {
                answered.insert(id);
            }
        }
    }

    let after = fates(&database).await;
    let (mut done, mut unanswered, mut undone) = (0, 0, Vec::new());
    for id in &requests {
        match &after[id] {
            Fate::Approved => {
                assert!(sent.contains(id), "nobody approved {id}");
                done += usize::from(cut_off.contains(id));
                unanswered += usize::from(!answered.contains(id));
            }
            Fate::Untouched => {
                assert!(
                    !answered.contains(id),
                    "the approval of {id} was answered and is lost"
                );
                if sent.contains(id) {
                    undone.push(*id);
                }
            }
            Fate::Torn(what) => panic!("half of an approval of {id}: {what}"),
        }
    }
    println!(
        "{starts} starts, {kills} kills before an answer, at {takes:?} for {AT_ONCE} approvals: {} answered, {unanswered} done \
         and not answered, {} not done",
        answered.len(),
        undone.len()
    );
    assert!(
        done > 0 && !undone.is_empty(),
        "the kills come before and after commits"
    );

    // What was cut off can be done; what was done is not done twice.
    let portal = Portal::start(&database);
    for some in undone.chunks(AT_ONCE) {
        let answers = Sent::to(&portal, &chief.cookie, some).answers();
        assert!(
            answers.iter().all(|(_, status)| status.as_deref() == Some("200")),
            "{answers:?}"
        );
    }
    let again = answered.first().unwrap();
    let answers = Sent::to(&portal, &chief.cookie, &[*again]).answers();
    assert_eq!(answers[0].1.as_deref(), Some("409"));
    drop(portal);
    let after = fates(&database).await;
    assert!(sent.iter().all(|id| after[id] == Fate::Approved));
    let verified = command(&database, 1).args(["audit", "verify"]).output().unwrap();
    assert!(
        verified.status.success(),
        "{}",
        String::from_utf8_lossy(&verified.stdout)
    );
}

#[tokio::test]
async fn sqlite() {
    Box::pin(killed_in_the_midst_of_approvals(Kind::Sqlite)).await;
}

#[tokio::test]
async fn postgresql() {
    Box::pin(killed_in_the_midst_of_approvals(Kind::Postgres)).await;
}
