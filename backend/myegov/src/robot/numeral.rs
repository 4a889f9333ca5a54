//! Small numbers in words.

use shared::text::{Language, fold};

const CHINESE: [&str; 20] = [
    "零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五",
    "十六", "十七", "十八", "十九",
];
const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// A number below twenty in words.
pub(super) fn word(number: u8, l: Language) -> String {
    let at = usize::from(number);
    let words = match l {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    words
        .get(at)
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// Reads a number below twenty, in digits of either width, Chinese numerals of either style, or English words.
pub(super) fn read(text: &str) -> Option<u8> {
    let text: String = fold(text)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '〇' => '零',
            '壹' => '一',
            '貳' | '兩' => '二',
            '參' => '三',
            '肆' => '四',
            '伍' => '五',
            '陸' => '六',
            '柒' => '七',
            '捌' => '八',
            '玖' => '九',
            '拾' => '十',
            c => c,
        })
        .collect();
    let text = text
        .strip_prefix("一十")
        .map_or_else(|| text.clone(), |rest| format!("十{rest}"));
    let at = |words: &[&str]| words.iter().position(|word| *word == text);
    match text.parse::<u8>() {
        Ok(number) if number < 20 => Some(number),
        _ => at(&CHINESE)
            .or_else(|| at(&ENGLISH))
            .and_then(|at| u8::try_from(at).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_numbers_in_many_ways() {
        for (text, number) in [
            ("8", 8),
            (" ８ ", 8),
            ("八", 8),
            ("捌", 8),
            ("兩", 2),
            ("十二", 12),
            ("一十二", 12),
            ("壹拾貳", 12),
            ("Twelve", 12),
            ("0", 0),
            ("〇", 0),
        ] {
            assert_eq!(read(text), Some(number), "{text}");
        }
        for text in ["", "八八", "eightteen", "20", "-1", "8.0", "三加五"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
