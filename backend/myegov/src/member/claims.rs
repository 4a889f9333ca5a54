//! What the site tells of a member to whom (OpenID Connect Core 1.0, section 5.4, and MyEGov's own claims).

use oidc_provider::{Claims, Scopes};
use serde_json::{Value, json};

use super::{Member, MemberKind};

/// Every claim that some scope tells.
pub(crate) const ALL: &[&str] = &[
    "sub",
    "name",
    "preferred_username",
    "account",
    "birthdate",
    "gender",
    "idp",
    "account_kind",
    "email",
    "email_verified",
    "phone_number",
    "uid",
    "uid_verified",
    "agency_oid",
    "agency_name",
];

/// Every scope that means something here, and what it tells, in the order of the consent page.
const LABELS: [(&str, &str); 6] = [
    ("openid", "會員識別碼"),
    ("profile", "姓名、帳號、生日、性別，以及您是一般民眾或公務人員"),
    ("agency", "所屬機關或單位（公務人員適用）"),
    ("email", "電子信箱"),
    ("phone", "行動電話"),
    ("uid", "身分證字號"),
];

/// What these scopes tell, as the consent page says it.
pub(crate) fn labels(scopes: &Scopes) -> Vec<&'static str> {
    LABELS
        .iter()
        .filter(|(scope, _)| scopes.has(scope))
        .map(|(_, label)| *label)
        .collect()
}

/// What these scopes tell of this member.
pub(crate) fn of(member: &Member, scopes: &Scopes) -> Claims {
    let mut claims = Claims::new();
    let mut tell = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    if scopes.has("profile") {
        tell("name", json!(member.name));
        tell("preferred_username", json!(member.account));
        tell("account", json!(member.account));
        tell("birthdate", json!(member.birthdate));
        tell("gender", json!(member.gender));
        tell("idp", json!("egov"));
        tell("account_kind", json!(member.kind().name()));
    }
    if scopes.has("email") {
        tell("email", json!(member.email));
        tell("email_verified", json!(true));
    }
    if scopes.has("phone") {
        tell("phone_number", json!(member.phone));
    }
    if scopes.has("uid") {
        tell("uid", json!(member.national_id));
        tell("uid_verified", json!(true));
    }
    if scopes.has("agency") && member.kind() == MemberKind::CivilServant {
        tell("agency_oid", json!(member.agency_oid));
        tell("agency_name", json!(member.agency_name));
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::SCOPES;

    fn member(kind: MemberKind) -> Member {
        Member {
            id: uuid::Uuid::nil(),
            account: "Xiaoqing1234".into(),
            account_key: "xiaoqing1234".into(),
            password_hash: "secret".into(),
            name: "林小晴".into(),
            kind: kind.name().into(),
            agency_oid: Some("2.16.886.101.20003.20001.20003".into()),
            agency_name: Some("內政部消防署".into()),
            national_id: "A223456781".into(),
            email: "xiaoqing@example.com".into(),
            phone: "0912345678".into(),
            birthdate: "1981-01-01".into(),
            gender: "female".into(),
            created_at: 0,
            barred_at: None,
        }
    }

    #[test]
    fn each_scope_tells_its_own_and_no_more() {
        let names = |scopes: &str| {
            let claims = of(&member(MemberKind::CivilServant), &Scopes::of(scopes));
            claims.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names("openid"), Vec::<String>::new());
        assert_eq!(names("email"), ["email", "email_verified"]);
        assert_eq!(names("uid"), ["uid", "uid_verified"]);
        assert_eq!(names("agency"), ["agency_name", "agency_oid"]);
        assert!(!names("openid profile email phone agency").contains(&"uid".to_owned()));
    }

    #[test]
    fn only_civil_servants_have_an_agency() {
        let claims = of(&member(MemberKind::NaturalPerson), &Scopes::of(SCOPES));
        assert_eq!(claims["account_kind"], "natural_person");
        assert!(!claims.contains_key("agency_oid"));
    }

    #[test]
    fn every_claim_is_announced_and_every_scope_has_a_label() {
        let claims = of(&member(MemberKind::CivilServant), &Scopes::of(SCOPES));
        assert!(claims.keys().all(|name| ALL.contains(&name.as_str())));
        assert_eq!(claims.len() + 1, ALL.len(), "sub is the provider's");
        assert_eq!(
            labels(&Scopes::of(SCOPES)).len(),
            Scopes::of(SCOPES).iter().count()
        );
    }
}
