//! Requests with their roles and their history, and grants.

use anyhow::Result;
use sea_orm::Value;
use uuid::Uuid;

use super::{
    plan::{self, LASTS, Plan, State},
    register::{application, role},
};
use crate::writing::Writing;

pub(super) async fn write(writing: &mut Writing, plan: &Plan) -> Result<()> {
    requests(writing, plan).await?;
    roles(writing, plan).await?;
    histories(writing, plan).await?;
    grants(writing, plan).await
}

/// The agency that a request or a grant is for, and the branch that it is of.
fn agency(plan: &Plan, number: usize, of: usize) -> (usize, String) {
    plan.holder(number, of)
        .map_or_else(|| (0, plan::agency(0, 3)), |person| plan.agency(person))
}

/// Who decides: the branch's manager, if it has one.
fn decider(plan: &Plan, branch: usize) -> Option<Uuid> {
    match branch {
        0 => Some(plan.accounts.manager),
        branch => plan.accounts.deciders.get(branch - 1).copied(),
    }
}

async fn requests(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let columns = [
        "id",
        "person_id",
        "application_id",
        "agency_oid",
        "reason",
        "starts_on",
        "ends_on",
        "state",
        "submitted_at",
        "stage",
        "desk",
        "route_from",
        "desk_since",
    ];
    let rows = (0..plan.requests).map(|number| {
        let (branch, agency) = agency(plan, number, plan.requests);
        let state = plan.state(number);
        let waits = state == State::Submitted;
        let is_open = waits || state == State::Returned;
        let desk =
            decider(plan, branch).map_or_else(|| "administrators".to_owned(), |_| plan::agency(branch, 0));
        let first = if is_open {
            1
        } else {
            plan.first_day(plan.moment(number, plan.requests))
        };
        vec![
            plan.request(number).into(),
            plan.holder_id(number, plan.requests).into(),
            application(plan.role(number).0).into(),
            agency.clone().into(),
            "颱風期間協助災情查通報與應變中心值勤".into(),
            plan.day(first).to_string().into(),
            plan.day(first + LASTS).to_string().into(),
            state.name().into(),
            plan.moment(number, plan.requests).into(),
            "manager".into(),
            waits.then_some(desk).into(),
            Some(agency).into(),
            waits.then_some(plan.now).into(),
        ]
    });
    writing.fill("permission_requests", &columns, rows).await
}

async fn roles(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let rows = (0..plan.requests).map(|number| {
        let is_open = matches!(plan.state(number), State::Submitted | State::Returned);
        let (application, of_it) = plan.role(number);
        let person = plan.holder_id(number, plan.requests);
        vec![
            plan.request(number).into(),
            role(application, of_it).into(),
            is_open.then_some(person).into(),
        ]
    });
    let columns = ["request_id", "role_id", "open_for"];
    writing.fill("permission_request_roles", &columns, rows).await
}

async fn histories(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let rows = (0..plan.requests).flat_map(|number| {
        let at = plan.moment(number, plan.requests);
        let branch = agency(plan, number, plan.requests).0;
        let (applicant, decider) = (
            Some(plan.holder_id(number, plan.requests)),
            decider(plan, branch).or(Some(plan.accounts.administrator)),
        );
        let outcome = match plan.state(number) {
            State::Submitted => None,
            State::Returned => Some(("return", decider, Some("請補充預定發送的對象與時段"))),
            State::Approved => Some(("approve", decider, None)),
            State::Rejected => Some(("reject", decider, Some("非本機關業務"))),
            State::Withdrawn => Some(("withdraw", applicant, None)),
            State::Lapsed => Some(("lapse", None, None)),
        };
        let line = move |place: i32, at: i64, action: &str, actor: Option<Uuid>, comment: Option<&str>| {
            let values: Vec<Value> = vec![
                plan.request(number).into(),
                place.into(),
                at.into(),
                action.into(),
                actor.into(),
                comment.map(str::to_owned).into(),
            ];
            values
        };
        let first = line(1, at, "submit", applicant, None);
        let second = outcome.map(|(action, actor, comment)| line(2, at + 30_000, action, actor, comment));
        std::iter::once(first).chain(second)
    });
    let columns = ["request_id", "number", "at", "action", "actor", "comment"];
    writing.fill("permission_request_events", &columns, rows).await
}

async fn grants(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let columns = [
        "id",
        "person_id",
        "role_id",
        "agency_oid",
        "starts_at",
        "ends_at",
        "revoked_at",
        "request_id",
        "revoked_by",
        "revoke_reason",
    ];
    let rows = (0..plan.grants).map(|number| {
        let (branch, agency) = agency(plan, number, plan.grants);
        let (application, of_it) = plan.role(number);
        let (from, until, revoked) = plan.grant_lasts(number);
        let by = decider(plan, branch).unwrap_or(plan.accounts.administrator);
        vec![
            plan.grant(number).into(),
            plan.holder_id(number, plan.grants).into(),
            role(application, of_it).into(),
            agency.into(),
            from.into(),
            until.into(),
            revoked.into(),
            (number < plan.requests && plan.state(number) == State::Approved)
                .then(|| plan.request(number))
                .into(),
            revoked.map(|_| by).into(),
            revoked.map(|_| "職務調整".to_owned()).into(),
        ]
    });
    writing.fill("grants", &columns, rows).await
}
