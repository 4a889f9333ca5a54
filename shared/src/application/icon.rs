//! 圖示: the picture that stands for an application on its tile, in the place of its character.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::{
    picture::{Picture, PictureKind},
    problem::{Violation, ViolationCode},
};

/// The largest picture, in bytes: 64 KiB.
pub const LARGEST_ICON: usize = 64 * 1024;
/// How long its sides may be, in pixels.
pub const ICON_SIDE: RangeInclusive<u32> = 48..=512;

/// The body of `PUT /api/v1/managed-applications/{code}/icon`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIcon {
    /// The picture, in base64 with padding (RFC 4648, section 4): a PNG or JPEG that does not move, 64 KiB at most, square,
    /// with sides of 48 to 512 pixels.
    #[cfg_attr(feature = "openapi", schema(content_encoding = "base64"))]
    pub content: String,
}

/// The picture that an application has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IconView {
    /// Where it is. Another picture has another address.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "/api/v1/applications/emic/icon?v=9f86d081884c7d65")
    )]
    pub icon: String,
}

/// What an icon of this content is.
///
/// # Errors
/// The rule that it breaks: nothing in it ([`ViolationCode::Required`]), too much ([`ViolationCode::TooLarge`]), no still
/// picture of a type that is taken ([`ViolationCode::WrongType`]), too small or too large to be seen well
/// ([`ViolationCode::OutOfRange`]), or not square ([`ViolationCode::Mismatched`]).
pub fn icon_kind(content: &[u8]) -> Result<PictureKind, Violation> {
    let of = |code| Violation::new("content", code);
    if content.is_empty() {
        return Err(of(ViolationCode::Required));
    }
    if content.len() > LARGEST_ICON {
        return Err(of(ViolationCode::TooLarge).with("max", LARGEST_ICON));
    }
    // What moves beside a text keeps people from reading it (WCAG 2.2.2).
    let picture = Picture::of(content)
        .filter(|picture| !picture.moves)
        .ok_or_else(|| of(ViolationCode::WrongType))?;
    if !ICON_SIDE.contains(&picture.width) || !ICON_SIDE.contains(&picture.height) {
        let outside = of(ViolationCode::OutOfRange).with("min", ICON_SIDE.start());
        return Err(outside.with("max", ICON_SIDE.end()));
    }
    if picture.width != picture.height {
        return Err(of(ViolationCode::Mismatched));
    }
    Ok(picture.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::tests::{animated_png, jpeg, png};

    fn broken(content: &[u8]) -> Option<ViolationCode> {
        icon_kind(content).err().map(|violation| violation.code)
    }

    #[test]
    fn a_square_picture_is_an_icon() {
        for side in [48, 256, 512] {
            assert_eq!(icon_kind(&png(side, side)), Ok(PictureKind::Png));
        }
        assert_eq!(icon_kind(&jpeg(96, 96)), Ok(PictureKind::Jpeg));
    }

    #[test]
    fn each_rule_is_named() {
        assert_eq!(broken(b""), Some(ViolationCode::Required));
        assert_eq!(broken(b"<svg/>"), Some(ViolationCode::WrongType));
        assert_eq!(broken(b"%PDF-1.7\n%%EOF"), Some(ViolationCode::WrongType));
        assert_eq!(broken(&animated_png(64)), Some(ViolationCode::WrongType));
        for (width, height) in [(47, 47), (513, 513), (48, 47), (1, 64)] {
            assert_eq!(broken(&png(width, height)), Some(ViolationCode::OutOfRange));
        }
        assert_eq!(broken(&jpeg(64, 65)), Some(ViolationCode::Mismatched));
        let violation = icon_kind(&png(47, 47)).unwrap_err();
        assert_eq!(
            (&*violation.params["min"], &*violation.params["max"]),
            ("48", "512")
        );
    }

    #[test]
    fn it_is_64_kibibytes_at_most() {
        assert_eq!(broken(&vec![0; LARGEST_ICON]), Some(ViolationCode::WrongType));
        assert_eq!(broken(&vec![0; LARGEST_ICON + 1]), Some(ViolationCode::TooLarge));
    }
}
