//! Two versions of one profile: where they differ, and which one is to count.

use shared::profile::Field;

use super::stored::Stored;

/// A field in which what was typed differs from what is stored now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Which.
    pub field: Field,
    /// What was typed, or read before.
    pub mine: String,
    /// What is stored now.
    pub theirs: String,
    /// Whether the person typed in it: then theirs is not taken without being asked for.
    pub is_typed: bool,
    /// Whether it can be chosen at all.
    pub is_locked: bool,
}

/// Where the form and what is stored now differ. `before` is what the form was filled from.
pub(super) fn differences(
    form: &[(Field, String)],
    before: &dyn Fn(Field) -> String,
    now: &Stored,
) -> Vec<Difference> {
    form.iter()
        .filter_map(|(field, mine)| {
            let theirs = now.get(*field);
            (*mine != theirs).then(|| Difference {
                field: *field,
                mine: mine.clone(),
                theirs,
                is_typed: *mine != before(*field),
                is_locked: now.lock(*field).is_some(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fields_that_differ_are_asked_about_and_what_was_typed_is_known() {
        let before = Stored::of(&[
            (Field::Email, "a@x.tw"),
            (Field::Fax, "02-11111111"),
            (Field::Street, "一街"),
        ]);
        let now = Stored::of(&[
            (Field::Email, "b@x.tw"),
            (Field::Fax, "02-22222222"),
            (Field::Street, "一街"),
        ]);
        let form = [
            (Field::Email, "c@x.tw".to_owned()),
            (Field::Fax, "02-11111111".to_owned()),
            (Field::Street, "一街".to_owned()),
        ];
        let found = differences(&form, &|field| before.get(field), &now);
        let brief: Vec<_> = found.iter().map(|it| (it.field, it.is_typed)).collect();
        assert_eq!(brief, [(Field::Email, true), (Field::Fax, false)]);
    }
}
