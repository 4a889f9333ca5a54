//! What has ended, and which clients know.

use shared::time::Timestamp;

/// What the host has ended: grants are worth nothing from now on, and the clients that took part are to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended<'a> {
    /// The session of this `sid`: signed out, expired, ended from elsewhere.
    Session(&'a str),
    /// Every session of this person, by the host's own name.
    Person(&'a str),
    /// Nobody may use this client any more, nor may it do anything itself; the sessions go on.
    Client(&'a str),
    /// The person may no longer use this client; the sessions themselves go on.
    Access {
        /// The person.
        subject: &'a str,
        /// The client.
        client_id: &'a str,
    },
}

/// How far a client has been told of the end of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ToldState {
    /// It has not confirmed yet, and will be told again.
    Waiting,
    /// It has confirmed.
    Confirmed,
    /// It has not confirmed for a day, and is told no more.
    GivenUp,
    /// It has no address for this, or is no longer registered.
    NoAddress,
}

/// A client that took part in a session that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The client.
    pub client_id: String,
    /// How far it is told.
    pub state: ToldState,
    /// Since when that is so: for one that waits, when its part in the session ended.
    pub at: Timestamp,
}
