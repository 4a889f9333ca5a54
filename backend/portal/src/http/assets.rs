//! The built pages: in the binary, or in a folder while one works on them. Files that the build compressed
//! (`name.br`) are sent so; files whose name holds their hash are kept by browsers for a year.

use std::{borrow::Cow, path::PathBuf, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use sha2::{Digest, Sha256};
use shared::paths::{Bundle, is_of_the_signed_in};

use crate::session;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../frontend/dist"]
#[allow_missing = true]
struct Embedded;

/// Where the pages come from.
#[derive(Clone, Debug)]
pub struct Assets(Option<Arc<PathBuf>>);

/// The file that a bundle's pages begin with.
const fn index_of(bundle: Bundle) -> &'static str {
    match bundle {
        Bundle::App => "index.html",
        Bundle::Entrance => "entrance/index.html",
        Bundle::Hall => "hall/index.html",
        Bundle::Console => "console/index.html",
        Bundle::Governance => "governance/index.html",
        Bundle::Response => "response/index.html",
        Bundle::Lobby => "lobby/index.html",
    }
}

impl Assets {
    /// From this folder, or those in the binary.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self(folder.map(Arc::new))
    }

    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        let plain = !path.is_empty()
            && path
                .split('/')
                .all(|part| !part.is_empty() && !part.starts_with('.'));
        if !plain || path.contains('\\') {
            return None;
        }
        match &self.0 {
            Some(folder) => std::fs::read(folder.join(path)).ok().map(Cow::Owned),
            None => Embedded::get(path).map(|file| file.data),
        }
    }

    /// `script-src` sources for the scripts that the build wrote into the page itself.
    pub fn script_hashes(&self) -> String {
        Bundle::ALL
            .into_iter()
            .filter_map(|bundle| self.read(index_of(bundle)))
            .fold(String::new(), |sources, page| {
                sources + &hashes_of(&String::from_utf8_lossy(&page))
            })
    }
}

/// The hashes of the scripts that stand in this page.
fn hashes_of(page: &str) -> String {
    let mut sources = String::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("<script") {
        let Some((attributes, after)) = after.split_once('>') else {
            break;
        };
        let Some((script, after)) = after.split_once("</script>") else {
            break;
        };
        rest = after;
        if !attributes.contains("src=") && !script.trim().is_empty() {
            sources.push_str(" 'sha256-");
            sources.push_str(&STANDARD.encode(Sha256::digest(script)));
            sources.push('\'');
        }
    }
    sources
}

/// Everything that is no other route: a file of the build, or the page.
pub async fn serve(State(assets): State<Assets>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD")]).into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if is_of_the_signed_in(uri.path()) && session::cookie_token(&headers).is_none() {
        return to_login_page(&uri);
    }
    // A folder that `trunk serve` fills has the app alone, which then shows what it can.
    let bundle = Bundle::of(uri.path());
    if bundle != Bundle::App
        && let Some(response) = send(&assets, index_of(bundle), &headers)
    {
        return response;
    }
    let file = if path.is_empty() {
        index_of(Bundle::App)
    } else {
        path
    };
    if let Some(response) = send(&assets, file, &headers) {
        return response;
    }
    // A path with a dot names a file that is not there; without one, a page of the app.
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains('.')
        || path.starts_with("api/")
        || path.starts_with("auth/")
        || path.starts_with("oidc/")
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    send(&assets, index_of(Bundle::App), &headers).unwrap_or_else(|| {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "The pages are not built. Run: cargo xtask run",
        )
            .into_response()
    })
}

/// Who has no session is led to the login page, and from there back here.
fn to_login_page(uri: &Uri) -> Response {
    let here = uri.path_and_query().map_or("/", |here| here.as_str());
    if here == "/" {
        return Redirect::to("/login").into_response();
    }
    let here: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Redirect::to(&format!("/login?return_to={here}")).into_response()
}

/// The app's page, which says to people who follow a link that what they ask for is not there.
pub(super) fn missing_page(assets: &Assets, headers: &HeaderMap) -> Option<Response> {
    let mut page = send(assets, index_of(Bundle::App), headers)?;
    *page.status_mut() = StatusCode::NOT_FOUND;
    Some(page)
}

fn send(assets: &Assets, path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.rsplit('.').next() == Some("br") {
        return None;
    }
    let takes_brotli = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br") && parts.all(|part| part != "q=0")
        });
    let compressed = assets.read(&format!("{path}.br"));
    let has_compressed = compressed.is_some();
    let (data, encoding) = match compressed {
        Some(data) if takes_brotli => (data, Some("br")),
        _ => (assets.read(path)?, None),
    };
    let tag = STANDARD.encode(&Sha256::digest(&data)[..12]);
    let tag = format!("\"{tag}\"");
    let not_modified = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| known == tag.as_str());
    let mut response = if not_modified {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(data.into_owned()).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    let caching = if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        answer.insert(header::ETAG, tag);
    }
    if has_compressed {
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Some(response)
}

/// Whether the name holds a hash of the content, as Trunk writes it: `name-0123456789abcdef.js`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(['-', '.', '_'])
        .any(|part| part.len() >= 15 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told_from_others() {
        assert!(is_hashed("frontend-1f2e3d4c5b6a7988_bg.wasm"));
        assert!(is_hashed("snippets/x/app-0123456789abcdef.js"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("frontend-release.css"));
    }

    #[test]
    fn scripts_in_the_page_get_their_hashes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join(index_of(Bundle::App)),
            "<script type=\"module\">a()</script><script src=\"x.js\"></script>",
        )
        .unwrap();
        let hashes = Assets::new(Some(folder.path().to_owned())).script_hashes();
        assert_eq!(
            hashes,
            format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest("a()")))
        );
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("dist")).unwrap();
        std::fs::write(folder.path().join("secret.txt"), "x").unwrap();
        let assets = Assets::new(Some(folder.path().join("dist")));
        for path in [
            "../secret.txt",
            "..\\secret.txt",
            "/secret.txt",
            "a/../../secret.txt",
            ".hidden",
        ] {
            assert!(assets.read(path).is_none(), "{path}");
        }
    }
}
