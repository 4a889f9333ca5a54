//! A sender that keeps what it is given, for clients of any manner.

use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::held;
use crate::{SendFailed, Sender};

/// How a client answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// With an error.
    Refuses,
    /// Never.
    Hangs,
}

/// Keeps logout tokens and events for the one who waits for them.
#[derive(Debug)]
pub struct TestSender {
    sent: mpsc::UnboundedSender<(String, String)>,
    manners: Mutex<HashMap<String, Manner>>,
    /// How many are under way, and how many were at most.
    under_way: Mutex<(usize, usize)>,
}

impl TestSender {
    /// With the end where addresses and tokens come out.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<(String, String)>) {
        let (sent, received) = mpsc::unbounded_channel();
        let sender = Self {
            sent,
            manners: Mutex::default(),
            under_way: Mutex::default(),
        };
        (sender, received)
    }

    /// From now on the client at this address answers so; none: it takes what it is told.
    pub fn set(&self, uri: &str, manner: Option<Manner>) {
        match manner {
            Some(manner) => held(&self.manners).insert(uri.to_owned(), manner),
            None => held(&self.manners).remove(uri),
        };
    }

    /// How many were under way at once, at most.
    pub fn most_at_once(&self) -> usize {
        held(&self.under_way).1
    }
}

/// One that is under way.
struct UnderWay<'a>(&'a Mutex<(usize, usize)>);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a Mutex<(usize, usize)>) -> Self {
        let mut counted = held(count);
        counted.0 += 1;
        counted.1 = counted.1.max(counted.0);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        held(self.0).0 -= 1;
    }
}

#[async_trait]
impl Sender for TestSender {
    async fn logout(&self, uri: &str, logout_token: &str) -> Result<(), SendFailed> {
        let _under_way = UnderWay::begin(&self.under_way);
        self.sent
            .send((uri.to_owned(), logout_token.to_owned()))
            .map_err(|_| SendFailed("nobody waits".to_owned()))?;
        let manner = held(&self.manners).get(uri).copied();
        match manner {
            None => tokio::task::yield_now().await,
            Some(Manner::Refuses) => return Err(SendFailed("refused".to_owned())),
            Some(Manner::Hangs) => std::future::pending().await,
        }
        Ok(())
    }

    async fn event(&self, uri: &str, event: &str) -> Result<(), SendFailed> {
        self.logout(uri, event).await
    }
}
