//! Values to keep: each with every field set to something of its own, so that a swapped or lost one shows.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use teller::domain::article::{Article, Section};
use teller::domain::branch::Branch;
use teller::domain::conversation::{Author, Message, Session};
use teller::domain::customer::{
    Consents, Customer, CustomerKind, Holding, LifeStage, RiskAssessment, Transaction, TransactionCategory,
};
use teller::domain::decision::{Decision, DecisionKind};
use teller::domain::fact::{Fact, FactValue, Unit};
use teller::domain::handoff::{Handoff, HandoffReason, HandoffStatus};
use teller::domain::product::{Category, Eligibility, Need, Product, Suitability};
use teller::domain::{ArticleId, CustomerId, DecisionId, Locale, Localised, MessageId, ProductId, SessionId};
use teller::store::records::{CustomerRecord, Turn};

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

pub fn words(zh: &str, en: &str) -> Localised {
    Localised { zh: zh.to_owned(), en: en.to_owned() }
}

pub fn customer_id(id: &str) -> CustomerId {
    CustomerId::new(id).expect("an id")
}

pub fn product_id(id: &str) -> ProductId {
    ProductId::new(id).expect("an id")
}

pub fn session_id(id: &str) -> SessionId {
    SessionId::new(id).expect("an id")
}

pub fn fact(id: &str, value: FactValue, from: &str, to: Option<&str>) -> Fact {
    let unit = match value {
        FactValue::Number(_) => Unit::PercentPerYear,
        FactValue::Phone(_) => Unit::Phone,
        FactValue::Words(_) => Unit::Text,
    };
    Fact { id: id.to_owned(), label: words("年利率", "rate a year"), unit, value, from: day(from), to: to.map(day) }
}

pub fn number(text: &str) -> FactValue {
    FactValue::Number(text.parse::<Decimal>().expect("a decimal"))
}

/// A product with nothing that may be left out.
pub fn bare_product(id: &str) -> Product {
    Product {
        id: product_id(id),
        category: Category::Card,
        name: words("借记卡", "Debit card"),
        summary: words("日常支付", "For every day"),
        currency: "CNY".to_owned(),
        risk: None,
        min_amount: None,
        horizon_months: None,
        needs: Vec::new(),
        life_stages: Vec::new(),
        on_sale_from: day("2025-01-01"),
        on_sale_to: None,
        documents: None,
        risk_note: None,
        eligibility: Eligibility::default(),
        suitability: Suitability::default(),
        facts: Vec::new(),
    }
}

/// A product with everything, and a rate that changed.
pub fn full_product(id: &str) -> Product {
    Product {
        category: Category::Wealth,
        risk: Some(3),
        min_amount: Some("10000.00".parse().expect("a decimal")),
        horizon_months: Some(18),
        needs: vec![Need::Growth, Need::Saving],
        life_stages: vec![LifeStage::Retired, LifeStage::YoungFamily],
        on_sale_to: Some(day("2027-12-31")),
        documents: Some(words("身份证", "Identity card")),
        risk_note: Some(words("理财非存款,产品有风险", "Not a deposit; it can lose value")),
        eligibility: Eligibility {
            customer_kinds: vec![CustomerKind::Individual, CustomerKind::SmallBusiness],
            min_age: Some(18),
            max_age: Some(70),
            min_monthly_income: Some("5000.0".parse().expect("a decimal")),
            min_assets: Some("100000".parse().expect("a decimal")),
            residents_only: true,
            requires_product: Some(product_id("CARD-DEBIT")),
        },
        suitability: Suitability {
            min_knowledge: 2,
            max_share: Some("0.30".parse().expect("a decimal")),
            one_per_customer: true,
        },
        facts: vec![
            fact(&format!("{id}.rate"), number("1.10"), "2026-06-01", None),
            fact(&format!("{id}.rate"), number("1.25"), "2025-01-01", Some("2026-05-31")),
            fact(&format!("{id}.terms"), FactValue::Words(words("每日开放", "open daily")), "2025-01-01", None),
        ],
        ..bare_product(id)
    }
}

pub fn bank_facts() -> Vec<Fact> {
    vec![
        fact("bank.hotline", FactValue::Phone("95500-0".to_owned()), "2020-01-01", None),
        fact("bank.fee", number("-0.5000"), "2020-01-01", Some("2030-01-01")),
    ]
}

pub fn article(id: &str) -> Article {
    Article {
        id: ArticleId::new(id).expect("an id"),
        title: words("信用卡挂失", "Lost card"),
        intents: vec!["card_loss".to_owned(), "card_block".to_owned()],
        products: vec![product_id("CARD-DEBIT")],
        owner: "cards".to_owned(),
        valid_from: day("2026-01-01"),
        valid_to: day("2026-12-31"),
        approved_by: "compliance".to_owned(),
        approved_on: day("2025-12-20"),
        answer: words("请致电 {{bank.hotline}}。", "Call {{bank.hotline}}."),
        next_step: words("立即挂失", "Block it now"),
        sections: vec![Section { heading: words("费用", "Fee"), text: words("免费 \"0\" 元", "It's free") }],
    }
}

pub fn branch(id: &str) -> Branch {
    Branch {
        id: id.to_owned(),
        name: words("陆家嘴支行", "Lujiazui branch"),
        city: words("上海", "Shanghai"),
        district: words("浦东", "Pudong"),
        address: words("世纪大道 1 号", "1 Century Avenue"),
        phone: "021-5555-0000".to_owned(),
        latitude: 31.239_703_1,
        longitude: 121.499_763_7,
        weekday_hours: words("9:00–17:00", "9:00–17:00"),
        weekend_hours: words("休息", "closed"),
        services: vec!["cash".to_owned(), "wealth".to_owned()],
    }
}

pub fn customer(id: &str) -> Customer {
    Customer {
        id: customer_id(id),
        kind: CustomerKind::SmallBusiness,
        name: format!("王小明 {id}"),
        locale: Locale::Zh,
        birth_date: day("1988-02-29"),
        occupation: "个体商户".to_owned(),
        region: "四川".to_owned(),
        resident: true,
        monthly_income_fen: 1_234_567,
        life_stage: LifeStage::BusinessOwner,
        risk: Some(RiskAssessment { class: 4, assessed_on: day("2026-03-01"), valid_to: day("2027-02-28") }),
        knowledge: 3,
        consents: Consents { personalisation: true, marketing: false },
        advisor_id: "A007".to_owned(),
        customer_since: day("2015-05-05"),
    }
}

pub fn holding(customer: &str, product: &str, balance_fen: i64) -> Holding {
    let opened_on = day("2024-04-01");
    Holding { customer_id: customer_id(customer), product_id: product_id(product), balance_fen, opened_on }
}

pub fn transaction(
    customer: &str,
    sequence: i64,
    at: &str,
    category: TransactionCategory,
    amount_fen: i64,
) -> Transaction {
    Transaction { customer_id: customer_id(customer), sequence, at: time(at), category, amount_fen }
}

/// A customer with two holdings of one product and three transactions.
pub fn record(id: &str) -> CustomerRecord {
    CustomerRecord {
        customer: customer(id),
        holdings: vec![holding(id, "DEP-TERM-1Y", 5_000_000), holding(id, "DEP-TERM-1Y", 1)],
        transactions: vec![
            transaction(id, 0, "2026-01-01T00:00:00Z", TransactionCategory::Salary, 1_000_000),
            transaction(id, 1, "2026-02-01T10:20:30.5Z", TransactionCategory::Dining, -12_345),
            transaction(id, 2, "2026-03-01T10:20:30.123456Z", TransactionCategory::Dining, -55),
        ],
    }
}

pub fn session(id: &str) -> Session {
    Session {
        id: session_id(id),
        customer_id: None,
        channel: "web".to_owned(),
        locale: Locale::En,
        started_at: time("2026-11-24T08:00:00.25Z"),
        failures: 0,
        last_intent: None,
    }
}

pub fn message(session: &str, position: i64, author: Author) -> Message {
    Message {
        id: MessageId::new(format!("{session}-{position}")).expect("an id"),
        session_id: session_id(session),
        position,
        author,
        text: format!("我的卡 [card] 丢了 'x' \"y\" {position} 🙂"),
        at: time("2026-11-24T08:00:01.000001Z"),
    }
}

pub fn decision(id: &str, at: &str) -> Decision {
    Decision {
        id: DecisionId::new(id).expect("an id"),
        at: time(at),
        kind: DecisionKind::Reply,
        customer_id: None,
        session_id: None,
        actor: "customer".to_owned(),
        model_version: "intent-1".to_owned(),
        detail: serde_json::json!({
            "z": [1, -0.125, null],
            "a": {"score": 0.75, "id": "KB-卡"},
            "big": 9_007_199_254_740_993_i64,
        }),
    }
}

pub fn handoff(reference: &str, session: &str, urgent: bool, opened_at: &str) -> Handoff {
    Handoff {
        reference: reference.to_owned(),
        session_id: session_id(session),
        customer_id: Some(customer_id("C000001")),
        intent: Some("card_loss".to_owned()),
        reason: HandoffReason::SpecialCase,
        urgent,
        opened_at: time(opened_at),
        deadline: time("2026-11-24T18:00:00Z"),
        status: HandoffStatus::Open,
    }
}

/// The first exchange of a session, with ids that no other sample has.
pub fn turn(session_name: &str) -> Turn {
    Turn {
        session: Session { failures: 1, last_intent: Some("card_loss".to_owned()), ..session(session_name) },
        messages: vec![message(session_name, 0, Author::Customer), message(session_name, 1, Author::Assistant)],
        decision: decision(&format!("D-{session_name}"), "2026-11-24T08:00:02Z"),
        handoff: None,
    }
}
