//! What the page's address asks for, and how the server is asked.

use shared::{
    audit::{AuditAction, AuditFormat, AuditGroup},
    date::Date,
    paths,
};

use crate::query::{Query, address};

/// How many rows are shown at once.
const AT_ONCE: &str = "50";

/// The agency in the address, here and of the API.
pub(super) const AGENCY: &str = "agency";

/// Which rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub from: Option<Date>,
    pub until: Option<Date>,
    pub group: Option<AuditGroup>,
    /// One action alone.
    pub action: Option<AuditAction>,
    /// The OID of an agency, with those below it.
    pub agency: Option<String>,
    pub person: Option<String>,
    pub after: Option<String>,
}

impl Asked {
    /// What the address asks for, following.
    pub(super) fn read(query: Query) -> Self {
        let given = |name: &str| query.get(name).filter(|text| !text.trim().is_empty());
        Self {
            from: given("from").and_then(|day| day.parse().ok()),
            until: given("until").and_then(|day| day.parse().ok()),
            group: given("group").and_then(|name| AuditGroup::from_name(&name)),
            action: given("action").and_then(|name| AuditAction::from_name(&name)),
            agency: given(AGENCY),
            person: given("person"),
            after: given("after"),
        }
    }

    /// Whether it asks for all there is.
    pub(super) fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The page's own address, from this cursor on.
    pub(super) fn page(&self, after: Option<&str>) -> String {
        let text = |day: Option<Date>| day.map(|day| day.to_string());
        address(
            paths::PAGE_AUDIT,
            &[
                ("from", text(self.from).as_deref()),
                ("until", text(self.until).as_deref()),
                ("group", self.group.map(AuditGroup::name)),
                ("action", self.action.map(AuditAction::name)),
                (AGENCY, self.agency.as_deref()),
                ("person", self.person.as_deref()),
                ("after", after),
            ],
        )
    }

    /// Where the rows come from.
    pub(super) fn rows(&self) -> String {
        let further = [("limit", Some(AT_ONCE)), ("after", self.after.as_deref())];
        self.at(paths::AUDIT_EVENTS, further)
    }

    /// The file with all of them; a CSV with the mark by which Excel knows UTF-8, if that is wanted.
    pub(super) fn file(&self, format: AuditFormat, for_excel: bool) -> String {
        let mark = (for_excel && format == AuditFormat::Csv).then_some("true");
        self.at(
            paths::AUDIT_EXPORT,
            [("format", Some(format.name())), ("bom", mark)],
        )
    }

    fn at(&self, path: &str, further: [(&str, Option<&str>); 2]) -> String {
        let [from, until, actions] = self.values();
        let mut parameters = vec![
            ("from", from.as_deref()),
            ("to", until.as_deref()),
            ("action", actions.as_deref()),
            (AGENCY, self.agency.as_deref()),
            ("person", self.person.as_deref()),
        ];
        parameters.extend(further);
        address(path, &parameters)
    }

    /// As the API takes it: the moments that the days begin and end at in Taiwan, and the one action or the group's.
    fn values(&self) -> [Option<String>; 3] {
        let of_group = || {
            let names: Vec<_> = self.group?.actions().map(AuditAction::name).collect();
            Some(names.join(","))
        };
        let one = self.action.map(|action| action.name().to_owned());
        let actions = one.or_else(of_group);
        [
            self.from.map(|day| day.begins_at().to_string()),
            self.until.map(|day| day.ends_at().to_string()),
            actions,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_days_in_taiwan_and_a_group_is_its_actions() {
        let asked = Asked {
            from: "2026-11-23".parse().ok(),
            until: "2026-11-23".parse().ok(),
            group: Some(AuditGroup::Token),
            ..Asked::default()
        };
        let [from, until, actions] = asked.values();
        assert_eq!(from.as_deref(), Some("2026-11-22T16:00:00.000Z"));
        assert_eq!(until.as_deref(), Some("2026-11-23T16:00:00.000Z"));
        assert_eq!(actions.as_deref(), Some("token_created,token_revoked"));
        assert!(!asked.is_everything() && Asked::default().is_everything());
    }

    #[test]
    fn one_action_is_asked_for_alone() {
        let asked = Asked {
            group: Some(AuditGroup::Token),
            action: Some(AuditAction::TokenRevoked),
            ..Asked::default()
        };
        let [.., actions] = asked.values();
        assert_eq!(actions.as_deref(), Some("token_revoked"));
    }
}
