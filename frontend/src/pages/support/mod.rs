//! 客服中心.

use leptos::prelude::*;

use crate::{
    components::Heading,
    i18n::{text, tr},
};

/// How to reach people who help.
pub fn support() -> AnyView {
    view! {
        <Heading title=text!(site.support)/>
        <p class="lead">{tr!(support.lead)}</p>
        <div class="two">
            <section class="card" aria-labelledby="support-phone">
                <h2 id="support-phone">{tr!(support.phone)}</h2>
                <p class="figure">"02-8195-9119 "<small>{tr!(support.extension)}</small></p>
                <p><a class="button" href="tel:+886-2-8195-9119,3370">{tr!(support.call)}</a></p>
                <dl class="facts">
                    <dt>{tr!(support.board)}</dt>
                    <dd><a href="tel:+886-2-8195-9119">"02-8195-9119"</a></dd>
                    <dt>{tr!(support.address)}</dt>
                    <dd>{tr!(support.address_text)}</dd>
                </dl>
            </section>
            <section class="card" aria-labelledby="support-before">
                <h2 id="support-before">{tr!(support.before)}</h2>
                <ol class="steps">
                    <li>{tr!(support.before_1)}</li>
                    <li>{tr!(support.before_2)}</li>
                    <li>{tr!(support.before_3)}</li>
                </ol>
                <p><a href="/environment">{tr!(site.environment)}</a></p>
            </section>
        </div>
    }
    .into_any()
}
