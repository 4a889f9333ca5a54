//! Ids that clients choose, so that what they send twice is done once.

use uuid::{Uuid, Variant};

/// Whether the id is of version 7 (RFC 9562, section 5.7), as those that the server chooses.
pub fn is_chosen(id: &Uuid) -> bool {
    id.get_version_num() == 7 && id.get_variant() == Variant::RFC4122
}

#[cfg(test)]
mod tests {
    use super::is_chosen;

    #[test]
    fn only_version_7_of_the_standard_s_variant() {
        let of = |text: &str| is_chosen(&text.parse().unwrap());
        assert!(of("01938d5e-7a40-7cc0-8000-000000000001"));
        assert!(!of("01938d5e-7a40-4cc0-8000-000000000001"));
        assert!(!of("01938d5e-7a40-7cc0-0d5e-000000000001"));
        assert!(!of("00000000-0000-0000-0000-000000000000"));
    }
}
