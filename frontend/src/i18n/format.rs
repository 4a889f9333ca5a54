//! Dates, by the browser's own Intl, and sizes.

use js_sys::{Date, Object, Reflect};
use shared::{date, time::Timestamp};
use wasm_bindgen::JsValue;

use super::{Locale, tag};

/// A date in words; with the time of day when asked for. Always Taiwan's time, which a call to the service
/// desk and a log line can be compared with.
pub fn date(at: Timestamp, with_time: bool, locale: Locale) -> String {
    let options = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&options, &name.into(), &value.into()).is_ok();
    set("timeZone", "Asia/Taipei");
    set("dateStyle", "medium");
    if with_time {
        set("timeStyle", "short");
        set("hourCycle", "h23");
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds up to the year 9999 fit into 53 bits"
    )]
    let date = Date::new(&JsValue::from_f64(at.as_millis() as f64));
    date.to_locale_string(tag(locale), &options).into()
}

/// A day in words.
pub fn day(day: date::Date, locale: Locale) -> String {
    self::date(day.begins_at(), false, locale)
}

/// A number of bytes, rounded up to the unit that people read.
pub fn size(bytes: u64) -> String {
    const KILO: u64 = 1024;
    const MEGA: u64 = KILO * 1024;
    if bytes < MEGA {
        format!("{} KB", bytes.div_ceil(KILO))
    } else {
        let tenths = (bytes * 10).div_ceil(MEGA);
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(size(0), "0 KB");
        assert_eq!(size(1), "1 KB");
        assert_eq!(size(1024 * 1024), "1.0 MB");
        assert_eq!(size(1_600_000), "1.6 MB");
    }
}
