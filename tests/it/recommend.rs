//! Recommendations on the demo bank: rules first, the same list for the same input, reasons and facts in both languages.

use teller::app::App;
use teller::domain::customer::{Customer, CustomerKind, LifeStage};
use teller::domain::product::{Category, Need};
use teller::domain::{CustomerId, Fault, Locale, ProductId};
use teller::recommend::{MAX_LIMIT, Profile, RecommendationList, RecommendationRequest, Subject};
use teller::store::records::CustomerFilter;

use crate::support;

async fn list(app: &App, request: &RecommendationRequest) -> RecommendationList {
    app.recommender.recommend(request, "test").await.unwrap()
}

fn of(customer: &Customer) -> RecommendationRequest {
    RecommendationRequest {
        limit: MAX_LIMIT,
        ..RecommendationRequest::new(Subject::Customer(customer.id.clone()), Locale::Zh)
    }
}

fn stranger() -> RecommendationRequest {
    RecommendationRequest {
        limit: MAX_LIMIT,
        ..RecommendationRequest::new(Subject::Profile(Profile::default()), Locale::Zh)
    }
}

async fn customers(app: &App) -> Vec<Customer> {
    app.records.customers_page(&CustomerFilter::default(), None, 300).await.unwrap()
}

/// A list without the id of its decision, which is drawn anew each time.
fn bytes(list: &RecommendationList) -> String {
    let mut json = serde_json::to_value(list).unwrap();
    json.as_object_mut().unwrap().remove("decision_id");
    json.to_string()
}

#[tokio::test]
async fn whatever_is_recommended_is_on_sale_suitable_and_open_to_the_customer() {
    let app = support::app().await;
    let today = app.clock.today();
    let mut personalised = 0;
    for customer in customers(&app).await {
        let list = list(&app, &of(&customer)).await;
        personalised += u32::from(list.personalised);
        for item in &list.items {
            let product = app.catalog.product(&item.product_id).unwrap();
            assert!(product.on_sale(today));
            let kinds = &product.eligibility.customer_kinds;
            let kind = if list.personalised { customer.kind } else { CustomerKind::Individual };
            assert!(kinds.is_empty() || kinds.contains(&kind), "{} for {kind:?}", product.id);
            let risky = product.risk.is_some_and(|risk| risk > 1);
            let class = customer.risk.filter(|risk| list.personalised && risk.valid_to >= today).map_or(0, |r| r.class);
            assert!(!risky || product.risk.unwrap() <= class, "{} for C{class}", product.id);
            if list.personalised {
                let age = customer.age_on(today);
                assert!(product.eligibility.min_age.is_none_or(|min| age >= min));
                assert!(product.eligibility.max_age.is_none_or(|max| age <= max));
                assert!(customer.knowledge >= product.suitability.min_knowledge);
            }
        }
        let scores: Vec<f64> = list.items.iter().map(|item| item.score).collect();
        assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "{scores:?}");
        assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
    }
    assert!(personalised > 100);
}

#[tokio::test]
async fn every_product_on_sale_is_either_open_or_left_out_with_its_rule() {
    let app = support::app().await;
    let on_sale = app.catalog.products().filter(|p| p.on_sale(app.clock.today())).count();
    for customer in customers(&app).await.iter().take(40) {
        let list = list(&app, &of(customer)).await;
        assert!(list.excluded.windows(2).all(|pair| pair[0].product_id < pair[1].product_id));
        assert!(list.excluded.iter().all(|e| !e.rule.is_empty() && !e.text.is_empty()));
        assert!(list.items.iter().all(|i| list.excluded.iter().all(|e| e.product_id != i.product_id)));
        let named = list.items.len() + list.excluded.len();
        assert!(named <= on_sale && (list.items.len() == MAX_LIMIT || named == on_sale), "{named} of {on_sale}");
    }
}

#[tokio::test]
async fn the_same_request_gives_the_same_list() {
    let app = support::app().await;
    for customer in customers(&app).await.iter().take(20) {
        let (one, other) = (list(&app, &of(customer)).await, list(&app, &of(customer)).await);
        assert_eq!(bytes(&one), bytes(&other));
        assert_ne!(one.decision_id, other.decision_id);
    }
}

#[tokio::test]
async fn without_consent_or_personalisation_the_list_is_everybodys() {
    let app = support::app().await;
    let everybodys = RecommendationRequest { personalised: Some(false), ..stranger() };
    let everybodys = bytes(&list(&app, &everybodys).await);
    let customers = customers(&app).await;
    let (agreed, not): (Vec<_>, Vec<_>) = customers.iter().partition(|c| c.consents.personalisation);
    for customer in not.iter().take(10) {
        assert_eq!(bytes(&list(&app, &of(customer)).await), everybodys, "{}", customer.id);
        let asked = RecommendationRequest { personalised: Some(true), ..of(customer) };
        assert_eq!(bytes(&list(&app, &asked).await), everybodys, "consent is not overruled by a flag");
    }
    for customer in agreed.iter().take(10) {
        let off = RecommendationRequest { personalised: Some(false), ..of(customer) };
        assert_eq!(bytes(&list(&app, &off).await), everybodys, "{}", customer.id);
    }
}

#[tokio::test]
async fn a_lapsed_assessment_keeps_every_investment_off() {
    let app = support::app().await;
    let today = app.clock.today();
    let lapsed = |c: &&Customer| c.consents.personalisation && c.risk.is_some_and(|r| r.valid_to < today);
    let all = customers(&app).await;
    let mut seen = 0;
    for customer in all.iter().filter(lapsed).take(20) {
        seen += 1;
        let list = list(&app, &of(customer)).await;
        let fund = |id: &ProductId| app.catalog.product(id).unwrap().category == Category::Fund;
        assert!(list.items.iter().all(|item| !fund(&item.product_id)));
        assert!(list.excluded.iter().any(|e| fund(&e.product_id) && e.text.contains("到期")));
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn texts_come_in_the_language_asked_for_and_promise_nothing() {
    let app = support::app().await;
    let banned = [
        "保本",
        "保收益",
        "稳赚",
        "无风险",
        "零风险",
        "预期收益",
        "guarantee",
        "risk-free",
        "no risk",
        "expected return",
    ];
    for customer in customers(&app).await.iter().take(60) {
        for locale in Locale::ALL {
            let list = list(&app, &RecommendationRequest { locale, ..of(customer) }).await;
            let texts = list
                .items
                .iter()
                .flat_map(|i| i.reasons.iter().map(|r| &r.text).chain(i.facts.iter().map(|f| &f.text)))
                .chain(list.excluded.iter().map(|e| &e.text));
            for text in texts {
                let lower = text.to_lowercase();
                assert!(!text.trim().is_empty() && banned.iter().all(|word| !lower.contains(word)), "{text}");
                let han = text.chars().any(teller::domain::locale::is_han);
                assert!(locale == Locale::Zh || !han, "{text}");
            }
            assert!(list.items.iter().all(|item| !item.reasons.is_empty()));
            assert!(list.items.iter().flat_map(|i| &i.facts).all(|f| f.valid_on == app.clock.today()));
        }
    }
}

#[tokio::test]
async fn every_list_is_in_the_decision_log_without_names() {
    let app = support::app().await;
    let customer = customers(&app).await.swap_remove(0);
    let list = list(&app, &of(&customer)).await;
    let decision = app.records.decision(&list.decision_id).await.unwrap().unwrap();
    assert_eq!((decision.customer_id.as_ref(), decision.actor.as_str()), (Some(&customer.id), "test"));
    assert_eq!(decision.model_version, list.model_version);
    assert_eq!(decision.detail["items"].as_array().unwrap().len(), list.items.len());
    assert!(!decision.detail.to_string().contains(&customer.name));
}

#[tokio::test]
async fn a_shelf_asked_for_is_the_only_one() {
    let app = support::app().await;
    let request = RecommendationRequest { category: Some(Category::Deposit), ..stranger() };
    let list = list(&app, &request).await;
    assert!(!list.items.is_empty());
    let deposit = |id: &ProductId| app.catalog.product(id).unwrap().category == Category::Deposit;
    assert!(list.items.iter().map(|i| &i.product_id).chain(list.excluded.iter().map(|e| &e.product_id)).all(deposit));
}

#[tokio::test]
async fn credit_is_not_recommended_unasked() {
    let app = support::app().await;
    let loan = |id: &ProductId| app.catalog.product(id).unwrap().category == Category::PersonalLoan;
    let earner =
        Profile { age: Some(35), resident: Some(true), monthly_income: Some(20_000.into()), ..Profile::default() };
    let request = |needs: Vec<Need>| RecommendationRequest {
        subject: Subject::Profile(Profile { needs, ..earner.clone() }),
        ..stranger()
    };
    let unasked = list(&app, &request(vec![])).await;
    assert!(unasked.items.iter().all(|item| !loan(&item.product_id)));
    assert!(unasked.excluded.iter().any(|e| loan(&e.product_id) && e.rule == "credit_not_asked"));
    let asked = list(&app, &request(vec![Need::Borrowing])).await;
    assert!(asked.items.iter().any(|item| loan(&item.product_id)));
}

#[tokio::test]
async fn risk_classes_open_exactly_what_they_allow() {
    let app = support::app().await;
    for class in 1..=5_u8 {
        let profile = Profile {
            age: Some(40),
            resident: Some(true),
            monthly_income: Some(50_000.into()),
            financial_assets: Some(5_000_000.into()),
            risk_class: Some(class),
            knowledge: Some(3),
            life_stage: Some(LifeStage::EstablishedFamily),
            ..Profile::default()
        };
        let request = RecommendationRequest {
            subject: Subject::Profile(profile),
            category: Some(Category::Wealth),
            ..stranger()
        };
        let list = list(&app, &request).await;
        let risk = |id: &ProductId| app.catalog.product(id).unwrap().risk.unwrap();
        assert!(list.items.iter().all(|item| risk(&item.product_id) <= class));
        assert!(list.items.iter().any(|item| risk(&item.product_id) == class), "nothing at R{class} for C{class}");
        assert!(
            list.excluded
                .iter()
                .filter(|e| risk(&e.product_id) > class)
                .all(|e| e.text.contains("高于客户可购买的最高等级"))
        );
    }
}

#[tokio::test]
async fn what_does_not_exist_or_is_out_of_range_is_named() {
    let app = support::app().await;
    let fails = async |request: RecommendationRequest| app.recommender.recommend(&request, "test").await.unwrap_err();
    let nobody = Subject::Customer(CustomerId::new("C999999").unwrap());
    let error = fails(RecommendationRequest::new(nobody, Locale::En)).await;
    assert_eq!((error.fault(), error.field()), (Fault::NotFound, Some("customer_id")));
    let profile = |profile: Profile| RecommendationRequest { subject: Subject::Profile(profile), ..stranger() };
    let holdings = vec![ProductId::new("NO-SUCH").unwrap()];
    let error = fails(profile(Profile { holdings, ..Profile::default() })).await;
    assert_eq!((error.fault(), error.field()), (Fault::NotFound, Some("profile.holdings")));
    let error = fails(profile(Profile { risk_class: Some(6), ..Profile::default() })).await;
    assert_eq!((error.fault(), error.field()), (Fault::Caller, Some("profile.risk_class")));
    for limit in [0, MAX_LIMIT + 1] {
        let error = fails(RecommendationRequest { limit, ..stranger() }).await;
        assert_eq!((error.fault(), error.field()), (Fault::Caller, Some("limit")));
    }
}
