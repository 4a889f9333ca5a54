//! 下載專區: the files of a folder that the operator fills. What is listed is there, when it is listed.

use std::{
    io,
    path::{Path as FilePath, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use axum::{
    Json, Router,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, header};
use shared::{download::DownloadView, list::Page, problem::ErrorCode, time::Timestamp};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::{ApiError, ApiResult},
    http::{
        extract::{Parameters, Path},
        paging::Paging,
    },
    state::AppState,
};

/// Knows the folder.
#[derive(Clone, Debug)]
pub struct DownloadService(Option<Arc<PathBuf>>);

/// Whether it is the name of a file that is meant to be seen, and of no other folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0'])
}

fn view(folder: &FilePath, name: &str) -> io::Result<Option<DownloadView>> {
    // Links are not followed: what they name lies outside the folder.
    let meta = std::fs::symlink_metadata(folder.join(name))?;
    if !meta.is_file() || !is_plain(name) {
        return Ok(None);
    }
    let modified = meta.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    Ok(Some(DownloadView {
        name: name.to_owned(),
        // In a path a space is %20; `+` would be a plus.
        href: format!("/downloads/{}", encoded.replace('+', "%20")),
        size: meta.len(),
        modified_at: Timestamp::from_millis(i64::try_from(modified.as_millis()).unwrap_or(i64::MAX)),
    }))
}

impl DownloadService {
    /// Of this folder; without one there is nothing to download.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder.map(Arc::new))
    }

    /// The files by name.
    fn list(&self) -> io::Result<Vec<DownloadView>> {
        let Some(folder) = &self.0 else {
            return Ok(Vec::new());
        };
        let entries = match std::fs::read_dir(folder.as_path()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut files = Vec::new();
        for entry in entries {
            if let Ok(name) = entry?.file_name().into_string()
                && let Ok(Some(file)) = view(folder, &name)
            {
                files.push(file);
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    fn open(&self, name: &str) -> Option<(DownloadView, std::fs::File)> {
        let folder = self.0.as_ref()?;
        if !is_plain(name) {
            return None;
        }
        let file = view(folder, name).ok()??;
        let opened = std::fs::File::open(folder.join(name)).ok()?;
        Some((file, opened))
    }
}

/// The list.
pub fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The files.
pub fn navigation() -> Router<AppState> {
    Router::new().route("/downloads/{name}", get(download))
}

/// Files to download
///
/// By name. Nobody needs to be signed in.
#[utoipa::path(get, path = "/api/v1/downloads", tag = "download", operation_id = "listDownloads", params(Paging), responses(
    (status = 200, description = "The files", body = Page<DownloadView>),
))]
async fn list(
    State(downloads): State<DownloadService>,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<DownloadView>>> {
    let files = tokio::task::spawn_blocking(move || downloads.list())
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let files = match paging.after_text() {
        Some(after) => files
            .into_iter()
            .filter(|file| file.name.as_str() > after)
            .collect(),
        None => files,
    };
    Ok(Json(paging.page(files, |file| file.name.clone())?))
}

async fn download(State(downloads): State<DownloadService>, Path(name): Path<String>) -> ApiResult<Response> {
    let found = tokio::task::spawn_blocking(move || downloads.open(&name))
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    let (view, file) = found.ok_or(ErrorCode::NotFound)?;
    let stream = tokio_util::io::ReaderStream::new(tokio::fs::File::from_std(file));
    let mut response = Body::from_stream(stream).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(view.size));
    // RFC 6266 with RFC 8187's encoding: names here are Chinese.
    let name = view.href.trim_start_matches("/downloads/");
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}
