//! 應用系統: what each application is for, who owns it, its roles, and what one has of them.

mod emblem;
mod role;

use leptos::prelude::*;
use shared::{
    application::{ApplicationView, Availability, OwnerView, RoleView},
    list::Page,
    paths,
};

pub use self::{
    emblem::emblem,
    role::{risk, standing},
};
use crate::{
    components::{Glyph, Heading, Loaded, Tone, empty, icon, notice},
    i18n::{self, Text, fill, follow, language, pick, text, tr},
    query::Query,
};

/// The catalogue.
pub fn applications() -> AnyView {
    view! {
        <Heading title=text!(site.applications)/>
        <p class="lead">{tr!(applications.lead)}</p>
        {Loaded::from(paths::APPLICATIONS).show(list)}
    }
    .into_any()
}

fn list(applications: Page<ApplicationView>) -> AnyView {
    if applications.items.is_empty() {
        return empty(text!(home.no_applications), text!(home.no_applications_text));
    }
    let wanted = expect_context::<Query>().get("wanted");
    let refused = wanted.and_then(|code| {
        let refused =
            |one: &&ApplicationView| one.code == code && one.availability == Availability::PermissionNeeded;
        applications.items.iter().find(refused).map(needed)
    });
    let list = applications.items.into_iter().map(one).collect_view();
    view! { {refused}<div class="catalogue">{list}</div> }.into_any()
}

/// That the application which one has just tried to start takes a permission.
fn needed(application: &ApplicationView) -> AnyView {
    let link = ["#application-", &application.code].concat();
    let ask = super::access::address_of_new(&application.code);
    let more = view! {
        <p><a href=link rel="external">{pick(application.name.clone())}</a></p>
        <p class="row"><a class="button" href=ask>{tr!(home.ask)}</a></p>
    };
    notice(
        Tone::Caution,
        "status",
        text!(applications.needed),
        text!(applications.needed_text),
        more.into_any(),
    )
}

fn one(application: ApplicationView) -> AnyView {
    let heading = ["application-", &application.code].concat();
    let actions = actions(&application);
    let roles = if application.roles.is_empty() {
        view! { <p class="hint">{tr!(applications.no_roles)}</p> }.into_any()
    } else {
        let list = application.roles.into_iter().map(role).collect_view();
        view! {
            <h3>{tr!(applications.roles)}</h3>
            <ul class="roles">{list}</ul>
        }
        .into_any()
    };
    view! {
        <article class="card application" aria-labelledby=heading>
            {emblem(application.icon, application.glyph)}
            <div>
                <h2 id=heading.clone()>{pick(application.name)}</h2>
                <p>{pick(application.description)}</p>
                {application.owner.map(owner)}
                {roles}
                {actions}
            </div>
        </article>
    }
    .into_any()
}

fn owner(owner: OwnerView) -> AnyView {
    view! {
        <dl class="facts">
            <dt>{tr!(applications.owner)}</dt>
            <dd>{owner.agency.name.unwrap_or(owner.agency.oid)}</dd>
            <dt>{tr!(applications.contact)}</dt>
            <dd>{owner.contact}</dd>
        </dl>
    }
    .into_any()
}

fn role(role: RoleView) -> AnyView {
    let standing = standing(&role);
    view! {
        <li>
            <div>
                <strong>{pick(role.name)}</strong>
                {risk(role.risk)}
                <p class="hint">{pick(role.description)}</p>
            </div>
            <p>{standing}</p>
        </li>
    }
    .into_any()
}

/// What can be done with it: 啟動, 申請權限.
fn actions(application: &ApplicationView) -> AnyView {
    let locale = i18n::locale();
    let name = StoredValue::new(application.name.clone());
    let label = move |text: Text| {
        move || {
            let locale = locale.get();
            name.with_value(|name| fill(text(locale), name.get(language(locale))))
        }
    };
    let asks = application
        .roles
        .iter()
        .any(|role| role.open_request.is_none() && !role.closed);
    let holds = application.roles.iter().any(|role| role.grant.is_some());
    let start = match application.availability {
        Availability::Available => view! {
            // The server answers: the router must not take the click.
            <a class="button" href=paths::launch(&application.code) rel="external"
                aria-label=label(text!(applications.start_label))>{tr!(home.start)}{icon(Glyph::Open)}</a>
        }
        .into_any(),
        Availability::PermissionNeeded => ().into_any(),
        Availability::NotOpenYet => {
            let text = if !holds && asks {
                text!(applications.not_open_ask)
            } else {
                text!(home.held_not_open)
            };
            view! { <span class="hint">{follow(text)}</span> }.into_any()
        }
    };
    let (ask, ask_label) = if holds {
        (text!(applications.ask_more), text!(applications.ask_more_label))
    } else {
        (text!(applications.ask), text!(applications.ask_label))
    };
    let ask = asks.then(|| {
        view! {
            <a class="button quiet" href=super::access::address_of_new(&application.code)
                aria-label=label(ask_label)>{follow(ask)}</a>
        }
    });
    view! { <div class="row">{start}{ask}</div> }.into_any()
}
