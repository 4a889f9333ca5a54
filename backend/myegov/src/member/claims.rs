//! What the site tells of a member to whom (OpenID Connect Core 1.0, section 5.4, and MyEGov's own claims).

use oidc_provider::{Claims, Scopes};
use serde_json::{Value, json};

use shared::text::MobilePhone;

use super::{Member, MemberKind, Seals};
use crate::http::page::Text;

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

/// Every scope that means something here, and what it tells in both languages, in the order of the consent page.
const LABELS: [(&str, Text); 6] = [
    ("openid", ("會員識別碼", "An identifier of your membership")),
    (
        "profile",
        (
            "姓名、帳號、生日、性別，以及您是一般民眾或公務人員",
            "Name, account, birthday, gender, and whether you are a natural person or a civil servant",
        ),
    ),
    (
        "agency",
        ("所屬機關或單位（公務人員適用）", "Agency (of civil servants)"),
    ),
    ("email", ("電子信箱", "E-mail address")),
    ("phone", ("行動電話", "Mobile telephone")),
    ("uid", ("身分證字號", "National ID number")),
];

/// What these scopes tell, as the consent page says it.
pub(crate) fn labels(scopes: &Scopes) -> Vec<Text> {
    LABELS
        .iter()
        .filter(|(scope, _)| scopes.has(scope))
        .map(|(_, label)| *label)
        .collect()
}

/// What these scopes tell of this member.
pub(crate) fn of(member: &Member, scopes: &Scopes, seals: &Seals) -> Claims {
    let mut claims = Claims::new();
    let mut tell = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
    if scopes.has("profile") {
        tell("name", json!(member.name));
        tell("preferred_username", json!(member.account));
        tell("account", json!(member.account));
        for (name, value) in [("birthdate", &member.birthdate), ("gender", &member.gender)] {
            if let Some(value) = value {
                tell(name, json!(value));
            }
        }
        tell("idp", json!("egov"));
        tell("account_kind", json!(member.kind().name()));
    }
    if scopes.has("email") {
        tell("email", json!(member.email));
        tell("email_verified", json!(true));
    }
    if scopes.has("phone")
        && let Some(mobile) = mobile(member)
    {
        tell("phone_number", json!(mobile));
    }
    if scopes.has("uid") {
        match member.identity(seals) {
            Ok(Some((_, number))) => {
                tell("uid", json!(number));
                tell("uid_verified", json!(true));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(member = %member.id, %error, "an ID number cannot be told"),
        }
    }
    if scopes.has("agency") && member.kind() == MemberKind::CivilServant {
        tell("agency_oid", json!(member.agency_oid));
        tell("agency_name", json!(member.agency_name));
    }
    claims
}

/// 聯絡電話 if it is a mobile one, else 救援手機門號.
fn mobile(member: &Member) -> Option<String> {
    [&member.phone, &member.rescue_mobile]
        .into_iter()
        .flatten()
        .find_map(|phone| MobilePhone::parse("", phone).ok())
        .map(|phone| phone.as_str().replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::SCOPES;

    fn claims(kind: MemberKind, scopes: &str) -> Claims {
        of(&member(kind), &Scopes::of(scopes), &Seals::for_demo().unwrap())
    }

    fn member(kind: MemberKind) -> Member {
        Member {
            id: uuid::Uuid::nil(),
            account: "Xiaoqing1234".into(),
            account_key: "xiaoqing1234".into(),
            password_hash: "secret".into(),
            name: "林小晴".into(),
            nickname: String::new(),
            kind: kind.name().into(),
            status: "active".into(),
            is_staff: false,
            agency_oid: Some("2.16.886.101.20003.20001.20003".into()),
            agency_name: Some("內政部消防署".into()),
            id_kind: Some("national".into()),
            id_sealed: Some(Seals::for_demo().unwrap().seal("A223456781").unwrap().text),
            id_hash: None,
            email: "xiaoqing@example.com".into(),
            birthdate: Some("1981-01-01".into()),
            gender: Some("female".into()),
            county: None,
            district: None,
            postal_code: None,
            street: None,
            phone: Some("02-23456789".into()),
            phone_extension: None,
            rescue_mobile: Some("0912-345678".into()),
            hint_question: None,
            hint_hash: None,
            terms_version: None,
            privacy_version: None,
            consented_at: None,
            created_at: 0,
            activated_at: None,
            barred_at: None,
        }
    }

    #[test]
    fn each_scope_tells_its_own_and_no_more() {
        let names = |scopes: &str| {
            claims(MemberKind::CivilServant, scopes)
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(names("openid"), Vec::<String>::new());
        assert_eq!(names("email"), ["email", "email_verified"]);
        assert_eq!(names("uid"), ["uid", "uid_verified"]);
        assert_eq!(names("agency"), ["agency_name", "agency_oid"]);
        assert!(!names("openid profile email phone agency").contains(&"uid".to_owned()));
    }

    #[test]
    fn only_civil_servants_have_an_agency() {
        let claims = claims(MemberKind::NaturalPerson, SCOPES);
        assert_eq!(claims["account_kind"], "natural_person");
        assert!(!claims.contains_key("agency_oid"));
    }

    #[test]
    fn every_claim_is_announced_and_every_scope_has_a_label() {
        let claims = claims(MemberKind::CivilServant, SCOPES);
        assert_eq!(
            (&claims["uid"], &claims["phone_number"]),
            (&json!("A223456781"), &json!("0912345678"))
        );
        assert!(claims.keys().all(|name| ALL.contains(&name.as_str())));
        assert_eq!(claims.len() + 1, ALL.len(), "sub is the provider's");
        assert_eq!(
            labels(&Scopes::of(SCOPES)).len(),
            Scopes::of(SCOPES).iter().count()
        );
    }
}
