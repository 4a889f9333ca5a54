//! A register of made-up agencies, what is searched in it, and its rows inserted with nothing around.

use std::{env, fmt::Write as _, fs::File, io::Write as _, path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use clap::Args;
use foundation::database;
use sea_orm::{ConnectionTrait, Statement, Value};

/// How many rows one statement inserts, as in an import.
const BATCH: usize = 1000;
/// How many searches are made up.
const SEARCHES: usize = 40;
/// As many agencies as the smallest register has: what is searched is in each.
const SEARCHED: usize = 1000;

const COUNTIES: [&str; 11] = [
    "臺北市",
    "新北市",
    "桃園市",
    "臺中市",
    "臺南市",
    "高雄市",
    "彰化縣",
    "南投縣",
    "雲林縣",
    "花蓮縣",
    "臺東縣",
];
const PLACES: &str =
    "山水田林東西南北中和平安仁愛信義福德新竹龍鳳金玉石泉溪河港城宮寺土木火雲月星春秋文武大小";
const KINDS: [&str; 12] = [
    "消防局",
    "戶政事務所",
    "國民小學",
    "衛生所",
    "圖書館",
    "清潔隊",
    "警察分局",
    "地政事務所",
    "稅捐稽徵處",
    "農業處",
    "民政課",
    "殯儀館",
];

/// Where the register is written, and how large it is.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    rows: usize,
    #[arg(long)]
    file: PathBuf,
}

struct Agency {
    oid: String,
    name: String,
    code: String,
}

/// The agency of this number: a tree of 50 branches with 40 leaves each below every root.
fn agency(number: usize) -> Agency {
    let (root, branch, leaf) = (number / 2000, number / 40 % 50, number % 40);
    let mut oid = format!("2.16.886.101.{}", 90_001 + root);
    if !number.is_multiple_of(2000) {
        let _ = write!(oid, ".{}", 20_001 + branch);
        if leaf != 0 {
            let _ = write!(oid, ".{}", 20_001 + leaf);
        }
    }
    // Some number that jumps about, so that neighbours are not called alike.
    let mixed = number.wrapping_mul(2_654_435_761) >> 5;
    let places: Vec<char> = PLACES.chars().collect();
    let place = |by: usize| places[mixed / by % places.len()];
    let name = format!(
        "{}{}{}{}",
        COUNTIES[mixed % COUNTIES.len()],
        place(11),
        place(600),
        KINDS[mixed / 40_000 % KINDS.len()]
    );
    let code = format!("{:09}A", 300_000_000 + number);
    Agency { oid, name, code }
}

impl Options {
    /// Writes the register and prints the addresses of searches in it.
    pub(crate) fn run(&self) -> Result<()> {
        let mut file = std::io::BufWriter::new(File::create(&self.file)?);
        writeln!(file, "OrgName,OID,TEL,Address,DN,OrgCode")?;
        for number in 0..self.rows {
            let Agency { oid, name, code } = agency(number);
            writeln!(
                file,
                "{name},{oid},02-2356{:04},{name}路{}號,\"ou={name},c=TW\",{code}",
                number % 10_000,
                number % 300
            )?;
        }
        file.into_inner()?.sync_all()?;
        for number in 0..SEARCHES {
            let Agency { oid, name, code } = agency(number * SEARCHED / SEARCHES);
            let chars: Vec<char> = name.chars().collect();
            let query = match number % 5 {
                0 => chars.iter().take(4).collect(),
                1 => chars.iter().skip(3).take(3).collect(),
                2 => format!(
                    "{} {}",
                    chars[..2].iter().collect::<String>(),
                    chars[5..7].iter().collect::<String>()
                ),
                3 => code,
                _ => oid,
            };
            let mut encoded = String::new();
            for byte in query.bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
            println!("path /api/v1/agencies?query={encoded}");
        }
        Ok(())
    }
}

/// Inserts the register's rows into a new table of the SQLite database of `BENCH_DATABASE_URL`.
pub(crate) async fn insert(file: &PathBuf) -> Result<()> {
    let url = env::var("BENCH_DATABASE_URL").context("BENCH_DATABASE_URL is not set")?;
    let db = database::connect(&url.into(), 2).await?;
    db.execute_unprepared(
        "CREATE TABLE agencies (name TEXT NOT NULL, oid TEXT NOT NULL PRIMARY KEY, telephone TEXT, address TEXT, \
         dn TEXT, code TEXT)",
    )
    .await?;
    let rows = csv::Reader::from_path(file)?
        .records()
        .collect::<Result<Vec<_>, _>>()?;
    let begun = Instant::now();
    let transaction = database::begin_write(&db).await?;
    for batch in rows.chunks(BATCH) {
        let mut sql = String::from("INSERT INTO agencies (name, oid, telephone, address, dn, code) VALUES ");
        // SQLite looks numbered parameters up by their names, one by one.
        sql.push_str(&vec!["(?, ?, ?, ?, ?, ?)"; batch.len()].join(", "));
        let values = batch.iter().flatten().map(Value::from);
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        transaction.execute_raw(statement).await?;
    }
    transaction.commit().await?;
    println!("seconds {:.4}", begun.elapsed().as_secs_f64());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::agency;

    #[test]
    fn no_two_agencies_have_one_oid() {
        let oids: HashSet<_> = (0..10_000).map(|number| agency(number).oid).collect();
        assert_eq!(oids.len(), 10_000);
    }
}
