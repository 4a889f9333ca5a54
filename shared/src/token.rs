//! 存取權杖: personal access tokens, by which programs call the API in a person's name.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    id::is_chosen,
    problem::{Violation, ViolationCode},
    text::is_hidden,
    time::Timestamp,
};

/// How many living tokens a person has at most.
pub const MOST: usize = 20;
/// How many characters a token's name has at most.
pub const LONGEST_NAME: usize = 60;
/// For how many days a token lives at most.
pub const LONGEST_LIFE: u32 = 365;
/// What every token's secret begins with, so that scanners for secrets know one.
pub const PREFIX: &str = "emic_pat_";

/// Declares the scopes once: variant, the word for it, the area that it belongs to.
macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $area:ident;)+) => {
        /// What a token may do: read or write in one area. Writing does not include reading.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Scope {
            /// Every scope, area by area.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word for it in JSON, in the database and in the contract.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Where it counts.
            pub const fn area(self) -> Area {
                match self { $(Self::$variant => Area::$area,)+ }
            }
        }
    };
}

scopes! {
    /// Read one's own profile.
    ProfileRead "profile:read" Profile;
    /// Change one's own profile.
    ProfileWrite "profile:write" Profile;
    /// Read the applications.
    ApplicationRead "application:read" Application;
    /// Change the applications that one keeps, their roles, and which of those are in conflict.
    ApplicationWrite "application:write" Application;
    /// Read the register of agencies.
    AgencyRead "agency:read" Agency;
    /// Read one's requests for permissions.
    AccessRead "access:read" Access;
    /// Request permissions and withdraw requests.
    AccessWrite "access:write" Access;
    /// Read the prepared lists and the events of response centres.
    ActivationRead "activation:read" Activation;
    /// Prepare lists, open and close events, and review what they granted.
    ActivationWrite "activation:write" Activation;
    /// Read where one is signed in.
    SessionRead "session:read" Session;
    /// End one's sessions.
    SessionWrite "session:write" Session;
    /// Read the people whom one looks after, their posts, and what they propose.
    PersonRead "person:read" Person;
    /// Give and take posts, and decide on what people propose.
    PersonWrite "person:write" Person;
    /// Read the announcements.
    NoticeRead "notice:read" Notice;
    /// Read one's notifications, and how one wants to be told.
    NotificationRead "notification:read" Notification;
    /// Mark one's notifications as read, and change how one wants to be told.
    NotificationWrite "notification:write" Notification;
    /// Read the audit log, as far as one's posts reach.
    AuditRead "audit:read" Audit;
    /// Read the invitations of the agencies that one manages.
    AccountRead "account:read" Account;
    /// Invite, disable, enable and move people of the agencies that one manages.
    AccountWrite "account:write" Account;
}

impl Scope {
    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }
}

// By hand: the derive does not see names that come through a macro.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|scope| scope.name())))
            .description(Some(
                "What a token may do: read or write in one area. Writing does not include reading.",
            ))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Scope {}

/// The areas that scopes are about; each is a tag of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Area {
    /// 個人資料.
    Profile,
    /// 應用系統.
    Application,
    /// 機關.
    Agency,
    /// 權限申請.
    Access,
    /// 應變中心開設.
    Activation,
    /// 登入.
    Session,
    /// 人員與職務.
    Person,
    /// 公告.
    Notice,
    /// 通知.
    Notification,
    /// 稽核紀錄.
    Audit,
    /// 註冊帳號.
    Account,
}

impl Area {
    /// Every area, in the order of their scopes.
    pub const ALL: &[Self] = &[
        Self::Profile,
        Self::Application,
        Self::Agency,
        Self::Access,
        Self::Activation,
        Self::Session,
        Self::Person,
        Self::Notice,
        Self::Notification,
        Self::Audit,
        Self::Account,
    ];

    /// The tag of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Application => "application",
            Self::Agency => "agency",
            Self::Access => "access",
            Self::Activation => "activation",
            Self::Session => "session",
            Self::Person => "person",
            Self::Notice => "notice",
            Self::Notification => "notification",
            Self::Audit => "audit",
            Self::Account => "account",
        }
    }

    /// Its scopes.
    pub fn scopes(self) -> impl Iterator<Item = Scope> {
        Scope::ALL
            .iter()
            .copied()
            .filter(move |scope| scope.area() == self)
    }
}

/// `POST /api/v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// The token's id, a UUIDv7 of the client's choice, which makes a retry harmless; the server's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "019ab1c2-7c00-7000-8000-00000000a001"))]
    pub id: Option<Uuid>,
    /// What the token is for, in the person's words.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = r"\S", example = "值班表同步")
    )]
    pub name: String,
    /// What it may do; at least one, each once.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, example = json!(["notice:read", "session:read"])))]
    pub scopes: Vec<Scope>,
    /// For how many days it lives, 1 to 365.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, example = 90))]
    pub expires_in_days: u32,
}

impl NewToken {
    /// All the fields that break a rule, at once.
    pub fn violations(&self) -> Vec<Violation> {
        let id = self
            .id
            .filter(|id| !is_chosen(id))
            .map(|_| Violation::new("id", ViolationCode::Malformed));
        let mut distinct = self.scopes.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let scopes = if self.scopes.is_empty() {
            Some(Violation::new("scopes", ViolationCode::Required))
        } else {
            (distinct.len() < self.scopes.len()).then(|| Violation::new("scopes", ViolationCode::Malformed))
        };
        let life = (!(1..=LONGEST_LIFE).contains(&self.expires_in_days)).then(|| {
            Violation::new("expires_in_days", ViolationCode::OutOfRange)
                .with("min", 1)
                .with("max", LONGEST_LIFE)
        });
        [id, name_violation(&self.name), scopes, life]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn name_violation(name: &str) -> Option<Violation> {
    if name.trim().is_empty() {
        Some(Violation::new("name", ViolationCode::Required))
    } else if name.chars().count() > LONGEST_NAME {
        Some(Violation::new("name", ViolationCode::TooLong).with("max", LONGEST_NAME))
    } else if name.chars().any(is_hidden) {
        Some(Violation::new("name", ViolationCode::ForbiddenCharacters))
    } else {
        None
    }
}

/// A token as its person sees it, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenView {
    /// For `DELETE /api/v1/tokens/{id}`, and what the audit log knows it by.
    pub id: Uuid,
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(example = "值班表同步"))]
    pub name: String,
    /// What it may do.
    #[cfg_attr(feature = "openapi", schema(example = json!(["notice:read", "session:read"])))]
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this moment on it is refused.
    pub expires_at: Timestamp,
    /// Whether that moment has come.
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub expired: bool,
    /// When it was last used, to the minute; none when never.
    pub last_used_at: Option<Timestamp>,
    /// From which network address.
    #[cfg_attr(feature = "openapi", schema(example = "192.0.2.17"))]
    pub last_used_from: Option<String>,
}

/// A token that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    /// What the list will show.
    pub token: TokenView,
    /// For `Authorization: Bearer …`. It is shown this once and stored nowhere.
    #[cfg_attr(feature = "openapi", schema(example = "emic_pat_………"))]
    pub secret: String,
}

impl std::fmt::Debug for CreatedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedToken")
            .field("token", &self.token)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewToken {
        NewToken {
            id: None,
            name: "值班表".into(),
            scopes: vec![Scope::NoticeRead],
            expires_in_days: 365,
        }
    }

    fn broken(token: &NewToken) -> Vec<(String, ViolationCode)> {
        let violations = token.violations().into_iter();
        violations.map(|it| (it.field, it.code)).collect()
    }

    #[test]
    fn scopes_read_back_and_begin_with_their_area() {
        for scope in Scope::ALL {
            assert_eq!(Scope::from_name(scope.name()), Some(*scope));
            let (area, access) = scope.name().split_once(':').unwrap();
            assert_eq!(area, scope.area().name());
            assert!(access == "read" || access == "write");
            assert_eq!(
                serde_json::to_value(scope).unwrap(),
                serde_json::json!(scope.name())
            );
        }
        assert_eq!(
            Area::ALL
                .iter()
                .flat_map(|area| area.scopes())
                .collect::<Vec<_>>(),
            Scope::ALL
        );
    }

    #[test]
    fn all_violations_are_named_at_once() {
        assert_eq!(broken(&new()), []);
        let token = NewToken {
            id: Some(Uuid::nil()),
            name: " ".into(),
            scopes: Vec::new(),
            expires_in_days: 366,
        };
        assert_eq!(
            broken(&token),
            [
                ("id".into(), ViolationCode::Malformed),
                ("name".into(), ViolationCode::Required),
                ("scopes".into(), ViolationCode::Required),
                ("expires_in_days".into(), ViolationCode::OutOfRange),
            ]
        );
    }

    #[test]
    fn a_scope_named_twice_and_a_name_with_a_nul_are_refused() {
        let twice = NewToken {
            scopes: vec![Scope::NoticeRead, Scope::NoticeRead],
            name: "a\u{0}".into(),
            expires_in_days: 0,
            ..new()
        };
        assert_eq!(
            broken(&twice),
            [
                ("name".into(), ViolationCode::ForbiddenCharacters),
                ("scopes".into(), ViolationCode::Malformed),
                ("expires_in_days".into(), ViolationCode::OutOfRange),
            ]
        );
        let long = NewToken {
            name: "字".repeat(61),
            ..new()
        };
        assert_eq!(broken(&long), [("name".into(), ViolationCode::TooLong)]);
    }

    #[test]
    fn the_debug_form_of_a_new_token_does_not_hold_its_secret() {
        let created = CreatedToken {
            token: TokenView {
                id: Uuid::nil(),
                name: String::new(),
                scopes: Vec::new(),
                created_at: Timestamp::from_millis(0),
                expires_at: Timestamp::from_millis(0),
                expired: false,
                last_used_at: None,
                last_used_from: None,
            },
            secret: "hush".into(),
        };
        assert!(!format!("{created:?}").contains("hush"));
    }
}
