//! Forms are taken from our own pages alone (CSRF). Where other sites send forms, what they carry is checked by itself.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::http::origin;
use url::Url;

use crate::error::SiteError;

/// The address whose pages may send forms.
#[derive(Clone, Debug)]
pub(crate) struct PublicUrl(pub(crate) Arc<Url>);

/// The middleware.
pub(crate) async fn require(
    State(PublicUrl(ours)): State<PublicUrl>,
    request: Request,
    next: Next,
) -> Response {
    if origin::is_ours(request.method(), request.headers(), &ours) {
        next.run(request).await
    } else {
        SiteError::CrossSite.into_response()
    }
}
