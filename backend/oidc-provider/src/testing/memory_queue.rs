//! The queue of those who are to be told, in memory.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::time::Timestamp;
use uuid::Uuid;

use crate::{
    Told, ToldState,
    storage::{Lease, Notice, Settled},
};

#[derive(Debug, Default)]
pub(super) struct Queue(Vec<Row>);

#[derive(Debug)]
struct Row {
    client_id: String,
    notice: Notice,
    due_at: Option<Timestamp>,
    lease: Option<Uuid>,
    settled: Option<(ToldState, Timestamp)>,
}

impl Row {
    fn is_due(&self, now: Timestamp) -> bool {
        self.due_at.is_some_and(|due| due <= now)
    }

    fn told(&self) -> Told {
        let (state, at) = self.settled.unwrap_or((ToldState::Waiting, self.notice.ended_at));
        Told {
            client_id: self.client_id.clone(),
            state,
            at,
        }
    }
}

impl Queue {
    pub(super) fn add(&mut self, client_id: String, sid: String, subject: String, now: Timestamp) {
        let id = self.0.iter().map(|row| row.notice.id).max().unwrap_or_default() + 1;
        self.0.push(Row {
            client_id,
            notice: Notice {
                id,
                sid,
                subject,
                ended_at: now,
                attempts: 0,
            },
            due_at: Some(now),
            lease: None,
            settled: None,
        });
    }

    pub(super) fn clients(&self, now: Timestamp) -> Vec<String> {
        let due = self.0.iter().filter(|row| row.is_due(now));
        let clients: HashSet<_> = due.map(|row| row.client_id.clone()).collect();
        clients.into_iter().collect()
    }

    pub(super) fn take(&mut self, client_id: &str, lease: &Lease, now: Timestamp) -> Vec<Notice> {
        let due = self
            .0
            .iter_mut()
            .filter(|row| row.client_id == client_id && row.is_due(now));
        let most = usize::try_from(lease.most).unwrap_or(usize::MAX);
        let taken = due.take(most).map(|row| {
            row.due_at = Some(lease.until);
            row.lease = Some(lease.id);
            row.notice.attempts += 1;
            row.notice.clone()
        });
        taken.collect()
    }

    pub(super) fn settle(&mut self, lease: Uuid, settled: &[(i64, Settled)], now: Timestamp) {
        let settled: HashMap<_, _> = settled.iter().copied().collect();
        for row in self.0.iter_mut().filter(|row| row.lease == Some(lease)) {
            let Some(came) = settled.get(&row.notice.id) else {
                continue;
            };
            row.lease = None;
            (row.due_at, row.settled) = match came {
                Settled::Confirmed => (None, Some((ToldState::Confirmed, now))),
                Settled::GivenUp => (None, Some((ToldState::GivenUp, now))),
                Settled::NoAddress => (None, Some((ToldState::NoAddress, now))),
                Settled::Again(time) => (Some(*time), None),
            };
        }
    }

    pub(super) fn told(&self, sid: &str) -> Vec<Told> {
        let of_session = self.0.iter().filter(|row| row.notice.sid == sid);
        let last: BTreeMap<_, _> = of_session
            .map(|row| (row.client_id.clone(), row.told()))
            .collect();
        last.into_values().collect()
    }

    pub(super) fn forget(&mut self, before: Timestamp) {
        self.0
            .retain(|row| row.settled.is_none_or(|(_, at)| at >= before));
    }
}
