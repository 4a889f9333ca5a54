//! Members, and what a site keeps of each: the link that was used, the log, passwords that were changed, looks of the staff.
#![expect(
    clippy::cast_possible_wrap,
    reason = "numbers of members fit into every kind of integer here"
)]

use anyhow::Result;
use clap::Args;
use foundation::clock::{Clock, SystemClock};
use sea_orm::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    population::{self, DAY, Kind, id},
    writing::Writing,
};

/// The name of one member in forty: in a small site too, more have it than a page shows.
pub(super) const FREQUENT_NAME: &str = "陳怡君";
const FREQUENT: usize = 40;
/// How long a link is good, in days.
const LINK: i64 = 7;

/// How many members are written into the migrated database of `BENCH_DATABASE_URL`.
#[derive(Args)]
pub(crate) struct Filling {
    #[arg(long)]
    members: usize,
}

/// 帳號 of the member of this number.
pub(super) fn account(number: usize) -> String {
    format!("member{number}")
}

/// 電子信箱.
pub(super) fn email(number: usize) -> String {
    format!("member{number}@members.example")
}

/// 中文姓名.
pub(super) fn name(number: usize) -> String {
    if number.is_multiple_of(FREQUENT) {
        FREQUENT_NAME.to_owned()
    } else {
        population::name(number)
    }
}

/// Thirty-two bytes that jump about, always the same of the same.
fn hash(of: &str, number: usize) -> Vec<u8> {
    Sha256::digest(format!("{of} {number}")).to_vec()
}

/// All members, by number.
struct Members {
    count: usize,
    now: i64,
}

impl Filling {
    /// Writes them.
    pub(crate) async fn run(&self) -> Result<()> {
        let members = Members {
            count: self.members,
            now: SystemClock.now().as_millis(),
        };
        let mut writing = Writing::begin().await?;
        members.write(&mut writing).await?;
        members.write_links(&mut writing).await?;
        members.write_log(&mut writing).await?;
        members.write_former_passwords(&mut writing).await?;
        members.write_looks(&mut writing).await?;
        writing.end().await
    }
}

impl Members {
    /// They came evenly over the last three years.
    fn moment(&self, number: usize) -> i64 {
        self.now - 3 * 365 * DAY * (self.count - number) as i64 / self.count as i64
    }

    fn id(&self, number: usize) -> Uuid {
        id(Kind::Person, self.moment(number), number)
    }

    async fn write(&self, writing: &mut Writing) -> Result<()> {
        let columns = [
            "id",
            "account",
            "account_key",
            "password_hash",
            "name",
            "nickname",
            "kind",
            "email",
            "status",
            "is_staff",
            "id_kind",
            "id_sealed",
            "id_hash",
            "birthdate",
            "gender",
            "county",
            "district",
            "postal_code",
            "street",
            "phone",
            "hint_question",
            "hint_hash",
            "created_at",
            "activated_at",
        ];
        let rows = (0..self.count).map(|number| -> Vec<Value> {
            let created = self.moment(number);
            vec![
                self.id(number).into(),
                account(number).into(),
                account(number).into(),
                no_hash(number).into(),
                name(number).into(),
                "".into(),
                "natural_person".into(),
                email(number).into(),
                "active".into(),
                false.into(),
                "national".into(),
                // As long as a sealed number: nobody opens it here.
                format!("demo.{number:0>51}").into(),
                hash("number", number).into(),
                format!(
                    "19{:02}-{:02}-{:02}",
                    50 + number % 50,
                    1 + number % 12,
                    1 + number % 28
                )
                .into(),
                ["female", "male"][number % 2].into(),
                "臺北市".into(),
                "文山區".into(),
                "116".into(),
                format!("示範路{number}號").into(),
                format!("09{:08}", number % 100_000_000).into(),
                "我就讀的國小叫什麼名字?".into(),
                no_hash(number).into(),
                created.into(),
                created.into(),
            ]
        });
        writing.fill("members", &columns, rows).await
    }

    /// Of each the link that has activated the account.
    async fn write_links(&self, writing: &mut Writing) -> Result<()> {
        let columns = [
            "token_hash",
            "kind",
            "member_id",
            "expires_at",
            "used_at",
            "failures",
        ];
        let rows = (0..self.count).map(|number| -> Vec<Value> {
            let at = self.moment(number);
            vec![
                hash("link", number).into(),
                "activation".into(),
                self.id(number).into(),
                (at + LINK * DAY).into(),
                at.into(),
                0.into(),
            ]
        });
        writing.fill("links", &columns, rows).await
    }

    /// Of each the registration and the activation.
    async fn write_log(&self, writing: &mut Writing) -> Result<()> {
        let columns = ["id", "at", "deed", "actor_id", "member_id"];
        let rows = (0..2 * self.count).map(|event| -> Vec<Value> {
            let member = event / 2;
            let at = self.moment(member);
            vec![
                id(Kind::Event, at, event).into(),
                at.into(),
                ["member.registered", "member.activated"][event % 2].into(),
                self.id(member).into(),
                self.id(member).into(),
            ]
        });
        writing.fill("audit_events", &columns, rows).await
    }

    /// One member in ten has changed the password.
    async fn write_former_passwords(&self, writing: &mut Writing) -> Result<()> {
        let rows = (0..self.count).step_by(10).map(|number| -> Vec<Value> {
            vec![
                id(Kind::Grant, self.moment(number), number).into(),
                self.id(number).into(),
                no_hash(number).into(),
            ]
        });
        writing
            .fill("former_passwords", &["id", "member_id", "password_hash"], rows)
            .await
    }

    /// One member in ten was found by the staff.
    async fn write_looks(&self, writing: &mut Writing) -> Result<()> {
        let columns = ["id", "staff_id", "member_id", "kind", "reason", "at"];
        let rows = (0..self.count).step_by(10).map(|number| -> Vec<Value> {
            let at = self.moment(number);
            vec![
                id(Kind::Request, at, number).into(),
                Uuid::max().into(),
                self.id(number).into(),
                "search".into(),
                "來電詢問".into(),
                at.into(),
            ]
        });
        writing.fill("looks", &columns, rows).await
    }
}

/// As long as a password's hash, and of no password.
fn no_hash(number: usize) -> String {
    format!("$argon2id$v=19$m=19456,t=2,p=1${number:0>22}${number:0>43}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn members_have_ids_that_sort_and_accounts_of_their_own() {
        let members = Members {
            count: 2000,
            now: 1_800_000_000_000,
        };
        let ids: Vec<_> = (0..2000).map(|number| members.id(number)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((0..2000).map(account).collect::<HashSet<_>>().len(), 2000);
        assert!((5..=15).contains(&account(99_999).len()));
    }

    #[test]
    fn the_frequent_name_fills_a_page_of_a_small_site() {
        let bearers = (0..1000).filter(|number| name(*number) == FREQUENT_NAME);
        assert!(bearers.count() > 20);
    }
}
