//! Agencies, applications with their roles, and people with their posts.

use anyhow::Result;
use sea_orm::Value;
use uuid::Uuid;

use super::plan::{self, APPLICATIONS, BRANCHES, Kind, LEAVES, Plan, ROLES, ROOT};
use crate::writing::Writing;

pub(super) fn application(number: usize) -> Uuid {
    plan::id(Kind::Application, 0, number)
}

pub(super) fn role(application: usize, role: usize) -> Uuid {
    plan::id(Kind::Role, 0, application * ROLES + role)
}

pub(super) async fn write(writing: &mut Writing, plan: &Plan) -> Result<()> {
    agencies(writing).await?;
    applications(writing).await?;
    people(writing, plan).await?;
    posts(writing, plan).await
}

async fn agencies(writing: &mut Writing) -> Result<()> {
    let leaves = (0..BRANCHES).flat_map(|branch| (0..=LEAVES).map(move |leaf| plan::agency(branch, leaf)));
    let rows = std::iter::once(ROOT.to_owned()).chain(leaves).map(|oid| {
        let name = format!(
            "測試機關 {}",
            oid.rsplit('.').take(2).collect::<Vec<_>>().join("之")
        );
        vec![oid.into(), name.into()]
    });
    writing.fill("agencies", &["oid", "name"], rows).await
}

async fn applications(writing: &mut Writing) -> Result<()> {
    let columns = [
        "id",
        "code",
        "name_zh",
        "name_en",
        "description_zh",
        "description_en",
        "glyph",
        "position",
        "state",
    ];
    let rows = (0..APPLICATIONS).map(|number| {
        let name = format!("應用系統{number}");
        vec![
            application(number).into(),
            format!("application-{number}").into(),
            name.clone().into(),
            format!("Application {number}").into(),
            name.clone().into(),
            name.into(),
            "應".into(),
            (100 + number as i32).into(),
            "open".into(),
        ]
    });
    writing.fill("applications", &columns, rows).await?;
    let columns = [
        "id",
        "application_id",
        "code",
        "name_zh",
        "name_en",
        "description_zh",
        "description_en",
        "risk",
        "max_days",
        "position",
    ];
    let rows = (0..APPLICATIONS * ROLES).map(|number| {
        let name = format!("職務{}", number % ROLES);
        vec![
            role(number / ROLES, number % ROLES).into(),
            application(number / ROLES).into(),
            format!("role-{}", number % ROLES).into(),
            name.clone().into(),
            format!("Role {}", number % ROLES).into(),
            name.clone().into(),
            name.into(),
            "low".into(),
            730.into(),
            (number as i32).into(),
        ]
    });
    writing.fill("application_roles", &columns, rows).await
}

async fn people(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let columns = [
        "id",
        "name",
        "account_kind",
        "agency_oid",
        "email",
        "created_at",
        "disabled_at",
        "source_fields",
    ];
    let rows = (0..plan.people).map(|number| {
        let is_disabled = number % 20 == 11;
        vec![
            plan.person(number).into(),
            plan::name(number).into(),
            "natural_person".into(),
            plan.agency(number).1.into(),
            format!("person-{number}@agency.example").into(),
            plan.moment(number, plan.people).into(),
            is_disabled.then_some(plan.now).into(),
            "name email".into(),
        ]
    });
    writing.fill("persons", &columns, rows).await
}

/// The accounts' posts: who manages and decides is of that agency.
async fn posts(writing: &mut Writing, plan: &Plan) -> Result<()> {
    let accounts = &plan.accounts;
    let mut posts = vec![(accounts.administrator, "system_administrator", String::new())];
    let managers = std::iter::once(&accounts.manager).chain(&accounts.deciders);
    posts.extend(
        managers
            .enumerate()
            .map(|(branch, person)| (*person, "agency_manager", plan::agency(branch, 0))),
    );
    for (person, role, scope) in posts {
        let values: Vec<Value> = vec![
            person.into(),
            role.into(),
            scope.clone().into(),
            (!scope.is_empty()).into(),
            plan.now.into(),
        ];
        writing
            .execute(
                "INSERT INTO posts (person_id, role, scope, with_below, given_at) VALUES ($1, $2, $3, $4, $5)",
                values,
            )
            .await?;
        if !scope.is_empty() {
            belong(writing, person, scope).await?;
        }
    }
    belong(writing, accounts.applicant, plan::agency(0, 3)).await
}

async fn belong(writing: &Writing, person: Uuid, agency: String) -> Result<()> {
    let values = vec![person.into(), agency.into()];
    writing
        .execute("UPDATE persons SET agency_oid = $2 WHERE id = $1", values)
        .await
}
