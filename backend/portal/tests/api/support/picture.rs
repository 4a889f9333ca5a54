//! Pictures as small as can be.

fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [&length.to_be_bytes(), name.as_slice(), data, &[0; 4]].concat()
}

/// A PNG of this size with this text in it, so that it is told from others.
pub(crate) fn png(width: u32, height: u32, text: &[u8]) -> Vec<u8> {
    let head = [
        &width.to_be_bytes(),
        height.to_be_bytes().as_slice(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &chunk(*b"IHDR", &head),
        &chunk(*b"tEXt", text),
        &chunk(*b"IEND", b""),
    ]
    .concat()
}

/// A JPEG of this size.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let ([top, bottom], [left, right]) = (height.to_be_bytes(), width.to_be_bytes());
    let frame = [8, top, bottom, left, right, 1, 1, 17, 0];
    [
        b"\xff\xd8\xff\xc0\x00\x0b".as_slice(),
        &frame,
        b"\xff\xda\x00\x02data\xff\xd9",
    ]
    .concat()
}
