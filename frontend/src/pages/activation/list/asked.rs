//! What is asked before a list is sent back or withdrawn.

use js_sys::Object;
use leptos::prelude::*;
use shared::{activation::ListRemark, paths, problem::Violation};

use super::Editing;
use crate::{
    components::Dialog,
    i18n::{self, text, tr},
    pages::activation::remark::{Asking, asking},
    session::Draft,
};

pub(super) fn sending_back(editing: Editing) -> AnyView {
    let locale = i18n::locale();
    let check = |remark: &str, _: bool| -> Option<Violation> {
        let remark = ListRemark {
            remark: remark.to_owned(),
        };
        remark.violation()
    };
    asking(Asking {
        about: editing.returning,
        title: Signal::derive(move || text!(surge.return_title)(locale.get()).to_owned()),
        text: text!(surge.return_text),
        button: text!(surge.send_back),
        needed: Signal::derive(|| true),
        check,
        send: Callback::new(move |(remark, draft): (String, Draft)| {
            editing.returning.set(None);
            let body = serde_wasm_bindgen::to_value(&ListRemark { remark }).unwrap_or_default();
            let path = paths::surge_list_move(editing.id.get_value(), "return");
            editing
                .acting
                .post(path, body, text!(surge.did_return), move || draft.forget());
        }),
        busy: editing.acting.busy,
    })
}

pub(super) fn withdrawal(editing: Editing) -> AnyView {
    let open = Signal::derive(move || editing.withdrawing.get());
    let dismiss = Callback::new(move |()| editing.withdrawing.set(false));
    let send = move |_| {
        editing.withdrawing.set(false);
        let path = paths::surge_list_move(editing.id.get_value(), "withdraw");
        editing
            .acting
            .post(path, Object::new().into(), text!(surge.did_withdraw), || ());
    };
    view! {
        <Dialog open on_dismiss=dismiss labelled_by="withdraw-title" described_by="withdraw-text">
            <h2 id="withdraw-title">{tr!(surge.withdraw_title)}</h2>
            <p id="withdraw-text">{tr!(surge.withdraw_text)}</p>
            <div class="row">
                <button type="button" class="button grave" on:click=send>{tr!(surge.withdraw)}</button>
                <button type="button" class="button quiet" on:click=move |_| editing.withdrawing.set(false)>
                    {tr!(site.cancel)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
