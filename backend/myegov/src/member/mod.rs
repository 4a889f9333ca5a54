//! Members (會員) and what the site tells of them.

mod account_name;
pub(crate) mod claims;
mod entity;
mod store;

pub(crate) use account_name::AccountName;
pub(crate) use entity::Model as Member;
pub(crate) use store::{MemberStore, NewMember};

/// 「一般民眾 / 公務人員」.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemberKind {
    /// 自然人: a general account (一般帳號).
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

    /// As pages show it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::NaturalPerson => "自然人",
            Self::CivilServant => "公務人員",
        }
    }
}

impl Member {
    /// 「一般民眾 / 公務人員」; whatever the database does not know counts as 自然人, who has fewer rights.
    pub(crate) fn kind(&self) -> MemberKind {
        MemberKind::from_name(&self.kind).unwrap_or(MemberKind::NaturalPerson)
    }
}
