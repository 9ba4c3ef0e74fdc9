//! Named groups of customers, each with a definition anyone can check by hand.
//!
//! A segment says what a customer is to the bank, never how to treat it: gates do not read it. Must not know
//! ranking, storage or vectors.

use serde::{Deserialize, Serialize};

use crate::domain::Localised;
use crate::domain::customer::{CustomerKind, LifeStage};

/// Financial assets from which a customer is affluent, in fen: the catalogue's Premier threshold, CNY 300,000.
pub const AFFLUENT_FROM_FEN: i64 = 30_000_000;
/// Financial assets from which a customer is a private client, in fen: CNY 1,000,000.
pub const PRIVATE_FROM_FEN: i64 = 100_000_000;
/// Financial assets from which a customer is emerging, in fen: CNY 50,000.
pub const EMERGING_FROM_FEN: i64 = 5_000_000;
/// Monthly income from which a customer is emerging, in fen: CNY 10,000.
pub const EMERGING_INCOME_FEN: i64 = 1_000_000;

/// The groups, in the order they are tried: the first that fits is the customer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SegmentCode {
    SmallBusiness,
    Private,
    Affluent,
    Student,
    Pensioner,
    Emerging,
    Mass,
}

/// A segment as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Segment {
    pub code: SegmentCode,
    pub label: Localised,
    pub definition: Localised,
}

impl SegmentCode {
    pub const ALL: [Self; 7] = [
        Self::SmallBusiness,
        Self::Private,
        Self::Affluent,
        Self::Student,
        Self::Pensioner,
        Self::Emerging,
        Self::Mass,
    ];

    /// The code as written in JSON and in payloads.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SmallBusiness => "small_business",
            Self::Private => "private",
            Self::Affluent => "affluent",
            Self::Student => "student",
            Self::Pensioner => "pensioner",
            Self::Emerging => "emerging",
            Self::Mass => "mass",
        }
    }

    /// The segment with its label and definition.
    #[must_use]
    pub fn describe(self) -> Segment {
        let (label, definition) = match self {
            Self::SmallBusiness => (("小微企业", "Small business"), ("企业客户", "the customer is a business")),
            Self::Private => (
                ("私人银行", "Private"),
                ("在本行的金融资产不低于 100 万元", "financial assets with us of CNY 1,000,000 or more"),
            ),
            Self::Affluent => (
                ("优享", "Affluent"),
                (
                    "在本行的金融资产不低于 30 万元、低于 100 万元",
                    "financial assets with us from CNY 300,000 to below 1,000,000",
                ),
            ),
            Self::Student => (("学生", "Student"), ("在校学生", "at school or university")),
            Self::Pensioner => (("退休", "Pensioner"), ("已退休", "retired")),
            Self::Emerging => (
                ("成长", "Emerging"),
                (
                    "在本行的金融资产不低于 5 万元，或月收入不低于 1 万元",
                    "financial assets with us of CNY 50,000 or more, or an income of CNY 10,000 a month or more",
                ),
            ),
            Self::Mass => (("大众", "Mass"), ("其余个人客户", "every other personal customer")),
        };
        Segment { code: self, label: both(label), definition: both(definition) }
    }
}

fn both((zh, en): (&str, &str)) -> Localised {
    Localised { zh: zh.to_owned(), en: en.to_owned() }
}

/// The segment of a customer. Money in fen, income a month.
#[must_use]
pub fn segment_of(kind: CustomerKind, stage: LifeStage, assets_fen: i64, monthly_income_fen: i64) -> SegmentCode {
    if kind == CustomerKind::SmallBusiness {
        SegmentCode::SmallBusiness
    } else if assets_fen >= PRIVATE_FROM_FEN {
        SegmentCode::Private
    } else if assets_fen >= AFFLUENT_FROM_FEN {
        SegmentCode::Affluent
    } else if stage == LifeStage::Student {
        SegmentCode::Student
    } else if stage == LifeStage::Retired {
        SegmentCode::Pensioner
    } else if assets_fen >= EMERGING_FROM_FEN || monthly_income_fen >= EMERGING_INCOME_FEN {
        SegmentCode::Emerging
    } else {
        SegmentCode::Mass
    }
}
