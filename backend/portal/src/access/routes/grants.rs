//! `/api/v1/grants`.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    access::{GrantPhase, GrantView, Renewal, RequestView, RevokeGrant},
    list::Page,
    problem::ErrorCode,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{actor, read_cursor};
use crate::{
    access::{AccessService, overseen::Wanted},
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, Parameters, Path},
        paging::Paging,
        source::Source,
    },
    state::AppState,
};

/// How long a text may be that permissions are narrowed by.
const LONGEST_TEXT: usize = 200;

pub(super) fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(revoke))
        .routes(routes!(renew))
}

/// Whose grants are listed.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum View {
    /// One's own.
    #[default]
    Own,
    /// Those that one's posts look after.
    Overseen,
}

/// Which grants are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// One's own (`own`, the default, the newest first) or those that one's posts look after (`overseen`). What follows narrows
    /// the latter alone.
    #[param(inline)]
    #[serde(default)]
    view: View,
    /// Only those that count now or will (`living`, the first to end first), or only those that have ended or were taken back
    /// (`ended`, the last to have ended first). Otherwise all, the last to end first.
    #[param(inline)]
    state: Option<GrantPhase>,
    /// Only those of this application: its code.
    #[param(example = "emic")]
    application: Option<String>,
    /// Only those of the person of this id, or of people of exactly this account name or name.
    person: Option<String>,
    /// Only those for this agency (機關OID) and for those below it.
    under: Option<String>,
    /// At most so many items, 1 to 100. 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Permissions
///
/// One's own, or those that one looks after: those that count now, those that will, and those that did.
#[utoipa::path(get, path = "/api/v1/grants", tag = "access", operation_id = "listGrants", params(Filter), responses(
    (status = 200, description = "The grants", body = Page<GrantView>),
    (status = 403, description = "`forbidden`: `overseen` takes a post"),
))]
async fn list(
    State(access): State<AccessService>,
    caller: Caller,
    Parameters(filter): Parameters<Filter>,
) -> ApiResult<Json<Page<GrantView>>> {
    let paging = Paging::new(filter.limit, filter.after.clone());
    let (limit, me) = (paging.limit()? + 1, caller.person.id);
    match filter.view {
        View::Own if filter.narrows() => Err(ErrorCode::MalformedParameter.into()),
        View::Own => {
            let items = access.grants(me, paging.after_id()?, limit).await?;
            Ok(Json(paging.page(items, |item| item.id.to_string())?))
        }
        View::Overseen => {
            let after = paging.after_text().map(read_cursor).transpose()?;
            let wanted = filter.wanted(&access, after, limit).await?;
            let items = access.grants_overseen(me, &wanted).await?;
            Ok(Json(paging.page(items, cursor)?))
        }
    }
}

impl Filter {
    fn narrows(&self) -> bool {
        let texts = [&self.application, &self.person, &self.under];
        self.state.is_some() || texts.into_iter().any(Option::is_some)
    }

    async fn wanted(
        self,
        access: &AccessService,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> ApiResult<Wanted> {
        let malformed = ErrorCode::MalformedParameter;
        let given = [&self.application, &self.person].into_iter().flatten();
        if given
            .into_iter()
            .any(|text| text.chars().count() > LONGEST_TEXT || text.contains('\0'))
        {
            return Err(malformed.into());
        }
        let people = match &self.person {
            Some(text) => Some(access.people_named(text).await?),
            None => None,
        };
        let under = self.under.map(|oid| oid.parse().map_err(|_| malformed));
        Ok(Wanted {
            phase: self.state,
            application: self.application,
            people,
            under: under.transpose()?,
            after,
            limit,
        })
    }
}

/// Where a list goes on that is ordered by when grants end.
fn cursor(grant: &GrantView) -> String {
    let end = grant.revoked.as_ref().map_or(grant.ends_at, |revoked| revoked.at);
    format!("{}.{}", end.as_millis(), grant.id)
}

/// Take a permission back
///
/// By a manager whose posts reach it, the application's owner, or a system administrator. It counts no more from the
/// next request on, and neither do the renewals of it that were approved.
#[utoipa::path(post, path = "/api/v1/grants/{id}/revoke", tag = "access", operation_id = "revokeGrant",
    params(("id" = Uuid, Path, description = "From the list")), request_body = RevokeGrant, responses(
    (status = 200, description = "The grant as it is now", body = GrantView),
    (status = 403, description = "`forbidden`: it is one's own"),
    (status = 404, description = "`not_found`: there is none, or none that one's posts look after"),
    (status = 409, description = "`conflict`: it counts no more already"),
    (status = 422, description = "`invalid`: the reason breaks a rule"),
))]
async fn revoke(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(body): Body<RevokeGrant>,
) -> ApiResult<Json<GrantView>> {
    access.revoke(actor(&caller, &source), id, &body).await.map(Json)
}

/// Ask for a permission to go on
///
/// A request for the same role from the day after its last one on, decided as others are.
#[utoipa::path(post, path = "/api/v1/grants/{id}/renew", tag = "access", operation_id = "renewGrant",
    params(("id" = Uuid, Path, description = "From the list")), request_body = Renewal, responses(
    (status = 201, description = "Submitted", body = RequestView),
    (status = 200, description = "It had been submitted before; this is what has become of it", body = RequestView),
    (status = 404, description = "`not_found`: none of one's grants"),
    (status = 409, description = "`conflict`: it has ended, or goes on already; or the id is that of another request"),
    (status = 422, description = "`invalid`: all violations at once"),
))]
async fn renew(
    State(access): State<AccessService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(body): Body<Renewal>,
) -> ApiResult<Response> {
    let submitted = access.renew(actor(&caller, &source), id, &body).await?;
    Ok(submitted.into_response())
}
