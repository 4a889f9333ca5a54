//! The kinds of columns, keys and indexes.

use sea_orm_migration::{prelude::*, schema};

pub(super) fn text(name: &'static str) -> ColumnDef {
    schema::text(name)
}

pub(super) fn time(name: &'static str) -> ColumnDef {
    schema::big_integer(name)
}

pub(super) fn bytes(name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    column.binary().not_null();
    column
}

pub(super) fn key_of(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index.primary().to_owned()
}

pub(super) fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index
}
