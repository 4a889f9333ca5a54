//! The check against robots: a sum in words. It works without sight, without scripts and without a third party; what it
//! holds off, and what not, stands in docs/decisions/0027.

mod numeral;

use std::time::Duration;

use foundation::{
    clock::SharedClock,
    database::Database,
    random::{self, Token},
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::text::Language;

use crate::http::form::Form;

/// How long a question may be answered.
const LIFE: Duration = Duration::from_secs(60 * 60);
/// The field that people do not see and do not fill in.
pub(crate) const TRAP: &str = "website";

/// A question as its page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Names it in the form.
    pub(crate) token: String,
    /// In words.
    pub(crate) text: String,
}

/// A sum of small numbers, or a difference that is not below nothing.
#[derive(Clone, Copy, Debug)]
struct Sum {
    left: u8,
    right: u8,
    plus: bool,
}

impl Sum {
    /// Some sum of numbers from two to nine.
    fn draw() -> Self {
        let [left, right, sign] = random::bytes::<3>();
        let (left, right) = (2 + left % 8, 2 + right % 8);
        Self {
            left: left.max(right),
            right: left.min(right),
            plus: sign % 2 == 0,
        }
    }

    const fn answer(self) -> u8 {
        if self.plus {
            self.left + self.right
        } else {
            self.left - self.right
        }
    }

    fn text(self, l: Language) -> String {
        let (left, right) = (numeral::word(self.left, l), numeral::word(self.right, l));
        match (l, self.plus) {
            (Language::Chinese, true) => format!("{left}加{right}等於多少？"),
            (Language::Chinese, false) => format!("{left}減{right}等於多少？"),
            (Language::English, true) => format!("How much is {left} plus {right}?"),
            (Language::English, false) => format!("How much is {left} minus {right}?"),
        }
    }
}

/// Asks people, and knows the answers.
#[derive(Clone, Debug)]
pub(crate) struct Robot {
    db: Database,
    clock: SharedClock,
}

impl Robot {
    pub(crate) fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// A new question.
    pub(crate) async fn ask(&self, l: Language) -> Result<Question, DbErr> {
        const SQL: &str = "INSERT INTO questions (token_hash, answer, expires_at) VALUES ($1, $2, $3)";
        let (sum, token) = (Sum::draw(), Token::generate());
        let values = [
            token.hash().to_vec().into(),
            i32::from(sum.answer()).into(),
            self.clock.now().plus(LIFE).as_millis().into(),
        ];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, values);
        self.db.execute_raw(statement).await?;
        Ok(Question {
            token: token.expose().to_owned(),
            text: sum.text(l),
        })
    }

    /// Looks at the answer in the form's field `answer` to the question that its field `question` names, and notes when it is
    /// wrong. Each question is asked once, whatever the answer.
    pub(crate) async fn check(&self, form: &mut Form) -> Result<(), DbErr> {
        const SQL: &str = "DELETE FROM questions WHERE token_hash = $1 AND expires_at > $2 RETURNING answer";
        let values = [
            random::hash(form.value("question")).to_vec().into(),
            self.clock.now().as_millis().into(),
        ];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, values);
        let expected = self
            .db
            .writer()
            .query_one_raw(statement)
            .await?
            .map(|row| row.try_get::<i32>("", "answer"))
            .transpose()?;
        let given = numeral::read(form.value("answer")).map(i32::from);
        let right = expected.is_some() && given == expected && form.value(TRAP).is_empty();
        if !right {
            form.fault(
                "answer",
                "驗證問題的答案不正確，請回答新的問題",
                "The answer to the question was not right: please answer the new one",
            );
        }
        form.set("answer", "");
        Ok(())
    }

    /// Forgets questions that nobody answered.
    pub(crate) async fn purge(&self) -> Result<(), DbErr> {
        const SQL: &str = "DELETE FROM questions WHERE expires_at <= $1";
        let now = self.clock.now().as_millis().into();
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, [now]);
        self.db.execute_raw(statement).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_has_an_answer_that_can_be_written() {
        for _ in 0..500 {
            let sum = Sum::draw();
            let answer = sum.answer();
            assert!(answer <= 18);
            assert_eq!(numeral::read(&answer.to_string()), Some(answer));
            for l in [Language::Chinese, Language::English] {
                assert_eq!(numeral::read(&numeral::word(answer, l)), Some(answer));
            }
            assert!(sum.text(Language::Chinese).ends_with("等於多少？"));
        }
    }
}
