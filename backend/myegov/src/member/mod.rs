//! Members (會員) and what the site tells of them.

mod account_name;
pub(crate) mod claims;
mod claims_changes;
mod entity;
pub(crate) mod fields;
mod identity;
pub(crate) mod password;
pub(crate) mod rotation;
mod seal;
mod search;
mod store;

pub(crate) use account_name::AccountName;
pub(crate) use claims_changes::{
    changed as claims_changed, purge as purge_claims_changes, tell as tell_claims_changes,
};
pub(crate) use entity::{Column as MemberColumn, Model as Member};
pub(crate) use identity::{IdKind, masked};
pub(crate) use seal::{IdHash, Sealed};
pub use seal::{SealError, Seals};
pub(crate) use search::{search, set_staff};
pub(crate) use store::{Address, Consent, Details, Hint, MemberStore, NewMember};

/// 「一般民眾 / 公務人員」.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberKind {
    /// 自然人: a general account (一般帳號).
    #[default]
    NaturalPerson,
    /// 公務人員: a civil-servant account (公務帳號), with an agency.
    CivilServant,
}

impl MemberKind {
    /// The word for it in claims and in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NaturalPerson => "natural_person",
            Self::CivilServant => "civil_servant",
        }
    }

    /// The inverse of [`Self::name`].
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::NaturalPerson, Self::CivilServant]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// As pages show it, in both languages.
    pub(crate) const fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::NaturalPerson => ("自然人", "Natural person"),
            Self::CivilServant => ("公務人員", "Civil servant"),
        }
    }
}

/// Whether the address was confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Status {
    /// The mailed link was not used yet.
    #[default]
    Waiting,
    /// The member may sign in.
    Active,
}

impl Status {
    /// The word for it in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Active => "active",
        }
    }
}

impl Member {
    /// 「一般民眾 / 公務人員」; whatever the database does not know counts as 自然人, who has fewer rights.
    pub(crate) fn kind(&self) -> MemberKind {
        MemberKind::from_name(&self.kind).unwrap_or_default()
    }

    /// Whether the address was confirmed.
    pub(crate) fn is_active(&self) -> bool {
        self.status == Status::Active.name()
    }

    /// Whether the data that 申請公務帳號 needs are there.
    pub(crate) fn has_details(&self) -> bool {
        self.id_sealed.is_some() && self.birthdate.is_some()
    }

    /// 郵遞區號 and address in one line.
    pub(crate) fn address_line(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        let (code, county) = (part(&self.postal_code), part(&self.county));
        format!("{code} {county}{}{}", part(&self.district), part(&self.street))
    }

    /// The number that the member is known by, and which it is.
    pub(crate) fn identity(&self, seals: &Seals) -> Result<Option<(IdKind, String)>, SealError> {
        let kind = self.id_kind.as_deref().and_then(IdKind::from_name);
        match (kind, &self.id_sealed) {
            (Some(kind), Some(sealed)) => Ok(Some((kind, seals.open(sealed)?))),
            _ => Ok(None),
        }
    }
}
