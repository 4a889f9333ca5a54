//! The table of a site that has none yet.

use sea_orm_migration::{
    prelude::{ColumnDef, DbErr, Index, SchemaManager, Table},
    schema::{big_integer, big_integer_null, integer, string, text, text_null, uuid},
};

use super::Rules;

/// Makes the table `mails`, for a site's migration.
pub async fn create_table(manager: &SchemaManager<'_>, rules: &Rules) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("mails")
        .col(uuid("id").primary_key())
        .take();
    for mut column in columns(rules) {
        table.col(&mut column);
    }
    manager.create_table(table).await?;
    for (name, columns) in [
        ("mails_due", ["next_try_at", "id"].as_slice()),
        ("mails_made_at", &["made_at"]),
    ] {
        let mut index = Index::create().name(name).table("mails").take();
        for column in columns {
            index.col(*column);
        }
        manager.create_index(index).await?;
    }
    Ok(())
}

fn columns(rules: &Rules) -> Vec<ColumnDef> {
    let mut columns = vec![
        text("recipient"),
        text("subject"),
        text("body"),
        big_integer("made_at"),
        // None when nothing is left to do.
        big_integer_null("next_try_at"),
        big_integer("useful_until"),
        integer("tries"),
        big_integer_null("sent_at"),
        text_null("last_fault"),
    ];
    if rules.has_kind {
        columns.push(string("kind"));
    }
    if rules.has_html {
        columns.push(text("html"));
    }
    columns
}
