//! Every list of the portal that grows, as its pages ask for it.

use anyhow::Result;

use super::super::figure::{Figure, Goal};
use super::super::instrument;
use super::super::rounds::{Rounds, median};
use super::super::sites::Folder;
use super::Kind;
use super::site::{Reader, Site};

/// Many short ones: what the machine does meanwhile spoils few of them.
const ROUNDS: usize = 9;
/// Requests a second.
const PACE: f64 = 100.0;
const SECONDS: f64 = 1.0;

/// A list: what it is called, who reads it, and where. Names in braces are what the population says.
struct List(&'static str, Reader, &'static str);

const LISTS: [List; 36] = {
    use Reader::{Administrator, Applicant, Manager};
    [
        List(
            "requests to decide",
            Manager,
            "/permission-requests?view=to_decide",
        ),
        List(
            "requests to decide, far down",
            Manager,
            "/permission-requests?view=to_decide&after={waiting}",
        ),
        List("overseen requests", Manager, "/permission-requests?view=overseen"),
        List(
            "overseen requests, far down",
            Manager,
            "/permission-requests?view=overseen&after={request}",
        ),
        List(
            "overseen requests, rejected",
            Manager,
            "/permission-requests?view=overseen&state=rejected",
        ),
        List(
            "all requests",
            Administrator,
            "/permission-requests?view=overseen",
        ),
        List(
            "all requests, far down",
            Administrator,
            "/permission-requests?view=overseen&after={request}",
        ),
        List(
            "all requests, returned",
            Administrator,
            "/permission-requests?view=overseen&state=returned",
        ),
        List("own requests", Applicant, "/permission-requests"),
        List(
            "own requests, far down",
            Applicant,
            "/permission-requests?after={request}",
        ),
        List(
            "own requests, approved",
            Applicant,
            "/permission-requests?state=approved",
        ),
        List("overseen grants", Manager, "/grants?view=overseen"),
        List(
            "overseen grants, far down",
            Manager,
            "/grants?view=overseen&after={grant}",
        ),
        List(
            "all grants, far down",
            Administrator,
            "/grants?view=overseen&after={grant}",
        ),
        List(
            "overseen grants, in use",
            Manager,
            "/grants?view=overseen&state=living",
        ),
        List(
            "overseen grants, of an application",
            Manager,
            "/grants?view=overseen&state=living&application=application-1",
        ),
        List(
            "overseen grants, ended, far down",
            Manager,
            "/grants?view=overseen&state=ended&after={grant}",
        ),
        List(
            "all grants, in use",
            Administrator,
            "/grants?view=overseen&state=living",
        ),
        List(
            "all grants, of an application",
            Administrator,
            "/grants?view=overseen&state=living&application=application-1",
        ),
        List(
            "all grants, of a person",
            Administrator,
            "/grants?view=overseen&person={applicant}",
        ),
        List("own grants", Applicant, "/grants"),
        List("people", Administrator, "/persons"),
        List("people, far down", Administrator, "/persons?after={person}"),
        List(
            "people, searched by a letter",
            Administrator,
            "/persons?query=%E9%99%B3",
        ),
        List(
            "people, searched by a name",
            Administrator,
            "/persons?query={name}",
        ),
        List(
            "people, the newest, far down",
            Administrator,
            "/persons?sort=newest&after={newcomer}",
        ),
        List("people, disabled", Administrator, "/persons?state=disabled"),
        List("people, managers", Administrator, "/persons?post=agency_manager"),
        List("people of a manager", Manager, "/persons"),
        List(
            "people of a manager, far down",
            Manager,
            "/persons?after={person}",
        ),
        List(
            "people of a manager, searched by a letter",
            Manager,
            "/persons?query=%E9%99%B3",
        ),
        List("audit log", Administrator, "/audit-events"),
        List(
            "audit log, far down",
            Administrator,
            "/audit-events?after={event}",
        ),
        List(
            "audit log, of a person",
            Administrator,
            "/audit-events?actor={applicant}",
        ),
        List(
            "audit log, approvals",
            Administrator,
            "/audit-events?action=permission_approved",
        ),
        List("audit log of a manager", Manager, "/audit-events"),
    ]
};

/// A list that was measured.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) path: String,
    pub(super) plan: String,
    reader: Reader,
    rounds: Rounds,
    /// The median of all times, in the large and in the small portal.
    middle: (f64, f64),
}

impl Measured {
    pub(super) fn cell(&self) -> String {
        let (large, small) = self.middle;
        format!(
            "{:.2} ÷ {:.2} = {:.2} | {large:.2} ÷ {small:.2} = {:.2}",
            self.rounds.one(),
            self.rounds.other(),
            self.rounds.ratio(),
            large / small
        )
    }
}

impl List {
    /// Where it is read at this site.
    fn path(&self, site: &Site) -> Result<String> {
        let mut path = format!("/api/v1{}", self.2);
        while let Some((before, rest)) = path.split_once('{')
            && let Some((name, after)) = rest.split_once('}')
        {
            let value = encoded(site.population.text(name)?);
            path = format!("{before}{value}{after}");
        }
        Ok(path)
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            plain if plain.is_ascii_alphanumeric() || b"-.".contains(&plain) => char::from(plain).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// p99; the median goes into `middles`.
fn p99(site: &Site, reader: Reader, path: &str, seconds: f64, middles: &mut Vec<f64>) -> Result<f64> {
    let pace = instrument::command("pace")
        .args(["--port", &site.portal.port.to_string(), "--path", path])
        .args(["--cookie", site.cookie(reader)])
        .args(["--rate", &PACE.to_string(), "--seconds", &seconds.to_string()]);
    let reading = instrument::read(pace)?;
    middles.push(reading.number("p50_ms")?);
    reading.number("p99_ms")
}

/// Each of them, in the large and in the small portal.
pub(super) fn measure(kind: Kind, large: &Site, small: &Site) -> Result<Vec<Measured>> {
    let mut measured = Vec::new();
    for list in &LISTS {
        let (name, reader) = (list.0, list.1);
        let (path, other) = (list.path(large)?, list.path(small)?);
        // What is read for the first time comes from the disk, whose speed is not the portal's.
        large.bring_in()?;
        small.bring_in()?;
        p99(large, reader, &path, 0.5, &mut Vec::new())?;
        p99(small, reader, &other, 0.5, &mut Vec::new())?;
        let (mut of_large, mut of_small) = (Vec::new(), Vec::new());
        let rounds = Rounds::measure(
            &format!("{}: {name}", kind.name()),
            ROUNDS,
            || p99(large, reader, &path, SECONDS, &mut of_large),
            || p99(small, reader, &other, SECONDS, &mut of_small),
        )?;
        let list = Measured {
            name,
            path,
            plan: String::new(),
            reader,
            rounds,
            middle: (median(of_large.into_iter()), median(of_small.into_iter())),
        };
        println!("  {}", list.cell());
        measured.push(list);
    }
    Ok(measured)
}

/// The list that grows most.
pub(super) fn worst(goal: &'static Goal, lists: &[Measured]) -> Figure {
    let ratio = |list: &&Measured| list.rounds.ratio();
    let worst = lists
        .iter()
        .max_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let raw = worst.map(|list| {
        let (one, other) = (list.rounds.one(), list.rounds.other());
        format!("{}: {one:.2} ms ÷ {other:.2} ms", list.name)
    });
    goal.measured(
        worst.map_or(f64::NAN, |list| list.rounds.ratio()),
        raw.unwrap_or_default(),
    )
}

/// How the database goes about each.
pub(super) fn explain(large: Site, folder: &Folder, lists: &mut [Measured]) -> Result<()> {
    println!("plans");
    let (site, log) = large.talking(folder)?;
    for list in lists {
        let plans = instrument::command("plans")
            .args(["--port", &site.portal.port.to_string(), "--path", &list.path])
            .args(["--cookie", site.cookie(list.reader), "--log"])
            .args([&log])
            .env("BENCH_DATABASE_URL", site.portal.database());
        let plan = instrument::read(plans)?;
        list.plan = plan.all("plan").collect::<Vec<_>>().join("\n");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn what_stands_in_an_address_is_encoded() {
        assert_eq!(encoded("1.a-b 陳"), "1.a-b%20%E9%99%B3");
    }
}
