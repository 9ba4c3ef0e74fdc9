//! A product in words: the text that its embedding is made of, and what categories and needs are called.
//! Must not hold figures (they change, an embedding does not follow) nor know how vectors are stored.

use crate::domain::Locale;
use crate::domain::product::{Category, Need, Product};

/// Name, summary, category and needs in one language, for the encoder.
#[must_use]
pub fn describe(product: &Product, locale: Locale) -> String {
    let needs = product.needs.iter().map(|need| need_words(*need, locale));
    let (name, summary) = (product.name.get(locale), product.summary.get(locale));
    let category = category_words(product.category, locale);
    match locale {
        Locale::Zh => {
            format!("{name}。{summary}类别：{category}。用途：{}。", needs.collect::<Vec<_>>().join("、"))
        }
        Locale::En => {
            format!("{name}. {summary} Category: {category}. Used for: {}.", needs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a category is called, with the words customers use for it.
#[must_use]
pub fn category_words(category: Category, locale: Locale) -> &'static str {
    let (zh, en) = match category {
        Category::Deposit => ("存款储蓄", "deposit and savings account"),
        Category::CashManagement => ("现金管理、活期理财", "cash management"),
        Category::Wealth => ("银行理财产品", "wealth management product"),
        Category::Fund => ("公募基金", "mutual fund"),
        Category::Gold => ("黄金与贵金属", "gold and precious metals"),
        Category::ForeignExchange => ("外汇与外币", "foreign exchange and foreign currency"),
        Category::Card => ("银行卡、信用卡", "bank card and credit card"),
        Category::PersonalLoan => ("个人消费贷款", "personal loan"),
        Category::Mortgage => ("住房按揭贷款", "home mortgage"),
        Category::BusinessLoan => ("小微企业经营贷款", "small business loan"),
        Category::Insurance => ("保险保障", "insurance"),
        Category::Pension => ("个人养老金", "personal pension"),
    };
    pick(locale, zh, en)
}

/// What a need is called.
#[must_use]
pub fn need_words(need: Need, locale: Locale) -> &'static str {
    let (zh, en) = match need {
        Need::Saving => ("攒钱储蓄", "saving"),
        Need::Liquidity => ("随用随取", "ready access to money"),
        Need::Growth => ("投资增值", "growing wealth"),
        Need::Protection => ("风险保障", "protection"),
        Need::Retirement => ("养老准备", "retirement"),
        Need::Borrowing => ("借款周转", "borrowing"),
        Need::Housing => ("买房安居", "buying a home"),
        Need::Payment => ("日常支付", "everyday payments"),
        Need::BusinessFinance => ("企业经营资金", "financing a business"),
        Need::ForeignExchange => ("外币需求", "foreign currency"),
        Need::Education => ("子女教育", "education"),
    };
    pick(locale, zh, en)
}

fn pick(locale: Locale, zh: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}
