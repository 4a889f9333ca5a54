//! What happens next with an authorization request: the rules of OpenID Connect Core 1.0, section 3.1.2.3, as
//! one function of what is known.

use super::AuthorizeError;
use crate::{
    client::Consent,
    host::LoginSession,
    pending::{AuthorizationRequest, Decision},
    scope::Scopes,
};

/// What is known of the person at the browser.
#[derive(Debug)]
pub(super) struct Known {
    /// Their session.
    pub(super) session: LoginSession,
    /// Who that is for the client.
    pub(super) subject: String,
    /// Whether the host admits them to the client.
    pub(super) admitted: bool,
    /// What they have agreed to tell the client so far.
    pub(super) consented: Option<Scopes>,
}

/// What happens next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// The person has to prove who they are.
    SignIn,
    /// The person hears that they are not admitted.
    NotAdmitted,
    /// The person has to agree.
    Consent,
    /// The client gets a code for this session.
    Code(&'a LoginSession),
    /// The client gets an error.
    Refuse(AuthorizeError),
}

/// Decides.
pub(super) fn next<'a>(
    request: &AuthorizationRequest,
    decision: Option<&Decision>,
    known: Option<&'a Known>,
    policy: Consent,
) -> Next<'a> {
    if decision == Some(&Decision::Denied) {
        return Next::Refuse(AuthorizeError::AccessDenied);
    }
    let silent = request.prompts.none;
    let ask = if silent {
        Next::Refuse(AuthorizeError::LoginRequired)
    } else {
        Next::SignIn
    };
    let Some(known) = known.filter(|known| is_fresh(request, &known.session)) else {
        return ask;
    };
    let session = &known.session;
    if request
        .expected_subject
        .as_ref()
        .is_some_and(|expected| *expected != known.subject)
    {
        // Somebody else signed in for this very request: asking once more would go round in circles.
        let for_this_request = session.auth_time > request.requested_at;
        return if for_this_request {
            Next::Refuse(AuthorizeError::LoginRequired)
        } else {
            ask
        };
    }
    if !known.admitted {
        return if silent {
            Next::Refuse(AuthorizeError::AccessDenied)
        } else {
            Next::NotAdmitted
        };
    }
    let approved = matches!(decision, Some(Decision::Approved { subject }) if *subject == session.subject);
    let covered = match policy {
        Consent::Implied => true,
        Consent::Ask => known
            .consented
            .as_ref()
            .is_some_and(|consented| request.scopes.are_within(consented)),
    };
    if approved || (covered && !request.prompts.consent) {
        Next::Code(session)
    } else if silent {
        Next::Refuse(AuthorizeError::ConsentRequired)
    } else {
        Next::Consent
    }
}

/// Whether the person proved who they are recently enough for this request.
fn is_fresh(request: &AuthorizationRequest, session: &LoginSession) -> bool {
    if session.auth_time > request.requested_at {
        return true;
    }
    let age = request.requested_at.since(session.auth_time);
    let anew = request.prompts.login || request.prompts.select_account;
    // `max_age=0` means the same as `prompt=login`.
    !anew
        && request
            .max_age
            .is_none_or(|most| most > 0 && age.as_secs() <= most)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use shared::time::Timestamp;

    use super::{super::request::Prompts, *};
    use crate::testing;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    /// Somebody who is admitted, and has agreed to what is asked for.
    fn known(subject: &str, age: Duration) -> Known {
        Known {
            session: LoginSession {
                subject: subject.to_owned(),
                auth_time: NOW.minus(age),
                ..testing::session(NOW)
            },
            subject: subject.to_owned(),
            admitted: true,
            consented: Some(request().scopes),
        }
    }

    fn request() -> AuthorizationRequest {
        testing::authorization_request(NOW)
    }

    fn with_prompt(prompts: Prompts) -> AuthorizationRequest {
        AuthorizationRequest { prompts, ..request() }
    }

    const NONE: Prompts = Prompts {
        none: true,
        login: false,
        consent: false,
        select_account: false,
    };
    const LOGIN: Prompts = Prompts {
        none: false,
        login: true,
        consent: false,
        select_account: false,
    };
    const CONSENT: Prompts = Prompts {
        none: false,
        login: false,
        consent: true,
        select_account: false,
    };
    const HOUR: Duration = Duration::from_secs(3600);

    fn decide<'a>(request: &AuthorizationRequest, known: Option<&'a Known>) -> Next<'a> {
        next(request, None, known, Consent::Ask)
    }

    #[test]
    fn nobody_is_asked_who_is_signed_in_and_has_agreed() {
        let known = known("a", HOUR);
        let code = || Next::Code(&known.session);
        assert_eq!(decide(&request(), Some(&known)), code());
        assert_eq!(decide(&with_prompt(NONE), Some(&known)), code());
    }

    #[test]
    fn without_a_session_one_signs_in_unless_the_client_forbids_to_ask() {
        assert_eq!(decide(&request(), None), Next::SignIn);
        assert_eq!(
            decide(&with_prompt(NONE), None),
            Next::Refuse(AuthorizeError::LoginRequired)
        );
    }

    #[test]
    fn prompt_login_wants_a_proof_that_is_younger_than_the_request() {
        let request = with_prompt(LOGIN);
        let mut known = known("a", Duration::ZERO);
        assert_eq!(decide(&request, Some(&known)), Next::SignIn);
        known.session.auth_time = NOW.plus(Duration::from_millis(1));
        assert_eq!(decide(&request, Some(&known)), Next::Code(&known.session));
    }

    #[test]
    fn max_age_is_kept_to_the_second() {
        let aged = |max_age, age| {
            let request = AuthorizationRequest {
                max_age: Some(max_age),
                ..request()
            };
            matches!(decide(&request, Some(&known("a", age))), Next::Code(_))
        };
        assert!(aged(3600, HOUR));
        assert!(!aged(3600, HOUR + Duration::from_secs(1)));
        assert!(!aged(0, Duration::ZERO));
        assert!(aged(u64::MAX, HOUR));
    }

    #[test]
    fn another_person_than_the_hint_names_is_asked_once_and_then_refused() {
        let mut request = AuthorizationRequest {
            expected_subject: Some("b".to_owned()),
            ..request()
        };
        let refused = Next::Refuse(AuthorizeError::LoginRequired);
        let mut known = known("a", HOUR);
        assert_eq!(decide(&request, Some(&known)), Next::SignIn);
        known.session.auth_time = NOW.plus(HOUR);
        assert_eq!(decide(&request, Some(&known)), refused);
        known.session.auth_time = NOW.minus(HOUR);
        request.prompts = NONE;
        assert_eq!(decide(&request, Some(&known)), refused);
        known.subject = "b".to_owned();
        let by_the_clients_name = Next::Code(&known.session);
        assert_eq!(decide(&request, Some(&known)), by_the_clients_name);
    }

    #[test]
    fn who_has_not_agreed_to_everything_is_asked() {
        let consented = |scopes: Option<&str>| Known {
            consented: scopes.map(Scopes::of),
            ..known("a", HOUR)
        };
        let ask = |request: &AuthorizationRequest, scopes: Option<&str>| {
            decide(request, Some(&consented(scopes))) == Next::Consent
        };
        assert!(ask(&request(), None));
        assert!(ask(&request(), Some("openid")));
        assert!(!ask(&request(), Some("openid profile email uid")));
        assert!(ask(&with_prompt(CONSENT), Some("openid profile email")));
        let nothing = consented(None);
        let silent = decide(&with_prompt(NONE), Some(&nothing));
        assert_eq!(silent, Next::Refuse(AuthorizeError::ConsentRequired));
        let own = next(&request(), None, Some(&nothing), Consent::Implied);
        assert_eq!(own, Next::Code(&nothing.session));
    }

    #[test]
    fn who_is_not_admitted_hears_so_and_when_nobody_may_be_asked_the_client_does() {
        let mut known = known("a", HOUR);
        known.admitted = false;
        known.consented = None;
        assert_eq!(decide(&request(), Some(&known)), Next::NotAdmitted);
        assert_eq!(
            decide(&with_prompt(LOGIN), Some(&known)),
            Next::SignIn,
            "who it is comes first"
        );
        let denied = || Next::Refuse(AuthorizeError::AccessDenied);
        assert_eq!(decide(&with_prompt(NONE), Some(&known)), denied());
        let own = next(&request(), None, Some(&known), Consent::Implied);
        assert_eq!(own, Next::NotAdmitted);
        let approval = Decision::Approved {
            subject: "a".to_owned(),
        };
        let approved = next(&request(), Some(&approval), Some(&known), Consent::Ask);
        assert_eq!(approved, Next::NotAdmitted);
        let gone = next(&request(), Some(&Decision::Denied), Some(&known), Consent::Ask);
        assert_eq!(gone, denied());
    }

    #[test]
    fn an_approval_counts_for_the_one_who_gave_it() {
        let known = Known {
            consented: None,
            ..known("a", HOUR)
        };
        let by = |subject: &str| Decision::Approved {
            subject: subject.to_owned(),
        };
        let after =
            |decision: Decision| next(&with_prompt(CONSENT), Some(&decision), Some(&known), Consent::Ask);
        assert_eq!(after(by("a")), Next::Code(&known.session));
        assert_eq!(after(by("b")), Next::Consent);
        assert_eq!(
            after(Decision::Denied),
            Next::Refuse(AuthorizeError::AccessDenied)
        );
    }

    #[test]
    fn who_goes_away_before_signing_in_denies_too() {
        let denied = next(&request(), Some(&Decision::Denied), None, Consent::Ask);
        assert_eq!(denied, Next::Refuse(AuthorizeError::AccessDenied));
    }
}
