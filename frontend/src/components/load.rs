//! Something that a page waits for: on its way, there, or failed.

use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use super::FailureView;
use crate::{api::Failure, i18n::tr, session::Session};

/// Where it is.
#[derive(Clone)]
pub enum Load<T> {
    /// On its way.
    Busy,
    /// It did not come.
    Failed(Failure),
    /// Here.
    Ready(T),
}

/// Something that comes from a path of the API.
pub struct Loaded<T: Send + Sync + 'static> {
    path: &'static str,
    session: Session,
    /// Where it is.
    pub state: RwSignal<Load<T>>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Loaded<T> {
    /// Asks for it.
    pub fn from(path: &'static str) -> Self {
        let it = Self {
            path,
            session: expect_context(),
            state: RwSignal::new(Load::Busy),
        };
        it.ask();
        it
    }

    fn ask(self) {
        spawn_local(async move {
            let answer = self.session.get::<T>(self.path).await;
            // The page may have been left meanwhile.
            let _ = self.state.try_set(answer.map_or_else(Load::Failed, Load::Ready));
        });
    }

    /// Shows it, or that it is on its way, or why it did not come.
    pub fn show(self, view: fn(T) -> AnyView) -> impl IntoView {
        let retry = Callback::new(move |()| {
            self.state.set(Load::Busy);
            self.ask();
        });
        move || match self.state.get() {
            Load::Busy => skeleton(),
            Load::Failed(failure) => view! { <FailureView failure retry/> }.into_any(),
            Load::Ready(it) => view(it),
        }
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
