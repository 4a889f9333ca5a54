//! `/api/v1/permission-requests/{id}/attachments` and `/api/v1/attachments`.

use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use shared::{
    attachment::{AttachmentView, LARGEST, NewAttachment},
    list::Page,
};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use uuid::Uuid;

use super::{
    AttachmentService,
    service::{Added, File},
};
use crate::{
    access::Actor,
    error::ApiResult,
    gate::Caller,
    http::{
        extract::{Body, NoBody, Path},
        source::Source,
    },
    state::AppState,
};

/// The largest body: a file in base64, and what is written around it.
const LARGEST_BODY: usize = LARGEST.div_ceil(3) * 4 + 4096;

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, add).layer(DefaultBodyLimit::max(LARGEST_BODY)))
        .routes(routes!(download, remove))
}

/// The files of a request
///
/// Of one that one may see, the oldest first; also of one's own that is not sent yet. Of every other there are none.
#[utoipa::path(get, path = "/api/v1/permission-requests/{id}/attachments", tag = "access",
    operation_id = "listAttachments", params(("id" = Uuid, Path, description = "The request's")), responses(
    (status = 200, description = "The files", body = Page<AttachmentView>),
))]
async fn list(
    State(attachments): State<AttachmentService>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> ApiResult<Json<Page<AttachmentView>>> {
    let items = attachments.list(caller.person.id, id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Add a file to a request
///
/// PDF, PNG or JPEG, 5 MiB at most, and five of them. To one's own that is open, or before it is sent: its id is chosen by
/// the one who sends it. A file whose request does not come within a day is deleted.
#[utoipa::path(post, path = "/api/v1/permission-requests/{id}/attachments", tag = "access",
    operation_id = "addAttachment", params(("id" = Uuid, Path, description = "The request's")),
    request_body = NewAttachment, responses(
    (status = 201, description = "Added", body = AttachmentView),
    (status = 200, description = "It had been added before", body = AttachmentView),
    (status = 409, description = "`conflict`: the id is another file's, or the request is decided; `attachment_limit`: \
     there are as many as may be"),
    (status = 422, description = "`invalid`: all violations at once; `wrong_type` for a file that is neither PDF, PNG nor \
     JPEG by its content, or not what its name says"),
))]
async fn add(
    State(attachments): State<AttachmentService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    Body(new): Body<NewAttachment>,
) -> ApiResult<Response> {
    let added = attachments.add(actor(&caller, &source), id, new).await?;
    Ok(match added {
        Added::New(view) => (StatusCode::CREATED, Json(view)).into_response(),
        Added::Before(view) => (StatusCode::OK, Json(view)).into_response(),
    })
}

/// Download a file
///
/// Of a request that one may see, or one's own. The audit log says who has downloaded another's.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "access", operation_id = "downloadAttachment",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 200, description = "The file", content(
        (String = "application/pdf"), (String = "image/png"), (String = "image/jpeg"))),
    (status = 404, description = "`not_found`: none that one may see"),
))]
async fn download(
    State(attachments): State<AttachmentService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
) -> ApiResult<File> {
    attachments.read(actor(&caller, &source), id).await
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let encoded: String = url::form_urlencoded::byte_serialize(self.name.as_bytes()).collect();
        let mut response = self.content.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(self.kind.media_type()),
        );
        // Never shown in place; RFC 6266 with RFC 8187's encoding: names here are Chinese.
        let disposition = format!("attachment; filename*=UTF-8''{}", encoded.replace('+', "%20"));
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}

/// Take a file away
///
/// One's own, before its request is sent or while that is back for correction.
#[utoipa::path(delete, path = "/api/v1/attachments/{id}", tag = "access", operation_id = "removeAttachment",
    params(("id" = Uuid, Path, description = "From the list")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "`not_found`: none of one's own"),
    (status = 409, description = "`conflict`: its request waits for a decision or is decided"),
))]
async fn remove(
    State(attachments): State<AttachmentService>,
    caller: Caller,
    source: Source,
    Path(id): Path<Uuid>,
    _: NoBody,
) -> ApiResult<StatusCode> {
    attachments.remove(actor(&caller, &source), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who calls, from where.
fn actor<'a>(caller: &Caller, source: &'a Source) -> Actor<'a> {
    Actor {
        person: caller.person.id,
        source: source.as_str(),
    }
}
