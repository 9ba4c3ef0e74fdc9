//! Twelve months of an account: what comes in every month, what life costs, what loans and policies take.
//! Must not know how the customer or the holdings were drawn.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::chance::Chance;
use crate::domain::customer::{Customer, CustomerKind, Holding, LifeStage, Transaction, TransactionCategory as T};
use crate::domain::product::{Category, Product};

/// Months of history.
const MONTHS: u32 = 12;

/// A kind of spending: times a month at most, and share of a month's income for one, in per mille.
struct Habit {
    category: T,
    times: i64,
    per_mille: i64,
}

const fn habit(category: T, times: i64, per_mille: i64) -> Habit {
    Habit { category, times, per_mille }
}

const EVERYDAY: [Habit; 6] = [
    habit(T::Groceries, 5, 42),
    habit(T::Dining, 4, 26),
    habit(T::Transport, 3, 18),
    habit(T::Shopping, 2, 65),
    habit(T::Utilities, 1, 50),
    habit(T::CashWithdrawal, 1, 50),
];

/// What a stage of life adds.
fn more(stage: LifeStage) -> &'static [Habit] {
    const STUDENT: [Habit; 2] = [habit(T::Education, 1, 120), habit(T::Dining, 3, 25)];
    const WORKER: [Habit; 2] = [habit(T::Housing, 1, 240), habit(T::Travel, 1, 60)];
    const FAMILY: [Habit; 3] = [habit(T::ChildCare, 2, 60), habit(T::Healthcare, 1, 20), habit(T::Travel, 1, 40)];
    const ESTABLISHED: [Habit; 3] = [habit(T::Education, 1, 90), habit(T::Healthcare, 1, 25), habit(T::Travel, 1, 50)];
    const OLDER: [Habit; 2] = [habit(T::Healthcare, 2, 45), habit(T::Travel, 1, 40)];
    const OWNER: [Habit; 2] = [habit(T::TransferOut, 3, 80), habit(T::Travel, 1, 40)];
    match stage {
        LifeStage::Student => &STUDENT,
        LifeStage::YoungWorker => &WORKER,
        LifeStage::YoungFamily => &FAMILY,
        LifeStage::EstablishedFamily => &ESTABLISHED,
        LifeStage::PreRetirement | LifeStage::Retired => &OLDER,
        LifeStage::BusinessOwner => &OWNER,
    }
}

/// What a small business pays.
const BUSINESS: [Habit; 4] =
    [habit(T::TransferOut, 5, 90), habit(T::Utilities, 1, 25), habit(T::Housing, 1, 60), habit(T::Transport, 2, 10)];

pub(super) fn draw(
    customer: &Customer,
    holdings: &[Holding],
    products: &[Product],
    today: NaiveDate,
    chance: &mut Chance,
) -> Vec<Transaction> {
    let first = today.checked_sub_months(Months::new(MONTHS)).unwrap_or(today) + Days::new(1);
    let begin = first.max(customer.customer_since);
    let mut account = Account { begin, today, movements: Vec::new() };
    let (payday, abroad) = (chance.between(5, 25), chance.happens(60));
    let mut month = NaiveDate::from_ymd_opt(first.year(), first.month(), 1).unwrap_or(first);
    while month <= today {
        income(customer, month, payday, &mut account, chance);
        spend(customer, month, abroad, &mut account, chance);
        obligations(customer, holdings, products, month, &mut account, chance);
        month = month + Months::new(1);
    }
    account.movements.sort_by_key(|(at, category, amount)| (*at, *category, *amount));
    account
        .movements
        .into_iter()
        .zip(0_i64..)
        .map(|((at, category, amount_fen), sequence)| Transaction {
            customer_id: customer.id.clone(),
            sequence,
            at,
            category,
            amount_fen,
        })
        .collect()
}

/// Movements between the first day of the history (or of the account) and today.
struct Account {
    begin: NaiveDate,
    today: NaiveDate,
    movements: Vec<(DateTime<Utc>, T, i64)>,
}

impl Account {
    /// `day` counts in the bank's time zone; hours are those in which people move money.
    fn add(&mut self, day: NaiveDate, category: T, amount_fen: i64, chance: &mut Chance) {
        if amount_fen == 0 || day < self.begin || day > self.today {
            return;
        }
        // Bank hours 8 to 22 are 0 to 14 in UTC, so the day is the same in both.
        let minute = TimeDelta::minutes(chance.between(0, 14 * 60));
        let last = if day == self.today { TimeDelta::zero() } else { minute };
        self.movements.push((day.and_time(NaiveTime::MIN).and_utc() + last, category, amount_fen));
    }
}

fn day_of(month: NaiveDate, day: i64) -> NaiveDate {
    month + Days::new(u64::try_from(day - 1).unwrap_or(0))
}

fn around(amount: i64, percent: i64, chance: &mut Chance) -> i64 {
    (amount / 100).saturating_mul(100 + chance.between(-percent, percent))
}

fn income(customer: &Customer, month: NaiveDate, payday: i64, account: &mut Account, chance: &mut Chance) {
    let monthly = customer.monthly_income_fen;
    let owner = customer.life_stage == LifeStage::BusinessOwner;
    if customer.kind == CustomerKind::SmallBusiness || owner {
        for _ in 0..6 {
            let day = day_of(month, chance.between(1, 28));
            let amount = around(monthly / 6, 40, chance);
            account.add(day, T::BusinessIncome, amount, chance);
        }
        return;
    }
    let category = match customer.life_stage {
        LifeStage::Student => T::TransferIn,
        LifeStage::Retired => T::Pension,
        _ => T::Salary,
    };
    let amount = around(monthly, 4, chance);
    account.add(day_of(month, payday), category, amount, chance);
    if category == T::Salary && month.month() == 1 {
        let bonus = around(monthly, 50, chance);
        account.add(day_of(month, payday.min(24) + 2), T::Salary, bonus, chance);
    }
}

fn spend(customer: &Customer, month: NaiveDate, abroad: bool, account: &mut Account, chance: &mut Chance) {
    let business = customer.kind == CustomerKind::SmallBusiness;
    let (own, added): (&[Habit], &[Habit]) =
        if business { (&BUSINESS, &[]) } else { (&EVERYDAY, more(customer.life_stage)) };
    for habit in own.iter().chain(added) {
        let fewest = i64::from(habit.times > 1);
        for _ in 0..chance.between(fewest, habit.times) {
            let amount = around(customer.monthly_income_fen * habit.per_mille / 1_000, 60, chance);
            let day = day_of(month, chance.between(1, 28));
            account.add(day, habit.category, -amount, chance);
        }
    }
    if abroad && !business && chance.happens(300) {
        let amount = around(customer.monthly_income_fen / 12, 60, chance);
        account.add(day_of(month, chance.between(1, 28)), T::OverseasSpending, -amount, chance);
    }
}

/// What loans, policies and savings plans take each month.
fn obligations(
    customer: &Customer,
    holdings: &[Holding],
    products: &[Product],
    month: NaiveDate,
    account: &mut Account,
    chance: &mut Chance,
) {
    for holding in holdings {
        let Some(product) = products.iter().find(|product| product.id == holding.product_id) else { continue };
        let income = customer.monthly_income_fen;
        let (category, amount, day) = match product.category {
            Category::Mortgage => (T::LoanRepayment, holding.balance_fen / 200, 20),
            Category::PersonalLoan => (T::LoanRepayment, holding.balance_fen / 24, 15),
            Category::BusinessLoan => (T::LoanRepayment, holding.balance_fen / 36, 21),
            Category::Insurance if month.month() == holding.opened_on.month() => (T::InsurancePremium, income / 3, 10),
            Category::Fund => (T::Investment, income / 20, 8),
            _ => continue,
        };
        let day = day_of(month, day);
        if day > holding.opened_on {
            account.add(day, category, -amount, chance);
        }
    }
}
