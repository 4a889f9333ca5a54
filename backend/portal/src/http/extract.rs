//! Reads bodies, queries and paths, and says by a code what is wrong with them.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;
use shared::problem::ErrorCode;

use super::patience;
use crate::error::ApiError;

/// A JSON body. Another content type is 415, too much of it 413, and what is no JSON of this shape 400;
/// fields that the operation does not know are part of the shape.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        let body = whole(request, state).await?;
        // A list of values in the fields' order would be read as an object too; the contract knows objects alone.
        if body.trim_ascii_start().first() != Some(&b'{') {
            return Err(ErrorCode::MalformedBody.into());
        }
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|_| ErrorCode::MalformedBody.into())
    }
}

/// The body of an operation that needs none: nothing, or an object without fields.
#[derive(Clone, Copy, Debug)]
pub struct NoBody;

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = whole(request, state).await?;
        let text: String = String::from_utf8_lossy(&body).split_whitespace().collect();
        match text.as_str() {
            "" | "{}" => Ok(Self),
            _ => Err(ErrorCode::MalformedBody.into()),
        }
    }
}

/// All of the body. One that drips in is cut off here, as the client's fault, before the answer's own time is over.
async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    let patience = patience::for_body(&request);
    match tokio::time::timeout(patience, Bytes::from_request(request, state)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ErrorCode::BodyTooLarge.into())
        }
        Ok(Err(_)) | Err(_) => Err(ErrorCode::MalformedBody.into()),
    }
}

fn is_json(content_type: &HeaderValue) -> bool {
    content_type.to_str().is_ok_and(|text| {
        let essence = text.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    })
}

/// Parameters in the query.
#[derive(Clone, Copy, Debug)]
pub struct Parameters<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        axum::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|_| ErrorCode::MalformedParameter.into())
    }
}

/// A parameter in the path.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| ErrorCode::MalformedParameter.into())
    }
}

/// Whether a state-changing request says that its body is JSON, or has none.
pub fn is_json_or_empty(request: &Request) -> bool {
    let headers = request.headers();
    match headers.get(header::CONTENT_TYPE) {
        Some(content_type) => is_json(content_type),
        // HTTP/2 needs neither header for a body; without a content type nothing reads it as JSON then.
        None => {
            headers
                .get(header::CONTENT_LENGTH)
                .is_none_or(|length| length == "0")
                && !headers.contains_key(header::TRANSFER_ENCODING)
        }
    }
}
