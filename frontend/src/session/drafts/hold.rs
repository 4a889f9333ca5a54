//! Tells the other tabs that a draft is in use: a Web Lock of its name, held as long as its form is open. The
//! browser lets go of it when the tab ends, however it ends.

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// How long a reload waits for the page before it to let go, in milliseconds. Only a tab that was duplicated
/// waits in vain.
const PATIENCE: u32 = 500;

/// The lock; none in a browser that has no locks.
pub(super) struct Hold(Option<Function>);

impl Drop for Hold {
    fn drop(&mut self) {
        let _ = self.0.as_ref().map(|release| release.call0(&JsValue::NULL));
    }
}

/// The browser's locks, if it has any. By reflection: web-sys counts them among what is not stable.
fn locks() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?;
    Some((locks, request.dyn_into().ok()?))
}

impl Hold {
    /// Whether the browser can tell which drafts are in use.
    pub fn is_possible() -> bool {
        locks().is_some()
    }

    /// Takes the lock of this name, unless another form has it; `patiently` waits a moment for that one to end.
    pub async fn take(name: &str, patiently: bool) -> Option<Self> {
        let Some((locks, request)) = locks() else {
            return Some(Self(None));
        };
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let mut grant = None;
        let granted = Promise::new(&mut |resolve, _| grant = Some(resolve));
        // The browser keeps the lock until the promise that it is answered with is kept.
        let answer = Closure::once_into_js(move |lock: JsValue| {
            if lock.is_null() {
                return JsValue::UNDEFINED;
            }
            let _ = grant.map(|grant| grant.call1(&JsValue::NULL, &lock));
            held.into()
        });
        let options = Object::new();
        let (option, value) = if patiently {
            ("signal", AbortSignal::timeout_with_u32(PATIENCE).into())
        } else {
            ("ifAvailable", JsValue::TRUE)
        };
        let _ = Reflect::set(&options, &option.into(), &value);
        let over = request.call3(&locks, &name.into(), &options, &answer).ok()?;
        let first = Promise::race(&Array::of2(&granted, &over));
        let is_mine = JsFuture::from(first).await.is_ok_and(|lock| lock.is_truthy());
        is_mine.then_some(Self(release))
    }
}
