//! `[egov]`: MyEGov as the provider, and its names for what the portal wants to know.

use foundation::{
    http_client::is_secure,
    settings::{Setting, Settings},
};
use secrecy::SecretString;
use url::Url;

/// MyEGov, and what the portal calls the claims that it takes from there.
#[derive(Clone, Debug)]
pub struct Egov {
    /// The provider's issuer, letter by letter as it writes it itself: issuers are compared as texts.
    pub issuer: String,
    /// The portal's name at the provider.
    pub client_id: String,
    /// The portal's secret at the provider.
    pub client_secret: SecretString,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// Whether the provider answers in the query or by a form.
    pub response_mode: ResponseMode,
    /// Signature algorithms that are believed.
    pub algorithms: Vec<SignatureAlgorithm>,
    /// Where people become members (加入會員).
    pub join_url: Option<Url>,
    /// Where members change what MyEGov holds of them; the issuer's own address unless configured.
    pub member_url: Url,
    /// Names of claims.
    pub claims: ClaimNames,
}

impl Egov {
    pub(super) fn read(s: &mut Settings) -> Option<Self> {
        let issuer: Option<String> = s.optional("egov.issuer", "EMIC_EGOV_ISSUER");
        let client_id = s.optional("egov.client_id", "EMIC_EGOV_CLIENT_ID");
        let client_secret = s.secret("egov.client_secret", "EMIC_EGOV_CLIENT_SECRET");
        let mut scopes: Vec<String> = s.list("egov.scopes", "EMIC_EGOV_SCOPES");
        if scopes.is_empty() {
            scopes = ["profile", "email", "phone", "agency"].map(str::to_owned).into();
        }
        let mut algorithms: Vec<SignatureAlgorithm> = s.list("egov.algorithms", "EMIC_EGOV_ALGORITHMS");
        if algorithms.is_empty() {
            algorithms = vec![
                SignatureAlgorithm::Es256,
                SignatureAlgorithm::Rs256,
                SignatureAlgorithm::EdDsa,
            ];
        }
        let response_mode = s.or(
            "egov.response_mode",
            "EMIC_EGOV_RESPONSE_MODE",
            ResponseMode::Query,
        );
        let join_url = s.optional("egov.join_url", "EMIC_EGOV_JOIN_URL");
        let member_url: Option<Url> = s.optional("egov.member_url", "EMIC_EGOV_MEMBER_URL");
        let claims = ClaimNames::read(s);
        let issuer = issuer?;
        let address = issuer.parse::<Url>();
        match &address {
            Ok(url) if !is_secure(url) => s.fault(
                "egov.issuer (EMIC_EGOV_ISSUER)",
                "must be https, but on localhost",
            ),
            Ok(url) if url.query().is_some() || url.fragment().is_some() => s.fault(
                "egov.issuer (EMIC_EGOV_ISSUER)",
                "must have neither a query nor a fragment",
            ),
            Ok(_) => {}
            Err(_) => s.fault("egov.issuer (EMIC_EGOV_ISSUER)", "must be a URL"),
        }
        let member_url = member_url.or_else(|| address.ok());
        if client_id.is_none() {
            s.fault(
                "egov.client_id (EMIC_EGOV_CLIENT_ID)",
                "must be set with an issuer",
            );
        }
        if client_secret.is_none() {
            s.fault(
                "egov.client_secret (EMIC_EGOV_CLIENT_SECRET)",
                "must be set with an issuer",
            );
        }
        Some(Self {
            issuer,
            client_id: client_id?,
            client_secret: client_secret?,
            scopes,
            response_mode,
            algorithms,
            join_url,
            member_url: member_url?,
            claims,
        })
    }
}

/// How the provider sends its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of a redirect.
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

impl Setting for ResponseMode {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "query" => Ok(Self::Query),
            "form_post" => Ok(Self::FormPost),
            _ => Err("takes query or form_post".to_owned()),
        }
    }
}

/// Signature algorithms of ID tokens. HMAC and `none` cannot be configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Setting for SignatureAlgorithm {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "RS256" => Ok(Self::Rs256),
            "ES256" => Ok(Self::Es256),
            "EdDSA" => Ok(Self::EdDsa),
            _ => Err("takes RS256, ES256 or EdDSA; others are not believed".to_owned()),
        }
    }
}

/// The provider's names for what the portal wants to know. MyEGov does not publish them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// 中文姓名.
    pub name: String,
    /// 電子信箱.
    pub email: String,
    /// 電話.
    pub phone: String,
    /// 帳號類型.
    pub account_kind: String,
    /// The value of the account kind that means 公務人員.
    pub civil_servant: String,
    /// 機關OID.
    pub agency_oid: String,
}

impl ClaimNames {
    pub(super) fn read(s: &mut Settings) -> Self {
        let mut name = |path: &str, variable: &str, default: &str| s.or(path, variable, default.to_owned());
        Self {
            name: name("egov.claims.name", "EMIC_EGOV_CLAIM_NAME", "name"),
            email: name("egov.claims.email", "EMIC_EGOV_CLAIM_EMAIL", "email"),
            phone: name("egov.claims.phone", "EMIC_EGOV_CLAIM_PHONE", "phone_number"),
            account_kind: name(
                "egov.claims.account_kind",
                "EMIC_EGOV_CLAIM_ACCOUNT_KIND",
                "account_kind",
            ),
            civil_servant: name(
                "egov.claims.civil_servant",
                "EMIC_EGOV_CIVIL_SERVANT",
                "civil_servant",
            ),
            agency_oid: name(
                "egov.claims.agency_oid",
                "EMIC_EGOV_CLAIM_AGENCY_OID",
                "agency_oid",
            ),
        }
    }
}
