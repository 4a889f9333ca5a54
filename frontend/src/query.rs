//! The query of the page's address: the router's where there is one, the browser's on the login page alone.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What reads a parameter.
type Read = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The query, for the whole app: a handle.
#[derive(Clone, Copy)]
pub struct Query(StoredValue<Box<Read>>);

impl Query {
    /// The parameter of this name, following the address where it can change.
    pub fn get(self, name: &str) -> Option<String> {
        self.0.with_value(|read| read(name))
    }
}

/// From the router, which must be around.
pub fn provide_from_router() {
    let query = use_location().query;
    let read: Box<Read> = Box::new(move |name| query.with(|query| query.get(name)));
    provide_context(Query(StoredValue::new(read)));
}

/// From the browser's address bar.
pub fn provide_from_browser() {
    let read: Box<Read> = Box::new(|name| {
        let search = window().location().search().unwrap_or_default();
        web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
    });
    provide_context(Query(StoredValue::new(read)));
}

/// The last segment of the page's path: the id in `/access/{id}`.
pub fn last_segment() -> String {
    let path = use_location().pathname.get_untracked();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// An address with those of these parameters that there are.
pub fn address(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let mut address = path.to_owned();
    let mut sign = "?";
    for (name, value) in parameters {
        if let Some(value) = value {
            address.extend([sign, name, "="]);
            address.push_str(&String::from(js_sys::encode_uri_component(value)));
            sign = "&";
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_names_only_the_parameters_that_there_are() {
        assert_eq!(address("/access", &[("state", None), ("after", None)]), "/access");
    }
}
