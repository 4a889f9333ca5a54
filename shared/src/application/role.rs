//! What is kept of a role, in the form that it is written in, and its rules.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    Risk,
    data::{code_violation, place_violation, texts_violations},
};
use crate::{
    problem::{Violation, ViolationCode},
    text::Oid,
};

/// The most days that a role can be granted for at once: three years.
pub const LONGEST_GRANT: u32 = 1095;
/// So many agencies are named for a role, at most.
pub const MOST_AGENCIES: usize = 100;

/// An agency that a role can be asked for on behalf of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AllowedAgency {
    /// 機關OID.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.90010.20002"))]
    pub oid: String,
    /// Whether all agencies below it are meant too.
    pub with_below: bool,
}

impl AllowedAgency {
    /// Whether this agency is meant.
    pub fn covers(&self, agency: &Oid) -> bool {
        self.oid == agency.as_str()
            || (self.with_below && self.oid.parse::<Oid>().is_ok_and(|own| own.covers(agency)))
    }
}

/// The body of `POST /api/v1/managed-applications/{code}/roles` and of `PUT …/{role}`: a role, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoleData {
    /// Its code within the application; it never changes.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 2,
            max_length = 40,
            pattern = "^[a-z][a-z0-9-]{1,39}$",
            example = "reporter"
        )
    )]
    pub code: String,
    /// What it is called.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = r"\S", example = "災情查通報")
    )]
    pub name_zh: String,
    /// The same in English; empty when nobody has translated it.
    #[cfg_attr(feature = "openapi", schema(max_length = 60, example = "Disaster reports"))]
    pub name_en: String,
    /// What one may do with it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 300,
            pattern = r"\S",
            example = "登打、更新與通報災情案件"
        )
    )]
    pub description_zh: String,
    /// The same in English; empty when nobody has translated it.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "Files disaster reports")
    )]
    pub description_en: String,
    /// What can go wrong with it.
    pub risk: Risk,
    /// The most days that it is granted for at once.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1095, example = 180))]
    pub max_days: u32,
    /// Whether the application's owner has to agree too, after the manager.
    pub second_stage: bool,
    /// The agencies that it can be asked for on behalf of; none is all.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub agencies: Vec<AllowedAgency>,
    /// Its place among the application's roles.
    #[cfg_attr(feature = "openapi", schema(maximum = 9999, example = 2))]
    pub position: u32,
    /// Whether it is given no more. Who has it keeps it until its end.
    pub closed: bool,
}

impl RoleData {
    /// All the rules that it breaks, at once. Whether there are such agencies only the server knows.
    pub fn violations(&self) -> Vec<Violation> {
        let texts = [
            self.name_zh.as_str(),
            &self.name_en,
            &self.description_zh,
            &self.description_en,
        ];
        let days = (!(1..=LONGEST_GRANT).contains(&self.max_days)).then(|| {
            Violation::new("max_days", ViolationCode::OutOfRange)
                .with("min", 1)
                .with("max", LONGEST_GRANT)
        });
        code_violation("code", &self.code)
            .into_iter()
            .chain(texts_violations(texts))
            .chain(days)
            .chain(self.agencies_violation())
            .chain(place_violation(self.position))
            .collect()
    }

    fn agencies_violation(&self) -> Option<Violation> {
        let of = |code| Some(Violation::new("agencies", code));
        let distinct: BTreeSet<_> = self.agencies.iter().map(|agency| &agency.oid).collect();
        if self.agencies.len() > MOST_AGENCIES {
            Some(Violation::new("agencies", ViolationCode::TooMany).with("max", MOST_AGENCIES))
        } else if distinct.len() < self.agencies.len()
            || distinct.iter().any(|oid| oid.parse::<Oid>().is_err())
        {
            of(ViolationCode::Malformed)
        } else {
            None
        }
    }

    /// The same as it is stored: without spaces around its texts, the agencies in the order of their OIDs.
    #[must_use]
    pub fn stored(mut self) -> Self {
        for text in [
            &mut self.name_zh,
            &mut self.name_en,
            &mut self.description_zh,
            &mut self.description_en,
        ] {
            *text = text.trim().to_owned();
        }
        self.agencies.sort_by(|one, other| one.oid.cmp(&other.oid));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTY: &str = "2.16.886.101.90010.20002";
    const BUREAU: &str = "2.16.886.101.90010.20002.20040";

    fn right() -> RoleData {
        RoleData {
            code: "keeper".into(),
            name_zh: "收容所管理".into(),
            name_en: String::new(),
            description_zh: "登錄收容人數".into(),
            description_en: String::new(),
            risk: Risk::Medium,
            max_days: 180,
            second_stage: false,
            agencies: vec![allowed(COUNTY, true)],
            position: 1,
            closed: false,
        }
    }

    fn allowed(oid: &str, with_below: bool) -> AllowedAgency {
        AllowedAgency {
            oid: oid.to_owned(),
            with_below,
        }
    }

    #[track_caller]
    fn breaks(change: impl FnOnce(&mut RoleData), field: &str, code: ViolationCode) {
        let mut data = right();
        change(&mut data);
        let broken: Vec<_> = data
            .violations()
            .into_iter()
            .map(|violation| (violation.field, violation.code))
            .collect();
        assert_eq!(broken, [(field.to_owned(), code)]);
    }

    #[test]
    fn an_agency_is_meant_alone_or_with_all_below_it() {
        let (county, bureau): (Oid, Oid) = (COUNTY.parse().unwrap(), BUREAU.parse().unwrap());
        assert!(allowed(COUNTY, false).covers(&county) && !allowed(COUNTY, false).covers(&bureau));
        assert!(allowed(COUNTY, true).covers(&bureau) && !allowed(BUREAU, true).covers(&county));
        let beside: Oid = "2.16.886.101.90010.200025".parse().unwrap();
        assert!(!allowed(COUNTY, true).covers(&beside));
    }

    #[test]
    fn each_field_has_its_rule() {
        assert_eq!(right().violations(), []);
        breaks(|it| it.code.clear(), "code", ViolationCode::Required);
        breaks(|it| it.code = "王".into(), "code", ViolationCode::Malformed);
        breaks(
            |it| it.description_zh.clear(),
            "description_zh",
            ViolationCode::Required,
        );
        breaks(|it| it.max_days = 0, "max_days", ViolationCode::OutOfRange);
        breaks(|it| it.max_days = 1096, "max_days", ViolationCode::OutOfRange);
        let malformed = ViolationCode::Malformed;
        breaks(
            |it| it.agencies.push(allowed("2.16.x", false)),
            "agencies",
            malformed,
        );
        breaks(
            |it| it.agencies.push(allowed(COUNTY, false)),
            "agencies",
            malformed,
        );
        let many = |it: &mut RoleData| it.agencies = vec![allowed(COUNTY, true); 101];
        breaks(many, "agencies", ViolationCode::TooMany);
        breaks(|it| it.position = 10_000, "position", ViolationCode::OutOfRange);
    }
}
