//! Made-up members for a site that somebody tries out. No real person has these names or numbers.

use foundation::{clock::Clock, database::Database, hasher::Hasher, id};

use crate::{
    app::BuildError,
    member::{
        AccountName, Address, Details, Hint, IdKind, MemberKind, MemberStore, NewMember, Seals, Status,
    },
    personnel::{self, Post},
    register,
};

/// Everybody's password; it obeys MyEGov's rule (8 to 15 characters, letters and digits).
pub const PASSWORD: &str = "egov2026demo";

/// Everybody's 密碼提示問題 and its answer.
const HINT: (&str, &str) = ("我就讀的國小叫什麼名字?", "中正國小");
/// A mobile number that nobody has.
const RESCUE_MOBILE: &str = "0912-345678";

/// A made-up member.
#[derive(Clone, Copy, Debug)]
pub struct DemoMember {
    /// 中文姓名.
    pub name: &'static str,
    /// 帳號.
    pub account: &'static str,
    /// OID and name of the agency of a 公務人員; none for a 自然人.
    pub agency: Option<(&'static str, &'static str)>,
    is_staff: bool,
    national_id: &'static str,
    phone: &'static str,
    birthdate: &'static str,
    gender: &'static str,
}

/// All of them: both kinds, a central and a local agency, a name with a character beyond the basic plane, and one of the
/// service's staff.
pub const MEMBERS: [DemoMember; 6] = [
    DemoMember {
        name: "陳大文",
        account: "dawen1234",
        agency: None,
        is_staff: false,
        national_id: "A123456789",
        phone: "0912345678",
        birthdate: "1980-03-05",
        gender: "male",
    },
    DemoMember {
        name: "林小晴",
        account: "xiaoqing1234",
        agency: Some(("2.16.886.101.20003.20001.20003", "內政部消防署")),
        is_staff: false,
        national_id: "B223456782",
        phone: "0922345678",
        birthdate: "1981-01-01",
        gender: "female",
    },
    DemoMember {
        name: "黃建安",
        account: "jianan1234",
        agency: Some(("2.16.886.101.90010.20002.20040", "彰化縣消防局")),
        is_staff: false,
        national_id: "N123456780",
        phone: "0932345678",
        birthdate: "1975-11-20",
        gender: "male",
    },
    DemoMember {
        name: "吳明𡘙",
        account: "mingta1234",
        agency: Some(("2.16.886.101.90010.90001.20002", "彰化市公所")),
        is_staff: false,
        national_id: "N223456782",
        phone: "0952345678",
        birthdate: "1990-07-15",
        gender: "female",
    },
    DemoMember {
        name: "𠀋·那布",
        account: "nabu1234",
        agency: None,
        is_staff: false,
        national_id: "V123456787",
        phone: "0972345678",
        birthdate: "2001-12-31",
        gender: "male",
    },
    DemoMember {
        name: "許服務",
        account: "fuwu1234",
        agency: None,
        is_staff: true,
        national_id: "F223456786",
        phone: "0982345678",
        birthdate: "1985-05-05",
        gender: "female",
    },
];

impl DemoMember {
    fn kind(&self) -> MemberKind {
        if self.agency.is_some() {
            MemberKind::CivilServant
        } else {
            MemberKind::NaturalPerson
        }
    }

    fn details(&self, seals: &Seals) -> Result<Details, BuildError> {
        Ok(Details {
            birthdate: self.birthdate.to_owned(),
            id_kind: IdKind::National,
            id: seals.seal(self.national_id)?,
            gender: self.gender.to_owned(),
            address: Address {
                county: "臺北市".to_owned(),
                district: "文山區".to_owned(),
                postal_code: "116".to_owned(),
                street: "示範路1號".to_owned(),
            },
            phone: self.phone.to_owned(),
            phone_extension: None,
        })
    }
}

/// Who can sign in, one a line.
pub fn table() -> String {
    let line = |member: &DemoMember| {
        let agency = member
            .agency
            .map_or_else(String::new, |(_, name)| format!("（{name}）"));
        let kind = if member.is_staff {
            "服務人員"
        } else {
            member.kind().label().0
        };
        format!(
            "{}  {:12}  {PASSWORD}  {kind}{agency}\n",
            member.name, member.account
        )
    };
    MEMBERS.iter().map(line).collect::<Vec<_>>().concat()
}

/// Makes them, if there are no members yet.
pub(crate) async fn fill(
    members: &MemberStore,
    seals: &Seals,
    hasher: &Hasher,
    clock: &dyn Clock,
) -> Result<(), BuildError> {
    if !members.is_empty().await? {
        return Box::pin(give_numbers_back(members, seals)).await;
    }
    for member in &MEMBERS {
        let row = NewMember {
            id: id::new(clock),
            account: member.account.to_owned(),
            password_hash: hasher.hash(PASSWORD.to_owned().into()).await?,
            name: member.name.to_owned(),
            kind: member.kind(),
            status: Status::Active,
            is_staff: member.is_staff,
            agency: member.agency.map(|(oid, name)| (oid.to_owned(), name.to_owned())),
            email: format!("{}@example.com", member.account),
            details: Some(member.details(seals)?),
            hint: Some(Hint {
                question: HINT.0.to_owned(),
                answer_hash: hasher.hash(HINT.1.to_owned().into()).await?,
            }),
            rescue_mobile: Some(RESCUE_MOBILE.to_owned()),
            ..NewMember::default()
        };
        members.add(row, clock.now()).await?;
    }
    tracing::info!("made demo members");
    Ok(())
}

/// A database of before numbers were sealed has lost them.
async fn give_numbers_back(members: &MemberStore, seals: &Seals) -> Result<(), BuildError> {
    for demo in &MEMBERS {
        let Some(name) = AccountName::read(demo.account) else {
            continue;
        };
        if let Some(found) = members.by_account(&name).await?
            && found.id_sealed.is_none()
            && found.name == demo.name
        {
            members.set_details(found.id, demo.details(seals)?).await?;
        }
    }
    Ok(())
}

/// The agencies of the demo, from the public register.
const AGENCIES: [(&str, &str); 8] = [
    ("2.16.886.101.20003", "行政院"),
    ("2.16.886.101.20003.20001", "內政部"),
    FIRE_AGENCY,
    ("2.16.886.101.90010", "彰化縣"),
    ("2.16.886.101.90010.20002", "彰化縣政府"),
    FIRE_BUREAU,
    ("2.16.886.101.90010.90001", "彰化市"),
    ("2.16.886.101.90010.90001.20002", "彰化市公所"),
];
const FIRE_AGENCY: (&str, &str) = ("2.16.886.101.20003.20001.20003", "內政部消防署");
const FIRE_BUREAU: (&str, &str) = ("2.16.886.101.90010.20002.20040", "彰化縣消防局");

/// Where the personnel register has those who have no 公務帳號 yet.
const POSTS: [(&str, &str); 2] = [("dawen1234", FIRE_AGENCY.0), ("nabu1234", FIRE_BUREAU.0)];

/// Fills the registers that nobody has imported.
pub(crate) async fn fill_registers(db: &Database, seals: &Seals) -> Result<(), BuildError> {
    if register::is_new(db).await? {
        register::add(db, &AGENCIES).await?;
    }
    if !personnel::is_empty(db).await? {
        return Ok(());
    }
    let post = |member: &DemoMember| {
        let waiting = POSTS.iter().find(|(account, _)| *account == member.account);
        let oid = member
            .agency
            .map(|(oid, _)| oid)
            .or(waiting.map(|(_, oid)| *oid))?;
        Post::of(*seals.hashes(member.national_id).first()?, member.name, oid)
    };
    let posts: Vec<_> = MEMBERS.iter().filter_map(post).collect();
    Ok(personnel::add(db, &posts).await?)
}

#[cfg(test)]
mod tests {
    use shared::text::Oid;

    use super::*;
    use crate::member::AccountName;

    /// domain.md's rule: letter values, weights, a sum that ten divides.
    fn is_national_id(text: &str) -> bool {
        const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
        let letter = 10 + LETTERS.find(&text[..1]).unwrap();
        let digits = text[1..].bytes().map(|b| usize::from(b - b'0'));
        let weights = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];
        let sum: usize = [letter / 10, letter % 10]
            .into_iter()
            .chain(digits)
            .zip(weights)
            .map(|(d, w)| d * w)
            .sum();
        sum.is_multiple_of(10)
    }

    #[test]
    fn the_members_obey_the_sites_own_rules() {
        assert!((8..=15).contains(&PASSWORD.len()));
        assert!(PASSWORD.contains(|c: char| c.is_ascii_digit()) && PASSWORD.contains(char::is_alphabetic));
        for member in MEMBERS {
            assert_eq!(AccountName::read(member.account).unwrap().key(), member.account);
            assert_ne!(member.account, PASSWORD);
            assert!(is_national_id(member.national_id), "{}", member.national_id);
            assert_eq!(
                &member.national_id[1..2],
                if member.gender == "male" { "1" } else { "2" }
            );
            assert!(member.agency.is_none_or(|(oid, _)| oid.parse::<Oid>().is_ok()));
        }
    }

    #[test]
    fn both_kinds_and_a_rare_character_are_among_them() {
        assert!(
            MEMBERS
                .iter()
                .any(|member| member.kind() == MemberKind::NaturalPerson)
        );
        assert!(
            MEMBERS
                .iter()
                .any(|member| member.kind() == MemberKind::CivilServant)
        );
        assert!(
            MEMBERS
                .iter()
                .any(|member| member.name.chars().any(|c| u32::from(c) > 0xffff))
        );
    }

    #[test]
    fn the_table_has_a_line_for_each() {
        let table = table();
        assert_eq!(table.lines().count(), MEMBERS.len());
        assert!(table.contains("林小晴  xiaoqing1234  egov2026demo  公務人員（內政部消防署）"));
    }
}
