//! 加入會員: whole registrations, and the check of an account's name while somebody types it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use super::{
    filling::account,
    form::{Browser, encoded},
};
use crate::{
    connection::Connection,
    pace::{CONNECTIONS, Pace, print_percentiles},
};

/// Names of as many members as the smallest site has are taken in each.
const TAKEN: u32 = 1000;
/// How many checks a connection repeats, each from a source of its own, so that none comes too often.
const CHECKS: u32 = 200;
const PASSWORD: &str = "abcd1234";
const NUMERALS: &str = "零一二三四五六七八九";

/// Where people register, and how many, one after the other.
#[derive(Args)]
pub(crate) struct Registrations {
    #[arg(long)]
    port: u16,
    /// The first one's number: in one site, none comes twice
    #[arg(long)]
    first: u32,
    #[arg(long)]
    count: u32,
}

impl Registrations {
    /// Prints percentiles of how long the steps of one person took together, and of the last step alone.
    pub(crate) async fn run(&self) -> Result<()> {
        let mut connection = Connection::open(self.port).await?;
        let (mut journeys, mut last_steps) = (Vec::new(), Vec::new());
        for number in self.first..self.first + self.count {
            let mut person = Person::new(self.port, number);
            let (journey, last_step) = person.register(&mut connection).await?;
            journeys.push(journey);
            last_steps.push(last_step);
        }
        print_percentiles("journey_", journeys)?;
        print_percentiles("last_step_", last_steps)
    }
}

/// Somebody who registers.
struct Person {
    browser: Browser,
    number: u32,
}

impl Person {
    fn new(port: u16, number: u32) -> Self {
        Self {
            browser: Browser::new(port, number),
            number,
        }
    }

    /// All five steps, each page opened and sent. How long the answers took, and that to 建立我的帳戶.
    async fn register(&mut self, connection: &mut Connection) -> Result<(Duration, Duration)> {
        let (account, email) = (
            format!("new{:06}", self.number),
            format!("new{}@members.example", self.number),
        );
        let passport = format!("NEW{:06}", self.number);
        let begun = Instant::now();
        connection
            .ask(&self.browser.get("/join/account"))
            .await?
            .check()?;
        let form = [
            ("account", &*account),
            ("password", PASSWORD),
            ("password_again", PASSWORD),
        ];
        let answer = connection.ask(&self.browser.post("/join/account", &form)).await?;
        answer.check_leads_to("/join/basics")?;
        self.browser.cookie = Some(
            answer
                .cookie("__Host-myegov-registration")
                .context("no registration's cookie came back")?,
        );
        let form = [
            ("name", "許小真"),
            ("email", &*email),
            ("email_again", &*email),
            ("nickname", ""),
            ("membership", "advanced"),
        ];
        self.step(connection, "/join/basics", &form, "/join/details")
            .await?;
        let form = [
            ("birth_year", "70"),
            ("birth_month", "1"),
            ("birth_day", "1"),
            ("id_kind", "passport"),
            ("id_number", &*passport),
            ("gender", "female"),
            ("county", "臺北市"),
            ("district", "文山區"),
            ("postal_code", ""),
            ("street", "示範路1號"),
            ("phone", "0223456789"),
            ("phone_extension", ""),
        ];
        self.step(connection, "/join/details", &form, "/join/recovery")
            .await?;
        let form = [
            ("hint_question", "我就讀的國小叫什麼名字?"),
            ("hint_answer", "中正國小"),
            ("rescue_mobile", ""),
        ];
        self.step(connection, "/join/recovery", &form, "/join/confirm")
            .await?;
        let page = connection
            .ask(&self.browser.get("/join/confirm"))
            .await?
            .check()?;
        let page = std::str::from_utf8(page.body)?;
        let form = [
            ("question", hidden(page, "question")?),
            ("answer", &*answer_to(page)?),
            ("website", ""),
            ("versions", hidden(page, "versions")?),
            ("agreed", "1"),
        ]
        .map(|(name, value)| (name, value.to_owned()));
        let form: Vec<_> = form.iter().map(|(name, value)| (*name, &**value)).collect();
        let pressed = Instant::now();
        let answer = connection.ask(&self.browser.post("/join/confirm", &form)).await?;
        answer.check_leads_to("/join/done")?;
        Ok((begun.elapsed(), pressed.elapsed()))
    }

    async fn step(
        &self,
        connection: &mut Connection,
        path: &str,
        form: &[(&str, &str)],
        next: &str,
    ) -> Result<()> {
        connection.ask(&self.browser.get(path)).await?.check()?;
        let answer = connection.ask(&self.browser.post(path, form)).await?;
        answer.check_leads_to(next)
    }
}

/// What the page's form sends along unseen in this field.
fn hidden<'a>(page: &'a str, name: &str) -> Result<&'a str> {
    let field = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, after) = page
        .split_once(&field)
        .with_context(|| format!("the page has no field {name}"))?;
    let (value, _) = after.split_once('"').context("a field without an end")?;
    Ok(value)
}

/// The answer to the question against robots.
fn answer_to(page: &str) -> Result<String> {
    let (before, _) = page.split_once("等於多少").context("no sum is asked")?;
    sum(before).context("no sum is read")
}

/// The sum or the difference of two numerals with which a text ends.
fn sum(text: &str) -> Option<String> {
    let numeral = |wanted| NUMERALS.chars().position(|numeral| numeral == wanted);
    let mut last = text.chars().rev();
    let (right, sign, left) = (numeral(last.next()?)?, last.next()?, numeral(last.next()?)?);
    match sign {
        '加' => Some((left + right).to_string()),
        '減' => Some(left.checked_sub(right)?.to_string()),
        _ => None,
    }
}

/// Where names are typed, at which pace.
#[derive(Args)]
pub(crate) struct NameChecks {
    #[arg(long)]
    port: u16,
    #[command(flatten)]
    pace: Pace,
}

impl NameChecks {
    /// Asks whether accounts are free, of which every second one is. Prints percentiles of how long the answers took.
    pub(crate) async fn run(&self) -> Result<()> {
        let check = |number: u32| {
            let taken = account((number / 2 % TAKEN) as usize);
            let name = if number.is_multiple_of(2) {
                taken
            } else {
                format!("free{number}")
            };
            let path = format!("/join/account-name?{}", encoded(&[("account", &name)]));
            Browser::new(self.port, number).get(&path)
        };
        let workers = (0..CONNECTIONS).map(|connection| {
            let first = connection * CHECKS;
            (first..first + CHECKS).map(check).collect()
        });
        self.pace.keep(self.port, workers).await
    }
}

#[cfg(test)]
mod tests {
    use super::sum;

    #[test]
    fn sums_in_words_are_answered() {
        assert_eq!(sum("請回答：九加三").unwrap(), "12");
        assert_eq!(sum("九減三").unwrap(), "6");
        assert_eq!(sum("九乘三"), None);
        assert_eq!(sum("三"), None);
    }
}
