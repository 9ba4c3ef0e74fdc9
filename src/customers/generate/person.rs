//! Who the customer is: a kind, a stage of life, and what follows from it. Must not know products.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::ADVISORS;
use super::chance::Chance;
use super::tables::{
    ENGLISH_GIVEN, ENGLISH_SURNAMES, GIVEN, OCCUPATIONS, Occupation, PUPIL, REGIONS, RETIRED, Region, SELF_EMPLOYED,
    SURNAMES, TRADES, UNIVERSITY_STUDENT,
};
use crate::domain::customer::{Consents, Customer, CustomerKind, LifeStage, RiskAssessment};
use crate::domain::{CustomerId, Locale};

/// Months that a risk questionnaire counts.
const ASSESSMENT_MONTHS: u32 = 12;
/// Fen in a yuan.
const YUAN: i64 = 100;

/// Stages of life: weight in per mille, youngest and oldest age.
const STAGES: [(LifeStage, u32, i64, i64); 7] = [
    (LifeStage::Student, 70, 16, 24),
    (LifeStage::YoungWorker, 230, 22, 32),
    (LifeStage::YoungFamily, 230, 27, 40),
    (LifeStage::EstablishedFamily, 200, 38, 54),
    (LifeStage::PreRetirement, 90, 50, 60),
    (LifeStage::Retired, 100, 60, 84),
    (LifeStage::BusinessOwner, 80, 28, 60),
];

/// Share of business owners who bank as a business, in per mille; the others trade in their own name.
const INCORPORATED: u32 = 700;

pub(super) fn draw(index: u32, today: NaiveDate, chance: &mut Chance) -> Customer {
    let &(life_stage, _, youngest, oldest) = chance.weighted(&STAGES, |stage| stage.1).unwrap_or(&STAGES[1]);
    let business = life_stage == LifeStage::BusinessOwner && chance.happens(INCORPORATED);
    let kind = if business { CustomerKind::SmallBusiness } else { CustomerKind::Individual };
    let age = chance.between(youngest, oldest);
    let birth_date = born(age, today, chance);
    let region = chance.weighted(&REGIONS, |region| region.weight).unwrap_or(&REGIONS[0]);
    let english = !business && life_stage != LifeStage::Student && chance.happens(30);
    let work = if business { trade(region, chance) } else { occupation(life_stage, age, region, chance) };
    let (name, occupation, monthly_income_fen) =
        if business { (work.0, work.1, work.2) } else { (personal_name(english, chance), work.1, work.2) };
    let knowledge = knowledge(life_stage, monthly_income_fen, chance);
    Customer {
        id: CustomerId::numbered(index),
        kind,
        name,
        locale: if english { Locale::En } else { Locale::Zh },
        birth_date,
        occupation,
        region: region.name.to_owned(),
        resident: !english || chance.happens(600),
        monthly_income_fen,
        life_stage,
        risk: assessment(life_stage, knowledge, today, chance),
        knowledge,
        consents: Consents { personalisation: chance.happens(720), marketing: chance.happens(550) },
        advisor_id: format!("A{:03}", (index.max(1) - 1) % ADVISORS + 1),
        customer_since: since(birth_date, business, today, chance),
    }
}

/// A birth date with which somebody is `age` today.
fn born(age: i64, today: NaiveDate, chance: &mut Chance) -> NaiveDate {
    let year = today.year() - i32::try_from(age).unwrap_or(30);
    let birthday = NaiveDate::from_ymd_opt(year, today.month(), today.day().min(28)).unwrap_or(today);
    birthday.checked_sub_days(Days::new(u64::try_from(chance.between(0, 364)).unwrap_or(0))).unwrap_or(birthday)
}

fn personal_name(english: bool, chance: &mut Chance) -> String {
    if english {
        let (given, surname) = (chance.pick(&ENGLISH_GIVEN), chance.pick(&ENGLISH_SURNAMES));
        return format!("{} {}", given.unwrap_or(&"Alex"), surname.unwrap_or(&"Larkin"));
    }
    let mut name = (*chance.pick(&SURNAMES).unwrap_or(&"王")).to_owned();
    let syllables = if chance.happens(750) { 2 } else { 1 };
    for _ in 0..syllables {
        name.push_str(chance.pick(&GIVEN).unwrap_or(&"安"));
    }
    name
}

/// Name, trade and monthly receipts in fen of a small business.
fn trade(region: &Region, chance: &mut Chance) -> (String, String, i64) {
    let trade = chance.weighted(&TRADES, |trade| trade.weight).unwrap_or(&TRADES[0]);
    let words = (chance.pick(&GIVEN).unwrap_or(&"川"), chance.pick(&GIVEN).unwrap_or(&"禾"));
    let name = format!("{}{}{}{}有限公司", region.name, words.0, words.1, trade.word);
    let receipts = chance.lognormal(trade.median * YUAN, 55) * region.income_percent / 100;
    (name, trade.name.to_owned(), rounded(receipts))
}

/// (Unused), occupation and monthly income in fen of a person.
fn occupation(stage: LifeStage, age: i64, region: &Region, chance: &mut Chance) -> (String, String, i64) {
    let work: &Occupation = match stage {
        LifeStage::Student if age < 18 => &PUPIL,
        LifeStage::Student => &UNIVERSITY_STUDENT,
        LifeStage::Retired => &RETIRED,
        LifeStage::BusinessOwner => &SELF_EMPLOYED,
        _ => chance.weighted(&OCCUPATIONS, |work| work.weight).unwrap_or(&OCCUPATIONS[0]),
    };
    let income = chance.lognormal(work.median * YUAN, work.spread) * region.income_percent / 100;
    (String::new(), work.name.to_owned(), rounded(income))
}

/// To whole ten yuan, and at least one hundred.
fn rounded(fen: i64) -> i64 {
    (fen / 1_000 * 1_000).max(10_000)
}

/// Investment knowledge: comes with income and age, never before the first own money.
fn knowledge(stage: LifeStage, income_fen: i64, chance: &mut Chance) -> u8 {
    let weights: [(u8, u32); 4] = match (stage, income_fen) {
        (LifeStage::Student, _) => [(0, 70), (1, 28), (2, 2), (3, 0)],
        (_, income) if income >= 1_500_000 => [(0, 8), (1, 32), (2, 40), (3, 20)],
        (LifeStage::Retired, _) => [(0, 40), (1, 40), (2, 17), (3, 3)],
        _ => [(0, 25), (1, 45), (2, 24), (3, 6)],
    };
    chance.weighted(&weights, |level| level.1).map_or(0, |level| level.0)
}

/// The last questionnaire: some never took one, some let it lapse. Adults only.
fn assessment(stage: LifeStage, knowledge: u8, today: NaiveDate, chance: &mut Chance) -> Option<RiskAssessment> {
    let taken = match stage {
        LifeStage::Student => 250,
        LifeStage::Retired => 650,
        _ => 780,
    };
    if !chance.happens(taken) {
        return None;
    }
    let bold = match stage {
        LifeStage::YoungWorker | LifeStage::BusinessOwner => 1,
        LifeStage::Retired | LifeStage::PreRetirement => -1,
        _ => 0,
    };
    let class = (2 + bold + i64::from(knowledge) / 2 + chance.between(-1, 1)).clamp(1, 5);
    let assessed_on = chance.day(today - Months::new(16), today);
    let valid_to = assessed_on + Months::new(ASSESSMENT_MONTHS) - Days::new(1);
    Some(RiskAssessment { class: u8::try_from(class).unwrap_or(1), assessed_on, valid_to })
}

/// When the account was opened: at sixteen at the earliest, a business not more than fifteen years ago.
fn since(birth_date: NaiveDate, business: bool, today: NaiveDate, chance: &mut Chance) -> NaiveDate {
    let years = if business { 15 } else { 22 };
    let earliest = (birth_date + Months::new(16 * 12)).max(today - Months::new(years * 12));
    chance.day(earliest.min(today), today)
}
