//! What a file is, by what is in it. Nothing is decompressed, so there is nothing to blow up. A file has the end that its
//! type has; what else is between its beginning and that, is not looked for.

use serde::{Deserialize, Serialize};

use crate::picture::{Picture, PictureKind};

/// The types that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// ISO 32000.
    Pdf,
    /// ISO/IEC 15948.
    Png,
    /// ITU-T T.81.
    Jpeg,
}

/// The most pixels of a picture: a large scan has 35 million. More is a trap for who opens it.
const MOST_PIXELS: u64 = 100_000_000;
/// The end of a PDF is looked for in so many bytes at its end.
const PDF_END_WITHIN: usize = 1024;

impl FileKind {
    const ALL: [Self; 3] = [Self::Pdf, Self::Png, Self::Jpeg];

    /// The word for it in JSON and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
        }
    }

    /// The inverse of [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => PictureKind::Png.media_type(),
            Self::Jpeg => PictureKind::Jpeg.media_type(),
        }
    }

    /// What this content is; none for every type that is not taken.
    pub fn of(content: &[u8]) -> Option<Self> {
        if is_pdf(content) {
            return Some(Self::Pdf);
        }
        let picture = Picture::of(content).filter(|picture| picture.pixels() <= MOST_PIXELS)?;
        Some(match picture.kind {
            PictureKind::Png => Self::Png,
            PictureKind::Jpeg => Self::Jpeg,
        })
    }

    /// Whether a file of this name may be of this type.
    pub fn fits(self, name: &str) -> bool {
        let Some((_, ending)) = name.rsplit_once('.') else {
            return false;
        };
        let endings: &[&str] = match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
        };
        endings.iter().any(|known| ending.eq_ignore_ascii_case(known))
    }
}

/// ISO 32000-1, sections 7.5.2 and 7.5.5.
fn is_pdf(content: &[u8]) -> bool {
    let end = &content[content.len().saturating_sub(PDF_END_WITHIN)..];
    let version = content.strip_prefix(b"%PDF-");
    version.is_some_and(|rest| matches!(rest, [b'1' | b'2', b'.', b'0'..=b'9', ..]))
        && end.windows(5).any(|window| window == b"%%EOF")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::picture::tests::{jpeg, png};

    #[test]
    fn each_type_is_known_by_its_content() {
        assert_eq!(FileKind::of(b"%PDF-1.4\n%%EOF"), Some(FileKind::Pdf));
        assert_eq!(FileKind::of(b"%PDF-2.0\n%%EOF\r\n"), Some(FileKind::Pdf));
        assert_eq!(FileKind::of(&png(3000, 2000)), Some(FileKind::Png));
        assert_eq!(FileKind::of(&jpeg(3000, 2000)), Some(FileKind::Jpeg));
    }

    #[test]
    fn others_are_not() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for content in [
            svg.as_slice(),
            b"PK\x03\x04",
            b"MZ\x90",
            b"<!DOCTYPE html>",
            b"GIF89a",
            b"\x1f\x8b\x08",
            b"%PDF-1.4 without an end",
            b" %PDF-1.4\n%%EOF",
            b"\xff\xd8",
            b"\xff\xd8\xff\xd9",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(
                FileKind::of(content),
                None,
                "{:?}",
                String::from_utf8_lossy(content)
            );
        }
    }

    #[test]
    fn a_picture_too_large_to_open_is_none() {
        assert_eq!(FileKind::of(&png(1_000_000, 1_000_000)), None);
        assert_eq!(FileKind::of(&png(0, 10)), None);
        assert_eq!(FileKind::of(&jpeg(65_535, 65_535)), None);
        assert_eq!(FileKind::of(&png(10_000, 10_000)), Some(FileKind::Png));
    }

    #[test]
    fn nothing_hangs_on_behind() {
        for whole in [png(2, 2), jpeg(2, 2)] {
            let more = [whole, b"PK\x03\x04".to_vec()].concat();
            assert_eq!(FileKind::of(&more), None);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..3_usize) {
            let heads: [&[u8]; 3] = [b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"];
            let _ = FileKind::of(&bytes);
            let _ = FileKind::of(&[heads[kind], &bytes].concat());
        }

        #[test]
        fn a_file_cut_short_is_none(cut in 1..40_usize) {
            for whole in [png(2, 2), jpeg(2, 2)] {
                let part = &whole[..whole.len().saturating_sub(cut)];
                prop_assert_eq!(FileKind::of(part), None);
            }
        }
    }
}
