//! Where a customer lies among the products: a weighted mean of vectors that exist already.
//!
//! Half the weight is what the customer holds, three tenths what its money goes to, two tenths its segment. The
//! vectors are handed in ([`Ingredients`]), so ten million customers cost additions, not passes of the encoder. The
//! products' centroid is taken off at the end: an encoder's vectors share one large direction, which says "a text of
//! a bank" and would drown what tells customers apart. Must not know the encoder, the store's engines or ranking.

use std::collections::BTreeMap;

use super::segment::SegmentCode;
use super::view::CustomerView;
use crate::domain::customer::{CustomerKind, LifeStage, TransactionCategory};
use crate::domain::{Localised, ProductId};
use crate::store::vectors::{Payload, PayloadValue, Point};

/// Weights of the three parts. A part that a customer lacks gives its weight to the others.
pub const HOLDINGS_WEIGHT: f32 = 0.5;
pub const SPENDING_WEIGHT: f32 = 0.3;
pub const SEGMENT_WEIGHT: f32 = 0.2;

/// What money goes to and says something about needs. Income and moves between own accounts do not.
const SPENDING: [TransactionCategory; 15] = [
    TransactionCategory::Groceries,
    TransactionCategory::Dining,
    TransactionCategory::Housing,
    TransactionCategory::Utilities,
    TransactionCategory::Transport,
    TransactionCategory::Shopping,
    TransactionCategory::Travel,
    TransactionCategory::OverseasSpending,
    TransactionCategory::Education,
    TransactionCategory::Healthcare,
    TransactionCategory::ChildCare,
    TransactionCategory::InsurancePremium,
    TransactionCategory::LoanRepayment,
    TransactionCategory::Investment,
    TransactionCategory::CashWithdrawal,
];

/// The vectors a customer's is made of. Any of them may be missing; what is missing has no say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ingredients {
    pub products: BTreeMap<ProductId, Vec<f32>>,
    pub spending: BTreeMap<TransactionCategory, Vec<f32>>,
    pub segments: BTreeMap<SegmentCode, Vec<f32>>,
}

impl Ingredients {
    /// The texts whose vectors [`Ingredients::new`] wants, to be encoded once as passages: each spending category
    /// and each segment, Chinese and English.
    #[must_use]
    pub fn texts() -> Vec<String> {
        let spending = SPENDING.into_iter().filter_map(spending_text);
        let segments = SegmentCode::ALL.into_iter().map(segment_text);
        spending.chain(segments).flat_map(|text| [text.zh, text.en]).collect()
    }

    /// Puts the encoded [`Ingredients::texts`] (in that order) beside the products' vectors. The two languages of a
    /// text are averaged. Vectors too many are ignored, vectors too few leave their text without one.
    #[must_use]
    pub fn new(products: BTreeMap<ProductId, Vec<f32>>, encoded: &[Vec<f32>]) -> Self {
        let mut pairs = encoded.chunks_exact(2).map(|pair| mean(pair.iter().map(|v| (1.0, v.as_slice()))));
        let mut next = || pairs.next().flatten();
        let spending = SPENDING.into_iter().filter_map(|category| Some((category, next()?))).collect();
        let segments = SegmentCode::ALL.into_iter().filter_map(|code| Some((code, next()?))).collect();
        Self { products, spending, segments }
    }

    /// The mean of the products' vectors; `None` without products.
    #[must_use]
    pub fn centroid(&self) -> Option<Vec<f32>> {
        mean(self.products.values().map(|vector| (1.0, vector.as_slice())))
    }

    /// Takes the products' centroid off a vector and brings it to unit length; the vector itself, at unit length,
    /// when nothing would be left.
    #[must_use]
    pub fn centred(&self, vector: &[f32]) -> Option<Vec<f32>> {
        let Some(centroid) = self.centroid() else { return unit(vector.to_vec()) };
        let less: Vec<f32> = vector.iter().zip(&centroid).map(|(v, c)| v - c).collect();
        unit(less).or_else(|| unit(vector.to_vec()))
    }
}

/// A customer's unit vector; `None` when no ingredient applies.
#[must_use]
pub fn customer_vector(view: &CustomerView, from: &Ingredients) -> Option<Vec<f32>> {
    let parts = [
        (HOLDINGS_WEIGHT, holdings_part(view, from)),
        (SPENDING_WEIGHT, spending_part(view, from)),
        (SEGMENT_WEIGHT, from.segments.get(&view.segment.code).cloned()),
    ];
    let present = parts.iter().filter_map(|(weight, part)| part.as_deref().map(|part| (*weight, part)));
    from.centred(&mean(present)?)
}

/// Customers as points for `Collection::Customers`: id, vector, and what one may filter by. No name, no balance, and
/// nobody who has not agreed to the use of holdings and behaviour: a stored profile would be such a use.
#[must_use]
pub fn customer_points<'a>(views: impl IntoIterator<Item = &'a CustomerView>, from: &Ingredients) -> Vec<Point> {
    views
        .into_iter()
        .filter(|view| view.customer.consents.personalisation)
        .filter_map(|view| {
            let dense = customer_vector(view, from)?;
            Some(Point { id: view.customer.id.to_string(), dense, sparse: None, payload: payload(view) })
        })
        .collect()
}

/// The payload keys that [`customer_points`] writes, all keywords.
pub const PAYLOAD_KEYS: [&str; 4] = ["segment", "kind", "region", "life_stage"];

fn payload(view: &CustomerView) -> Payload {
    let values = [
        view.segment.code.as_str().to_owned(),
        kind_word(view.customer.kind).to_owned(),
        view.customer.region.clone(),
        stage_word(view.customer.life_stage).to_owned(),
    ];
    PAYLOAD_KEYS.into_iter().map(str::to_owned).zip(values.map(PayloadValue::Keyword)).collect()
}

fn kind_word(kind: CustomerKind) -> &'static str {
    match kind {
        CustomerKind::Individual => "individual",
        CustomerKind::SmallBusiness => "small_business",
    }
}

fn stage_word(stage: LifeStage) -> &'static str {
    match stage {
        LifeStage::Student => "student",
        LifeStage::YoungWorker => "young_worker",
        LifeStage::YoungFamily => "young_family",
        LifeStage::EstablishedFamily => "established_family",
        LifeStage::PreRetirement => "pre_retirement",
        LifeStage::Retired => "retired",
        LifeStage::BusinessOwner => "business_owner",
    }
}

/// Half of a product's weight is that it is held, half its share of all balances: a card without a balance says
/// something, too.
fn holdings_part(view: &CustomerView, from: &Ingredients) -> Option<Vec<f32>> {
    let held: Vec<(i64, &[f32])> = view
        .holdings
        .iter()
        .filter_map(|held| Some((held.balance_fen.max(0), from.products.get(&held.product_id)?.as_slice())))
        .collect();
    let total: i64 = held.iter().map(|(fen, _)| fen).sum();
    let count = i64::try_from(held.len()).unwrap_or(i64::MAX);
    mean(held.iter().map(|(fen, vector)| (0.5 * share(1, count) + 0.5 * share(*fen, total), *vector)))
}

fn spending_part(view: &CustomerView, from: &Ingredients) -> Option<Vec<f32>> {
    let spent: Vec<(i64, &[f32])> = view
        .spending
        .iter()
        .filter(|(_, sum)| sum.sum_fen < 0)
        .filter_map(|(category, sum)| Some((-sum.sum_fen, from.spending.get(category)?.as_slice())))
        .collect();
    let total: i64 = spent.iter().map(|(fen, _)| fen).sum();
    mean(spent.iter().map(|(fen, vector)| (share(*fen, total), *vector)))
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits than f32 has")]
fn share(part: i64, whole: i64) -> f32 {
    if whole > 0 { part as f32 / whole as f32 } else { 0.0 }
}

/// Weighted mean of vectors of one dimension; `None` when there are none or all weigh nothing.
fn mean<'a>(vectors: impl Iterator<Item = (f32, &'a [f32])>) -> Option<Vec<f32>> {
    let mut sum: Vec<f32> = Vec::new();
    let mut weights = 0.0_f32;
    for (weight, vector) in vectors {
        sum.resize(vector.len().max(sum.len()), 0.0);
        for (total, value) in sum.iter_mut().zip(vector) {
            *total += weight * value;
        }
        weights += weight;
    }
    (weights > 0.0).then(|| sum.into_iter().map(|value| value / weights).collect())
}

/// At unit length; `None` for a vector without (finite) length.
fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if !length.is_finite() || length < 1e-6 {
        return None;
    }
    for value in &mut vector {
        *value /= length;
    }
    Some(vector)
}

fn segment_text(code: SegmentCode) -> Localised {
    let segment = code.describe();
    Localised {
        zh: format!("{}客户：{}", segment.label.zh, segment.definition.zh),
        en: format!("{} customers: {}", segment.label.en, segment.definition.en),
    }
}

/// What a category of spending says, as a text to encode; `None` for one that says nothing.
fn spending_text(category: TransactionCategory) -> Option<Localised> {
    let (zh, en) = match category {
        TransactionCategory::Groceries => ("日常买菜购物", "groceries and daily shopping"),
        TransactionCategory::Dining => ("外出就餐", "eating out"),
        TransactionCategory::Housing => ("房租和物业费", "rent and housing costs"),
        TransactionCategory::Utilities => ("水电燃气和通讯费", "electricity, water, gas and phone bills"),
        TransactionCategory::Transport => ("通勤出行和用车", "commuting and running a car"),
        TransactionCategory::Shopping => ("网上和商场购物", "online and store shopping"),
        TransactionCategory::Travel => ("旅行、机票和酒店", "travel, flights and hotels"),
        TransactionCategory::OverseasSpending => ("境外消费和换汇", "spending abroad and exchanging foreign currency"),
        TransactionCategory::Education => ("学费和培训", "tuition and courses"),
        TransactionCategory::Healthcare => ("看病和体检的费用", "doctors and check-ups"),
        TransactionCategory::ChildCare => ("养育孩子和托育", "bringing up children and nursery"),
        TransactionCategory::InsurancePremium => ("缴纳保险费", "insurance premiums"),
        TransactionCategory::LoanRepayment => ("偿还贷款", "repaying a loan or mortgage"),
        TransactionCategory::Investment => ("定期投资和购买理财", "regular investing and buying wealth products"),
        TransactionCategory::CashWithdrawal => ("提取现金", "cash withdrawals"),
        TransactionCategory::Salary
        | TransactionCategory::BusinessIncome
        | TransactionCategory::Pension
        | TransactionCategory::TransferIn
        | TransactionCategory::TransferOut => return None,
    };
    Some(Localised { zh: zh.to_owned(), en: en.to_owned() })
}
