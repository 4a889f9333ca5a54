//! What is sent to each route that takes a post.

use axum::http::Method;
use portal::gate::audience;
use serde_json::{Value, json};
use shared::person::Role;

use super::{
    BUREAU, COUNTY,
    subjects::{
        application, asked, campaign, client, closed, conflict, entry_of, granted, icon, invitation, invited,
        new_event, opened, pictured, prepared, proposal, registration, reviewed, role, rule, subject,
        surge_list,
    },
};
use crate::support::TestPortal;

/// A request that would do something, had one the post that it takes, about somebody of the bureau who is new each time.
pub(super) async fn request(
    portal: &TestPortal,
    method: &Method,
    path: &str,
    number: usize,
) -> (String, Option<Value>) {
    let unknown = "019ab1c2-7c00-7000-8000-00000000a001";
    let body = (*method != Method::GET && *method != Method::DELETE).then(|| json!({}));
    if audience::of(method, path).is_none() {
        let path = path.replace("{code}", "emic").replace("{oid}", COUNTY);
        return (path.replace("{id}", unknown), body);
    }
    let about = path.split('/').nth(3).unwrap();
    let (event, grant) = if path.ends_with("/reviews") {
        closed(portal, number).await
    } else if path.contains("{grant}") || path.ends_with("{id}/decisions") {
        (String::new(), granted(portal, number).await)
    } else {
        (String::new(), String::new())
    };
    let id = match about {
        _ if !event.is_empty() => event,
        "agency-proposals" => proposal(portal, number).await,
        "permission-requests" => asked(portal, number).await,
        "grants" => granted(portal, number).await,
        "invitations" => invited(portal, path, number).await,
        "role-conflicts" => conflict(portal, path).await,
        "managed-applications" if path.contains("/client") => registration(portal, method, path).await,
        "managed-applications" if path.ends_with("/icon") => pictured(portal).await,
        "campaigns" if path.contains('{') => reviewed(portal, number).await,
        "campaigns" | "charts" => String::new(),
        "surge-lists" => prepared(portal, path, number).await,
        "activations" => opened(portal, path, number).await,
        _ if path.contains("{post}") => subject(portal, number, &[Role::AgencyManager]).await.to_string(),
        _ => subject(portal, number, &[]).await.to_string(),
    };
    let responder = portal.id_of("responder").await;
    let body = body.map(|body| match path.rsplit('/').next().unwrap() {
        "managed-applications" => application(&format!("shelters{number}"), 9),
        "{code}" => application("emic", 1),
        "icon" => icon(),
        "client" => client(),
        "secrets" => json!({ "keep_old_hours": 1 }),
        "roles" => role(&format!("keeper{number}")),
        "{role}" => role("viewer"),
        "role-conflicts" => rule("reporter"),
        "campaigns" => campaign(number),
        "decide" => json!({ "verdict": "keep" }),
        "decisions" if about == "campaigns" => json!({ "grants": [grant], "verdict": "keep" }),
        "decisions" => json!({ "requests": [id], "verdict": "approve" }),
        "extend" => json!({ "version": 1, "due_on": "2026-12-31", "reason": "颱風應變期間。" }),
        "cancel" if about == "campaigns" => json!({ "version": 1, "reason": "範圍有誤。" }),
        "refuse" | "revoke" => json!({ "reason": "查無此員，請確認任職機關。" }),
        "return" if about == "surge-lists" => json!({ "remark": "請確認人員。" }),
        "reject" | "return" => json!({ "comment": "請補充說明輪值的日期。" }),
        "move" => json!({ "agency": COUNTY }),
        "invitations" => invitation(number),
        "import" => json!({ "csv": "帳號,姓名,電子信箱,機關OID\n", "dry_run": true }),
        "delegations" => json!({ "username": "auditor", "starts_on": "2026-11-23", "ends_on": "2026-11-24" }),
        "posts" => json!({ "role": "agency_manager", "agency": BUREAU }),
        "surge-lists" => surge_list(number),
        "level" => json!({ "level": "first" }),
        "entries" => {
            json!({ "person": responder, "application": "emic", "role": "viewer" })
        }
        "activations" => new_event(number),
        "preview" => json!({ "level": "second", "agencies": [{ "agency": COUNTY }] }),
        "agencies" => json!({ "agencies": [{ "agency": BUREAU }] }),
        "reviews" => json!({ "grants": [grant], "verdict": "in_order" }),
        _ => body,
    });
    let key = format!("agency_manager:{BUREAU}");
    let query = if path.ends_with("audit-events/export") {
        "?format=jsonl"
    } else {
        ""
    };
    let entry = if path.contains("{entry}") {
        entry_of(portal, &id).await
    } else {
        String::new()
    };
    let path = path.replace("{id}", &id).replace("{entry}", &entry);
    let path = path.replace("{code}", "emic").replace("{role}", "viewer");
    let path = path.replace("{grant}", &grant);
    (path.replace("{post}", &key) + query, body)
}
