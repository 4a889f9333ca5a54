//! Many invitations at once, from a table.

use serde::{Deserialize, Serialize};

use crate::problem::{Violation, ViolationCode};

/// How many rows one import holds at most.
pub const MOST_ROWS: usize = 500;
/// How many bytes its text has at most; the body's limit leaves no more.
const LONGEST: usize = 60_000;

/// `POST /api/v1/invitations/import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportInvitations {
    /// CSV with a first row that names the columns, in any order: `username,name,email,agency` or
    /// 帳號,姓名,電子信箱,機關OID.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60000,
            example = "帳號,姓名,電子信箱,機關OID\nxiaoming,王小明,xiaoming@example.tw,2.16.886.101.90010.20002.20040\n"
        )
    )]
    pub csv: String,
    /// Whether only to say what would happen.
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub dry_run: bool,
}

impl ImportInvitations {
    /// What the text breaks as a whole.
    pub fn violations(&self) -> Vec<Violation> {
        let fault = if self.csv.trim().is_empty() {
            Some(Violation::new("csv", ViolationCode::Required))
        } else if self.csv.len() > LONGEST {
            Some(Violation::new("csv", ViolationCode::TooLong).with("max", LONGEST))
        } else {
            None
        };
        fault.into_iter().collect()
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// It would be invited, were this no dry run.
    WillInvite,
    /// It is invited.
    Invited,
    /// It has faults, and nothing was done.
    Faulty,
}

/// One row and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRow {
    /// The line that it begins on; the names of the columns stand on the first.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub line: u64,
    /// 帳號, as it stands there.
    #[cfg_attr(feature = "openapi", schema(example = "xiaoming"))]
    pub username: String,
    /// 姓名, as it stands there.
    #[cfg_attr(feature = "openapi", schema(example = "王小明"))]
    pub name: String,
    /// What becomes of it.
    pub outcome: ImportOutcome,
    /// All that is wrong with it.
    #[cfg_attr(feature = "openapi", schema(example = json!([])))]
    pub violations: Vec<Violation>,
}

/// What becomes of all rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedInvitations {
    /// Each row, in the order of the text.
    pub rows: Vec<ImportRow>,
}

impl ImportedInvitations {
    /// How many rows have faults.
    pub fn faulty(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| row.outcome == ImportOutcome::Faulty)
            .count()
    }
}
