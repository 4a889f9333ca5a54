//! A figure, and what it must be.

use crate::size_budget;

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    AtLeast,
    AtMost,
}

/// What is asked of a figure.
pub(super) struct Goal {
    pub(super) name: &'static str,
    /// How it is measured, a sentence or two.
    pub(super) how: &'static str,
    pub(super) unit: &'static str,
    pub(super) digits: usize,
    pub(super) bound: Bound,
    pub(super) must: f64,
    pub(super) aim: f64,
}

/// Whether that is reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Aim,
    Must,
    Missed,
}

impl Verdict {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Aim => "pass (aim)",
            Self::Must => "pass (must)",
            Self::Missed => "MISSED",
        }
    }
}

/// A figure that was measured.
pub(super) struct Figure {
    pub(super) goal: &'static Goal,
    pub(super) value: f64,
    /// What it was computed from.
    pub(super) raw: String,
}

impl Goal {
    pub(super) const fn measured(&'static self, value: f64, raw: String) -> Figure {
        Figure {
            goal: self,
            value,
            raw,
        }
    }

    fn reached(&self, value: f64, limit: f64) -> bool {
        match self.bound {
            Bound::AtLeast => value >= limit,
            Bound::AtMost => value <= limit,
        }
    }

    fn print(&self, value: f64) -> String {
        format!("{value:.*}{}", self.digits, self.unit)
    }

    fn limit(&self, limit: f64) -> String {
        let sign = match self.bound {
            Bound::AtLeast => "≥",
            Bound::AtMost => "≤",
        };
        // The limits are round numbers; they need no digits of measurement.
        format!("{sign} {limit}{}", self.unit)
    }

    pub(super) fn must(&self) -> String {
        self.limit(self.must)
    }

    pub(super) fn aim(&self) -> String {
        self.limit(self.aim)
    }
}

impl Figure {
    pub(super) fn verdict(&self) -> Verdict {
        if self.goal.reached(self.value, self.goal.aim) {
            Verdict::Aim
        } else if self.goal.reached(self.value, self.goal.must) {
            Verdict::Must
        } else {
            Verdict::Missed
        }
    }

    pub(super) fn print(&self) -> String {
        self.goal.print(self.value)
    }
}

pub(super) static PAGES: Goal = Goal {
    name: "bytes until the login form works",
    how: "Size in brotli of everything that the login page loads until one can sign in: html, js, wasm, css.",
    unit: " kB",
    digits: 1,
    bound: Bound::AtMost,
    must: size_budget::LOGIN.must as f64 / 1000.0,
    aim: size_budget::LOGIN.aim as f64 / 1000.0,
};

pub(super) static HOME: Goal = Goal {
    name: "bytes for the signed-in home page",
    how: "The same of everything that the home page loads with nothing cached, beside what the API answers.",
    unit: " kB",
    digits: 1,
    bound: Bound::AtMost,
    must: size_budget::HOME.must as f64 / 1000.0,
    aim: size_budget::HOME.aim as f64 / 1000.0,
};

pub(super) static IN_MEMORY: Goal = Goal {
    name: "session check ÷ bare axum JSON",
    how: "Requests a second of `GET /api/v1/session` on SQLite, sessions in memory, against an axum \
          handler that answers as long a JSON body. 16 connections, each with a session of its own, of a generator \
          that never sleeps (docs/decisions/0026); rounds in turn, the median of the rounds' ratios.",
    unit: "",
    digits: 2,
    bound: Bound::AtLeast,
    must: 0.4,
    aim: 0.6,
};

pub(super) static ASKED: Goal = Goal {
    name: "session check, database asked each time ÷ bare axum with one SeaORM look-up",
    how: "The same on PostgreSQL with `EMIC_SESSION_IN_MEMORY=0`, against an axum handler that reads one row of \
          the same table by its primary key over the same pool. The portal's look-ups that wait at the same time share \
          a statement (docs/decisions/0014). PostgreSQL runs on the generator's core.",
    unit: "",
    digits: 2,
    bound: Bound::AtLeast,
    must: 0.7,
    aim: 0.9,
};

pub(super) static SIGN_INS: Goal = Goal {
    name: "sign-ins/s ÷ argon2id hashes/s",
    how: "`POST /api/v1/session` on SQLite, 4 at a time, each to an account of its own and from a new device, \
          against a loop that only hashes, with the same cost (19 MiB, 2 passes, 1 lane), on the same core; in \
          21 rounds of 2 s, since the hashes' own rate swings by a tenth within seconds.",
    unit: "",
    digits: 3,
    bound: Bound::AtLeast,
    must: 0.9,
    aim: 0.97,
};

pub(super) static STORM: Goal = Goal {
    name: "p99 of session checks in a sign-in storm ÷ quiet p99",
    how: "200 session checks a second, whatever the server does; the storm is 8 sign-ins at a time on the same \
          core. Late requests count from when they were due.",
    unit: "",
    digits: 1,
    bound: Bound::AtMost,
    must: 10.0,
    aim: 4.0,
};

pub(super) static MEMORY: Goal = Goal {
    name: "resident memory, idle",
    how: "`VmRSS` of a portal that has just started on an existing database and answered a few requests, each \
          for the login page, what the site offers, and a session that is not there.",
    unit: " MB",
    digits: 1,
    bound: Bound::AtMost,
    must: 60.0,
    aim: 30.0,
};

pub(super) static START: Goal = Goal {
    name: "start to ready",
    how: "From the start of the process until `/health/ready` answers 200, on an existing SQLite database; the \
          median of 5.",
    unit: " s",
    digits: 3,
    bound: Bound::AtMost,
    must: 1.0,
    aim: 0.3,
};

pub(super) static SEARCH: Goal = Goal {
    name: "agency search, p99 at 100,000 agencies ÷ at 1,000",
    how: "200 searches a second through the API on SQLite, in turn by parts of names, two words, codes and OIDs, \
          against a portal with a hundredth of the agencies on the same core; the index is built before.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 2.0,
    aim: 1.3,
};

pub(super) static IMPORT: Goal = Goal {
    name: "import of 100,000 agencies ÷ the same rows by a bare batched insert",
    how: "The whole run of `emic-portal agencies import` into an empty register on SQLite, against a program that \
          inserts the rows, which it has read before, in one transaction of 1,000 rows a statement; both on the same core.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 4.0,
    aim: 2.0,
};

pub(super) static MEMBER_SEARCH: Goal = Goal {
    name: "member search, p99 at 100,000 members ÷ at 1,000",
    how: "50 searches a second by one of the staff of MyEGov's member site on SQLite, in turn by account, name, mail address, \
          ID number, and a name that one member in forty has, against a site with a hundredth of the members on the same \
          core. Looks are written down, as everywhere.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 1.3,
    aim: 1.1,
};

pub(super) static NAME_CHECK: Goal = Goal {
    name: "check of an account's name, p99 at 100,000 members ÷ at 1,000",
    how: "100 checks a second, as the first step of a registration sends them while somebody types, half of them of names that \
          are taken, against the same site with a hundredth of the members.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 1.3,
    aim: 1.1,
};

pub(super) static REGISTRATION: Goal = Goal {
    name: "registration, p99 at 100,000 members ÷ at 1,000",
    how: "The five steps of one person after the other, each page opened and sent, with the password hashed and the hint's answer \
          too; each person from a source of their own, which a trusted proxy names.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 1.3,
    aim: 1.1,
};

pub(super) static MEMBER_MADE: Goal = Goal {
    name: "建立我的帳戶 alone, median at 100,000 members ÷ at 1,000",
    how: "Of the same registrations the last step, which hashes nothing, so that no hash hides what grows: the member, the mail and \
          the row of the log. The median: of some hundred commits the slowest tell of the disk.",
    unit: "",
    digits: 2,
    bound: Bound::AtMost,
    must: 1.3,
    aim: 1.1,
};

pub(super) static EXCHANGES: Goal = Goal {
    name: "code → token exchanges/s ÷ npm oidc-provider",
    how: "`POST /oidc/token` on SQLite, 64 at a time, each with a code of its own that was got before, PKCE, `client_secret_basic`, an \
          ID token signed with ES256, an access and a refresh token, against npm's `oidc-provider` in Node.js on the same core, \
          which does the same (`e2e/bench`). Its store is in memory; ours is on the disk before it answers.",
    unit: "",
    digits: 2,
    bound: Bound::AtLeast,
    must: 2.0,
    aim: 4.0,
};

pub(super) static REFRESHES: Goal = Goal {
    name: "token refreshes/s ÷ npm oidc-provider",
    how: "The same with refresh tokens, 64 grants at a time, each token used once for the next, with a new ID token.",
    unit: "",
    digits: 2,
    bound: Bound::AtLeast,
    must: 2.0,
    aim: 4.0,
};

pub(super) static CLAIMS: Goal = Goal {
    name: "userinfo/s ÷ npm oidc-provider",
    how: "The same of `GET /oidc/userinfo` with the same eight claims; the portal asks its database each time whether the person may \
          still go to the application, and what their roles are.",
    unit: "",
    digits: 2,
    bound: Bound::AtLeast,
    must: 2.0,
    aim: 4.0,
};

pub(super) static LOGOUTS: Goal = Goal {
    name: "1,000 sessions signed out of 10 applications, one of which is silent: until the other 9 have heard of all",
    how: "From the first of 1,000 sign-outs, 16 at a time, until the last of 9,000 back-channel messages has come; each session has \
          opened every application before. The applications, which do nothing but answer, share the generator's core. The median \
          of 3 portals.",
    unit: " s",
    digits: 2,
    bound: Bound::AtMost,
    must: 5.0,
    aim: 3.0,
};

#[cfg(test)]
mod tests {
    use super::{SIGN_INS, STORM, Verdict};

    #[test]
    fn a_limit_itself_is_reached_in_either_direction() {
        let verdict = |value, goal: &'static super::Goal| goal.measured(value, String::new()).verdict();
        assert_eq!(verdict(0.97, &SIGN_INS), Verdict::Aim);
        assert_eq!(verdict(0.9, &SIGN_INS), Verdict::Must);
        assert_eq!(verdict(0.89, &SIGN_INS), Verdict::Missed);
        assert_eq!(verdict(4.0, &STORM), Verdict::Aim);
        assert_eq!(verdict(10.0, &STORM), Verdict::Must);
        assert_eq!(verdict(10.1, &STORM), Verdict::Missed);
        assert_eq!(SIGN_INS.must(), "≥ 0.9");
    }
}
