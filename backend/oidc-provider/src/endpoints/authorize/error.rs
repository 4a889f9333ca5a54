//! What the client is told instead of a code.

/// Why the client gets no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// A parameter came twice or is malformed.
    #[error("a parameter came twice or is malformed")]
    MalformedRequest,
    /// `response_type` is not there.
    #[error("response_type is missing")]
    MissingResponseType,
    /// Another flow than the code flow.
    #[error("only response_type=code is supported")]
    UnsupportedResponseType,
    /// Neither `query` nor `form_post`.
    #[error("response_mode must be query or form_post")]
    UnsupportedResponseMode,
    /// `openid` is not among the scopes.
    #[error("scope must contain openid")]
    InvalidScope,
    /// No PKCE, or the plain method.
    #[error("code_challenge of 43 characters with code_challenge_method=S256 is required")]
    InvalidChallenge,
    /// Unknown words, or `none` with others.
    #[error("prompt holds an unknown word, or none beside others")]
    InvalidPrompt,
    /// Not a number of seconds.
    #[error("max_age is not a number of seconds")]
    InvalidMaxAge,
    /// Not an ID token of ours for this client.
    #[error("id_token_hint is not an ID token of this issuer for this client")]
    InvalidHint,
    /// Request objects.
    #[error("request is not supported")]
    RequestNotSupported,
    /// Request objects elsewhere.
    #[error("request_uri is not supported")]
    RequestUriNotSupported,
    /// The client is registered for pushed requests alone (RFC 9126, section 6).
    #[error("this client has to push its requests")]
    PushRequired,
    /// Registration in a request.
    #[error("registration is not supported")]
    RegistrationNotSupported,
    /// Nobody, or the wrong person, is signed in, and asking is forbidden or of no use.
    #[error("the person has to sign in")]
    LoginRequired,
    /// The person has not agreed, and asking is forbidden.
    #[error("the person has to agree")]
    ConsentRequired,
    /// The person does not agree, or is not admitted to the client.
    #[error("the person did not agree, or may not use this client")]
    AccessDenied,
}

impl AuthorizeError {
    /// `error` of RFC 6749, section 4.1.2.1, and of OpenID Connect Core 1.0, section 3.1.2.6.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MalformedRequest
            | Self::MissingResponseType
            | Self::UnsupportedResponseMode
            | Self::InvalidChallenge
            | Self::InvalidPrompt
            | Self::InvalidMaxAge
            | Self::InvalidHint
            | Self::PushRequired => "invalid_request",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccessDenied => "access_denied",
        }
    }
}
