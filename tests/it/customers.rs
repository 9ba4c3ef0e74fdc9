//! Generated customers: the same from the same seed, plausible, and holding nothing that a rule keeps from them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, Months, NaiveDate};
use proptest::prelude::*;
use teller::catalog::{Catalog, load};
use teller::customers::eligibility::{Applicant, unmet};
use teller::customers::{GeneratedCustomer, Generator, view};
use teller::domain::customer::{CustomerKind, LifeStage, TransactionCategory};
use teller::domain::product::Category;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn catalog() -> Catalog {
    load::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("demo")).unwrap()
}

fn some(seed: u64, count: u32) -> Vec<GeneratedCustomer> {
    let catalog = catalog();
    let generator = Generator::new(seed, catalog.products(), today());
    (1..=count).map(|index| generator.customer(index)).collect()
}

#[test]
fn a_customer_depends_on_seed_and_number_alone() {
    let catalog = catalog();
    let (one, other) = (Generator::new(5, catalog.products(), today()), Generator::new(5, catalog.products(), today()));
    let forwards: Vec<_> = (1..=30).map(|index| one.customer(index)).collect();
    let mut backwards: Vec<_> = (1..=30).rev().map(|index| other.customer(index)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_ne!(forwards[0], Generator::new(6, catalog.products(), today()).customer(1));
}

#[test]
fn two_thousand_customers_look_like_a_bank() {
    let customers = some(21, 2_000);
    let share = |test: &dyn Fn(&GeneratedCustomer) -> bool| {
        f64::from(u32::try_from(customers.iter().filter(|c| test(c)).count()).unwrap()) / 2_000.0
    };
    let ids: BTreeSet<&str> = customers.iter().map(|c| c.customer.id.as_str()).collect();
    assert_eq!((ids.len(), customers[0].customer.id.as_str()), (2_000, "C000001"));
    let advisors: BTreeSet<&str> = customers.iter().map(|c| c.customer.advisor_id.as_str()).collect();
    assert_eq!((advisors.len(), advisors.first(), advisors.last()), (20, Some(&"A001"), Some(&"A020")));
    let within = |name: &str, share: f64, from: f64, to: f64| {
        assert!((from..=to).contains(&share), "{name}: {share}");
    };
    within("businesses", share(&|c| c.customer.kind == CustomerKind::SmallBusiness), 0.03, 0.09);
    within("personalisation", share(&|c| c.customer.consents.personalisation), 0.65, 0.79);
    within("assessed", share(&|c| c.customer.risk.is_some()), 0.6, 0.85);
    within("lapsed", share(&|c| c.customer.risk.is_some_and(|r| r.valid_to < today())), 0.08, 0.35);
    let holds = |category: Category| {
        let catalog = catalog();
        let ids: BTreeSet<_> = catalog.products().filter(|p| p.category == category).map(|p| p.id.clone()).collect();
        share(&|c| c.holdings.iter().any(|h| ids.contains(&h.product_id)))
    };
    within("deposits", holds(Category::Deposit), 0.9, 1.0);
    within("mortgages", holds(Category::Mortgage), 0.05, 0.35);
    within("wealth", holds(Category::Wealth), 0.05, 0.35);
    let regions: BTreeSet<&str> = customers.iter().map(|c| c.customer.region.as_str()).collect();
    assert!(regions.len() >= 15);
}

#[test]
fn age_occupation_and_stage_of_life_go_together() {
    for c in some(3, 400) {
        let age = c.customer.age_on(today());
        let ages = match c.customer.life_stage {
            LifeStage::Student => 16..=24,
            LifeStage::YoungWorker => 22..=32,
            LifeStage::YoungFamily => 27..=40,
            LifeStage::EstablishedFamily => 38..=54,
            LifeStage::PreRetirement => 50..=60,
            LifeStage::Retired => 60..=84,
            LifeStage::BusinessOwner => 28..=60,
        };
        assert!(ages.contains(&age), "{:?} of {age}", c.customer.life_stage);
        assert!(c.customer.customer_since >= c.customer.birth_date + Months::new(16 * 12));
        assert!(c.customer.monthly_income_fen > 0);
        assert_eq!(c.customer.occupation == "退休人员", c.customer.life_stage == LifeStage::Retired);
    }
}

#[test]
fn nobody_holds_what_eligibility_or_rating_forbids() {
    let catalog = catalog();
    for c in some(11, 400) {
        let view = view(c.customer.clone(), &c.holdings, &c.transactions, |id| catalog.product(id), today());
        for holding in &c.holdings {
            let product = catalog.product(&holding.product_id).unwrap();
            let age = view.age;
            let applicant = Applicant {
                kind: c.customer.kind,
                ages: age..=age,
                resident: c.customer.resident,
                monthly_income_fen: c.customer.monthly_income_fen,
                // What was put by when the product was bought is not known any more; the rule on assets is left out.
                financial_assets_fen: Some(i64::MAX),
                holdings: c.holdings.iter().map(|h| (h.product_id.clone(), h.balance_fen)).collect(),
            };
            assert_eq!(unmet(product, &applicant), [], "{} holds {}", c.customer.id, product.id);
            if let Some(risk) = product.risk.filter(|risk| *risk > 1) {
                assert!(c.customer.risk.is_some_and(|rating| rating.class >= risk), "{}", product.id);
            }
            assert!(c.customer.knowledge >= product.suitability.min_knowledge);
            assert!(holding.balance_fen >= 0 && holding.opened_on <= today());
            assert!(holding.opened_on >= c.customer.customer_since.min(today()));
        }
    }
}

#[test]
fn transactions_are_in_order_and_within_the_last_twelve_months() {
    for c in some(13, 200) {
        assert!(c.transactions.windows(2).all(|pair| pair[0].at <= pair[1].at));
        let sequence: Vec<i64> = c.transactions.iter().map(|t| t.sequence).collect();
        assert_eq!(sequence, (0..i64::try_from(sequence.len()).unwrap()).collect::<Vec<_>>());
        for t in &c.transactions {
            let day = (t.at + Duration::hours(8)).date_naive();
            assert!(day > today() - Months::new(12) && day <= today() && day >= c.customer.customer_since);
            let comes_in = matches!(
                t.category,
                TransactionCategory::Salary
                    | TransactionCategory::Pension
                    | TransactionCategory::BusinessIncome
                    | TransactionCategory::TransferIn
            );
            assert_eq!(comes_in, t.amount_fen > 0, "{:?} {}", t.category, t.amount_fen);
        }
    }
}

#[test]
fn income_in_the_account_is_the_income_on_file() {
    let long = |c: &&GeneratedCustomer| c.customer.customer_since < today() - Months::new(13);
    for c in some(17, 200).iter().filter(long) {
        let mut sums: BTreeMap<TransactionCategory, i64> = BTreeMap::new();
        for t in &c.transactions {
            *sums.entry(t.category).or_default() += t.amount_fen;
        }
        let came: i64 = sums.values().filter(|sum| **sum > 0).sum();
        let year = c.customer.monthly_income_fen * 12;
        assert!((year * 6 / 10..=year * 14 / 10).contains(&came), "{}: {came} of {year}", c.customer.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_seed_and_number_gives_a_customer_with_a_view(seed in any::<u64>(), index in 1_u32..1_000_000) {
        let catalog = catalog();
        let c = Generator::new(seed, catalog.products(), today()).customer(index);
        let view = view(c.customer.clone(), &c.holdings, &c.transactions, |id| catalog.product(id), today());
        let balances: i64 = c.holdings.iter().map(|h| h.balance_fen).sum();
        prop_assert!(view.financial_assets_fen + view.debts_fen <= balances);
        prop_assert!(view.value.total <= 100);
    }
}
