//! Mails that somebody asks for by an account: written down whether there is the account or not, and looked into
//! afterwards, so that neither the answer nor its time tells.

use foundation::{
    clock::Clock,
    database::{self, Database},
    id,
};
use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use uuid::Uuid;

use crate::{attempts::Limit, error::SiteError, http::form::Form, member::AccountName, state::AppState};

/// How many are looked into at once.
const BATCH: i64 = 50;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// 重寄確認信.
    Activation,
    /// 忘記密碼.
    Recovery,
}

impl Wish {
    const fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Recovery => "recovery",
        }
    }
}

/// Reads a form with 使用者帳號, and for 確認信 the check against robots. None when something is wrong, which is noted.
pub(crate) async fn read(
    state: &AppState,
    wish: Wish,
    form: &mut Form,
    source: &str,
) -> Result<Option<AccountName>, SiteError> {
    state.attempts.count(Limit::LetterFromSource, source).await?;
    let account = AccountName::read(form.value("account"));
    if account.is_none() {
        form.fault(
            "account",
            "使用者帳號為5至15個字元的英文字母、數字，第一個字元為英文字母",
            "An account has 5 to 15 letters and digits, of which the first is a letter",
        );
    }
    // A way to sign in asks nobody to reckon (WCAG 2.2, 3.3.8; docs/decisions/0027).
    if wish == Wish::Activation {
        state.robot.check(form).await?;
    }
    let Some(account) = account.filter(|_| form.is_sound()) else {
        return Ok(None);
    };
    state
        .attempts
        .count(Limit::LetterToAccount, account.key())
        .await?;
    Ok(Some(account))
}

fn statement<C: ConnectionTrait>(db: &C, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Writes down what somebody asks for.
pub(crate) async fn add(
    db: &Database,
    clock: &dyn Clock,
    wish: Wish,
    account: &AccountName,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO letter_requests (id, kind, account_key, asked_at) VALUES ($1, $2, $3, $4)";
    let values = [
        id::new(clock).into(),
        wish.name().into(),
        account.key().into(),
        clock.now().as_millis().into(),
    ];
    db.execute_raw(statement(db, SQL, values)).await.map(drop)
}

/// Takes the wish with this id. Of several nodes that try, one has it.
async fn take<C: ConnectionTrait>(transaction: &C, id: Uuid) -> Result<bool, DbErr> {
    const SQL: &str = "DELETE FROM letter_requests WHERE id = $1";
    let done = transaction
        .execute_raw(statement(transaction, SQL, [id.into()]))
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Looks into all that was asked for.
pub(crate) async fn answer_all(state: &AppState) -> Result<(), DbErr> {
    const SQL: &str = "SELECT id, kind, account_key FROM letter_requests ORDER BY asked_at, id LIMIT $1";
    loop {
        let rows = state
            .db
            .query_all_raw(statement(&state.db, SQL, [BATCH.into()]))
            .await?;
        for row in &rows {
            let (kind, account): (String, String) =
                (row.try_get("", "kind")?, row.try_get("", "account_key")?);
            let transaction = database::begin_write(&state.db).await?;
            if take(&transaction, row.try_get("", "id")?).await?
                && let Some(account) = AccountName::read(&account)
                && let Some(member) = state.members.by_account(&account).await?
            {
                if kind == Wish::Recovery.name() && member.is_active() {
                    state.recovery.send(&transaction, &member).await?;
                } else {
                    // Who waits for 確認信 has use for nothing else.
                    state.activation.resend(&transaction, &member).await?;
                }
            }
            transaction.commit().await?;
        }
        if rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(());
        }
    }
}
