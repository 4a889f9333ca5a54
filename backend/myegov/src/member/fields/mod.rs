//! What members tell of themselves, read from forms: registration and 個人資料維護 ask with the same fields, by the same
//! rules.

mod details;

use shared::text::{Email, Line, MobilePhone, PersonName};

pub(crate) use self::details::{counties, details, districts_of};
use crate::http::form::Form;

/// Signs of addresses and of markup, which no name has.
const NOT_IN_NAMES: [char; 5] = ['/', ':', '@', '<', '>'];
/// Most characters of 暱稱.
const LONGEST_NICKNAME: usize = 50;
/// Most characters of an answer.
const LONGEST_ANSWER: usize = 50;

/// 密碼提示問題, in both languages. The Chinese text is what is stored.
pub(crate) const HINT_QUESTIONS: [(&str, &str); 6] = [
    (
        "我就讀的國小叫什麼名字?",
        "What is the name of my primary school?",
    ),
    (
        "我最喜歡的老師叫什麼名字?",
        "What is the name of my favourite teacher?",
    ),
    ("我第一份工作的公司名稱?", "At which company was my first job?"),
    (
        "我養的第一隻寵物叫什麼名字?",
        "What was the name of my first pet?",
    ),
    ("我最喜歡的一本書?", "Which is my favourite book?"),
    ("我在哪個城市長大?", "In which city did I grow up?"),
];

/// 中文姓名.
pub(crate) fn name(form: &mut Form) -> Option<String> {
    let read = PersonName::parse("name", form.value("name"));
    let empty = form.value("name").trim().is_empty();
    // A letter begins with the name, also one to an address that somebody made up.
    let read = read.ok().filter(|name| !name.as_str().contains(NOT_IN_NAMES));
    let (zh, en) = if empty {
        ("請輸入中文姓名", "Please enter your name")
    } else if form.value("name").contains(NOT_IN_NAMES) {
        (
            "中文姓名不可含 / : @ < > 等符號",
            "A name has no signs such as / : @ < >",
        )
    } else {
        (
            "中文姓名最多50個字，不可含看不見的字元",
            "The name has 50 characters at most, and none that cannot be seen",
        )
    };
    form.accept("name", read.ok_or(()), zh, en)
        .map(|name| name.as_str().to_owned())
}

/// 電子信箱, typed once.
pub(crate) fn email(form: &mut Form) -> Option<String> {
    let read = Email::parse("email", form.value("email"));
    form.accept(
        "email",
        read,
        "電子信箱的格式不正確，例如：name@example.com",
        "This is not an e-mail address, such as name@example.com",
    )
    .map(|email| email.as_str().to_owned())
}

/// 電子信箱 and 確認電子信箱.
pub(crate) fn email_twice(form: &mut Form) -> Option<String> {
    let first = email(form)?;
    let again = Email::parse("email_again", form.value("email_again"));
    if again.is_ok_and(|again| again.as_str() == first) {
        return Some(first);
    }
    form.fault(
        "email_again",
        "確認電子信箱與電子信箱不同",
        "The two e-mail addresses are not the same",
    );
    None
}

/// 暱稱, which may be empty.
pub(crate) fn nickname(form: &mut Form) -> Option<String> {
    let read = Line::parse("nickname", form.value("nickname"), LONGEST_NICKNAME);
    form.accept(
        "nickname",
        read,
        "暱稱最多50個字，不可含看不見的字元",
        "The nickname has 50 characters at most, and none that cannot be seen",
    )
    .map(|line| line.as_str().to_owned())
}

/// 密碼提示問題.
pub(crate) fn hint_question(form: &mut Form) -> Option<String> {
    let question = form.value("hint_question");
    if let Some((zh, _)) = HINT_QUESTIONS.iter().find(|(zh, _)| *zh == question) {
        return Some((*zh).to_owned());
    }
    form.fault("hint_question", "請選擇密碼提示問題", "Please choose a question");
    None
}

/// 您的回答, without the differences that people do not mean; an empty one is none.
pub(crate) fn hint_answer(form: &mut Form, field: &'static str) -> Option<String> {
    let answer = meant(form.value(field));
    let typed = form.value(field).trim();
    let right = !answer.is_empty() && Line::parse(field, typed, LONGEST_ANSWER).is_ok();
    if !right {
        form.fault(
            field,
            "請輸入您的回答，最多50個字",
            "Please enter your answer, with 50 characters at most",
        );
    }
    right.then_some(answer)
}

/// An answer as it is compared.
pub(crate) fn meant(answer: &str) -> String {
    shared::text::fold(answer).split_whitespace().collect()
}

/// 救援手機門號, or an empty text where none was typed.
pub(crate) fn rescue_mobile(form: &mut Form) -> Option<String> {
    if form.value("rescue_mobile").trim().is_empty() {
        return Some(String::new());
    }
    let read = MobilePhone::parse("rescue_mobile", form.value("rescue_mobile"));
    form.accept(
        "rescue_mobile",
        read,
        "救援手機門號的格式不正確，例如：0912345678",
        "This is not a mobile number, such as 0912345678",
    )
    .map(|phone| phone.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_compared_as_they_are_meant() {
        assert_eq!(meant(" 中正 國小"), meant("中正國小"));
        assert_eq!(meant("ＡＢＣ School"), meant("abcschool"));
        assert_ne!(meant("中正國小"), meant("中山國小"));
    }
}
