//! What a route takes of its caller. The guard asks it of every request, and a test holds that the table of routes,
//! the contract and the guide say the same.

use std::{collections::HashMap, sync::LazyLock};

use http::Method;
use shared::token::Scope;

use super::routes::{ROUTES, Route};

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing: anybody may call it, and no token is looked at.
    Open,
    /// Nothing, but it is for browsers: a request with a token is refused.
    SignIn,
    /// A session; a request with a token is refused.
    Session,
    /// A session, or a token with this scope.
    Scope(Scope),
    /// An application's own token (RFC 6749, section 4.4) with the scope `directory`; no person's.
    Directory,
}

impl Access {
    /// Whether a request with a token is refused whatever the token.
    pub const fn refuses_tokens(self) -> bool {
        matches!(self, Self::SignIn | Self::Session)
    }
}

/// What the route at this path (as it is declared, with its parameters' names) takes; none when it is not in
/// the table.
pub fn of(method: &Method, path: &str) -> Option<Access> {
    // Whoever may GET may HEAD.
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    at(path)
        .iter()
        .find(|(known, _, _)| known == method)
        .map(|(_, _, access)| *access)
}

/// The routes at a path. Every request asks for them, so they are not looked for in the whole table.
fn at(path: &str) -> &'static [&'static Route] {
    static BY_PATH: LazyLock<HashMap<&str, Vec<&Route>>> = LazyLock::new(|| {
        let mut routes = HashMap::<_, Vec<_>>::new();
        for route in ROUTES {
            routes.entry(route.1).or_default().push(route);
        }
        routes
    });
    BY_PATH.get(path).map_or(&[], Vec::as_slice)
}

/// The methods of the route at this path, when it has some and this one is not among them.
pub fn others(method: &Method, path: &str) -> Option<String> {
    if of(method, path).is_some() {
        return None;
    }
    let mut methods = Vec::new();
    for (known, _, _) in at(path) {
        methods.push(known.as_str());
        if known == Method::GET {
            methods.push("HEAD");
        }
    }
    (!methods.is_empty()).then(|| methods.join(","))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::paths;

    use super::*;

    /// Method and path of every operation of the contract.
    fn operations() -> BTreeSet<(String, String)> {
        let document = serde_json::to_value(crate::openapi().unwrap()).unwrap();
        let mut operations = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                operations.insert((method.to_uppercase(), path.clone()));
            }
        }
        operations
    }

    #[test]
    fn every_route_of_the_api_says_what_it_takes_and_none_is_left_over() {
        let listed: Vec<_> = ROUTES
            .iter()
            .map(|(method, path, _)| (method.to_string(), (*path).to_owned()))
            .collect();
        let distinct: BTreeSet<_> = listed.iter().cloned().collect();
        assert_eq!(distinct.len(), listed.len(), "a route is listed twice");
        assert_eq!(distinct, operations(), "listed, and in the contract");
    }

    #[test]
    fn a_scope_is_of_the_area_that_the_contract_puts_the_route_in() {
        let document = serde_json::to_value(crate::openapi().unwrap()).unwrap();
        for (method, path, access) in ROUTES {
            if let Access::Scope(scope) = access {
                let operation = &document["paths"][path][method.as_str().to_lowercase()];
                assert_eq!(operation["tags"][0], scope.area().name(), "{method} {path}");
                let writes = scope.name().ends_with(":write");
                assert_eq!(writes, *method != Method::GET, "{method} {path}");
            }
        }
    }

    /// The row of a route in docs/api.md.
    fn row((method, path, access): &Route) -> String {
        let takes = match access {
            Access::Open => "*nothing*".to_owned(),
            Access::SignIn => "*a browser*".to_owned(),
            Access::Session => "*a session*".to_owned(),
            Access::Scope(scope) => format!("`{}`", scope.name()),
            Access::Directory => "*an application*".to_owned(),
        };
        format!("| `{method}` | `{path}` | {takes} |")
    }

    #[test]
    fn the_guide_has_this_table() {
        let guide = include_str!("../../../../docs/api.md");
        let (_, below) = guide
            .split_once("| method | path | takes |\n|---|---|---|\n")
            .unwrap();
        let (table, _) = below.split_once("\n\n").unwrap();
        let rows: Vec<_> = ROUTES.iter().map(row).collect();
        assert_eq!(table, rows.join("\n"));
    }

    #[test]
    fn whoever_may_get_may_head() {
        assert_eq!(of(&Method::HEAD, paths::SITE), Some(Access::Open));
        assert_eq!(of(&Method::PUT, paths::SITE), None);
        assert_eq!(others(&Method::HEAD, paths::SITE), None);
        assert_eq!(others(&Method::PUT, paths::SITE).as_deref(), Some("GET,HEAD"));
        assert_eq!(others(&Method::PUT, "/elsewhere"), None);
    }
}
