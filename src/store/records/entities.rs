//! The tables as `SeaORM` sees them, the same on both engines. Columns hold plain SQL types; `rows` turns rows into
//! domain values and back. Must not know what a value means. Migrations, not these, make the tables.

pub mod customers {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "customers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub kind: String,
        pub name: String,
        pub locale: String,
        pub birth_date: Date,
        pub occupation: String,
        pub region: String,
        pub resident: bool,
        pub monthly_income_fen: i64,
        pub life_stage: String,
        pub risk_class: Option<i32>,
        pub risk_assessed_on: Option<Date>,
        pub risk_valid_to: Option<Date>,
        pub knowledge: i32,
        pub consent_personalisation: bool,
        pub consent_marketing: bool,
        pub advisor_id: String,
        pub customer_since: Date,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod holdings {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "holdings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub customer_id: String,
        /// A customer may hold one product twice (two term deposits): the place in the list is the key.
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub product_id: String,
        pub balance_fen: i64,
        pub opened_on: Date,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod transactions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "transactions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub customer_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub at: DateTimeUtc,
        pub category: String,
        pub amount_fen: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod products {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub position: i64,
        pub category: String,
        pub name: Json,
        pub summary: Json,
        pub currency: String,
        pub risk: Option<i32>,
        pub min_amount: Option<String>,
        pub horizon_months: Option<i64>,
        pub needs: Json,
        pub life_stages: Json,
        pub on_sale_from: Date,
        pub on_sale_to: Option<Date>,
        pub documents: Option<Json>,
        pub risk_note: Option<Json>,
        pub eligibility: Json,
        pub suitability: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod facts {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "facts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub id: String,
        /// Empty for a fact of the bank itself.
        pub product_id: Option<String>,
        pub label: Json,
        pub unit: String,
        /// `number`, `phone` or `words`: how `value` reads.
        pub kind: String,
        /// A decimal with its author's digits, a phone number, or `{"zh":…,"en":…}`.
        pub value: String,
        pub valid_from: Date,
        pub valid_to: Option<Date>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod articles {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "articles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub position: i64,
        pub title: Json,
        pub intents: Json,
        pub products: Json,
        pub owner: String,
        pub valid_from: Date,
        pub valid_to: Date,
        pub approved_by: String,
        pub approved_on: Date,
        pub answer: Json,
        pub next_step: Json,
        pub sections: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod branches {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "branches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub position: i64,
        pub name: Json,
        pub city: Json,
        pub district: Json,
        pub address: Json,
        pub phone: String,
        pub latitude: f64,
        pub longitude: f64,
        pub weekday_hours: Json,
        pub weekend_hours: Json,
        pub services: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod sessions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub customer_id: Option<String>,
        pub channel: String,
        pub locale: String,
        pub started_at: DateTimeUtc,
        pub failures: i32,
        pub last_intent: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod messages {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub session_id: String,
        pub position: i64,
        pub author: String,
        pub text: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod decisions {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "decisions")]
    pub struct Model {
        /// Order of writing, given by the database.
        #[sea_orm(primary_key)]
        pub sequence: i64,
        pub id: String,
        pub at: DateTimeUtc,
        pub kind: String,
        pub customer_id: Option<String>,
        pub session_id: Option<String>,
        pub actor: String,
        pub model_version: String,
        pub detail: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod handoffs {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "handoffs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub session_id: String,
        pub customer_id: Option<String>,
        pub intent: Option<String>,
        pub reason: String,
        pub urgent: bool,
        pub opened_at: DateTimeUtc,
        pub deadline: DateTimeUtc,
        pub status: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod meta {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "meta")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
