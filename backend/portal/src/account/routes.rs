//! Forgotten and changed passwords, and new addresses.

use axum::{Json, extract::State, http::StatusCode};
use shared::account::{
    ChangePassword, ConfirmedEmail, ForgottenPassword, Link, NewPassword, OpenedReset, ResetRequested,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{EmailService, LIFE_OF_A_RESET, PasswordService};
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{extract::Body, source::Source},
    state::AppState,
};

/// Routes for people who are not signed in.
pub fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(forgotten))
        .routes(routes!(open))
        .routes(routes!(redeem))
        .routes(routes!(confirm))
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change))
}

/// Ask for a new password
///
/// By the account's name or the address that its mail goes to. The answer is the same whether there is such an account
/// or not, and so is its time; the mail with the link goes out afterwards. A newer link takes the older one's place.
#[utoipa::path(post, path = "/api/v1/password-resets", tag = "account", operation_id = "requestPasswordReset",
    request_body = ForgottenPassword, responses(
    (status = 202, description = "If there is such an account with an address, it gets a mail", body = ResetRequested),
    (status = 409, description = "`mail_off`: no mail can be sent; call the service desk"),
    (status = 422, description = "`invalid`, with every violation"),
    (status = 429, description = "`too_many_attempts`: for this name, or from this network address"),
))]
async fn forgotten(
    State(passwords): State<PasswordService>,
    source: Source,
    Body(asked): Body<ForgottenPassword>,
) -> ApiResult<(StatusCode, Json<ResetRequested>)> {
    passwords.forgotten(&asked, source.as_str()).await?;
    let valid_minutes = u32::try_from(LIFE_OF_A_RESET.as_secs() / 60).unwrap_or_default();
    Ok((StatusCode::ACCEPTED, Json(ResetRequested { valid_minutes })))
}

/// Look at a link to a new password
///
/// Says whose password it sets, as long as it is good. Looking uses nothing up.
#[utoipa::path(post, path = "/api/v1/password-resets/open", tag = "account", operation_id = "openPasswordReset",
    request_body = Link, responses(
    (status = 200, description = "The link is good", body = OpenedReset),
    (status = 410, description = "`link_over`"),
))]
async fn open(
    State(passwords): State<PasswordService>,
    Body(link): Body<Link>,
) -> ApiResult<Json<OpenedReset>> {
    passwords.open(&link.token).await.map(Json)
}

/// Set a new password by a link
///
/// Uses the link up, and ends all sessions, known devices and access tokens of the person. A password that breaks a
/// rule leaves the link good.
#[utoipa::path(post, path = "/api/v1/password-resets/redeem", tag = "account",
    operation_id = "redeemPasswordReset", request_body = NewPassword, responses(
    (status = 204, description = "The password is set"),
    (status = 409, description = "`conflict`: it was changed at the same moment"),
    (status = 410, description = "`link_over`"),
    (status = 422, description = "`invalid`, with every rule that the password breaks"),
))]
async fn redeem(
    State(passwords): State<PasswordService>,
    source: Source,
    Body(new): Body<NewPassword>,
) -> ApiResult<StatusCode> {
    passwords.redeem(new, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change one's password
///
/// The other sessions end. A wrong `current` counts as a failed sign-in does: after five the person waits.
#[utoipa::path(post, path = "/api/v1/profile/password", tag = "account", operation_id = "changePassword",
    request_body = ChangePassword, responses(
    (status = 204, description = "Changed"),
    (status = 409, description = "`no_password`: the person signs in with MyEGov; `conflict`: it was changed at the \
     same moment"),
    (status = 422, description = "`invalid`: `wrong` for the present password; every rule that the new one breaks"),
    (status = 429, description = "`too_many_attempts`"),
))]
async fn change(
    State(passwords): State<PasswordService>,
    caller: Caller,
    source: Source,
    Body(change): Body<ChangePassword>,
) -> ApiResult<StatusCode> {
    passwords.change(&caller, change, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Confirm a new address
///
/// By the link that was sent there. From now on it counts, and the one before is told so.
#[utoipa::path(post, path = "/api/v1/email-changes/confirm", tag = "account", operation_id = "confirmEmail",
    request_body = Link, responses(
    (status = 200, description = "It counts", body = ConfirmedEmail),
    (status = 410, description = "`link_over`"),
))]
async fn confirm(
    State(emails): State<EmailService>,
    source: Source,
    Body(link): Body<Link>,
) -> ApiResult<Json<ConfirmedEmail>> {
    emails.confirm(&link.token, source.as_str()).await.map(Json)
}
