//! 公告: announcements on the home page.

use axum::{Json, extract::State};
use foundation::{
    clock::{Clock, SharedClock},
    database::Database,
    id,
};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use shared::{
    list::Page,
    notice::{NoticeView, Severity},
    text::Bilingual,
    time::Timestamp,
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    error::ApiResult,
    http::{extract::Parameters, paging::Paging},
    state::AppState,
};

/// Knows the announcements.
#[derive(Clone)]
pub struct NoticeService {
    db: Database,
    clock: SharedClock,
}

const SEVERITIES: [(Severity, &str); 3] = [
    (Severity::Information, "information"),
    (Severity::Warning, "warning"),
    (Severity::Urgent, "urgent"),
];

impl NoticeService {
    /// On this database.
    pub fn new(db: Database, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// What is announced now, the newest first, older than `after`.
    pub async fn list(&self, after: Option<Uuid>, limit: u32) -> Result<Vec<NoticeView>, DbErr> {
        const SQL: &str = "SELECT id, severity, title_zh, title_en, body_zh, body_en, published_at FROM notices \
             WHERE published_at <= $1 AND (withdrawn_at IS NULL OR withdrawn_at > $1) AND id < $2 \
             ORDER BY id DESC LIMIT $3";
        let values = [
            self.clock.now().as_millis().into(),
            after.unwrap_or(Uuid::max()).into(),
            i64::from(limit).into(),
        ];
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), SQL, values);
        let rows = self.db.query_all_raw(statement).await?;
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<String>("", column);
                let severity = text("severity")?;
                Ok(NoticeView {
                    id: row.try_get("", "id")?,
                    severity: SEVERITIES
                        .into_iter()
                        .find_map(|(severity_, name)| (name == severity).then_some(severity_))
                        .unwrap_or(Severity::Information),
                    title: Bilingual {
                        zh: text("title_zh")?,
                        en: text("title_en")?,
                    },
                    body: Bilingual {
                        zh: text("body_zh")?,
                        en: text("body_en")?,
                    },
                    published_at: Timestamp::from_millis(row.try_get("", "published_at")?),
                })
            })
            .collect()
    }
}

/// Publishes an announcement now.
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    clock: &dyn Clock,
    severity: Severity,
    title: Bilingual,
    body: Bilingual,
) -> Result<(), DbErr> {
    const SQL: &str = "INSERT INTO notices (id, severity, title_zh, title_en, body_zh, body_en, published_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let word = SEVERITIES
        .into_iter()
        .find_map(|(found, name)| (found == severity).then_some(name));
    let values = [
        id::new(clock).into(),
        word.unwrap_or_default().into(),
        title.zh.into(),
        title.en.into(),
        body.zh.into(),
        body.en.into(),
        clock.now().as_millis().into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(
        db.get_database_backend(),
        SQL,
        values,
    ))
    .await
    .map(drop)
}

/// Routes that a person calls by doing something.
pub fn extending() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// The announcements
///
/// The newest first.
#[utoipa::path(get, path = "/api/v1/notices", tag = "notice", operation_id = "listNotices", params(Paging), responses(
    (status = 200, description = "What is announced now", body = Page<NoticeView>),
))]
async fn list(
    State(notices): State<NoticeService>,
    Parameters(paging): Parameters<Paging>,
) -> ApiResult<Json<Page<NoticeView>>> {
    let items = notices.list(paging.after_id()?, paging.limit()? + 1).await?;
    Ok(Json(paging.page(items, |item| item.id.to_string())?))
}
