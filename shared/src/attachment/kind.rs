//! What a file is, by what is in it. Nothing is decompressed, so there is nothing to blow up. A file has the end that its
//! type has; what else is between its beginning and that, is not looked for.

use serde::{Deserialize, Serialize};

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
const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

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
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What this content is; none for every type that is not taken.
    pub fn of(content: &[u8]) -> Option<Self> {
        if is_pdf(content) {
            Some(Self::Pdf)
        } else if is_png(content) == Some(true) {
            Some(Self::Png)
        } else if is_jpeg(content) == Some(true) {
            Some(Self::Jpeg)
        } else {
            None
        }
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

/// Reads `count` bytes off the front, as a number with the highest byte first.
fn number(rest: &mut &[u8], count: usize) -> Option<u64> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn skip(rest: &mut &[u8], count: u64) -> Option<()> {
    *rest = rest.get(usize::try_from(count).ok()?..)?;
    Some(())
}

fn is_sized(width: u64, height: u64) -> bool {
    width > 0 && height > 0 && width.saturating_mul(height) <= MOST_PIXELS
}

/// The chunks from IHDR to IEND and nothing behind (ISO/IEC 15948, section 5).
fn is_png(content: &[u8]) -> Option<bool> {
    let mut rest = content.strip_prefix(PNG_SIGNATURE)?;
    let mut sized = false;
    loop {
        let length = number(&mut rest, 4)?;
        let name = rest.get(..4)?;
        skip(&mut rest, 4)?;
        let mut data = rest;
        // The data and their CRC.
        skip(&mut rest, length.checked_add(4)?)?;
        match name {
            b"IHDR" if !sized => sized = is_sized(number(&mut data, 4)?, number(&mut data, 4)?),
            _ if !sized => return Some(false),
            b"IEND" => return Some(rest.is_empty()),
            _ => {}
        }
    }
}

/// The markers from SOI to EOI, with a frame before the first scan (ITU-T T.81, annex B).
fn is_jpeg(content: &[u8]) -> Option<bool> {
    let mut rest = content.strip_prefix(b"\xff\xd8")?;
    let mut sized = false;
    loop {
        let marker = number(&mut rest, 2)?;
        match marker {
            // Any number of fill bytes may stand before a marker.
            0xffff => {
                rest = content.get(content.len() - rest.len() - 1..)?;
                continue;
            }
            // A scan: what follows is compressed. The end is the last that there is.
            0xffda => return Some(sized && rest.ends_with(b"\xff\xd9")),
            0xff01..=0xfffe => {}
            _ => return Some(false),
        }
        let mut segment = rest;
        let length = number(&mut rest, 2)?;
        skip(&mut rest, length.checked_sub(2)?)?;
        // A frame, of any of the kinds of compression; not its tables.
        if (0xffc0..=0xffcf).contains(&marker) && !matches!(marker, 0xffc4 | 0xffc8 | 0xffcc) {
            skip(&mut segment, 3)?;
            let (height, width) = (number(&mut segment, 2)?, number(&mut segment, 2)?);
            sized = is_sized(width, height);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes(), name.as_slice(), data, &[0; 4]].concat()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let head = [
            &width.to_be_bytes(),
            height.to_be_bytes().as_slice(),
            &[8, 2, 0, 0, 0],
        ]
        .concat();
        [
            PNG_SIGNATURE.to_vec(),
            chunk(*b"IHDR", &head),
            chunk(*b"IDAT", &[1, 2, 3]),
            chunk(*b"IEND", &[]),
        ]
        .concat()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let frame = [
            &[8],
            height.to_be_bytes().as_slice(),
            &width.to_be_bytes(),
            &[1, 1, 17, 0],
        ]
        .concat();
        [
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc0\x00\x0b".as_slice(),
            &frame,
            b"\xff\xda\x00\x02data\xff\xd9",
        ]
        .concat()
    }

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
            PNG_SIGNATURE,
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
            let heads: [&[u8]; 3] = [b"%PDF-1.7", PNG_SIGNATURE, b"\xff\xd8\xff"];
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
