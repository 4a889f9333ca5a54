//! The deeds that the audit log records.

/// What was done. The word is what the log holds, so it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuditAction {
    /// Somebody signed in.
    SignedIn,
    /// A sign-in was refused: wrong name or password, or the account is disabled.
    SignInRefused,
    /// A sign-in was not even tried, because of the failures before it.
    SignInThrottled,
    /// A session was ended by its person.
    SignedOut,
    /// A session was ended by its person from another session.
    SessionRevoked,
    /// A session was ended by MyEGov's back-channel logout.
    SessionEndedByEgov,
    /// An account of EMIC was created.
    AccountCreated,
    /// A person was created from MyEGov's claims.
    PersonCreated,
    /// A person's MyEGov-owned fields were refreshed and differed.
    PersonRefreshed,
    /// Somebody asked for roles of an application.
    PermissionRequested,
    /// A request for roles was withdrawn by the one who sent it.
    PermissionRequestWithdrawn,
    /// The register of agencies was imported.
    AgenciesImported,
    /// A person changed their profile.
    ProfileChanged,
    /// A person looked at somebody else's profile.
    ProfileViewed,
    /// A person took their own data away.
    ProfileExported,
    /// An access token was made by its person.
    TokenCreated,
    /// An access token was revoked by its person.
    TokenRevoked,
    /// A person was given a post, or how far it reaches was changed.
    PostGiven,
    /// A post was taken from a person.
    PostTaken,
    /// A person proposed the agency they belong to.
    AgencyProposed,
    /// The person took the proposal back.
    AgencyProposalWithdrawn,
    /// A manager confirmed it.
    AgencyConfirmed,
    /// A manager refused it.
    AgencyRefused,
}

impl AuditAction {
    /// The word for it in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInRefused => "sign_in_refused",
            Self::SignInThrottled => "sign_in_throttled",
            Self::SignedOut => "signed_out",
            Self::SessionRevoked => "session_revoked",
            Self::SessionEndedByEgov => "session_ended_by_egov",
            Self::AccountCreated => "account_created",
            Self::PersonCreated => "person_created",
            Self::PersonRefreshed => "person_refreshed",
            Self::PermissionRequested => "permission_requested",
            Self::PermissionRequestWithdrawn => "permission_request_withdrawn",
            Self::AgenciesImported => "agencies_imported",
            Self::ProfileChanged => "profile_changed",
            Self::ProfileViewed => "profile_viewed",
            Self::ProfileExported => "profile_exported",
            Self::TokenCreated => "token_created",
            Self::TokenRevoked => "token_revoked",
            Self::PostGiven => "post_given",
            Self::PostTaken => "post_taken",
            Self::AgencyProposed => "agency_proposed",
            Self::AgencyProposalWithdrawn => "agency_proposal_withdrawn",
            Self::AgencyConfirmed => "agency_confirmed",
            Self::AgencyRefused => "agency_refused",
        }
    }
}
