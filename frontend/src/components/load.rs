//! Something that a page waits for: on its way, there, or failed.

use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::{failure_view, live, names_nothing, spawn};
use crate::{
    api::{self, Failure},
    i18n::tr,
    session::Session,
};

/// Where it is.
#[derive(Clone)]
enum Load {
    Busy,
    Failed(Failure),
    Ready(JsValue),
}

/// Shows what came.
type View = dyn Fn(JsValue) -> Result<AnyView, Failure> + Send;

/// Something that comes from a path of the API. It is kept as it came, so that one such type serves all.
#[derive(Clone, Copy)]
pub struct Loaded {
    path: StoredValue<String>,
    session: Session,
    state: RwSignal<Load, LocalStorage>,
}

impl Loaded {
    /// Asks for it.
    pub fn from(path: &'static str) -> Self {
        Self::from_address(path.to_owned())
    }

    /// Asks for what is at an address that was put together.
    pub fn from_address(path: String) -> Self {
        let it = Self::later();
        it.ask_for(path);
        it
    }

    /// Asks for nothing yet.
    pub fn later() -> Self {
        Self {
            path: StoredValue::new(String::new()),
            session: expect_context(),
            state: RwSignal::new_local(Load::Busy),
        }
    }

    /// Asks for what is at another address; what is there stays until the answer comes.
    pub fn ask_for(self, path: String) {
        self.path.set_value(path);
        self.ask();
    }

    /// The session that asks.
    pub fn session(self) -> Session {
        self.session
    }

    /// Forgets what has come.
    pub fn clear(self) {
        self.state.set(Load::Busy);
    }

    /// Shows why something that was done with it has failed.
    pub fn fail(self, failure: Failure) {
        self.state.set(Load::Failed(failure));
    }

    /// Asks for it anew; what is there stays until the answer comes.
    pub fn ask(self) {
        let path = self.path.get_value();
        spawn(async move {
            let answer = self.session.get(&path).await;
            // The page may have been left meanwhile.
            let _ = self.state.try_set(answer.map_or_else(Load::Failed, Load::Ready));
        });
    }

    /// Shows it, or that it is on its way, or why it did not come.
    pub fn show<T: DeserializeOwned + 'static>(self, view: fn(T) -> AnyView) -> AnyView {
        self.show_body(Box::new(move |body| api::read(body).map(view)), None)
    }

    /// Shows it as it came, where a reader of the whole type would be too much to carry along.
    pub fn show_parts(self, view: fn(&JsValue) -> AnyView) -> AnyView {
        self.show_body(Box::new(move |body| Ok(view(&body))), None)
    }

    /// As [`Self::show`], for one thing that the page's address names: `missing` is shown when there is none such.
    pub fn show_one<T: DeserializeOwned + 'static>(
        self,
        view: fn(T) -> AnyView,
        missing: fn() -> AnyView,
    ) -> AnyView {
        self.show_body(Box::new(move |body| api::read(body).map(view)), Some(missing))
    }

    fn show_body(self, view: Box<View>, missing: Option<fn() -> AnyView>) -> AnyView {
        let retry = Callback::new(move |()| {
            self.state.set(Load::Busy);
            self.ask();
        });
        let failed = move |failure: Failure| match missing {
            Some(missing) if names_nothing(&failure) => missing(),
            _ => failure_view(&failure, retry),
        };
        live(move || match self.state.get() {
            Load::Busy => skeleton(),
            Load::Failed(failure) => failed(failure),
            Load::Ready(body) => view(body).unwrap_or_else(failed),
        })
    }
}

/// What stands where something will be.
pub fn skeleton() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{tr!(site.loading)}</span>
            <i></i><i></i><i></i>
        </div>
    }
    .into_any()
}
