//! 應用系統介接: an application as an OpenID Connect client of the portal, and how those who keep it register it.

mod data;
mod trial;
mod view;

pub use data::{ClientAuthentication, ClientData, MOST_ADDRESSES, SigningAlgorithm, SubjectType};
pub use trial::{ClientTrial, TrialOutcome, TrialStep, TrialStepResult};
pub use view::{ClientSecretView, ClientView, NewClientSecret, NewRegistrationToken, RegisteredClient};

/// The longest that an old secret is kept beside a new one, in hours: 30 days.
pub const LONGEST_OVERLAP: u32 = 720;
