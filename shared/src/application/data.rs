//! What is kept of an application, in the form that it is written in, and its rules.

use serde::{Deserialize, Serialize};

use crate::{
    problem::{Violation, ViolationCode},
    text::{Line, Oid},
};

/// The last place among the tiles, and among an application's roles.
pub const LAST_PLACE: u32 = 9999;
/// A code, in characters.
const CODE: std::ops::RangeInclusive<usize> = 2..=40;
/// A name, in characters.
const LONGEST_NAME: usize = 60;
/// A description, in characters: one sentence.
const LONGEST_DESCRIPTION: usize = 300;
/// Whom to call or to write to, in characters.
const LONGEST_CONTACT: usize = 100;
/// What people shall know of it, in characters.
const LONGEST_NOTICE: usize = 200;
/// A launch address, in characters.
const LONGEST_ADDRESS: usize = 2000;

/// Whether this is the code of an application or of a role: lower-case letters, digits and hyphens, a letter first.
pub fn is_code(text: &str) -> bool {
    CODE.contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Whether an application is there for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// 尚未開放: it is shown and its roles can be asked for, but it cannot be started.
    Announced,
    /// 開放.
    Open,
    /// 已關閉: it is shown to nobody but those who keep it. Grants run on.
    Closed,
}

impl ApplicationState {
    /// Every state.
    pub const ALL: &[Self] = &[Self::Announced, Self::Open, Self::Closed];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announced => "announced",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }
}

/// The body of `POST /api/v1/managed-applications` and of `PUT …/{code}`: an application, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplicationData {
    /// Its short name in addresses; it never changes.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 2,
            max_length = 40,
            pattern = "^[a-z][a-z0-9-]{1,39}$",
            example = "emic"
        )
    )]
    pub code: String,
    /// What it is called.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = r"\S", example = "EMIC 應變服務")
    )]
    pub name_zh: String,
    /// The same in English; empty when nobody has translated it.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 60, example = "EMIC response service")
    )]
    pub name_en: String,
    /// What it is for, in one sentence.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 300,
            pattern = r"\S",
            example = "災情查通報、應變中心作業"
        )
    )]
    pub description_zh: String,
    /// The same in English; empty when nobody has translated it.
    #[cfg_attr(feature = "openapi", schema(max_length = 300, example = "Disaster reports"))]
    pub description_en: String,
    /// The letter, digit or 漢字 that stands for it on its tile where it has no picture.
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 1, pattern = r"\w", example = "應")
    )]
    pub glyph: String,
    /// Where it starts: `https`, or `http` on the portal's own machine.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 8,
            max_length = 2000,
            pattern = "^https?://",
            example = "https://emic.example.gov.tw/"
        )
    )]
    pub launch_url: Option<String>,
    /// Where the portal looks, every half minute, whether it answers: like the launch address.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 8,
            max_length = 2000,
            pattern = "^https?://",
            example = "https://emic.example.gov.tw/health"
        )
    )]
    pub health_url: Option<String>,
    /// What people shall know of it now, on its tile; empty when there is nothing.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "今晚 22:00 至 23:00 維護")
    )]
    pub notice_zh: String,
    /// The same in English; empty when nobody has translated it.
    #[serde(default)]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "Maintenance tonight, 22:00 to 23:00")
    )]
    pub notice_en: String,
    /// Whether it is there for people.
    pub state: ApplicationState,
    /// 機關OID of the agency that answers for it, if that is known.
    #[cfg_attr(feature = "openapi", schema(example = "2.16.886.101.20003.20001.20003"))]
    pub owner_agency: Option<String>,
    /// Whom to call or to write to there.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 100, example = "災害管理組 02-8195-9119 分機 6201")
    )]
    pub contact: String,
    /// Its place among the tiles. System administrators alone change it.
    #[cfg_attr(feature = "openapi", schema(maximum = 9999, example = 10))]
    pub position: u32,
}

/// A line that may be empty only where it need not be there.
pub(super) fn line(field: &str, text: &str, most: usize, required: bool) -> Option<Violation> {
    if required && text.trim().is_empty() {
        return Some(Violation::new(field, ViolationCode::Required));
    }
    Line::violation(field, text, most)
}

/// The rule that a code breaks.
pub(super) fn code_violation(field: &str, text: &str) -> Option<Violation> {
    let code = match text {
        "" => ViolationCode::Required,
        text if !is_code(text) => ViolationCode::Malformed,
        _ => return None,
    };
    Some(Violation::new(field, code))
}

/// The rule that a place in an order breaks.
pub(super) fn place_violation(position: u32) -> Option<Violation> {
    let outside = Violation::new("position", ViolationCode::OutOfRange);
    (position > LAST_PLACE).then(|| outside.with("min", 0).with("max", LAST_PLACE))
}

/// Names and descriptions in both languages; the Chinese ones must be there.
pub(super) fn texts_violations(
    [name_zh, name_en, description_zh, description_en]: [&str; 4],
) -> impl Iterator<Item = Violation> {
    [
        line("name_zh", name_zh, LONGEST_NAME, true),
        line("name_en", name_en, LONGEST_NAME, false),
        line("description_zh", description_zh, LONGEST_DESCRIPTION, true),
        line("description_en", description_en, LONGEST_DESCRIPTION, false),
    ]
    .into_iter()
    .flatten()
}

/// Whether it looks like an address. Whether it is one, and a safe one, only the server knows.
fn address_violation(field: &str, address: &str) -> Option<Violation> {
    let begins = ["https://", "http://"].iter().any(|it| address.starts_with(it));
    if !begins || address.chars().any(char::is_whitespace) {
        return Some(Violation::new(field, ViolationCode::Malformed));
    }
    Line::violation(field, address, LONGEST_ADDRESS)
}

impl ApplicationData {
    /// All the rules that it breaks, at once. Whether the address is one, and whether there is such an agency, only
    /// the server knows.
    pub fn violations(&self) -> Vec<Violation> {
        let texts = [
            self.name_zh.as_str(),
            &self.name_en,
            &self.description_zh,
            &self.description_en,
        ];
        code_violation("code", &self.code)
            .into_iter()
            .chain(texts_violations(texts))
            .chain(self.glyph_violation())
            .chain(self.address_violation())
            .chain(self.health_violation())
            .chain(line(
                "notice_zh",
                &self.notice_zh,
                LONGEST_NOTICE,
                !self.notice_en.trim().is_empty(),
            ))
            .chain(line("notice_en", &self.notice_en, LONGEST_NOTICE, false))
            .chain(self.owner_violation())
            .chain(line("contact", &self.contact, LONGEST_CONTACT, false))
            .chain(place_violation(self.position))
            .collect()
    }

    fn glyph_violation(&self) -> Option<Violation> {
        let mut characters = self.glyph.chars();
        let code = match (characters.next(), characters.next()) {
            (None, _) => ViolationCode::Required,
            (Some(one), None) if one.is_alphanumeric() => return None,
            (Some(_), None) => ViolationCode::ForbiddenCharacters,
            _ => return Some(Violation::new("glyph", ViolationCode::TooLong).with("max", 1)),
        };
        Some(Violation::new("glyph", code))
    }

    fn address_violation(&self) -> Option<Violation> {
        let Some(address) = &self.launch_url else {
            // What is open can be started.
            let missing = Violation::new("launch_url", ViolationCode::Required);
            return (self.state == ApplicationState::Open).then_some(missing);
        };
        address_violation("launch_url", address)
    }

    fn health_violation(&self) -> Option<Violation> {
        address_violation("health_url", self.health_url.as_deref()?)
    }

    fn owner_violation(&self) -> Option<Violation> {
        let code = match self.owner_agency.as_deref() {
            // A contact is somebody at the agency.
            None if !self.contact.trim().is_empty() => ViolationCode::Required,
            Some(oid) if oid.parse::<Oid>().is_err() => ViolationCode::Malformed,
            _ => return None,
        };
        Some(Violation::new("owner_agency", code))
    }

    /// The same as it is stored: without spaces around its texts.
    #[must_use]
    pub fn stored(mut self) -> Self {
        for text in [
            &mut self.name_zh,
            &mut self.name_en,
            &mut self.description_zh,
            &mut self.description_en,
            &mut self.notice_zh,
            &mut self.notice_en,
            &mut self.contact,
        ] {
            *text = text.trim().to_owned();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right() -> ApplicationData {
        ApplicationData {
            code: "shelters".into(),
            name_zh: "收容所管理".into(),
            name_en: String::new(),
            description_zh: "收容所開設與人數".into(),
            description_en: String::new(),
            glyph: "收".into(),
            launch_url: Some("https://shelters.example.gov.tw/".into()),
            health_url: None,
            notice_zh: String::new(),
            notice_en: String::new(),
            state: ApplicationState::Open,
            owner_agency: Some("2.16.886.101.20003.20001.20003".into()),
            contact: "災害管理組".into(),
            position: 4,
        }
    }

    #[track_caller]
    fn breaks(change: impl FnOnce(&mut ApplicationData), field: &str, code: ViolationCode) {
        let mut data = right();
        change(&mut data);
        let broken: Vec<_> = data
            .violations()
            .into_iter()
            .map(|violation| (violation.field, violation.code))
            .collect();
        assert_eq!(broken, [(field.to_owned(), code)]);
    }

    #[test]
    fn what_is_right_breaks_nothing() {
        assert_eq!(right().violations(), []);
        let announced = ApplicationData {
            launch_url: None,
            state: ApplicationState::Announced,
            owner_agency: None,
            contact: " ".into(),
            glyph: "𡘙".into(),
            ..right()
        };
        assert_eq!(announced.violations(), []);
        assert_eq!(announced.stored().contact, "");
    }

    #[test]
    fn each_field_has_its_rule() {
        breaks(|it| it.code = "Shelters".into(), "code", ViolationCode::Malformed);
        breaks(|it| it.code = "s".into(), "code", ViolationCode::Malformed);
        breaks(
            |it| it.code = "4shelters".into(),
            "code",
            ViolationCode::Malformed,
        );
        breaks(|it| it.name_zh = "  ".into(), "name_zh", ViolationCode::Required);
        breaks(
            |it| it.name_en = "a".repeat(61),
            "name_en",
            ViolationCode::TooLong,
        );
        let hidden = ViolationCode::ForbiddenCharacters;
        breaks(
            |it| it.description_zh = "收\u{202e}容".into(),
            "description_zh",
            hidden,
        );
        breaks(|it| it.glyph = "收容".into(), "glyph", ViolationCode::TooLong);
        breaks(|it| it.glyph = "。".into(), "glyph", hidden);
        breaks(|it| it.launch_url = None, "launch_url", ViolationCode::Required);
        for address in ["javascript:alert(1)", "ftp://x", "//x", "", "https://a b"] {
            let change = |it: &mut ApplicationData| it.launch_url = Some(address.into());
            breaks(change, "launch_url", ViolationCode::Malformed);
        }
        breaks(
            |it| it.owner_agency = None,
            "owner_agency",
            ViolationCode::Required,
        );
        let malformed = ViolationCode::Malformed;
        breaks(
            |it| it.owner_agency = Some("2.16.x".into()),
            "owner_agency",
            malformed,
        );
        breaks(|it| it.position = 10_000, "position", ViolationCode::OutOfRange);
    }

    #[test]
    fn states_read_back() {
        for state in ApplicationState::ALL {
            assert_eq!(ApplicationState::from_name(state.name()), Some(*state));
        }
    }
}
