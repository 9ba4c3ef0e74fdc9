//! Rows of customers, holdings and transactions. Must not know queries.

use crate::domain::customer::{Consents, Customer, Holding, RiskAssessment, Transaction};
use crate::store::records::codec::{Row, kept, name_of};
use crate::store::records::entities::{customers, holdings, transactions};
use crate::store::records::error::RecordsError;

pub fn customer_row(customer: &Customer) -> Result<customers::Model, RecordsError> {
    Ok(customers::Model {
        id: customer.id.to_string(),
        kind: name_of(&customer.kind)?,
        name: customer.name.clone(),
        locale: customer.locale.as_str().to_owned(),
        birth_date: customer.birth_date,
        occupation: customer.occupation.clone(),
        region: customer.region.clone(),
        resident: customer.resident,
        monthly_income_fen: customer.monthly_income_fen,
        life_stage: name_of(&customer.life_stage)?,
        risk_class: customer.risk.map(|risk| i32::from(risk.class)),
        risk_assessed_on: customer.risk.map(|risk| risk.assessed_on),
        risk_valid_to: customer.risk.map(|risk| risk.valid_to),
        knowledge: i32::from(customer.knowledge),
        consent_personalisation: customer.consents.personalisation,
        consent_marketing: customer.consents.marketing,
        advisor_id: customer.advisor_id.clone(),
        customer_since: customer.customer_since,
    })
}

pub fn customer(model: customers::Model) -> Result<Customer, RecordsError> {
    let key = model.id.clone();
    let row = Row { table: "customers", key: &key };
    let risk = match (model.risk_class, model.risk_assessed_on, model.risk_valid_to) {
        (None, None, None) => None,
        (Some(class), Some(assessed_on), Some(valid_to)) => {
            Some(RiskAssessment { class: row.checked("risk_class", class)?, assessed_on, valid_to })
        }
        _ => return Err(row.corrupt("risk_class", "class, assessment day and last day must be there together")),
    };
    Ok(Customer {
        id: row.checked("id", model.id)?,
        kind: row.named("kind", &model.kind)?,
        name: model.name,
        locale: row.named("locale", &model.locale)?,
        birth_date: model.birth_date,
        occupation: model.occupation,
        region: model.region,
        resident: model.resident,
        monthly_income_fen: model.monthly_income_fen,
        life_stage: row.named("life_stage", &model.life_stage)?,
        risk,
        knowledge: row.checked("knowledge", model.knowledge)?,
        consents: Consents { personalisation: model.consent_personalisation, marketing: model.consent_marketing },
        advisor_id: model.advisor_id,
        customer_since: model.customer_since,
    })
}

/// `position` is the holding's place in the customer's list.
pub fn holding_row(holding: &Holding, position: i64) -> holdings::Model {
    holdings::Model {
        customer_id: holding.customer_id.to_string(),
        position,
        product_id: holding.product_id.to_string(),
        balance_fen: holding.balance_fen,
        opened_on: holding.opened_on,
    }
}

pub fn holding(model: holdings::Model) -> Result<Holding, RecordsError> {
    let key = format!("{}/{}", model.customer_id, model.position);
    let row = Row { table: "holdings", key: &key };
    Ok(Holding {
        customer_id: row.checked("customer_id", model.customer_id)?,
        product_id: row.checked("product_id", model.product_id)?,
        balance_fen: model.balance_fen,
        opened_on: model.opened_on,
    })
}

pub fn transaction_row(transaction: &Transaction) -> Result<transactions::Model, RecordsError> {
    Ok(transactions::Model {
        customer_id: transaction.customer_id.to_string(),
        sequence: transaction.sequence,
        at: kept(transaction.at),
        category: name_of(&transaction.category)?,
        amount_fen: transaction.amount_fen,
    })
}

pub fn transaction(model: transactions::Model) -> Result<Transaction, RecordsError> {
    let key = format!("{}/{}", model.customer_id, model.sequence);
    let row = Row { table: "transactions", key: &key };
    Ok(Transaction {
        customer_id: row.checked("customer_id", model.customer_id)?,
        sequence: model.sequence,
        at: model.at,
        category: row.named("category", &model.category)?,
        amount_fen: model.amount_fen,
    })
}
