//! 編號 of a case, and the code on its form.

use foundation::random;
use shared::{date::Date, text::RocDate, time::Timestamp};

use crate::language::Language;

/// Digits and letters that nobody takes for others (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A day in Taiwan by the years of the Republic, in digits: `1151126`.
pub(crate) fn roc_digits(day: Date) -> String {
    let (year, month, day) = parts(day);
    format!("{:03}{month:02}{day:02}", year - 1911)
}

/// A day in Taiwan as the form says it: 民國115年11月26日.
pub(crate) fn roc_date(day: Date) -> String {
    let (year, month, of_month) = parts(day);
    let roc = u8::try_from(month)
        .ok()
        .zip(u8::try_from(of_month).ok())
        .and_then(|(month, day)| RocDate::from_common(year, month, day));
    roc.map_or_else(|| day.to_string(), |roc| roc.to_string())
}

/// A day as pages show it: 民國115年11月26日, or 2026-11-26.
pub(crate) fn day_in(day: Date, l: Language) -> String {
    match l {
        Language::Chinese => roc_date(day),
        Language::English => day.to_string(),
    }
}

/// A moment as pages show it: 民國115年11月26日 14:05, in Taiwan.
pub(crate) fn moment(at: Timestamp, l: Language) -> String {
    let day = Date::in_taiwan(at);
    let minutes = at.since(day.begins_at()).as_secs() / 60;
    format!("{} {:02}:{:02}", day_in(day, l), minutes / 60, minutes % 60)
}

/// The day in Taiwan at this moment: year of the common era, month, day.
pub(crate) fn common(at: Timestamp) -> (u16, u8, u8) {
    let (year, month, day) = parts(Date::in_taiwan(at));
    let narrow = |number: u32| u8::try_from(number).unwrap_or(1);
    (u16::try_from(year).unwrap_or(1), narrow(month), narrow(day))
}

fn parts(day: Date) -> (i32, u32, u32) {
    let text = day.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let year = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or(1);
    (year, part(5, 7).unwrap_or(1), part(8, 10).unwrap_or(1))
}

/// 編號: the day and the case's place in it, `1151126-0001`.
pub(crate) fn of(day: Date, place: i64) -> String {
    format!("{}-{place:04}", roc_digits(day))
}

/// A code of 40 random bits, `7K2Q-9XMD`: it stands on the form alone, so that a paper without it is not from here.
pub(crate) fn code() -> String {
    let bytes: [u8; 8] = random::bytes();
    let letters: String = bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

/// A number or code as it was typed, as it is stored: full-width, in small letters, without the hyphen or with O for 0.
pub(crate) fn read(typed: &str) -> String {
    let narrow: String = shared::text::fold(typed)
        .to_uppercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match narrow.len() {
        8 => {
            let clear: String = narrow
                .chars()
                .map(|c| match c {
                    'O' => '0',
                    'I' | 'L' => '1',
                    c => c,
                })
                .collect();
            format!("{}-{}", &clear[..4], &clear[4..])
        }
        length if length > 8 && narrow.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{}-{}", &narrow[..7], &narrow[7..])
        }
        _ => narrow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_the_day_by_the_republics_years() {
        let day: Date = "2026-11-26".parse().unwrap();
        assert_eq!(of(day, 1), "1151126-0001");
        assert_eq!(roc_date(day), "民國115年11月26日");
        assert_eq!(
            moment("2026-11-25T16:05:00.000Z".parse().unwrap(), Language::Chinese),
            "民國115年11月26日 00:05"
        );
        assert_eq!(day_in(day, Language::English), "2026-11-26");
    }

    #[test]
    fn codes_differ_and_read_as_people_type_them() {
        let code = code();
        assert_eq!(code.len(), 9);
        assert_ne!(code, super::code());
        assert_eq!(read(&code.to_lowercase().replace('-', " ")), code);
        assert_eq!(read("７k2q－9xmd"), "7K2Q-9XMD");
        assert_eq!(read("oil2-9xmd"), "0112-9XMD");
        assert_eq!(read("1151126 0001"), "1151126-0001");
        assert_eq!(read("陳"), "");
    }
}
