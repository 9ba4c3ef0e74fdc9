//! Why a product is on the list, for an advisor to read out: reason codes as sentences with the customer's own figures,
//! and the product's facts of the day. Must not know rules, scores or storage, nor promise anything.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::needs::{BUFFER_MONTHS, IDLE_MONTHS, Sign, Signal, answered};
use super::person::Person;
use super::rank::GENERAL;
use super::{CitedFact, Reason};
use crate::catalog::Catalog;
use crate::catalog::describe::{category_words, need_words};
use crate::domain::Locale;
use crate::domain::customer::LifeStage;
use crate::domain::fact::group_thousands;
use crate::domain::product::{Need, Product};
use crate::risk::{Standing, needs_assessment};

/// Signs of needs named for one product.
const NEEDS: usize = 2;
/// Facts cited for one product.
const FACTS: usize = 3;

/// Two languages of one sentence.
fn pick(locale: Locale, zh: String, en: String) -> String {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

/// At least one reason; the strongest need first.
pub(super) fn reasons(product: &Product, person: &Person, locale: Locale) -> Vec<Reason> {
    let mut signals: Vec<(Need, Signal)> = answered(product, &person.needs).collect();
    signals.sort_by(|a, b| b.1.strength.total_cmp(&a.1.strength).then(a.0.cmp(&b.0)));
    let mut reasons: Vec<Reason> =
        signals.into_iter().take(NEEDS).map(|(need, signal)| reason(signal.sign, need, locale)).collect();
    reasons.dedup();
    if person.needs.is_empty()
        && let Some(need) = product.needs.iter().find(|need| GENERAL.contains(need))
    {
        let word = need_words(*need, locale);
        let text = pick(
            locale,
            format!("日常用途：{word}，多数客户用得上"),
            format!("for {word}, which most customers have a use for"),
        );
        reasons.push(Reason { code: "general".to_owned(), text });
    }
    if person.stage.is_some_and(|stage| product.life_stages.contains(&stage)) {
        let text =
            pick(locale, "产品面向客户所处的人生阶段".to_owned(), "made for the customer's stage of life".to_owned());
        reasons.push(Reason { code: "target_market".to_owned(), text });
    }
    if let (Standing::Valid { class }, Some(risk)) =
        (person.standing, product.risk.filter(|_| needs_assessment(product)))
    {
        let text = pick(
            locale,
            format!("产品风险等级 R{risk}，在客户测评等级 C{class} 的范围内"),
            format!("product risk R{risk} is within the customer's rating C{class}"),
        );
        reasons.push(Reason { code: "within_rating".to_owned(), text });
    }
    let word = category_words(product.category, locale);
    let said = reasons.iter().any(|reason| reason.code.starts_with("no_"));
    if !said && person.shelves.as_ref().is_some_and(|shelves| !shelves.contains(&product.category)) {
        let text = pick(locale, format!("客户在本行还没有{word}"), format!("the customer has no {word} with us yet"));
        reasons.push(Reason { code: "not_held_yet".to_owned(), text });
    }
    if reasons.is_empty() {
        let text =
            pick(locale, format!("属于{word}，所有准入规则均已通过"), format!("a {word} that passes every rule"));
        reasons.push(Reason { code: "passes_rules".to_owned(), text });
    }
    reasons
}

fn reason(sign: Sign, need: Need, locale: Locale) -> Reason {
    let word = need_words(need, locale);
    let yuan = |fen: i64| money(fen, locale);
    let (code, zh, en) = match sign {
        Sign::Declared => {
            ("declared_need", format!("客户提出的需求：{word}"), format!("the customer asked about {word}"))
        }
        Sign::Stage(stage) => (
            "life_stage",
            format!("{}客户常见的需求：{word}", stage_word(stage, Locale::Zh)),
            format!("{word} is a common need of {}", stage_word(stage, Locale::En)),
        ),
        Sign::Surplus { monthly } => (
            "surplus",
            format!("近 12 个月平均每月结余约 {}", yuan(monthly)),
            format!("about {} is left over in an average month of the last 12", yuan(monthly)),
        ),
        Sign::ThinBuffer { at_hand, monthly } => (
            "thin_buffer",
            format!("可随时动用的资金约 {}，不足 {BUFFER_MONTHS} 个月支出（每月约 {}）", yuan(at_hand), yuan(monthly)),
            format!(
                "about {} is at hand, less than {BUFFER_MONTHS} months of spending at about {} a month",
                yuan(at_hand),
                yuan(monthly)
            ),
        ),
        Sign::IdleMoney { at_hand } => (
            "idle_money",
            format!("活期账户余额约 {}，超过 {IDLE_MONTHS} 个月支出", yuan(at_hand)),
            format!("about {} lies on current accounts, more than {IDLE_MONTHS} months of spending", yuan(at_hand)),
        ),
        Sign::GrowthCapacity { class } => (
            "growth_capacity",
            format!("测评等级 C{class} 在有效期内，资产高于 {IDLE_MONTHS} 个月支出"),
            format!("rating C{class} is valid and assets exceed {IDLE_MONTHS} months of spending"),
        ),
        Sign::NoInsurance => {
            ("no_insurance", "在本行没有保险保障".to_owned(), "no insurance is held with us".to_owned())
        }
        Sign::NoPension => {
            ("no_pension", "在本行还没有个人养老金".to_owned(), "no personal pension is held with us".to_owned())
        }
        Sign::NoCard => ("no_card", "在本行还没有银行卡".to_owned(), "no card is held with us".to_owned()),
        Sign::PaysRent { year } => (
            "pays_rent",
            format!("近 12 个月住房支出约 {}，没有按揭", yuan(year)),
            format!("about {} went on housing in the last 12 months, without a mortgage", yuan(year)),
        ),
        Sign::OwnsHome => {
            ("owns_home", "有住房按揭，可考虑家庭保障".to_owned(), "a mortgage is held: a home to protect".to_owned())
        }
        Sign::Schooling { year } => (
            "schooling",
            format!("近 12 个月子女与教育支出约 {}", yuan(year)),
            format!("about {} went on children and schooling in the last 12 months", yuan(year)),
        ),
        Sign::Abroad { year } => (
            "abroad",
            format!("近 12 个月境外支出约 {}", yuan(year)),
            format!("about {} was spent abroad in the last 12 months", yuan(year)),
        ),
        Sign::Business => {
            ("business", "小微企业客户的经营资金需求".to_owned(), "a business, with running costs to fund".to_owned())
        }
    };
    Reason { code: code.to_owned(), text: pick(locale, zh, en) }
}

/// Whole yuan, thousands apart.
fn money(fen: i64, locale: Locale) -> String {
    amount(Decimal::from(fen / 100), locale)
}

/// CNY with thousands apart: `5,000 元`, `CNY 5,000`.
pub(super) fn amount(cny: Decimal, locale: Locale) -> String {
    let digits = group_thousands(&cny.normalize().to_string());
    pick(locale, format!("{digits} 元"), format!("CNY {digits}"))
}

fn stage_word(stage: LifeStage, locale: Locale) -> &'static str {
    let (zh, en) = match stage {
        LifeStage::Student => ("学生", "students"),
        LifeStage::YoungWorker => ("年轻上班族", "young people at work"),
        LifeStage::YoungFamily => ("年轻家庭", "young families"),
        LifeStage::EstablishedFamily => ("成熟家庭", "established families"),
        LifeStage::PreRetirement => ("临近退休", "people near retirement"),
        LifeStage::Retired => ("退休", "retired people"),
        LifeStage::BusinessOwner => ("经营者", "business owners"),
    };
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

/// The product's facts on a day, as authored: the first are the ones a customer asks about first.
pub(super) fn facts(product: &Product, catalog: &Catalog, day: NaiveDate, locale: Locale) -> Vec<CitedFact> {
    let valid = catalog.product_facts(&product.id, day);
    valid
        .into_iter()
        .take(FACTS)
        .map(|fact| {
            let (label, value) = (fact.label.get(locale), fact.render(locale));
            CitedFact {
                text: pick(locale, format!("{label}：{value}"), format!("{label}: {value}")),
                source: format!("product:{}", product.id),
                valid_on: day,
            }
        })
        .collect()
}
