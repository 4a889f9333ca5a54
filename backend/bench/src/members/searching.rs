//! 會員查詢: one of the staff searches, in turn by all that the form takes.

use anyhow::{Context, Result};
use clap::Args;

use super::{
    filling::{FREQUENT_NAME, account, email, name},
    form::Browser,
};
use crate::{connection::Connection, pace::Pace};

/// A demo member's number, made up and in every site.
const NUMBER: &str = "A123456789";
/// How many searches are made up.
const SEARCHES: usize = 40;
/// As many members as the smallest site has: what is searched for is in each.
const SEARCHED: usize = 1000;

/// Who of the staff searches where, at which pace.
#[derive(Args)]
pub(crate) struct Searches {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    account: String,
    #[arg(long)]
    password: String,
    #[command(flatten)]
    pace: Pace,
}

fn wanted(search: usize) -> String {
    let number = search * SEARCHED / SEARCHES + 1;
    match search % 5 {
        0 => account(number),
        1 => name(number),
        2 => email(number),
        3 => NUMBER.to_owned(),
        _ => FREQUENT_NAME.to_owned(),
    }
}

impl Searches {
    /// Signs in and searches. Prints percentiles of how long the answers took.
    pub(crate) async fn run(&self) -> Result<()> {
        let mut staff = Browser::new(self.port, 1);
        let form = [("account", &*self.account), ("password", &*self.password)];
        let mut connection = Connection::open(self.port).await?;
        let answer = connection.ask(&staff.post("/sign-in", &form)).await?;
        let cookie = answer.cookie("__Host-myegov-session");
        staff.cookie = Some(cookie.context("no session's cookie came back")?);
        let searches: Vec<_> = (0..SEARCHES)
            .map(|search| {
                let form = [("wanted", &*wanted(search)), ("reason", "來電詢問")];
                staff.post("/staff/members", &form)
            })
            .collect();
        let answer = connection.ask(&searches[SEARCHES - 1]).await?.check()?;
        let found = String::from_utf8_lossy(answer.body)
            .matches(FREQUENT_NAME)
            .count();
        println!("page {found}");
        // Each connection begins elsewhere, so that not all look for one thing at once.
        let workers = (0..SEARCHES).map(|first| {
            let mut searches = searches.clone();
            searches.rotate_left(first);
            searches
        });
        self.pace.keep(self.port, workers).await
    }
}

#[cfg(test)]
mod tests {
    use super::{FREQUENT_NAME, NUMBER, SEARCHED, SEARCHES, account, wanted};

    #[test]
    fn every_search_finds_somebody_in_a_small_site() {
        let accounts: Vec<_> = (0..SEARCHED).map(account).collect();
        for search in 0..SEARCHES {
            let wanted = wanted(search);
            match search % 5 {
                0 => assert!(accounts.contains(&wanted), "{wanted}"),
                1 => assert_ne!(wanted, FREQUENT_NAME),
                2 => assert!(accounts.contains(&wanted.split('@').next().unwrap().to_owned())),
                3 => assert_eq!(wanted, NUMBER),
                _ => assert_eq!(wanted, FREQUENT_NAME),
            }
        }
    }
}
