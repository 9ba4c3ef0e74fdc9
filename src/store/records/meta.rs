//! Keys and values about the data itself. Must not know which keys there are.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use super::entities::meta;
use super::error::{RecordsError, read_from};

pub async fn get(db: &impl ConnectionTrait, key: &str) -> Result<Option<String>, RecordsError> {
    let found = meta::Entity::find_by_id(key.to_owned()).one(db).await.map_err(read_from("meta"))?;
    Ok(found.map(|row| row.value))
}

pub async fn set(db: &impl ConnectionTrait, key: &str, value: &str) -> Result<(), RecordsError> {
    let row = meta::Model { key: key.to_owned(), value: value.to_owned() };
    meta::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(meta::Column::Key).update_column(meta::Column::Value).to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}
