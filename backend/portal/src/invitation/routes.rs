//! `/api/v1/invitations`.

use axum::{Json, extract::State, http::StatusCode};
use shared::{
    account::{
        ImportInvitations, ImportedInvitations, InvitationView, Link, NewInvitation, NewPassword,
        OpenedInvitation,
    },
    list::Page,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::InvitationService;
use crate::{
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

/// Routes for people who have no account yet.
pub fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(open)).routes(routes!(accept))
}

/// Routes that a manager calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, invite))
        .routes(routes!(import))
        .routes(routes!(resend))
        .routes(routes!(cancel))
}

/// Invitations
///
/// Those to the agencies that one manages, the newest first.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "account", operation_id = "listInvitations",
    params(Paging), responses(
    (status = 200, description = "The invitations", body = Page<InvitationView>),
    (status = 403, description = "`forbidden`: one manages no agency"),
))]
async fn list(
    State(invitations): State<InvitationService>,
    caller: Caller,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<InvitationView>>> {
    let (after, limit) = (paging.after_id()?, paging.limit()?);
    let items = invitations.list(&caller, after, limit + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}

/// Invite a person
///
/// To an account of EMIC in an agency that one manages. The person gets a mail with a link that is good for seven days,
/// sets a password, and then the account is there. With an `id` of one's own a retry makes no second invitation.
#[utoipa::path(post, path = "/api/v1/invitations", tag = "account", operation_id = "invite",
    request_body = NewInvitation, responses(
    (status = 200, description = "It was sent before, by the same request", body = InvitationView),
    (status = 201, description = "Invited", body = InvitationView),
    (status = 403, description = "`forbidden`: one manages no agency"),
    (status = 409, description = "`conflict`: the id is another invitation's; `mail_off`: no mail can be sent"),
    (status = 422, description = "`invalid`: see `violations`; `taken` for a name of an account or of an invitation \
     that waits, `unknown` for an agency that one does not manage"),
))]
async fn invite(
    State(invitations): State<InvitationService>,
    caller: Caller,
    source: Source,
    Body(new): Body<NewInvitation>,
) -> ApiResult<(StatusCode, Json<InvitationView>)> {
    let (made, is_new) = invitations.invite(&caller, &new, source.as_str()).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(made)))
}

/// Invite many people
///
/// By a table of at most 500 rows. Each row stands for itself: those without a fault are invited, and of the others all
/// faults are told. With `dry_run` nobody is invited.
#[utoipa::path(post, path = "/api/v1/invitations/import", tag = "account", operation_id = "importInvitations",
    request_body = ImportInvitations, responses(
    (status = 200, description = "What became, or would become, of each row", body = ImportedInvitations),
    (status = 403, description = "`forbidden`: one manages no agency"),
    (status = 409, description = "`mail_off`: no mail can be sent"),
    (status = 422, description = "`invalid`: the text is no such table, or has too many rows"),
))]
async fn import(
    State(invitations): State<InvitationService>,
    caller: Caller,
    source: Source,
    Body(table): Body<ImportInvitations>,
) -> ApiResult<Json<ImportedInvitations>> {
    invitations
        .import(&caller, &table, source.as_str())
        .await
        .map(Json)
}

/// Send an invitation once more
///
/// With a new link, good for seven days from now; the one before is not any more.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/resend", tag = "account", operation_id = "resendInvitation",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "Sent", body = InvitationView),
    (status = 404, description = "`not_found`: none to an agency that one manages"),
    (status = 409, description = "`conflict`: it was accepted or cancelled, or its name was taken since; `mail_off`: \
     no mail can be sent"),
))]
async fn resend(
    State(invitations): State<InvitationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<Json<InvitationView>> {
    invitations.resend(&caller, id, source.as_str()).await.map(Json)
}

/// Take an invitation back
///
/// Its link is not good any more.
#[utoipa::path(post, path = "/api/v1/invitations/{id}/cancel", tag = "account", operation_id = "cancelInvitation",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "Taken back", body = InvitationView),
    (status = 404, description = "`not_found`: none to an agency that one manages"),
    (status = 409, description = "`conflict`: it was accepted or cancelled"),
))]
async fn cancel(
    State(invitations): State<InvitationService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<Json<InvitationView>> {
    invitations.cancel(&caller, id, source.as_str()).await.map(Json)
}

/// Look at an invitation
///
/// By the link that was sent: who is invited to which account. Looking uses nothing up.
#[utoipa::path(post, path = "/api/v1/invitations/open", tag = "account", operation_id = "openInvitation",
    request_body = Link, responses(
    (status = 200, description = "The invitation waits", body = OpenedInvitation),
    (status = 410, description = "`link_over`"),
))]
async fn open(
    State(invitations): State<InvitationService>,
    Body(link): Body<Link>,
) -> ApiResult<Json<OpenedInvitation>> {
    invitations.open(&link.token).await.map(Json)
}

/// Accept an invitation
///
/// Makes the account with this password, and uses the link up. A password that breaks a rule leaves the link good.
#[utoipa::path(post, path = "/api/v1/invitations/accept", tag = "account", operation_id = "acceptInvitation",
    request_body = NewPassword, responses(
    (status = 204, description = "The account is there"),
    (status = 410, description = "`link_over`"),
    (status = 422, description = "`invalid`, with every rule that the password breaks; `taken` when an account of the \
     name was made meanwhile"),
))]
async fn accept(
    State(invitations): State<InvitationService>,
    source: Source,
    Body(new): Body<NewPassword>,
) -> ApiResult<StatusCode> {
    invitations.accept(new, source.as_str()).await?;
    Ok(StatusCode::NO_CONTENT)
}
