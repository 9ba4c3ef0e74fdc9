//! What somebody may need, and the sign it is read from: a year's money, what is held, the life stage, or the
//! person's own word. Borrowing is never read from behaviour: teller does not push consumer credit.
//!
//! Amounts in a signal are worked out from the customer's own records and shown as they are; a signal without its
//! amount does not exist. Must not know products, rules or sentences.

use std::collections::BTreeMap;

use chrono::Months;

use crate::customers::CustomerView;
use crate::customers::view::Side;
use crate::domain::customer::{CustomerKind, LifeStage, TransactionCategory};
use crate::domain::product::{Category, Need, Product};
use crate::risk::{self, Standing};

/// Strengths, 0 to 1: the person's own word, a sign in the records, and what is common at a life stage.
pub(super) const DECLARED: f32 = 1.0;
pub(super) const CLEAR: f32 = 0.9;
pub(super) const FAIR: f32 = 0.7;
pub(super) const TYPICAL: f32 = 0.4;

/// Months of spending that should be at hand at any time.
pub(super) const BUFFER_MONTHS: i64 = 3;
/// Months of spending above which money on a current account lies idle.
pub(super) const IDLE_MONTHS: i64 = 6;
/// Surplus from which saving is a need: a tenth of income.
const SURPLUS_PERCENT: i64 = 10;
/// Spending abroad in a year from which foreign currency is a need, in fen: CNY 3,000.
const ABROAD_FROM_FEN: i64 = 300_000;
/// Spending on children and schooling in a year from which education is a need, in fen: CNY 5,000.
const SCHOOLING_FROM_FEN: i64 = 500_000;
/// Lowest rating whose holder may look for growth.
const GROWTH_CLASS: u8 = 3;

/// The sign of a need. Amounts are fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Declared,
    /// Common at the person's life stage.
    Stage(LifeStage),
    /// Left over in an average month of the last 12.
    Surplus {
        monthly: i64,
    },
    /// Money at hand covers less than [`BUFFER_MONTHS`] of an average month's spending.
    ThinBuffer {
        at_hand: i64,
        monthly: i64,
    },
    /// Money on current accounts is more than [`IDLE_MONTHS`] of spending.
    IdleMoney {
        at_hand: i64,
    },
    /// Valid rating from C3 on, and assets beyond the buffer.
    GrowthCapacity {
        class: u8,
    },
    NoInsurance,
    NoPension,
    NoCard,
    /// Paid for housing in the last 12 months, with no mortgage.
    PaysRent {
        year: i64,
    },
    /// An outstanding mortgage: a home to protect.
    OwnsHome,
    /// Paid for children and schooling in the last 12 months.
    Schooling {
        year: i64,
    },
    /// Spent abroad in the last 12 months.
    Abroad {
        year: i64,
    },
    /// A business.
    Business,
}

/// A need's sign and how much it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Signal {
    pub(super) sign: Sign,
    /// 0 to 1.
    pub(super) strength: f32,
}

pub(super) type Needs = BTreeMap<Need, Signal>;

/// The needs of a person that a product answers. Money in another currency answers a need only where the person has
/// something to do with one.
pub(super) fn answered<'a>(product: &'a Product, needs: &'a Needs) -> impl Iterator<Item = (Need, Signal)> + 'a {
    let foreign = product.currency != "CNY" && !needs.contains_key(&Need::ForeignExchange);
    let own = product.needs.iter().filter(move |_| !foreign);
    own.filter_map(|need| needs.get(need).map(|signal| (*need, *signal)))
}

/// Keeps the stronger sign; of two as strong, the first.
fn note(needs: &mut Needs, need: Need, strength: f32, sign: Sign) {
    let known = needs.entry(need).or_insert(Signal { sign, strength });
    if strength > known.strength {
        *known = Signal { sign, strength };
    }
}

/// The needs of a profile: those stated, and what is common at the stage stated.
pub(super) fn declared(stated: &[Need], stage: Option<LifeStage>) -> Needs {
    let mut needs = Needs::new();
    for need in stated {
        note(&mut needs, *need, DECLARED, Sign::Declared);
    }
    note_typical(&mut needs, stage);
    needs
}

fn note_typical(needs: &mut Needs, stage: Option<LifeStage>) {
    let Some(stage) = stage else { return };
    for need in typical(stage) {
        note(needs, *need, TYPICAL, Sign::Stage(stage));
    }
}

/// What people at a life stage commonly need, as the bank's advisors are taught it.
fn typical(stage: LifeStage) -> &'static [Need] {
    match stage {
        LifeStage::Student => &[Need::Payment, Need::Liquidity, Need::Saving],
        LifeStage::YoungWorker => &[Need::Saving, Need::Payment, Need::Protection],
        LifeStage::YoungFamily => &[Need::Protection, Need::Saving, Need::Education],
        LifeStage::EstablishedFamily => &[Need::Education, Need::Protection, Need::Retirement, Need::Saving],
        LifeStage::PreRetirement => &[Need::Retirement, Need::Saving, Need::Protection],
        LifeStage::Retired => &[Need::Saving, Need::Liquidity],
        LifeStage::BusinessOwner => &[Need::BusinessFinance, Need::Liquidity, Need::Protection],
    }
}

/// A year of the customer's money, averaged over the months it covers.
struct Year {
    spent_monthly: i64,
    surplus_monthly: i64,
}

/// Income less what was spent. Money moved into savings or investments is not spent.
fn year(view: &CustomerView) -> Year {
    let (mut came, mut went) = (0, 0);
    for (category, sum) in &view.spending {
        match category {
            TransactionCategory::Investment => (),
            _ if sum.sum_fen > 0 => came += sum.sum_fen,
            _ => went -= sum.sum_fen,
        }
    }
    let months = (1..=12).find(|n| view.as_of - Months::new(*n) <= view.customer.customer_since).unwrap_or(12);
    let months = i64::from(months);
    Year { spent_monthly: went / months, surplus_monthly: (came - went) / months }
}

/// The needs that a customer's records show.
pub(super) fn seen(view: &CustomerView) -> Needs {
    let mut needs = Needs::new();
    note_money(&mut needs, view);
    match view.customer.kind {
        CustomerKind::SmallBusiness => {
            note(&mut needs, Need::BusinessFinance, TYPICAL, Sign::Business);
            if !holds(view, Category::Insurance) {
                note(&mut needs, Need::Protection, FAIR, Sign::NoInsurance);
            }
        }
        CustomerKind::Individual => note_household(&mut needs, view),
    }
    note_typical(&mut needs, Some(view.customer.life_stage));
    needs
}

fn note_money(needs: &mut Needs, view: &CustomerView) {
    let year = year(view);
    let at_hand = balance(view, |category| matches!(category, Category::CashManagement)) + current_accounts(view);
    if year.spent_monthly > 0 && at_hand < BUFFER_MONTHS * year.spent_monthly {
        note(needs, Need::Liquidity, FAIR, Sign::ThinBuffer { at_hand, monthly: year.spent_monthly });
    }
    let idle = current_accounts(view);
    let lies_idle = year.spent_monthly > 0 && idle > IDLE_MONTHS * year.spent_monthly;
    if lies_idle {
        note(needs, Need::Saving, CLEAR, Sign::IdleMoney { at_hand: idle });
    }
    let income = view.customer.monthly_income_fen;
    if year.surplus_monthly > 0 && year.surplus_monthly * 100 >= income * SURPLUS_PERCENT {
        note(needs, Need::Saving, FAIR, Sign::Surplus { monthly: year.surplus_monthly });
    }
    if let Standing::Valid { class } = risk::standing(view.customer.risk, view.as_of)
        && class >= GROWTH_CLASS
        && view.financial_assets_fen > IDLE_MONTHS * year.spent_monthly
    {
        note(needs, Need::Growth, FAIR, Sign::GrowthCapacity { class });
    }
    let abroad = spent(view, &[TransactionCategory::OverseasSpending]);
    if abroad >= ABROAD_FROM_FEN {
        note(needs, Need::ForeignExchange, FAIR, Sign::Abroad { year: abroad });
    }
}

fn note_household(needs: &mut Needs, view: &CustomerView) {
    let stage = view.customer.life_stage;
    if !holds(view, Category::Card) {
        note(needs, Need::Payment, FAIR, Sign::NoCard);
    }
    if !holds(view, Category::Insurance) && !matches!(stage, LifeStage::Student) {
        let strength =
            if matches!(stage, LifeStage::YoungFamily | LifeStage::EstablishedFamily) { CLEAR } else { FAIR };
        note(needs, Need::Protection, strength, Sign::NoInsurance);
    }
    let saves_for_age =
        matches!(stage, LifeStage::EstablishedFamily | LifeStage::PreRetirement | LifeStage::BusinessOwner);
    if saves_for_age && !holds(view, Category::Pension) {
        note(needs, Need::Retirement, FAIR, Sign::NoPension);
    }
    let rent = spent(view, &[TransactionCategory::Housing]);
    if holds(view, Category::Mortgage) {
        // A home bought is a home to insure; it takes the place of the wish to buy one.
        note(needs, Need::Protection, TYPICAL, Sign::OwnsHome);
    } else if matches!(stage, LifeStage::YoungWorker | LifeStage::YoungFamily)
        && rent * 100 >= view.customer.monthly_income_fen * 12 * SURPLUS_PERCENT
        && rent > 0
    {
        note(needs, Need::Housing, FAIR, Sign::PaysRent { year: rent });
    }
    let schooling = spent(view, &[TransactionCategory::ChildCare, TransactionCategory::Education]);
    let family = matches!(stage, LifeStage::YoungFamily | LifeStage::EstablishedFamily);
    if family && schooling >= SCHOOLING_FROM_FEN {
        note(needs, Need::Education, FAIR, Sign::Schooling { year: schooling });
    }
}

fn holds(view: &CustomerView, category: Category) -> bool {
    view.holdings.iter().any(|held| held.category == Some(category))
}

fn balance(view: &CustomerView, shelf: impl Fn(Category) -> bool) -> i64 {
    let on_shelf = view.holdings.iter().filter(|held| held.side == Side::Asset && held.category.is_some_and(&shelf));
    on_shelf.map(|held| held.balance_fen).sum()
}

/// Balances of the accounts that payments run through.
fn current_accounts(view: &CustomerView) -> i64 {
    let accounts = view.holdings.iter().filter(|held| held.pays);
    accounts.map(|held| held.balance_fen).sum()
}

/// What went out in these categories over the view's 12 months, as a number above zero.
fn spent(view: &CustomerView, categories: &[TransactionCategory]) -> i64 {
    categories.iter().filter_map(|category| view.spending.get(category)).map(|sum| (-sum.sum_fen).max(0)).sum()
}
