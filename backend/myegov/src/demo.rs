//! Made-up members for a site that somebody tries out. No real person has these names or numbers.

use foundation::{clock::Clock, hasher::Hasher, id};

use crate::{
    app::BuildError,
    member::{MemberKind, MemberStore, NewMember},
};

/// Everybody's password; it obeys MyEGov's rule (8 to 15 characters, letters and digits).
pub const PASSWORD: &str = "egov2026demo";

/// A made-up member.
#[derive(Clone, Copy, Debug)]
pub struct DemoMember {
    /// 中文姓名.
    pub name: &'static str,
    /// 帳號.
    pub account: &'static str,
    /// OID and name of the agency of a 公務人員; none for a 自然人.
    pub agency: Option<(&'static str, &'static str)>,
    national_id: &'static str,
    phone: &'static str,
    birthdate: &'static str,
    gender: &'static str,
}

/// All of them: both kinds, a central and a local agency, and a name with a character beyond the basic plane.
pub const MEMBERS: [DemoMember; 5] = [
    DemoMember {
        name: "陳大文",
        account: "dawen1234",
        agency: None,
        national_id: "A123456789",
        phone: "0912345678",
        birthdate: "1980-03-05",
        gender: "male",
    },
    DemoMember {
        name: "林小晴",
        account: "xiaoqing1234",
        agency: Some(("2.16.886.101.20003.20001.20003", "內政部消防署")),
        national_id: "B223456782",
        phone: "0922345678",
        birthdate: "1981-01-01",
        gender: "female",
    },
    DemoMember {
        name: "黃建安",
        account: "jianan1234",
        agency: Some(("2.16.886.101.90010.20002.20040", "彰化縣消防局")),
        national_id: "N123456780",
        phone: "0932345678",
        birthdate: "1975-11-20",
        gender: "male",
    },
    DemoMember {
        name: "吳明𡘙",
        account: "mingta1234",
        agency: Some(("2.16.886.101.90010.90001.20002", "彰化市公所")),
        national_id: "N223456782",
        phone: "0952345678",
        birthdate: "1990-07-15",
        gender: "female",
    },
    DemoMember {
        name: "𠀋·那布",
        account: "nabu1234",
        agency: None,
        national_id: "V123456787",
        phone: "0972345678",
        birthdate: "2001-12-31",
        gender: "male",
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
}

/// Who can sign in, one a line.
pub fn table() -> String {
    let line = |member: &DemoMember| {
        let agency = member
            .agency
            .map_or_else(String::new, |(_, name)| format!("（{name}）"));
        let kind = member.kind().label();
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
    hasher: &Hasher,
    clock: &dyn Clock,
) -> Result<(), BuildError> {
    if !members.is_empty().await? {
        return Ok(());
    }
    for member in &MEMBERS {
        let email = format!("{}@example.com", member.account);
        let row = NewMember {
            id: id::new(clock),
            account: member.account,
            password_hash: hasher.hash(PASSWORD.to_owned().into()).await?,
            name: member.name,
            kind: member.kind(),
            agency: member.agency,
            national_id: member.national_id,
            email: &email,
            phone: member.phone,
            birthdate: member.birthdate,
            gender: member.gender,
        };
        members.add(row, clock.now()).await?;
    }
    tracing::info!("made demo members");
    Ok(())
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
