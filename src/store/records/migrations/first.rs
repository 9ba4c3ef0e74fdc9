//! The first tables. Keys compare by bytes on both engines, so that pages and ties come in the same order.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::async_trait::async_trait;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, date, date_null, double, integer, integer_null, json, json_null, text,
    text_null, timestamp_with_time_zone,
};
use sea_orm_migration::sea_query::{
    Alias, ColumnDef, ForeignKey, ForeignKeyAction, Index, IndexCreateStatement, Table, TableCreateStatement,
};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::ID_TAKEN;

pub(super) struct First;

impl MigrationName for First {
    fn name(&self) -> &'static str {
        "m0001_first"
    }
}

#[async_trait]
impl MigrationTrait for First {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let on = manager.get_database_backend();
        let people = [customers(on), holdings(on), transactions(on)];
        let catalogue = [products(on), facts(on), articles(on), branches(on)];
        let conversations = [sessions(on), messages(on), decisions(on), handoffs(on), meta(on)];
        for table in people.into_iter().chain(catalogue).chain(conversations) {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for statement in append_only(on) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// Also on `SQLite`: a kill half-way leaves nothing.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// Text that is compared and ordered. `SQLite` compares bytes as it comes, `PostgreSQL` by the database's language.
fn key(name: &'static str, on: DbBackend) -> ColumnDef {
    let mut column = text(name);
    if on == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

fn table(name: &'static str, primary: &[&'static str], columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for column in columns {
        table.col(column);
    }
    let mut index = Index::create();
    for column in primary {
        index.col(Alias::new(*column));
    }
    table.primary_key(&mut index);
    table
}

/// Rows that belong to a row of another table, and go with it.
fn owned_by(table: &mut TableCreateStatement, from: &'static str, column: &'static str, to: &'static str) {
    let mut owner = ForeignKey::create();
    owner
        .from(Alias::new(from), Alias::new(column))
        .to(Alias::new(to), Alias::new("id"))
        .on_delete(ForeignKeyAction::Cascade);
    table.foreign_key(&mut owner);
}

/// Kept in the order of the key: one customer's rows lie side by side, and there is no second tree.
fn clustered(table: &mut TableCreateStatement, on: DbBackend) {
    if on == DbBackend::Sqlite {
        table.extra("WITHOUT ROWID");
    }
}

fn customers(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        text("kind"),
        text("name"),
        text("locale"),
        date("birth_date"),
        text("occupation"),
        text("region"),
        boolean("resident"),
        big_integer("monthly_income_fen"),
        text("life_stage"),
        integer_null("risk_class"),
        date_null("risk_assessed_on"),
        date_null("risk_valid_to"),
        integer("knowledge"),
        boolean("consent_personalisation"),
        boolean("consent_marketing"),
        key("advisor_id", on),
        date("customer_since"),
    ];
    table("customers", &["id"], columns)
}

/// A product that left the catalogue stays in a customer's holdings: no reference to `products`.
fn holdings(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("customer_id", on),
        big_integer("position"),
        text("product_id"),
        big_integer("balance_fen"),
        date("opened_on"),
    ];
    let mut table = table("holdings", &["customer_id", "position"], columns);
    owned_by(&mut table, "holdings", "customer_id", "customers");
    clustered(&mut table, on);
    table
}

fn transactions(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("customer_id", on),
        big_integer("sequence"),
        timestamp_with_time_zone("at"),
        text("category"),
        big_integer("amount_fen"),
    ];
    let mut table = table("transactions", &["customer_id", "sequence"], columns);
    owned_by(&mut table, "transactions", "customer_id", "customers");
    clustered(&mut table, on);
    table
}

fn products(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        big_integer("position"),
        text("category"),
        json("name"),
        json("summary"),
        text("currency"),
        integer_null("risk"),
        text_null("min_amount"),
        big_integer_null("horizon_months"),
        json("needs"),
        json("life_stages"),
        date("on_sale_from"),
        date_null("on_sale_to"),
        json_null("documents"),
        json_null("risk_note"),
        json("eligibility"),
        json("suitability"),
    ];
    table("products", &["id"], columns)
}

fn facts(on: DbBackend) -> TableCreateStatement {
    let mut product_id = text_null("product_id");
    if on == DbBackend::Postgres {
        product_id.extra("COLLATE \"C\"");
    }
    let columns = vec![
        big_integer("position"),
        key("id", on),
        product_id,
        json("label"),
        text("unit"),
        text("kind"),
        text("value"),
        date("valid_from"),
        date_null("valid_to"),
    ];
    let mut table = table("facts", &["position"], columns);
    owned_by(&mut table, "facts", "product_id", "products");
    table
}

fn articles(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        big_integer("position"),
        json("title"),
        json("intents"),
        json("products"),
        text("owner"),
        date("valid_from"),
        date("valid_to"),
        text("approved_by"),
        date("approved_on"),
        json("answer"),
        json("next_step"),
        json("sections"),
    ];
    table("articles", &["id"], columns)
}

fn branches(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        big_integer("position"),
        json("name"),
        json("city"),
        json("district"),
        json("address"),
        text("phone"),
        double("latitude"),
        double("longitude"),
        json("weekday_hours"),
        json("weekend_hours"),
        json("services"),
    ];
    table("branches", &["id"], columns)
}

/// What was said and decided outlives the customer's record: no reference to `customers` from here on.
fn sessions(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        text_null("customer_id"),
        text("channel"),
        text("locale"),
        timestamp_with_time_zone("started_at"),
        integer("failures"),
        text_null("last_intent"),
    ];
    table("sessions", &["id"], columns)
}

fn messages(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("id", on),
        key("session_id", on),
        big_integer("position"),
        text("author"),
        text("text"),
        timestamp_with_time_zone("at"),
    ];
    let mut table = table("messages", &["id"], columns);
    owned_by(&mut table, "messages", "session_id", "sessions");
    table
}

fn decisions(on: DbBackend) -> TableCreateStatement {
    let mut sequence = big_integer("sequence");
    sequence.auto_increment().primary_key();
    let mut table = Table::create();
    table.table(Alias::new("decisions")).col(sequence);
    for column in [
        key("id", on),
        timestamp_with_time_zone("at"),
        text("kind"),
        text_null("customer_id"),
        text_null("session_id"),
        text("actor"),
        text("model_version"),
        json("detail"),
    ] {
        table.col(column);
    }
    table
}

fn handoffs(on: DbBackend) -> TableCreateStatement {
    let columns = vec![
        key("reference", on),
        key("session_id", on),
        text_null("customer_id"),
        text_null("intent"),
        text("reason"),
        boolean("urgent"),
        timestamp_with_time_zone("opened_at"),
        timestamp_with_time_zone("deadline"),
        text("status"),
    ];
    let mut table = table("handoffs", &["reference"], columns);
    owned_by(&mut table, "handoffs", "session_id", "sessions");
    table
}

fn meta(on: DbBackend) -> TableCreateStatement {
    table("meta", &["key"], vec![key("key", on), text("value")])
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create();
        index.name(name).table(Alias::new(table));
        for column in columns {
            index.col(Alias::new(*column));
        }
        index
    };
    vec![
        index("customers_of_advisor", "customers", &["advisor_id", "id"]),
        index("facts_of_product", "facts", &["product_id"]),
        index("facts_by_first_day", "facts", &["id", "valid_from"]).unique().take(),
        index("messages_by_position", "messages", &["session_id", "position"]).unique().take(),
        index("decisions_by_id", "decisions", &["id"]).unique().take(),
        index("decisions_of_customer", "decisions", &["customer_id", "at"]),
        index("handoffs_by_status", "handoffs", &["status", "urgent", "opened_at"]),
        index("handoffs_of_session", "handoffs", &["session_id"]),
    ]
}

/// The database itself keeps the decision log as it is, whoever is connected.
fn append_only(on: DbBackend) -> Vec<String> {
    let refusal = "decisions are append-only";
    if on == DbBackend::Postgres {
        return vec![
            format!(
                "CREATE FUNCTION decisions_append_only() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
            ),
            "CREATE TRIGGER decisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions \
             FOR EACH STATEMENT EXECUTE FUNCTION decisions_append_only()"
                .to_owned(),
        ];
    }
    let refuse = |name: &str, when: &str| {
        format!("CREATE TRIGGER {name} BEFORE {when} ON decisions BEGIN SELECT RAISE(ABORT, '{refusal}'); END")
    };
    vec![
        refuse("decisions_no_update", "UPDATE"),
        refuse("decisions_no_delete", "DELETE"),
        // INSERT OR REPLACE removes a row without asking the trigger above.
        format!(
            "CREATE TRIGGER decisions_no_replace BEFORE INSERT ON decisions \
             WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR sequence = NEW.sequence) \
             BEGIN SELECT RAISE(ABORT, '{ID_TAKEN}'); END"
        ),
    ]
}
