//! Files that people choose.

use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, File, FileReader, HtmlInputElement};

/// The file that was just chosen in an input. The input is empty again: the same file can be chosen once more, after a
/// failure.
pub fn chosen(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0)?;
    input.set_value("");
    Some(file)
}

/// What is in a file, in base64; none when it cannot be read any more.
pub async fn base64(file: &File) -> Option<String> {
    let reader = FileReader::new().ok()?;
    let read = Promise::new(&mut |resolve, reject| {
        reader.set_onload(Some(&resolve));
        reader.set_onerror(Some(&reject));
    });
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(read).await.ok()?;
    // data:…;base64,…
    let url = reader.result().ok()?.as_string()?;
    url.split_once(',').map(|(_, content)| content.to_owned())
}
