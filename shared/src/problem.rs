//! Errors as data: a code that both sides know, never prose (RFC 9457).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Declares the error codes once: variant, HTTP status, and the title for people who read raw answers.
macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal = $status:literal $title:literal;)+) => {
        /// Why a request was refused. The page maps every code to a text in the reader's language by an
        /// exhaustive match, so a new code does not compile until it has its texts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl ErrorCode {
            /// Every code, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The code as JSON writes it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// A short English summary, the same for every occurrence (RFC 9457, section 3.1.4).
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

// By hand: the derive does not see names that come through a macro.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.name())))
            .description(Some("Why a request was refused; what a program decides by."))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ErrorCode {}

error_codes! {
    /// The body is not JSON, or not of the shape that the operation takes.
    MalformedBody "malformed_body" = 400 "The request body could not be read";
    /// A parameter in the path or the query is not of its form.
    MalformedParameter "malformed_parameter" = 400 "A parameter could not be read";
    /// Nobody is signed in: no session cookie came along, or one that never existed.
    NotSignedIn "not_signed_in" = 401 "Nobody is signed in";
    /// The session ended because nothing was done for the idle limit.
    SessionIdle "session_idle" = 401 "The session ended after the idle limit";
    /// The session ended because it had lasted for the absolute limit.
    SessionTooOld "session_too_old" = 401 "The session ended after the absolute limit";
    /// The session was signed out, here, elsewhere, or by MyEGov.
    SessionEnded "session_ended" = 401 "The session was ended";
    /// The account name and the password do not belong together.
    WrongCredentials "wrong_credentials" = 401 "The account name or the password is wrong";
    /// There is no such access token.
    TokenUnknown "token_unknown" = 401 "There is no such access token";
    /// The access token's time is over.
    TokenExpired "token_expired" = 401 "The access token has expired";
    /// The access token was revoked by its person.
    TokenRevoked "token_revoked" = 401 "The access token was revoked";
    /// The account of the access token's person is disabled.
    TokenOwnerDisabled "token_owner_disabled" = 401 "The account of the token's person is disabled";
    /// The signed-in person may not do this.
    Forbidden "forbidden" = 403 "Not permitted";
    /// Nobody gives posts to themselves, or takes their own.
    OwnPosts "own_posts" = 403 "Nobody changes their own posts";
    /// The access token does not have the scope that this takes; `WWW-Authenticate` names it.
    InsufficientScope "insufficient_scope" = 403 "The access token lacks the scope";
    /// This is for people in a browser; no access token opens it.
    SessionRequired "session_required" = 403 "An access token cannot do this";
    /// The request came from another site (`Origin`, `Sec-Fetch-Site`).
    CrossSite "cross_site" = 403 "Requests from other sites are refused";
    /// There is no such thing, or none that the person may see.
    NotFound "not_found" = 404 "Not found";
    /// The path exists, but not with this method.
    MethodNotAllowed "method_not_allowed" = 405 "The method is not allowed here";
    /// The thing has changed meanwhile, or is in a state that does not allow this.
    Conflict "conflict" = 409 "In conflict with the present state";
    /// The one who asks has, or has asked for, a role that should not go together with one of those asked for.
    RoleConflict "role_conflict" = 409 "The roles are in conflict with others of the person";
    /// The same, by a rule that nobody can approve against.
    RoleConflictStrict "role_conflict_strict" = 409 "A strict rule forbids these roles together";
    /// The thing has changed since the version that `If-Match` names.
    PreconditionFailed "precondition_failed" = 412 "It has changed since it was read";
    /// The access token of this id was made already. Its secret was shown then, and is not shown again.
    TokenExists "token_exists" = 409 "The access token was made already";
    /// The person has as many living access tokens as one may have.
    TokenLimit "token_limit" = 409 "Too many access tokens";
    /// As many files go with the request, or wait for one to be sent, as may.
    AttachmentLimit "attachment_limit" = 409 "Too many attachments";
    /// The link is used up, its time is over, a newer one took its place, or there never was one.
    LinkOver "link_over" = 410 "The link is not good any more";
    /// No way to send mail is configured, and this needs one.
    MailOff "mail_off" = 409 "No mail can be sent";
    /// The person signs in with MyEGov and has no password here.
    NoPassword "no_password" = 409 "The account has no password here";
    /// The body is larger than the operation takes.
    BodyTooLarge "body_too_large" = 413 "The request body is too large";
    /// State-changing requests take `application/json` alone.
    UnsupportedMediaType "unsupported_media_type" = 415 "The request body must be application/json";
    /// The fields were read, but some break their rules; see `violations`.
    Invalid "invalid" = 422 "Some fields break their rules";
    /// A change must say by `If-Match` which version it is a change of.
    PreconditionRequired "precondition_required" = 428 "The change must name the version it is of";
    /// Too many failed sign-ins; `Retry-After` says when to come back.
    TooManyAttempts "too_many_attempts" = 429 "Too many attempts";
    /// Too many requests within the minute; `Retry-After` says when to come back.
    RateLimited "rate_limited" = 429 "Too many requests";
    /// A fault of the server. The request id finds it in the log.
    Internal "internal" = 500 "Internal error";
    /// The request took longer than the server waits for itself or its database.
    Unavailable "unavailable" = 503 "Temporarily unavailable";
}

/// `application/problem+json`: what every refused API request answers with (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI reference that identifies the kind of problem: `/api/docs#` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short English summary of the code.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// What a program decides by.
    pub code: ErrorCode,
    /// All fields that break a rule, at once. Empty but for `invalid`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// For `too_many_attempts`, `rate_limited` and `unavailable`: seconds to wait, as in `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Finds the request in the server's log; also in `X-Request-Id`.
    #[serde(default)]
    pub request_id: String,
}

impl Problem {
    /// The problem of this code, without violations.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            kind: format!("/api/docs#{}", code.name()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            violations: Vec::new(),
            retry_after: None,
            request_id: String::new(),
        }
    }
}

/// One field that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// The field's name in the request body; nested fields with dots.
    pub field: String,
    /// The rule that it breaks.
    pub code: ViolationCode,
    /// Figures that the rule's text needs, such as `max`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Violation {
    /// This field breaks this rule.
    pub fn new(field: &str, code: ViolationCode) -> Self {
        Self {
            field: field.to_owned(),
            code,
            params: BTreeMap::new(),
        }
    }

    /// With a figure for the rule's text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// The rules that a field can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ViolationCode {
    /// It must not be empty.
    Required,
    /// Shorter than `min` characters.
    TooShort,
    /// Longer than `max` characters.
    TooLong,
    /// It holds characters that are not allowed in it.
    ForbiddenCharacters,
    /// Letters of several scripts are mixed (UTS 39).
    MixedScripts,
    /// It is not of the form that its kind has.
    Malformed,
    /// Less than `min` or more than `max`.
    OutOfRange,
    /// A password that guessers try first, or a word of this agency.
    Guessable,
    /// A password that is the account's name.
    IsAccountName,
    /// A password that the account has, or had among the last ones.
    UsedBefore,
    /// Not the present password.
    Wrong,
    /// Another row of the same table, on line `line`, has it.
    Repeated,
    /// Another account, application or role has it.
    Taken,
    /// It names something that does not exist, or not there.
    Unknown,
    /// A day before `min`.
    TooEarly,
    /// A day after `max`.
    TooLate,
    /// A request for `role` is already under way.
    AlreadyRequested,
    /// The role `role` is given no more.
    RoleClosed,
    /// The role `role` is not for this agency.
    NotForAgency,
    /// The same role twice, where two are needed.
    SameRole,
    /// More than `max`.
    TooMany,
    /// It belongs to another source, or to somebody else, and cannot be changed here.
    Locked,
    /// A file of more than `max` bytes.
    TooLarge,
    /// A file of a type that is not taken, or not of the type that its name says.
    WrongType,
    /// It does not go with another: a postal code with its district, a district with its county, the height of an icon with
    /// its width.
    Mismatched,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_client_or_server_error_status() {
        assert!(
            ErrorCode::ALL
                .iter()
                .all(|code| (400..600).contains(&code.status()))
        );
    }

    #[test]
    fn a_problem_reads_back() {
        let mut problem = Problem::new(ErrorCode::Invalid);
        problem
            .violations
            .push(Violation::new("username", ViolationCode::TooLong).with("max", 64));
        let text = serde_json::to_string(&problem).unwrap();
        assert_eq!(serde_json::from_str::<Problem>(&text).unwrap(), problem);
    }
}
