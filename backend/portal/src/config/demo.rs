//! `[demo]`: made-up people, and the sample applications that they start.

use foundation::settings::Settings;
use secrecy::SecretString;
use url::Url;

/// The sample applications of a demonstration.
#[derive(Clone, Debug)]
pub struct Samples {
    /// Where EMIC 應變服務 is.
    pub response: Url,
    /// Where 訊息服務發送平台 is.
    pub messages: Url,
    /// What both prove with who they are.
    pub secret: SecretString,
}

/// A demonstration.
#[derive(Clone, Debug, Default)]
pub struct Demo {
    /// Whether to put made-up people and announcements into an empty database.
    pub on: bool,
    /// The applications to register with it.
    pub samples: Option<Samples>,
}

impl Demo {
    pub(super) fn read(s: &mut Settings) -> Self {
        let on = s.or("demo", "EMIC_DEMO", false);
        let response = s.optional("demo_samples.response_url", "EMIC_DEMO_RESPONSE_URL");
        let messages = s.optional("demo_samples.messages_url", "EMIC_DEMO_MESSAGES_URL");
        let secret = s.secret("demo_samples.client_secret", "EMIC_DEMO_CLIENT_SECRET");
        let samples = match (response, messages, secret) {
            (Some(response), Some(messages), Some(secret)) => Some(Samples {
                response,
                messages,
                secret,
            }),
            (None, None, None) => None,
            _ => {
                s.fault(
                    "demo_samples (EMIC_DEMO_RESPONSE_URL, EMIC_DEMO_MESSAGES_URL, EMIC_DEMO_CLIENT_SECRET)",
                    "must be set all three or not at all",
                );
                None
            }
        };
        Self { on, samples }
    }
}
