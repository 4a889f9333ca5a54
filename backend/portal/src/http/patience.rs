//! How long the server waits for a request and for its own answer.

use std::time::Duration;

use axum::extract::Request;

/// For a body: one that is not there after this is given up.
const BODY: Duration = Duration::from_secs(10);
/// For a body that holds a file: as long as 5 MiB take on a line of 256 kbit/s.
const FILE: Duration = Duration::from_secs(4 * 60);
/// For the answer, once the body is there.
const ANSWER: Duration = Duration::from_secs(5);

/// How long all of this request's body may take.
pub fn for_body(request: &Request) -> Duration {
    if request.uri().path().ends_with("/attachments") {
        FILE
    } else {
        BODY
    }
}

/// How long this request may take as a whole.
pub fn for_answer(request: &Request) -> Duration {
    for_body(request) + ANSWER
}
