//! 我的專區.

pub(crate) mod routes;
mod service;

pub(crate) use service::{ProfileService, Refusal};

/// 會員資料管理: where its pages are, and their names in both languages.
pub(crate) const PLACES: [(&str, &str, &str); 6] = [
    ("/profile", "個人資料查詢", "Your data"),
    ("/profile/edit", "個人資料維護", "Change your data"),
    ("/profile/password", "密碼維護", "Change your password"),
    ("/profile/looks", "誰看過我的資料", "Who has seen your data"),
    ("/profile/delete", "刪除帳號", "Delete your account"),
    ("/application", "申請公務帳號", "Civil-servant account"),
];
