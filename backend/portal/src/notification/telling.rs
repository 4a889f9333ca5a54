//! Telling people of a deed, in its own transaction: they are told if and only if it is done.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foundation::{clock::Clock, id};
use sea_orm::{ConnectionTrait, DbErr};
use shared::text::Bilingual;
use uuid::Uuid;

use super::{Facts, Notice, letter, store, words};
use crate::mail;

/// More than so many of one kind at once are told to a person as one.
const MOST_ALIKE: usize = 5;
/// So many people are looked up, and so many rows are written, by one statement.
const BATCH: usize = 500;

/// Who has had a letter of a deed that takes several transactions, and gets no further one.
#[derive(Debug, Default)]
pub struct Gathering {
    told: BTreeSet<Uuid>,
    /// Of the transaction that is under way.
    telling: Vec<Uuid>,
}

impl Gathering {
    /// Another transaction of the deed begins; what the one before wrote is lost, unless it was [`Self::keep`].
    pub fn begin(&mut self) {
        self.telling.clear();
    }

    /// The transaction is committed.
    pub fn keep(&mut self) {
        self.told.extend(self.telling.drain(..));
    }
}

/// Tells people of something: behind the bell, and by one mail to each, as they have chosen. In the deed's transaction,
/// before the audit log's row, which is the last. Everything that one deed tells goes into one call.
pub async fn tell<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    notices: Vec<Notice>,
) -> Result<(), DbErr> {
    tell_within(transaction, clock, notices, &mut Gathering::default()).await
}

/// The same for one of the transactions of a deed.
pub async fn tell_within<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    notices: Vec<Notice>,
    gathering: &mut Gathering,
) -> Result<(), DbErr> {
    let mut of_person: BTreeMap<Uuid, Vec<Notice>> = BTreeMap::new();
    for notice in notices {
        of_person.entry(notice.person).or_default().push(notice);
    }
    let people: Vec<Uuid> = of_person.keys().copied().collect();
    for people in people.chunks(BATCH) {
        let mut rows = Vec::new();
        let mut letters = Vec::new();
        for receiver in store::receivers(transaction, people).await? {
            let notices = of_person.remove(&receiver.person).unwrap_or_default();
            let choice = |notice: &Notice| receiver.stored.preferences.of(notice.kind.group());
            let by_mail = notices.iter().filter(|notice| choice(notice).by_mail);
            let by_mail: Vec<Notice> = by_mail.cloned().collect();
            if receiver.address.is_some() && !by_mail.is_empty() && !gathering.told.contains(&receiver.person)
            {
                letters.push((receiver.clone(), by_mail));
            }
            let in_page = notices.into_iter().filter(|notice| choice(notice).in_page);
            rows.extend(condensed(in_page.collect()));
        }
        let rows: Vec<_> = rows.iter().map(|notice| (id::new(clock), notice)).collect();
        for rows in rows.chunks(BATCH) {
            store::insert(transaction, rows, clock.now()).await?;
        }
        if letters.is_empty() {
            continue;
        }
        let names = names(transaction, &letters).await?;
        let mut mails = Vec::new();
        for (receiver, notices) in letters {
            let Some(address) = &receiver.address else {
                continue;
            };
            let language = receiver.stored.preferences.mail_language;
            let link = link(&notices);
            let said: Vec<_> = condensed(notices)
                .iter()
                .map(|notice| written(notice, &names))
                .collect();
            let letter = letter::letter(address, language, &said, &link, clock.now());
            mails.push(letter);
            gathering.telling.push(receiver.person);
        }
        mail::enqueue_each(transaction, clock, mails).await?;
    }
    Ok(())
}

/// What the applications that these letters are about are called.
async fn names<C: ConnectionTrait>(
    db: &C,
    letters: &[(store::Receiver, Vec<Notice>)],
) -> Result<HashMap<Uuid, Bilingual>, DbErr> {
    let notices = letters.iter().flat_map(|(_, notices)| notices);
    let ids: BTreeSet<Uuid> = notices.filter_map(|notice| notice.application).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    Ok(store::applications(db, &ids).await?.into_iter().collect())
}

/// Many of one kind at once are one that says how many.
fn condensed(notices: Vec<Notice>) -> Vec<Notice> {
    let mut of_kind: BTreeMap<_, Vec<Notice>> = BTreeMap::new();
    for notice in notices {
        of_kind.entry(notice.kind).or_default().push(notice);
    }
    let mut condensed = Vec::new();
    for (kind, alike) in of_kind {
        match alike.first() {
            Some(first) if alike.len() > MOST_ALIKE => {
                let count = Some(alike.len());
                condensed.push(Notice::new(first.person, kind).with(Facts {
                    count,
                    days: first.facts.days,
                    ..Facts::default()
                }));
            }
            _ => condensed.extend(alike),
        }
    }
    condensed
}

/// The page that a letter about these leads to: the page of the one, of all that are of their kind, or of their group.
fn link(notices: &[Notice]) -> String {
    let one_kind = |first: &Notice| notices.iter().all(|it| it.kind == first.kind);
    let one_group = |first: &Notice| notices.iter().all(|it| it.kind.group() == first.kind.group());
    match notices {
        [one] => words::link(one.kind, one.subject, None),
        [first, ..] if one_kind(first) => words::link(first.kind, None, None),
        [first, ..] if one_group(first) => words::page_of(first.kind.group()).to_owned(),
        _ => "/".to_owned(),
    }
}

/// What a letter says of it: without the names of people.
fn written(notice: &Notice, names: &HashMap<Uuid, Bilingual>) -> Bilingual {
    let application = notice.application.and_then(|id| names.get(&id));
    let facts = Facts {
        name: None,
        ..notice.facts.clone()
    };
    words::text(notice.kind, application, &facts)
}

#[cfg(test)]
mod tests {
    use shared::notification::Kind;

    use super::*;

    fn notices(kind: Kind, count: u128) -> Vec<Notice> {
        (0..count)
            .map(|number| {
                Notice::new(Uuid::nil(), kind).of_request(Uuid::from_u128(number), Uuid::from_u128(9))
            })
            .collect()
    }

    #[test]
    fn many_of_a_kind_at_once_are_one() {
        assert_eq!(condensed(notices(Kind::RequestWaits, 5)).len(), 5);
        let one = condensed(notices(Kind::RequestWaits, 6));
        assert_eq!(one.len(), 1);
        assert_eq!((one[0].facts.count, one[0].subject), (Some(6), None));
    }

    #[test]
    fn a_letter_leads_to_the_one_or_to_the_page_of_all() {
        let mut said = notices(Kind::RequestWaits, 1);
        assert_eq!(link(&said), format!("/review/{}", Uuid::from_u128(0)));
        said.extend(notices(Kind::RequestEscalated, 1));
        assert_eq!(link(&said), "/review");
        said.extend(notices(Kind::RequestApproved, 1));
        assert_eq!(link(&said), "/");
        assert_eq!(link(&notices(Kind::CampaignReminder, 2)), "/manage/campaigns");
    }

    #[test]
    fn what_was_not_committed_is_told_by_the_next() {
        let (mut gathering, person) = (Gathering::default(), Uuid::from_u128(1));
        gathering.begin();
        gathering.telling.push(person);
        gathering.begin();
        gathering.keep();
        assert!(!gathering.told.contains(&person));
        gathering.telling.push(person);
        gathering.keep();
        assert!(gathering.told.contains(&person));
    }
}
