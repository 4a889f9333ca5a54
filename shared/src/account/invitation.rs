//! Invitations: a manager names the person, who then sets the password.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    id::is_chosen,
    person::AgencyView,
    problem::{Violation, ViolationCode},
    text::{Email, Oid, PersonName, Username},
    time::Timestamp,
};

/// `POST /api/v1/invitations`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The invitation's id, a UUIDv7 of the client's choice, which makes a retry harmless; the server's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "019ab1c2-7c00-7000-8000-00000000b001"))]
    pub id: Option<Uuid>,
    /// 帳號.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 64, example = "xiaoming")
    )]
    pub username: String,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, example = "王小明"))]
    pub name: String,
    /// 電子信箱, where the link goes.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 254, example = "xiaoming@example.tw")
    )]
    pub email: String,
    /// 機關OID.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, example = "2.16.886.101.90010.20002.20040")
    )]
    pub agency: String,
}

impl NewInvitation {
    /// All the fields that break a rule whoever is invited, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let id = self
            .id
            .filter(|id| !is_chosen(id))
            .map(|_| Violation::new("id", ViolationCode::Malformed));
        let agency = if self.agency.trim().is_empty() {
            Some(Violation::new("agency", ViolationCode::Required))
        } else {
            self.agency
                .trim()
                .parse::<Oid>()
                .err()
                .map(|_| Violation::new("agency", ViolationCode::Malformed))
        };
        [
            id,
            Username::parse("username", &self.username).err(),
            PersonName::violation("name", &self.name),
            Email::parse("email", &self.email).err(),
            agency,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What has become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// The person has not set a password yet.
    Waiting,
    /// The account is there.
    Accepted,
    /// Its time is over; it can be sent anew.
    Expired,
    /// It was taken back.
    Cancelled,
}

impl InvitationState {
    /// Of an invitation with these times.
    pub fn of(
        accepted: Option<Timestamp>,
        cancelled: Option<Timestamp>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Self {
        if accepted.is_some() {
            Self::Accepted
        } else if cancelled.is_some() {
            Self::Cancelled
        } else if now >= expires_at {
            Self::Expired
        } else {
            Self::Waiting
        }
    }

    /// Whether it can be sent once more, with a new link.
    pub const fn can_be_resent(self) -> bool {
        matches!(self, Self::Waiting | Self::Expired)
    }

    /// Whether it can be taken back.
    pub const fn can_be_cancelled(self) -> bool {
        matches!(self, Self::Waiting | Self::Expired)
    }
}

/// An invitation as managers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Its id.
    pub id: Uuid,
    /// 帳號.
    #[cfg_attr(feature = "openapi", schema(example = "xiaoming"))]
    pub username: String,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王小明"))]
    pub name: String,
    /// 電子信箱.
    #[cfg_attr(feature = "openapi", schema(example = "xiaoming@example.tw"))]
    pub email: String,
    /// 機關.
    pub agency: AgencyView,
    /// What has become of it.
    pub state: InvitationState,
    /// The name of the one who invited; none when that person is gone.
    #[cfg_attr(feature = "openapi", schema(example = "張美惠"))]
    pub invited_by: Option<String>,
    /// When it was first sent.
    pub made_at: Timestamp,
    /// Until when its link is good.
    pub expires_at: Timestamp,
}

/// What the invited person sees before setting the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedInvitation {
    /// 帳號.
    #[cfg_attr(feature = "openapi", schema(example = "xiaoming"))]
    pub username: String,
    /// 中文姓名.
    #[cfg_attr(feature = "openapi", schema(example = "王小明"))]
    pub name: String,
    /// 機關.
    pub agency: AgencyView,
    /// Until when the link is good.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_violations_are_named_at_once() {
        let new = NewInvitation {
            id: Some(Uuid::nil()),
            username: "da wen".into(),
            name: " ".into(),
            email: "dawen".into(),
            agency: "x".into(),
        };
        let codes: Vec<_> = new
            .violations()
            .into_iter()
            .map(|it| (it.field, it.code))
            .collect();
        let expected = [
            ("id", ViolationCode::Malformed),
            ("username", ViolationCode::ForbiddenCharacters),
            ("name", ViolationCode::Required),
            ("email", ViolationCode::Malformed),
            ("agency", ViolationCode::Malformed),
        ];
        assert_eq!(codes, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn an_invitation_expires_at_its_moment_and_what_was_done_counts_first() {
        let at = Timestamp::from_millis;
        assert_eq!(
            InvitationState::of(None, None, at(5), at(4)),
            InvitationState::Waiting
        );
        assert_eq!(
            InvitationState::of(None, None, at(5), at(5)),
            InvitationState::Expired
        );
        assert_eq!(
            InvitationState::of(Some(at(1)), None, at(5), at(9)),
            InvitationState::Accepted
        );
        assert_eq!(
            InvitationState::of(None, Some(at(1)), at(5), at(9)),
            InvitationState::Cancelled
        );
    }
}
