//! 下載專區.

use leptos::prelude::*;
use shared::{download::DownloadView, list::Page, paths};

use crate::{
    components::{Heading, Loaded, empty, words},
    i18n::{self, format, text, tr},
};

/// The files that the operator offers.
pub fn downloads() -> AnyView {
    let files = Loaded::from(paths::DOWNLOADS);
    view! {
        <Heading title=text!(site.downloads)/>
        <p class="lead">{tr!(downloads.lead)}</p>
        {files.show(list)}
    }
    .into_any()
}

fn list(files: Page<DownloadView>) -> AnyView {
    if files.items.is_empty() {
        return empty(text!(downloads.none), text!(downloads.none_text));
    }
    let locale = i18n::locale();
    let row = move |file: DownloadView| {
        let modified = file.modified_at;
        view! {
            <tr>
                <th scope="row"><a href=file.href download rel="external">{file.name}</a></th>
                <td data-label=tr!(downloads.size)>{format::size(file.size)}</td>
                <td data-label=tr!(downloads.date)>{words(move || format::date(modified, false, locale.get()))}</td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <thead>
                <tr>
                    <th scope="col">{tr!(downloads.file)}</th>
                    <th scope="col">{tr!(downloads.size)}</th>
                    <th scope="col">{tr!(downloads.date)}</th>
                </tr>
            </thead>
            <tbody>{files.items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
