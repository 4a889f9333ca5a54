//! 我的專區.

/// 會員資料管理: where its pages are, and their names in both languages.
pub(crate) const PLACES: [(&str, &str, &str); 5] = [
    ("/profile", "個人資料查詢", "Your data"),
    ("/profile/edit", "個人資料維護", "Change your data"),
    ("/profile/password", "密碼維護", "Change your password"),
    ("/profile/delete", "刪除帳號", "Delete your account"),
    ("/application", "申請公務帳號", "Civil-servant account"),
];
