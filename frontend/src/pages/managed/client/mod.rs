//! 單一簽入介接: how an application signs people in through the portal.

mod configuration;
mod form;
mod registration;
mod removal;
mod secrets;
mod trial;

use leptos::prelude::*;
use shared::{
    client::{ClientAuthentication, ClientView, RegisteredClient},
    paths,
    problem::ErrorCode,
};
use wasm_bindgen::JsValue;

use super::{address_of, role::segment};
use crate::{
    api::{self, Failure},
    components::{Heading, Tone, failure_view, live, notice, secret_once, skeleton, sometimes, spawn},
    i18n::{text, tr},
    session::Session,
};

/// What is known of the registration.
#[derive(Clone)]
enum Stage {
    Asking,
    Failed(Failure),
    /// There is none.
    None,
    /// There is one: as it came, and its version.
    Registered(JsValue, String),
}

/// The page's state: the registration, and a secret until the person has kept it.
#[derive(Clone, Copy)]
struct Client {
    code: StoredValue<String>,
    stage: RwSignal<Stage, LocalStorage>,
    secret: RwSignal<Option<String>>,
    /// Whether it was removed just now.
    removed: RwSignal<bool>,
    session: Session,
}

impl Client {
    fn code(self) -> String {
        self.code.get_value()
    }

    /// Asks for the registration.
    fn ask(self) {
        let path = paths::client(&self.code());
        spawn(async move {
            let stage = match self.session.get_version(&path).await {
                Ok(version) => Stage::Registered(version.body, version.tag),
                Err(Failure::Refused(problem)) if problem.code == ErrorCode::NotFound => Stage::None,
                Err(failure) => Stage::Failed(failure),
            };
            // The page may have been left meanwhile.
            let _ = self.stage.try_set(stage);
        });
    }

    /// Takes over a registration that has just come to be, or has a new secret, and shows that once.
    fn registered(self, body: JsValue) {
        if let Ok(answer) = api::read::<RegisteredClient>(body) {
            self.secret.set(answer.client_secret);
        }
        self.ask();
    }
}

/// The page.
pub fn client() -> AnyView {
    let code = segment(3);
    let client = Client {
        code: StoredValue::new(code.clone()),
        stage: RwSignal::new_local(Stage::Asking),
        secret: RwSignal::new(None),
        removed: RwSignal::new(false),
        session: expect_context(),
    };
    client.ask();
    let kept = Callback::new(move |()| client.secret.set(None));
    let secret = sometimes(move || {
        let words = (text!(client.secret), text!(client.secret_text));
        client.secret.get().map(|secret| secret_once(words, secret, kept))
    });
    let removed = sometimes(move || {
        let gone = client.removed.get();
        gone.then(|| {
            notice(
                Tone::Good,
                "status",
                text!(client.removed),
                text!(client.remove_text),
                ().into_any(),
            )
        })
    });
    let retry = Callback::new(move |()| {
        client.stage.set(Stage::Asking);
        client.ask();
    });
    let stage = live(move || match client.stage.get() {
        Stage::Asking => skeleton(),
        Stage::Failed(failure) => failure_view(&failure, retry),
        Stage::None => unregistered(client),
        Stage::Registered(body, tag) => match api::read::<ClientView>(body) {
            Ok(view) => registered(client, &view, &tag),
            Err(failure) => failure_view(&failure, retry),
        },
    });
    view! {
        <Heading title=text!(client.title)/>
        <p class="lead">{tr!(client.lead)}" "<code>{code.clone()}</code></p>
        {removed}
        {secret}
        {stage}
        <p class="row"><a href=address_of(&code)>{tr!(client.back)}</a></p>
    }
    .into_any()
}

fn unregistered(client: Client) -> AnyView {
    view! {
        <p><strong>{tr!(client.none)}</strong>" "{tr!(client.none_text)}</p>
        {form::new(client)}
        {registration::registration(client)}
    }
    .into_any()
}

fn registered(client: Client, view: &ClientView, tag: &str) -> AnyView {
    let secrets = (view.data.authentication == ClientAuthentication::ClientSecret)
        .then(|| secrets::secrets(client, view));
    view! {
        {form::of(client, view, tag)}
        {secrets}
        {trial::trial(client)}
        {configuration::configuration(view)}
        {removal::removal(client)}
    }
    .into_any()
}
