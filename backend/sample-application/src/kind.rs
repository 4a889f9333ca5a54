//! Which of the two applications this is.

use foundation::settings::Setting;

/// One binary, two applications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// EMIC 應變服務: disaster reports.
    Response,
    /// 訊息服務發送平台: messages with receipts.
    Messages,
}

impl Setting for Kind {
    fn read(text: &str) -> Result<Self, String> {
        match text {
            "response" => Ok(Self::Response),
            "messages" => Ok(Self::Messages),
            _ => Err("takes response or messages".to_owned()),
        }
    }
}

impl Kind {
    /// Its word in settings, and in the names of its cookies: browsers keep cookies by host, whatever the port.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Messages => "messages",
        }
    }

    /// What people know it by, in Chinese and in English.
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Response => ("EMIC 應變服務", "EMIC response service"),
            Self::Messages => ("訊息服務發送平台", "Message platform"),
        }
    }

    /// The port that it listens on unless it is told otherwise.
    pub const fn port(self) -> u16 {
        match self {
            Self::Response => 8082,
            Self::Messages => 8083,
        }
    }
}
