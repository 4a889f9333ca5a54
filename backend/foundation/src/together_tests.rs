use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::*;

fn doubling() -> (Together<u32, u32>, Arc<AtomicUsize>) {
    let statements = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&statements);
    let together = Together::reading(DatabaseBackend::Postgres, move |questions: Vec<u32>| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move { Ok(questions.into_iter().map(|question| 2 * question).collect()) }
    });
    (together, statements)
}

#[tokio::test]
async fn those_that_wait_are_asked_together_and_each_gets_its_own_answer() {
    let (together, statements) = doubling();
    let many = 3 * MOST_TOGETHER;
    let asked = (0..u32::try_from(many).unwrap()).map(|number| together.ask(number));
    for (number, answer) in join_all(asked).await.into_iter().enumerate() {
        assert_eq!(usize::try_from(answer.unwrap()).unwrap(), 2 * number);
    }
    assert_eq!(statements.load(Ordering::Relaxed), 3);
    // The workers stop by themselves.
    while together.0.queue().running > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn whoever_waits_when_a_worker_breaks_off_is_taken_by_another() {
    let (together, _) = doubling();
    together.0.queue().running = MOST_READING_ON_POSTGRES;
    let waiting = tokio::spawn({
        let together = together.clone();
        async move { together.ask(21).await }
    });
    while together.0.queue().waiting.is_empty() {
        tokio::task::yield_now().await;
    }
    let mut broken = Worker::new(&together.0);
    broken.has_begun = true;
    drop(broken);
    assert_eq!(waiting.await.unwrap().unwrap(), 42);
}

#[test]
fn a_runtime_that_ends_in_the_middle_ends() {
    let together: Together<u32, u32> = Together::reading(DatabaseBackend::Sqlite, |_| std::future::pending());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let ask = |number| {
        let together = together.clone();
        runtime.spawn(async move { together.ask(number).await })
    };
    let (first, second) = (ask(1), ask(2));
    runtime.block_on(async {
        while together.0.queue().running == 0 || !together.0.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
    });
    // Behind the two that are asked and never answered.
    let third = ask(3);
    runtime.block_on(async {
        while together.0.queue().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
    });
    drop(runtime);
    assert_eq!(together.0.queue().running, 0);
    drop((first, second, third));
}

#[tokio::test]
async fn a_failure_is_told_to_all_that_were_asked_together() {
    let together: Together<u32, u32> = Together::reading(DatabaseBackend::Postgres, |_| async {
        Err(DbErr::Custom("closed".to_owned()))
    });
    let answers = join_all((0..3).map(|number| together.ask(number))).await;
    assert!(answers.iter().all(Result::is_err));
}

#[tokio::test]
async fn too_few_answers_are_nobodys() {
    let together: Together<u32, u32> =
        Together::reading(DatabaseBackend::Postgres, |_| async { Ok(vec![1]) });
    let answers = join_all((0..2).map(|number| together.ask(number))).await;
    assert!(answers.iter().all(Result::is_err));
}

/// Numbers, each once.
async fn numbers() -> Together<i64, i64> {
    let db = sea_orm::Database::connect("sqlite::memory:").await.unwrap();
    db.execute_unprepared("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
        .await
        .unwrap();
    Together::writing(move |deeds: Vec<i64>| {
        let db = db.clone();
        async move {
            let transaction = db.begin().await?;
            for number in &deeds {
                let insert = format!("INSERT INTO numbers VALUES ({number})");
                transaction.execute_unprepared(&insert).await?;
            }
            transaction.commit().await?;
            Ok(deeds)
        }
    })
}

#[tokio::test]
async fn a_deed_that_cannot_be_done_spoils_no_other() {
    let numbers = numbers().await;
    let answers = join_all([7, 8, 8, 9].map(|number| numbers.ask(number))).await;
    let done: Vec<_> = answers.into_iter().map(Result::ok).collect();
    assert_eq!(done, [Some(7), Some(8), None, Some(9)]);
}
