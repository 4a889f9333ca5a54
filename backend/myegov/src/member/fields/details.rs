//! 進階資料: birthday, number of identity, address and telephone.

use foundation::clock::Clock;
use shared::{
    date::Date,
    text::{LandlinePhone, Line, MobilePhone, RocDate, postal},
    time::Timestamp,
};

use crate::{
    http::form::Form,
    member::{Address, Details, IdKind, SealError, Sealed, Seals},
};

/// Years that nobody has lived.
const OLDEST: i32 = 130;
/// Most characters of a street with its number.
const LONGEST_STREET: usize = 100;

/// 生日, in 民國 years, as `YYYY-MM-DD`.
fn birthdate(form: &mut Form, now: Timestamp) -> Option<String> {
    let typed = format!(
        "{}-{}-{}",
        form.value("birth_year").trim(),
        form.value("birth_month").trim(),
        form.value("birth_day").trim()
    );
    let Ok(date) = RocDate::parse("birth_year", &typed) else {
        form.fault(
            "birth_year",
            "生日不正確，請輸入民國年月日，例如：70年1月1日",
            "This is no birthday: enter year, month and day by the years of the Republic, such as 70, 1, 1 for \
             1 January 1981",
        );
        return None;
    };
    let written = |(year, month, day): (i32, u8, u8)| format!("{year:04}-{month:02}-{day:02}");
    let today = Date::in_taiwan(now).to_string();
    let born = written(date.common());
    let year: i32 = today
        .get(..4)
        .and_then(|year| year.parse().ok())
        .unwrap_or_default();
    if born > today {
        form.fault("birth_year", "生日不可晚於今天", "The birthday is in the future");
        return None;
    }
    if date.common().0 < year - OLDEST {
        form.fault(
            "birth_year",
            "生日不正確，請確認民國年",
            "Please check the year of the birthday",
        );
        return None;
    }
    Some(born)
}

/// 身分證 / 護照號碼. One that is known already need not be typed again.
fn identity(
    form: &mut Form,
    seals: &Seals,
    known: Option<(IdKind, Sealed)>,
) -> Result<Option<(IdKind, Sealed)>, SealError> {
    let Some(kind) = IdKind::from_name(form.value("id_kind")) else {
        form.fault(
            "id_kind",
            "請選擇證號的種類",
            "Please choose which kind of number you have",
        );
        return Ok(None);
    };
    if form.value("id_number").trim().is_empty()
        && let Some(known) = known.filter(|(known, _)| *known == kind)
    {
        return Ok(Some(known));
    }
    if let Some(number) = kind.read(form.value("id_number")) {
        return Ok(Some((kind, seals.seal(&number)?)));
    }
    let (zh, en) = match kind {
        IdKind::National => (
            "身分證字號不正確，例如：A123456789",
            "This is not a national ID number, such as A123456789",
        ),
        IdKind::Resident => (
            "統一證號不正確，例如：A800000014",
            "This is not a resident number, such as A800000014",
        ),
        IdKind::Passport => (
            "護照號碼須為5至20個英文字母、數字",
            "A passport number has 5 to 20 letters and digits",
        ),
    };
    form.fault("id_number", zh, en);
    Ok(None)
}

/// 通訊地址. The postal code follows from the district where none was typed.
fn address(form: &mut Form) -> Option<Address> {
    let (county, district) = (form.value("county").to_owned(), form.value("district").to_owned());
    if !postal::districts().any(|it| it.county == county) {
        form.fault("county", "請選擇縣市", "Please choose a county or city");
    }
    let found = postal::find(&county, &district);
    let Some(found) = found else {
        form.fault("district", "請選擇鄉鎮市區", "Please choose a district");
        return None;
    };
    let code = form.value("postal_code").trim().to_owned();
    let code = if code.is_empty() {
        Some(found.code.to_owned())
    } else {
        let right = postal::PostalCode::parse("postal_code", &code)
            .ok()
            .filter(|code| code.is_in(&found));
        if right.is_none() {
            form.fault(
                "postal_code",
                format!("郵遞區號與{district}不符，應以{}開頭，3、5或6碼", found.code),
                format!(
                    "The postal code of this district begins with {} and has 3, 5 or 6 digits",
                    found.code
                ),
            );
        }
        right.map(|code| code.as_str().to_owned())
    };
    let street = Line::parse("street", form.value("street"), LONGEST_STREET)
        .ok()
        .filter(|line| !line.as_str().is_empty());
    if street.is_none() {
        form.fault(
            "street",
            "請輸入路街門牌，最多100個字",
            "Please enter street and number, with 100 characters at most",
        );
    }
    Some(Address {
        county,
        district,
        postal_code: code?,
        street: street?.as_str().to_owned(),
    })
}

/// 聯絡電話, of either kind, and 分機.
fn phone(form: &mut Form) -> Option<(String, Option<String>)> {
    let typed = form.value("phone").to_owned();
    let mobile = MobilePhone::parse("phone", &typed).map(|phone| phone.as_str().to_owned());
    let read =
        mobile.or_else(|_| LandlinePhone::parse("phone", &typed).map(|phone| phone.as_str().to_owned()));
    let phone = form.accept(
        "phone",
        read,
        "聯絡電話的格式不正確，例如：0223456789 或 0912345678",
        "This is not a telephone number of Taiwan, such as 0223456789 or 0912345678",
    );
    let extension = form.value("phone_extension").trim().to_owned();
    if extension.len() > 6 || !extension.bytes().all(|byte| byte.is_ascii_digit()) {
        form.fault(
            "phone_extension",
            "分機最多6個數字",
            "An extension has 6 digits at most",
        );
        return None;
    }
    // Who typed it behind the number has typed it too.
    let phone = phone?;
    let (number, behind) = match phone.split_once('#') {
        Some((number, behind)) => (number.to_owned(), Some(behind.to_owned())),
        None => (phone, None),
    };
    let extension = (!extension.is_empty()).then_some(extension);
    Some((number, extension.or(behind)))
}

/// 進階資料, with all that is wrong with them noted at once.
pub(crate) fn details(
    form: &mut Form,
    clock: &dyn Clock,
    seals: &Seals,
    known: Option<(IdKind, Sealed)>,
) -> Result<Option<Details>, SealError> {
    let born = birthdate(form, clock.now());
    let id = identity(form, seals, known)?;
    let gender = form.value("gender").to_owned();
    let has_gender = matches!(gender.as_str(), "female" | "male");
    if !has_gender {
        form.fault("gender", "請選擇性別", "Please choose the gender");
    }
    let (address, phone) = (address(form), phone(form));
    let (Some(birthdate), Some((id_kind, id)), true, Some(address), Some((phone, phone_extension))) =
        (born, id, has_gender, address, phone)
    else {
        return Ok(None);
    };
    Ok(form.is_sound().then_some(Details {
        birthdate,
        id_kind,
        id,
        gender,
        address,
        phone,
        phone_extension,
    }))
}

/// Counties, in the order of their codes, with their names in both languages.
pub(crate) fn counties() -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for it in postal::districts() {
        if !found.iter().any(|(county, _)| *county == it.county) {
            found.push((it.county, it.county_en));
        }
    }
    found
}

/// The districts of a county, with their codes.
pub(crate) fn districts_of(county: &str) -> Vec<postal::District<'static>> {
    postal::districts().filter(|it| it.county == county).collect()
}

#[cfg(test)]
mod tests {
    use foundation::clock::TestClock;

    use super::*;

    fn filled(changes: &[(&str, &str)]) -> Form {
        let mut form = Form::default();
        let sound = [
            ("birth_year", "70"),
            ("birth_month", "01"),
            ("birth_day", "01"),
            ("id_kind", "national"),
            ("id_number", "A123456789"),
            ("gender", "female"),
            ("county", "臺北市"),
            ("district", "文山區"),
            ("street", "示範路1號"),
            ("phone", "0223456789"),
        ];
        for (field, value) in sound.iter().chain(changes) {
            form.set(field, *value);
        }
        form
    }

    fn read(changes: &[(&str, &str)]) -> Result<Details, Vec<&'static str>> {
        let mut form = filled(changes);
        let clock = TestClock::default();
        let details = details(&mut form, &clock, &Seals::for_demo().unwrap(), None).unwrap();
        details.ok_or_else(|| form.all_wrong().into_iter().map(|(field, ..)| field).collect())
    }

    #[test]
    fn the_manuals_example_is_read() {
        let details = read(&[]).unwrap();
        assert_eq!(details.birthdate, "1981-01-01");
        assert_eq!(details.address.postal_code, "116");
        assert_eq!(
            (details.phone.as_str(), details.phone_extension),
            ("02-23456789", None)
        );
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let wrong = [
            ("birth_day", "32"),
            ("id_number", "A123456788"),
            ("gender", ""),
            ("district", "北區"),
            ("phone", "12"),
        ];
        assert_eq!(
            read(&wrong).unwrap_err(),
            ["birth_year", "id_number", "gender", "district", "phone"]
        );
    }

    #[test]
    fn nobody_is_born_tomorrow_or_was_in_the_time_of_the_emperors() {
        // 2026-11-23, 09:00 in Taipei.
        assert!(read(&[("birth_year", "115"), ("birth_month", "11"), ("birth_day", "23")]).is_ok());
        for (year, month, day) in [
            ("115", "11", "24"),
            ("116", "1", "1"),
            ("前20", "1", "1"),
            ("0", "1", "1"),
        ] {
            let born = [("birth_year", year), ("birth_month", month), ("birth_day", day)];
            assert_eq!(read(&born).unwrap_err(), ["birth_year"], "{year}");
        }
    }

    #[test]
    fn the_postal_code_belongs_to_the_district() {
        assert_eq!(
            read(&[("postal_code", "11605")]).unwrap().address.postal_code,
            "11605"
        );
        assert_eq!(read(&[("postal_code", "100")]).unwrap_err(), ["postal_code"]);
        assert_eq!(
            read(&[("county", "新竹市"), ("district", "文山區")]).unwrap_err(),
            ["district"]
        );
    }

    #[test]
    fn an_extension_may_stand_behind_the_number_or_in_its_own_field() {
        let phone = |phone, extension| {
            let details = read(&[("phone", phone), ("phone_extension", extension)]).unwrap();
            (details.phone, details.phone_extension)
        };
        let with = |extension: &str| ("02-23456789".to_owned(), Some(extension.to_owned()));
        assert_eq!(phone("0223456789#12", ""), with("12"));
        assert_eq!(phone("0223456789", "345"), with("345"));
        assert_eq!(phone("0912345678", ""), ("0912-345678".to_owned(), None));
    }

    #[test]
    fn a_number_that_is_known_need_not_be_typed_again() {
        let seals = Seals::for_demo().unwrap();
        let known = (IdKind::National, seals.seal("A123456789").unwrap());
        let read = |changes: &[(&str, &str)]| {
            let mut form = filled(changes);
            details(&mut form, &TestClock::default(), &seals, Some(known.clone())).unwrap()
        };
        assert_eq!(read(&[("id_number", "")]).unwrap().id, known.1);
        assert!(read(&[("id_number", ""), ("id_kind", "passport")]).is_none());
    }
}
