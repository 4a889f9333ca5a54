//! 管理: the console of those who have a post, in a bundle of its own below `/review` and `/manage`. Who has none does
//! not load it, and the other pages do not grow with it.

use leptos::prelude::*;
use shared::{paths, person::Role};

use crate::{
    api,
    book::{self, Book, Page, of_posts, protected},
    components::provide_arrival,
    frame::Above,
    pages::{self, activation, console, people},
    preferences,
    session::Session,
};

/// Who looks after people.
const MANAGERS: &[Role] = &[Role::AgencyManager, Role::SystemAdministrator];

/// Every page of the console.
pub(crate) const PAGES: &[Page] = &[
    // Also for who stands in for somebody and has no post: the server knows.
    protected("/review", pages::review::to_decide),
    protected("/review/requests", pages::review::overseen),
    protected("/review/grants", pages::review::grants),
    protected("/review/delegation", pages::review::delegation),
    protected("/review/{id}", pages::review::one),
    of_posts(Role::ALL, "/manage", console::overview),
    of_posts(MANAGERS, "/manage/people", people::people),
    of_posts(MANAGERS, "/manage/people/{id}", people::person),
    of_posts(MANAGERS, "/manage/proposals", people::proposals),
    of_posts(MANAGERS, paths::PAGE_INVITATIONS, pages::invitations::invitations),
    of_posts(KEEPERS, "/manage/applications", pages::managed::applications),
    of_posts(
        &[Role::SystemAdministrator],
        "/manage/new-application",
        pages::managed::new_application,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}",
        pages::managed::application,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}/new-role",
        pages::managed::new_role,
    ),
    of_posts(
        KEEPERS,
        "/manage/applications/{code}/roles/{role}",
        pages::managed::role,
    ),
    of_posts(READERS, paths::PAGE_AUDIT, pages::audit),
    // Also for who stands in for somebody.
    protected("/manage/campaigns", pages::campaigns),
    of_posts(OPENERS, "/manage/campaigns/new", pages::new_campaign),
    protected("/manage/campaigns/{id}", pages::campaign),
    of_posts(DECIDERS, "/manage/charts", pages::charts),
    of_posts(Role::ALL, "/manage/activations", activation::events),
    of_posts(MANAGERS, activation::OPENING, activation::opening),
    of_posts(Role::ALL, "/manage/activations/{id}", activation::event),
    of_posts(PREPARERS, "/manage/surge-lists", activation::lists),
    of_posts(PREPARERS, "/manage/surge-lists/{id}", activation::list),
];

/// Who prepares surge lists or consents to them.
const PREPARERS: &[Role] = &[
    Role::AgencyManager,
    Role::ApplicationOwner,
    Role::SystemAdministrator,
];

/// Whose posts open review campaigns.
const OPENERS: &[Role] = &[Role::ApplicationOwner, Role::SystemAdministrator];

/// Whose posts look after permissions.
pub(crate) const DECIDERS: &[Role] = &[
    Role::AgencyManager,
    Role::ApplicationOwner,
    Role::SystemAdministrator,
];

/// Who keeps applications.
const KEEPERS: &[Role] = &[Role::ApplicationOwner, Role::SystemAdministrator];
/// Whose posts read the audit log.
const READERS: &[Role] = &[Role::AgencyManager, Role::SystemAdministrator, Role::Auditor];

/// Everything that the browser shows.
#[component]
pub fn Console() -> impl IntoView {
    preferences::provide();
    Session::provide();
    api::site::provide();
    provide_arrival();
    activation::Standing::provide();
    provide_context(Above(|| expect_context::<activation::Standing>().view()));
    book::pages(Book(PAGES))
}
