//! 我的E政府公務帳號申請書 as a PDF of one A4 page (ISO 32000-1).
//!
//! Its font is one of the character collection Adobe-CNS1, named and not embedded (section 9.7.5.2, table 118): the viewer
//! takes a Chinese font of its own. A font with all characters that names have weighs more than this program.

use pdf_writer::{
    Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, SystemInfo},
};

use super::{Case, form};
use crate::language::Language;

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 54.0;
const FONT: Name<'static> = Name(b"F1");
/// For Latin letters and digits, whose widths every reader knows (section 9.6.2.2).
const LATIN: Name<'static> = Name(b"F2");
/// A font of the collection that the standard's readers know.
const FACE: Name<'static> = Name(b"MSung-Light");
/// Unicode in two or four bytes, written from left to right.
const ENCODING: Name<'static> = Name(b"UniCNS-UTF16-H");

/// The PDF.
pub(super) fn write(case: &Case, account: &str) -> Vec<u8> {
    let [
        catalog,
        pages,
        page,
        font,
        cid_font,
        descriptor,
        content,
        info,
        latin,
    ] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(Ref::new);
    let title = format!("我的E政府公務帳號申請書 {}", case.number);
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(pages).lang(TextStr("zh-Hant-TW"));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info)
        .title(TextStr(&title))
        .creation_date(form::pdf_date(case));
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet
        .media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
        .parent(pages)
        .contents(content);
    sheet.resources().fonts().pair(FONT, font).pair(LATIN, latin);
    sheet.finish();
    pdf.type0_font(font)
        .base_font(FACE)
        .encoding_predefined(ENCODING)
        .descendant_font(cid_font);
    let mut cid = pdf.cid_font(cid_font);
    cid.subtype(CidFontType::Type0)
        .base_font(FACE)
        .system_info(SystemInfo {
            registry: Str(b"Adobe"),
            ordering: Str(b"CNS1"),
            supplement: 4,
        })
        .font_descriptor(descriptor)
        .default_width(1000.0);
    cid.finish();
    pdf.type1_font(latin)
        .base_font(Name(b"Helvetica"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    pdf.font_descriptor(descriptor)
        .name(FACE)
        .flags(FontFlags::SERIF | FontFlags::SYMBOLIC)
        .bbox(Rect::new(-160.0, -249.0, 1015.0, 888.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(662.0)
        .stem_v(93.0);
    pdf.stream(content, draw(case, account).finish().as_slice());
    pdf.finish()
}

fn draw(case: &Case, account: &str) -> Content {
    let l = Language::Chinese;
    let mut sheet = Sheet::new();
    let title = "我的E政府公務帳號申請書";
    sheet.text((WIDTH - width(title, 20.0)) / 2.0, HEIGHT - 70.0, 20.0, title);
    sheet.y = HEIGHT - 92.0;
    for (label, value) in form::fields(case, account, l) {
        sheet.row(label, &value);
    }
    sheet.y -= 12.0;
    let half = (WIDTH - 2.0 * MARGIN - 12.0) / 2.0;
    sheet.frame(MARGIN, half, 150.0, "服務證件影本（正面）");
    sheet.frame(MARGIN + half + 12.0, half, 150.0, "服務證件影本（反面）");
    sheet.y -= 150.0 + 34.0;
    sheet.text(MARGIN, sheet.y, 12.0, "本人簽名：");
    sheet.line(MARGIN + 66.0, sheet.y - 4.0, MARGIN + 300.0);
    sheet.y -= 26.0;
    sheet.text(MARGIN, sheet.y, 11.0, "【注意事項】");
    for (number, note) in (1..).zip(form::notes(l)) {
        sheet.paragraph(&format!("{number}."), &note);
    }
    sheet.y -= 14.0;
    sheet.for_the_office(["收件", "承辦", "處理完畢時間", "備註"]);
    sheet.content
}

/// A page that is written from its top down.
struct Sheet {
    content: Content,
    /// How far up the next thing stands.
    y: f32,
}

impl Sheet {
    fn new() -> Self {
        let mut content = Content::new();
        content.set_line_width(0.6);
        Self {
            content,
            y: HEIGHT - MARGIN,
        }
    }

    fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        self.content.begin_text().next_line(x, y);
        for run in runs(text) {
            if run.is_ascii() {
                self.content.set_font(LATIN, size).show(Str(run.as_bytes()));
            } else {
                let bytes: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
                self.content.set_font(FONT, size).show(Str(&bytes));
            }
        }
        self.content.end_text();
    }

    fn line(&mut self, from: f32, y: f32, to: f32) {
        self.content.move_to(from, y).line_to(to, y).stroke();
    }

    /// A label and what was filled in, which may take several lines.
    fn row(&mut self, label: &str, value: &str) {
        let left = MARGIN + 118.0;
        let lines = wrapped(value, 11.0, WIDTH - MARGIN - left - 8.0);
        let height = 8.0 + 14.0 * count(lines.len());
        self.content
            .rect(MARGIN, self.y - height, WIDTH - 2.0 * MARGIN, height)
            .stroke();
        self.content
            .move_to(left - 8.0, self.y)
            .line_to(left - 8.0, self.y - height)
            .stroke();
        self.text(MARGIN + 8.0, self.y - 15.0, 11.0, label);
        for (place, line) in lines.iter().enumerate() {
            self.text(left, self.y - 15.0 - 14.0 * count(place), 11.0, line);
        }
        self.y -= height;
    }

    /// An empty frame to paste something into.
    fn frame(&mut self, x: f32, width: f32, height: f32, label: &str) {
        self.content
            .set_dash_pattern([3.0, 3.0], 0.0)
            .rect(x, self.y - height, width, height)
            .stroke()
            .set_dash_pattern([], 0.0);
        self.text(x + 8.0, self.y - 16.0, 10.0, label);
    }

    fn paragraph(&mut self, mark: &str, text: &str) {
        let left = MARGIN + 16.0;
        for (place, line) in wrapped(text, 10.0, WIDTH - MARGIN - left).iter().enumerate() {
            self.y -= 15.0;
            if place == 0 {
                self.text(MARGIN, self.y, 10.0, mark);
            }
            self.text(left, self.y, 10.0, line);
        }
    }

    /// Four columns that the office fills in.
    fn for_the_office(&mut self, labels: [&str; 4]) {
        let each = (WIDTH - 2.0 * MARGIN) / 4.0;
        for (place, label) in labels.into_iter().enumerate() {
            let x = MARGIN + each * count(place);
            self.content.rect(x, self.y - 18.0, each, 18.0).stroke();
            self.content.rect(x, self.y - 54.0, each, 36.0).stroke();
            self.text(x + (each - width(label, 10.0)) / 2.0, self.y - 13.0, 10.0, label);
        }
        self.y -= 54.0;
    }
}

/// So many as a length.
fn count(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}

/// The text in pieces that are ASCII as a whole, or not at all.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let ascii = rest.chars().next()?.is_ascii();
        let end = rest.find(|c: char| c.is_ascii() != ascii).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(run)
    })
}

/// How wide the text is: Chinese characters are square, and Latin ones seldom wider than digits.
fn width(text: &str, size: f32) -> f32 {
    text.chars().map(|c| advance(c, size)).sum()
}

fn advance(c: char, size: f32) -> f32 {
    if c.is_ascii() { size * 0.556 } else { size }
}

/// Breaks a text into lines of this width: between any two characters, but not inside an address or a number, nor before
/// a sign that ends something.
fn wrapped(text: &str, size: f32, most: f32) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let joins = pieces
            .last()
            .and_then(|piece| piece.chars().last())
            .is_some_and(|before| {
                "，。；：、」』）！？".contains(c)
                    || "「『（".contains(before)
                    || (c.is_ascii_graphic() && before.is_ascii_graphic())
            });
        match pieces.last_mut() {
            Some(piece) if joins => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    let mut lines = vec![String::new()];
    for piece in pieces {
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && width(line, size) + width(&piece, size) > most);
        if full {
            lines.push(String::new());
        }
        for c in piece.chars() {
            // A piece that is longer than a line is broken wherever that is.
            if let Some(line) = lines.last_mut() {
                if width(line, size) + advance(c, size) > most {
                    lines.push(c.to_string());
                } else {
                    line.push(c);
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use shared::attachment::FileKind;

    use super::*;

    fn case(agency: &str) -> Case {
        Case {
            id: uuid::Uuid::nil(),
            number: "1151126-0001".into(),
            code: "7K2Q-9XMD".into(),
            member_id: uuid::Uuid::nil(),
            member_kind: "natural_person".into(),
            name: "吳明𡘙".into(),
            agency_oid: "2.16.886.101.20003.20001.20003".into(),
            agency_name: agency.into(),
            state: "form_needed".into(),
            cause: "again".into(),
            version: 0,
            reviewer_id: None,
            made_at: 1_795_395_600_000,
            due_at: None,
            closed_at: None,
        }
    }

    #[test]
    fn it_is_a_pdf_with_the_names_rare_character() {
        let pdf = write(&case("內政部消防署"), "mingta1234");
        assert_eq!(FileKind::of(&pdf), Some(FileKind::Pdf));
        let sought: Vec<u8> = "𡘙".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(pdf.windows(4).any(|window| window == sought) || contains_hex(&pdf, &sought));
    }

    fn contains_hex(pdf: &[u8], sought: &[u8]) -> bool {
        let hex = sought
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect::<Vec<_>>()
            .concat();
        String::from_utf8_lossy(pdf).contains(&hex)
    }

    #[test]
    fn the_same_case_makes_the_same_pdf() {
        assert_eq!(write(&case("甲"), "a"), write(&case("甲"), "a"));
    }

    #[test]
    fn lines_break_where_they_may() {
        assert_eq!(wrapped("一二三四五", 10.0, 20.0), ["一二", "三四", "五"]);
        assert_eq!(wrapped("一二。三", 10.0, 20.0), ["一", "二。", "三"]);
        assert_eq!(wrapped("一 a@b.tw", 10.0, 34.0), ["一 ", "a@b.tw"]);
        assert_eq!(wrapped("aaaaaaaaaa", 10.0, 23.0), ["aaaa", "aaaa", "aa"]);
        assert_eq!(
            runs("我的E政府 1").collect::<Vec<_>>(),
            ["我的", "E", "政府", " 1"]
        );
    }
}
