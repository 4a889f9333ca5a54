//! Gives every refusal its body: `application/problem+json` with the request's id, also where the
//! framework and not a feature refused.

use std::panic::AssertUnwindSafe;

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use foundation::http::observe::RequestId;
use futures::FutureExt;
use http::{HeaderValue, StatusCode, header};
use shared::problem::{ErrorCode, Problem};

use super::patience;
use crate::error::respond;

/// What an unknown path of the API answers: never the pages.
pub async fn not_found() -> Response {
    respond(Problem::new(ErrorCode::NotFound))
}

/// What a route answers, also when it panics or takes too long.
async fn answer(request: Request, next: Next) -> Response {
    let patience = patience::for_answer(&request);
    // What a panic left half-done belongs to its request alone, which ends here; the log has what it said.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(patience, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => respond(Problem::new(ErrorCode::Internal)),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn code_of(status: StatusCode) -> Option<ErrorCode> {
    match status {
        StatusCode::BAD_REQUEST => Some(ErrorCode::MalformedBody),
        StatusCode::NOT_FOUND => Some(ErrorCode::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => Some(ErrorCode::MethodNotAllowed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(ErrorCode::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(ErrorCode::UnsupportedMediaType),
        StatusCode::INTERNAL_SERVER_ERROR => Some(ErrorCode::Internal),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Some(ErrorCode::Unavailable),
        _ => None,
    }
}

/// Whether a route has written its own body: a page for people, or what MyEGov's protocol asks for.
fn is_written(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/json" || kind == "text/html; charset=utf-8")
}

/// The middleware.
pub async fn write(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied();
    let mut response = answer(request, next).await;
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if is_written(&response) => return response,
        None => match code_of(response.status()) {
            Some(code) => Problem {
                retry_after: (code == ErrorCode::Unavailable).then_some(5),
                ..Problem::new(code)
            },
            None => return response,
        },
    };
    let problem = Problem {
        request_id: id.map(|id| id.to_string()).unwrap_or_default(),
        ..problem
    };
    let Ok(body) = serde_json::to_vec(&problem) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(status) = StatusCode::from_u16(problem.status) {
        *response.status_mut() = status;
    }
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    *response.body_mut() = Body::from(body);
    response
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    #[expect(clippy::panic, reason = "what is tested")]
    async fn a_route_that_panics_answers_with_a_problem() {
        let router = Router::<()>::new()
            .route("/", get(async || -> StatusCode { panic!("half-way") }))
            .layer(from_fn(write));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.code, ErrorCode::Internal);
    }
}
