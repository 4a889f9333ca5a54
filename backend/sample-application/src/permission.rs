//! What may be done here, and with which roles. The portal gives the roles; what they mean is the application's own.

use crate::http::page::Text;

/// Something that not everybody may do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Permission {
    /// The code of the role that somebody who lacks it asks for: the least that is enough.
    pub(crate) role: &'static str,
    /// Codes of all roles that are enough.
    pub(crate) held_with: &'static [&'static str],
}

/// Seeing disaster reports.
pub(crate) const SEE_REPORTS: Permission = Permission {
    role: "viewer",
    held_with: &["viewer", "reporter", "centre"],
};
/// Adding notes to them.
pub(crate) const WRITE_NOTES: Permission = Permission {
    role: "reporter",
    held_with: &["reporter"],
};
/// Seeing messages and who has confirmed them.
pub(crate) const SEE_MESSAGES: Permission = Permission {
    role: "receipts",
    held_with: &["receipts", "sender"],
};
/// Sending messages.
pub(crate) const SEND_MESSAGES: Permission = Permission {
    role: "sender",
    held_with: &["sender"],
};

/// The name of a role, as the portal has it; none of one that is unknown here.
pub(crate) fn role_name(code: &str) -> Option<Text> {
    match code {
        "viewer" => Some(("災情檢視", "Viewing reports")),
        "reporter" => Some(("災情查通報", "Disaster reports")),
        "centre" => Some(("應變中心作業", "Response centre")),
        "receipts" => Some(("檢視回條", "Viewing receipts")),
        "sender" => Some(("發送訊息", "Sending messages")),
        _ => None,
    }
}

impl Permission {
    /// The name of the role to ask for.
    pub(crate) fn role_name(&self) -> Text {
        role_name(self.role).unwrap_or((self.role, self.role))
    }
}
