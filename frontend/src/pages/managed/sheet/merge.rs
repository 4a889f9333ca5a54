//! Three versions of one sheet: what it was filled from, what was typed, and what somebody else has stored meanwhile.

/// What becomes of the fields when somebody else was faster: their new texts, and which of them are to be asked about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Merged {
    /// What stands in each field then: what was typed, and theirs where nothing was.
    pub texts: Vec<String>,
    /// The places of the fields that both have changed, and not alike.
    pub asked: Vec<usize>,
}

/// Merges them; all three have the same fields in the same order.
pub(super) fn merge(before: &[String], typed: &[String], now: &[String]) -> Merged {
    let mut merged = Merged {
        texts: Vec::new(),
        asked: Vec::new(),
    };
    for (place, ((before, typed), now)) in before.iter().zip(typed).zip(now).enumerate() {
        let is_typed = typed != before;
        if is_typed && now != before && now != typed {
            merged.asked.push(place);
        }
        merged.texts.push(if is_typed { typed } else { now }.clone());
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: [&str; 4]) -> Vec<String> {
        texts.map(str::to_owned).to_vec()
    }

    #[test]
    fn nothing_that_was_typed_is_lost_and_only_what_both_changed_is_asked_about() {
        let before = texts(["a", "b", "c", "d"]);
        let typed = texts(["a", "mine", "mine", "same"]);
        let now = texts(["theirs", "b", "theirs", "same"]);
        let merged = merge(&before, &typed, &now);
        assert_eq!(merged.texts, texts(["theirs", "mine", "mine", "same"]));
        assert_eq!(merged.asked, [2]);
    }
}
