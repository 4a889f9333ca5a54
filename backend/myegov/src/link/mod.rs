//! Links of mails: a secret that is stored as its hash, used once, and replaced by the next one of its kind. To look at a
//! link uses nothing up; the button on its page does.
//!
//! The secret stands in the query, since these pages work without scripts: nothing of ours writes queries into a log, and
//! a page that was opened with one sends no `Referer`.

mod store;

use std::time::Duration;

use axum::response::Response;
use foundation::{
    clock::Clock,
    database::Database,
    random::{self, Token, TokenHash},
};
use http::{HeaderValue, header};
use sea_orm::{ConnectionTrait, DbErr};
use shared::time::Timestamp;
use url::Url;
use uuid::Uuid;

pub(crate) use store::{due_reminders, fail, forgive, redeem, supersede};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkKind {
    /// 啟動連結, of 確認信.
    Activation,
    /// To a new password.
    Recovery,
    /// To confirm a new address.
    Email,
}

impl LinkKind {
    /// The word for it in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Recovery => "recovery",
            Self::Email => "email",
        }
    }

    /// How long such a link is good for.
    pub(crate) const fn life(self) -> Duration {
        match self {
            Self::Activation => DAY.saturating_mul(7),
            Self::Recovery => Duration::from_secs(60 * 60),
            Self::Email => DAY,
        }
    }

    /// When a member who has not used it is reminded.
    const fn reminder(self) -> Option<Duration> {
        match self {
            Self::Activation => Some(DAY.saturating_mul(5)),
            Self::Recovery | Self::Email => None,
        }
    }

    /// The page that it opens.
    const fn path(self) -> &'static str {
        match self {
            Self::Activation => "/activation",
            Self::Recovery => "/recovery/new",
            Self::Email => "/profile/email",
        }
    }

    /// Its address at this site.
    pub(crate) fn address(self, site: &Url, token: &Token) -> String {
        let site = site.as_str().trim_end_matches('/');
        format!("{site}{}?token={}", self.path(), token.expose())
    }
}

/// A link that was found.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) hash: TokenHash,
    pub(crate) member: Uuid,
    /// The new address, where the link confirms one.
    pub(crate) email: Option<String>,
    pub(crate) expires_at: Timestamp,
}

/// What became of a link.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// It can be used.
    Good(Link),
    /// It was used.
    Used,
    /// Its time is over; whose it was.
    Expired(Uuid),
    /// A newer one took its place; whose it was.
    Superseded(Uuid),
    /// There never was one, or its member has gone.
    Unknown,
}

/// Makes a link, in the transaction of the mail that carries it. Those of its kind that the member has are over.
pub(crate) async fn issue<C: ConnectionTrait>(
    transaction: &C,
    clock: &dyn Clock,
    kind: LinkKind,
    member: Uuid,
    email: Option<&str>,
) -> Result<(Token, Timestamp), DbErr> {
    let now = clock.now();
    store::supersede(transaction, kind, member, now).await?;
    let token = Token::generate();
    let expires_at = now.plus(kind.life());
    let remind_at = kind.reminder().map(|after| now.plus(after));
    let link = Link {
        hash: token.hash(),
        member,
        email: email.map(str::to_owned),
        expires_at,
    };
    store::insert(transaction, kind, &link, remind_at).await?;
    Ok((token, expires_at))
}

/// Makes a second link beside one that is good, for a reminder: either can be used, for as long as the first.
pub(crate) async fn issue_beside<C: ConnectionTrait>(
    transaction: &C,
    kind: LinkKind,
    first: &Link,
) -> Result<Token, DbErr> {
    let token = Token::generate();
    let link = Link {
        hash: token.hash(),
        ..first.clone()
    };
    store::insert(transaction, kind, &link, None).await?;
    Ok(token)
}

/// Looks at the link whose secret this is; that uses nothing up.
pub(crate) async fn look(
    db: &Database,
    kind: LinkKind,
    secret: &str,
    now: Timestamp,
) -> Result<Found, DbErr> {
    store::find(db, kind, &random::hash(secret), now).await
}

/// The pages of links tell no other site where they were opened. `no-referrer` would go too far: browsers send
/// `Origin: null` with a form then, which is refused.
pub(crate) fn unreferred(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
