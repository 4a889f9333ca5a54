//! What a picture is and how large, by what is in it. Nothing is decompressed, so there is nothing to blow up. A picture has
//! the beginning and the end that its type has; what else is between them, is not looked for.

/// The types of pictures that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// ISO/IEC 15948.
    Png,
    /// ITU-T T.81.
    Jpeg,
}

impl PictureKind {
    const ALL: [Self; 2] = [Self::Png, Self::Jpeg];

    /// The word for it in the database.
    pub const fn name(self) -> &'static str {
        match self {
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
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// What a picture says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its type.
    pub kind: PictureKind,
    /// In pixels; never zero.
    pub width: u32,
    /// In pixels; never zero.
    pub height: u32,
    /// Whether it moves, as an animated PNG does.
    pub moves: bool,
}

impl Picture {
    /// What this content is; none for every type that is not taken.
    pub fn of(content: &[u8]) -> Option<Self> {
        png(content).or_else(|| jpeg(content))
    }

    /// How many pixels it has.
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The length of IHDR's data.
const IHDR: u32 = 13;

/// Reads `count` bytes off the front, four at most, as a number with the highest byte first.
fn number(rest: &mut &[u8], count: usize) -> Option<u32> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// A length in pixels: neither none nor more than PNG has (ISO/IEC 15948, section 7.1).
fn side(rest: &mut &[u8], count: usize) -> Option<u32> {
    number(rest, count).filter(|side| (1..=i32::MAX.unsigned_abs()).contains(side))
}

fn skip(rest: &mut &[u8], count: u32) -> Option<()> {
    *rest = rest.get(usize::try_from(count).ok()?..)?;
    Some(())
}

/// The chunks from IHDR to IEND and nothing behind (ISO/IEC 15948, section 5).
fn png(content: &[u8]) -> Option<Picture> {
    let mut rest = content.strip_prefix(PNG_SIGNATURE)?;
    let mut picture = None;
    loop {
        let length = number(&mut rest, 4)?;
        let (name, mut data) = rest.split_at_checked(4)?;
        rest = data;
        // The data and their CRC.
        skip(&mut rest, length.checked_add(4)?)?;
        match (name, &mut picture) {
            (b"IHDR", None) if length == IHDR => {
                picture = Some(Picture {
                    kind: PictureKind::Png,
                    width: side(&mut data, 4)?,
                    height: side(&mut data, 4)?,
                    moves: false,
                });
            }
            // It is the first and the only one.
            (b"IHDR", _) | (_, None) => return None,
            (b"acTL", Some(picture)) => picture.moves = true,
            (b"IEND", _) => return picture.filter(|_| rest.is_empty()),
            _ => {}
        }
    }
}

/// The markers from SOI to EOI, with one frame before the first scan (ITU-T T.81, annex B).
fn jpeg(content: &[u8]) -> Option<Picture> {
    let mut rest = content.strip_prefix(b"\xff\xd8")?;
    let mut picture = None;
    loop {
        let marker = number(&mut rest, 2)?;
        match marker {
            // Any number of fill bytes may stand before a marker.
            0xffff => {
                rest = content.get(content.len() - rest.len() - 1..)?;
                continue;
            }
            // A scan: what follows is compressed. The end is the last that there is.
            0xffda => return picture.filter(|_| rest.ends_with(b"\xff\xd9")),
            0xff01..=0xfffe => {}
            _ => return None,
        }
        let mut segment = rest;
        let length = number(&mut rest, 2)?;
        skip(&mut rest, length.checked_sub(2)?)?;
        // A frame, of any of the kinds of compression; not its tables.
        if (0xffc0..=0xffcf).contains(&marker) && !matches!(marker, 0xffc4 | 0xffc8 | 0xffcc) {
            if picture.is_some() {
                return None;
            }
            skip(&mut segment, 3)?;
            let height = side(&mut segment, 2)?;
            picture = Some(Picture {
                kind: PictureKind::Jpeg,
                width: side(&mut segment, 2)?,
                height,
                moves: false,
            });
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes(), name.as_slice(), data, &[0; 4]].concat()
    }

    /// A PNG with these chunks between its head and its picture.
    fn png_with(width: u32, height: u32, between: &[u8]) -> Vec<u8> {
        let head = [
            &width.to_be_bytes(),
            height.to_be_bytes().as_slice(),
            &[8, 2, 0, 0, 0],
        ]
        .concat();
        [
            PNG_SIGNATURE,
            &chunk(*b"IHDR", &head),
            between,
            &chunk(*b"IDAT", &[1, 2, 3]),
            &chunk(*b"IEND", &[]),
        ]
        .concat()
    }

    pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
        png_with(width, height, &[])
    }

    /// The same, of two pictures that take turns.
    pub(crate) fn animated_png(side: u32) -> Vec<u8> {
        png_with(side, side, &chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]))
    }

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).unwrap();
        [&[0xff, marker], length.to_be_bytes().as_slice(), data].concat()
    }

    /// A JPEG whose frame has this marker, with these segments before it.
    fn jpeg_with(marker: u8, (width, height): (u16, u16), before: &[u8]) -> Vec<u8> {
        let frame = [
            &[8],
            height.to_be_bytes().as_slice(),
            &width.to_be_bytes(),
            &[1, 1, 17, 0],
        ]
        .concat();
        [
            b"\xff\xd8".as_slice(),
            before,
            &segment(marker, &frame),
            &segment(0xda, b""),
            b"data\xff\xd9",
        ]
        .concat()
    }

    pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
        jpeg_with(0xc0, (width, height), &segment(0xe0, b"JFIF\0"))
    }

    fn size(content: &[u8]) -> Option<(PictureKind, u32, u32)> {
        Picture::of(content).map(|picture| (picture.kind, picture.width, picture.height))
    }

    #[test]
    fn a_picture_says_what_and_how_large_it_is() {
        assert_eq!(size(&png(300, 200)), Some((PictureKind::Png, 300, 200)));
        assert_eq!(size(&jpeg(300, 200)), Some((PictureKind::Jpeg, 300, 200)));
        assert_eq!(Picture::of(&png(300, 200)).unwrap().pixels(), 60_000);
    }

    #[test]
    fn the_frame_is_found_among_several_segments() {
        // A thumbnail with a frame of its own, tables, a comment, and fill bytes.
        let thumbnail = segment(0xe1, &[b"Exif\0\0".as_slice(), &jpeg(16, 12)].concat());
        let tables = segment(0xc4, &[0, 9, 0, 9, 0, 9]);
        let before = [
            thumbnail.as_slice(),
            &tables,
            &segment(0xfe, b"\xff\xc0"),
            &[0xff; 3],
        ]
        .concat();
        for marker in [0xc0, 0xc1, 0xc2, 0xcf] {
            let whole = jpeg_with(marker, (64, 48), &before);
            assert_eq!(size(&whole), Some((PictureKind::Jpeg, 64, 48)), "{marker:x}");
        }
        for marker in [0xc4, 0xc8, 0xcc] {
            assert_eq!(
                size(&jpeg_with(marker, (64, 48), &before)),
                None,
                "{marker:x} is no frame"
            );
        }
    }

    #[test]
    fn a_size_that_no_picture_has_is_none() {
        for (width, height) in [(0, 10), (10, 0), (1 << 31, 10), (10, u32::MAX)] {
            assert_eq!(size(&png(width, height)), None, "{width} × {height}");
        }
        assert_eq!(size(&png(i32::MAX.unsigned_abs(), 1)).unwrap().1, 0x7fff_ffff);
        // Without a height: it would follow the scan.
        assert_eq!(size(&jpeg(10, 0)), None);
        assert_eq!(size(&jpeg(0, 10)), None);
        assert_eq!(size(&jpeg(65_535, 65_535)).unwrap().1, 65_535);
    }

    #[test]
    fn a_picture_has_one_size_and_says_it_first() {
        let head = chunk(*b"IHDR", &[0; 13]);
        assert_eq!(size(&png_with(64, 64, &head)), None);
        let late = [PNG_SIGNATURE, &chunk(*b"tEXt", b"x"), &png(64, 64)[8..]].concat();
        assert_eq!(size(&late), None);
        let short = [
            PNG_SIGNATURE,
            &chunk(*b"IHDR", &[0, 0, 0, 64, 0, 0, 0, 64]),
            &chunk(*b"IEND", &[]),
        ]
        .concat();
        assert_eq!(size(&short), None);
        let frame = segment(0xc0, &[8, 0, 9, 0, 9, 1, 1, 17, 0]);
        assert_eq!(size(&jpeg_with(0xc0, (64, 64), &frame)), None);
    }

    #[test]
    fn nothing_hangs_on_behind() {
        for whole in [png(64, 64), jpeg(64, 64)] {
            let more = [whole, b"PK\x03\x04".to_vec()].concat();
            assert_eq!(size(&more), None);
        }
    }

    #[test]
    fn what_is_two_things_is_none_or_a_picture_alone() {
        let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        for picture in [png(64, 64), jpeg(64, 64)] {
            for other in [script.as_slice(), b"GIF89a", b"%PDF-1.7\n", b"\n"] {
                assert_eq!(size(&[other, &picture].concat()), None);
            }
        }
        // Where a picture may hold any text it is a picture still, and is handed out as nothing else.
        let with_text = png_with(64, 64, &chunk(*b"tEXt", script));
        assert_eq!(size(&with_text), Some((PictureKind::Png, 64, 64)));
        let with_comment = jpeg_with(0xc0, (64, 64), &segment(0xfe, script));
        assert_eq!(size(&with_comment), Some((PictureKind::Jpeg, 64, 64)));
    }

    #[test]
    fn what_moves_is_known() {
        assert!(Picture::of(&animated_png(64)).unwrap().moves);
        assert!(!Picture::of(&png(64, 64)).unwrap().moves);
    }

    #[test]
    fn kinds_read_back() {
        for kind in PictureKind::ALL {
            assert_eq!(PictureKind::from_name(kind.name()), Some(kind));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_judged(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..2_usize) {
            let heads: [&[u8]; 2] = [PNG_SIGNATURE, b"\xff\xd8\xff"];
            let _ = Picture::of(&bytes);
            let _ = Picture::of(&[heads[kind], &bytes].concat());
        }

        #[test]
        fn a_picture_cut_short_is_none(cut in 1..80_usize) {
            for whole in [png(64, 64), jpeg(64, 64)] {
                let part = &whole[..whole.len().saturating_sub(cut)];
                prop_assert_eq!(Picture::of(part), None);
            }
        }
    }
}
