//! Creating the demo bank: the authored catalogue and articles, generated customers, and all their vectors.
//! May be broken off at any time: what is complete stays, a second run goes on from there.
//! Must not know how customers are drawn or texts are encoded.

use anyhow::{Context, bail};

use super::{Parts, READY, demo_files};
use crate::catalog::{self, Catalog};
use crate::customers::vector::{PAYLOAD_KEYS, customer_points};
use crate::customers::{CustomerView, Generator, view};
use crate::domain::CustomerId;
use crate::knowledge::{self, KnowledgeBase};
use crate::models::intent::corpus;
use crate::recommend::ingredients;
use crate::store::records::{CustomerFilter, CustomerRecord};
use crate::store::vectors::{Collection, KeyKind};

/// Customers in one transaction.
const BATCH: u32 = 200;

/// What the bank's customers are drawn from.
const PLAN: &str = "demo.plan";

/// How large a demo bank, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub customers: u32,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Self {
        Self { customers: 2_000, seed: 21 }
    }
}

/// Called with stage, steps done, steps in all.
pub type Progress<'a> = dyn FnMut(&str, u64, u64) + Send + 'a;

/// Fills an empty folder, or finishes one that was begun with the same plan.
///
/// # Errors
/// A folder that already holds a complete bank, or one begun with another plan; whatever the stores or the encoder
/// report.
pub async fn create(parts: &Parts, plan: Plan, progress: &mut Progress<'_>) -> anyhow::Result<()> {
    if parts.hold_a_bank().await? {
        bail!("the data folder already holds a bank: name another folder with --data");
    }
    check_plan(parts, plan).await?;
    let catalog = fill_records(parts).await?;
    fill_customers(parts, &catalog, plan, progress).await?;
    index(parts, &catalog, progress).await?;
    Ok(parts.records.set_meta(READY, "1").await?)
}

/// Builds every collection anew from the records, as after a change of encoder.
///
/// # Errors
/// Whatever the stores or the encoder report.
pub async fn reindex(parts: &Parts, progress: &mut Progress<'_>) -> anyhow::Result<()> {
    if !parts.hold_a_bank().await? {
        bail!("the data folder holds no bank: there is nothing to index");
    }
    let records = &parts.records;
    let catalog = Catalog::new(records.products().await?, records.bank_facts().await?, records.branches().await?)?;
    for collection in Collection::ALL {
        parts.vectors.drop_collection(collection).await?;
    }
    index(parts, &catalog, progress).await
}

/// Fills every collection from the records.
async fn index(parts: &Parts, catalog: &Catalog, progress: &mut Progress<'_>) -> anyhow::Result<()> {
    let spec = parts.collection_spec();
    for collection in Collection::ALL {
        parts.vectors.open_collection(collection, &spec).await?;
    }
    progress("indexing products", 0, 1);
    catalog::index::index(catalog, &parts.encoder, parts.vectors.as_ref()).await?;
    progress("indexing products", 1, 1);
    index_customers(parts, catalog, progress).await?;
    progress("indexing articles", 0, 1);
    let knowledge = KnowledgeBase::new(parts.records.articles().await?);
    knowledge::index::index(&knowledge, &catalog.labels(), &parts.encoder, parts.vectors.as_ref()).await?;
    progress("indexing articles", 1, 1);
    Ok(parts.vectors.flush().await?)
}

/// Today is part of the plan: customers are drawn as of that day, and a run that goes on must draw the same.
async fn check_plan(parts: &Parts, plan: Plan) -> anyhow::Result<()> {
    let wanted = format!("{} customers, seed {}, as of {}", plan.customers, plan.seed, parts.clock.today());
    match parts.records.meta(PLAN).await? {
        Some(begun) if begun != wanted => {
            bail!(
                "the data folder holds the beginning of another bank ({begun}): delete it, or name another with --data"
            )
        }
        Some(_) => Ok(()),
        None => Ok(parts.records.set_meta(PLAN, &wanted).await?),
    }
}

async fn fill_records(parts: &Parts) -> anyhow::Result<Catalog> {
    let catalog = catalog::load::from_texts(demo_files::PRODUCTS, demo_files::FACTS, demo_files::BRANCHES)?;
    let intents = corpus::taxonomy()?.into_iter().map(|intent| intent.id).collect();
    let products: Vec<_> = catalog.products().cloned().collect();
    let known = knowledge::load::Known {
        intents,
        products: products.iter().map(|product| product.id.to_string()).collect(),
        facts: catalog.labels().into_keys().collect(),
    };
    let articles = knowledge::load::from_texts(demo_files::ARTICLES, &known)?;
    parts.records.replace_catalogue(&products, catalog.bank_facts(), &articles, catalog.branches()).await?;
    Ok(catalog)
}

async fn fill_customers(
    parts: &Parts,
    catalog: &Catalog,
    plan: Plan,
    progress: &mut Progress<'_>,
) -> anyhow::Result<()> {
    let generator = Generator::new(plan.seed, catalog.products(), parts.clock.today());
    let already = u32::try_from(parts.records.count_customers().await?).context("count of customers")?;
    let mut next = already;
    while next < plan.customers {
        let end = plan.customers.min(next + BATCH);
        let batch: Vec<CustomerRecord> = (next + 1..=end)
            .map(|index| {
                let drawn = generator.customer(index);
                CustomerRecord { customer: drawn.customer, holdings: drawn.holdings, transactions: drawn.transactions }
            })
            .collect();
        parts.records.insert_customers(&batch).await?;
        next = end;
        progress("customers", next.into(), plan.customers.into());
    }
    Ok(())
}

async fn index_customers(parts: &Parts, catalog: &Catalog, progress: &mut Progress<'_>) -> anyhow::Result<()> {
    for key in PAYLOAD_KEYS {
        parts.vectors.index_key(Collection::Customers, key, KeyKind::Keyword).await?;
    }
    let ingredients = ingredients(catalog, parts.vectors.as_ref(), &parts.encoder).await?;
    let (total, today) = (parts.records.count_customers().await?, parts.clock.today());
    let (mut after, mut done): (Option<CustomerId>, u64) = (None, 0);
    loop {
        let page = parts.records.customers_page(&CustomerFilter::default(), after.as_ref(), BATCH.into()).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        let mut views: Vec<CustomerView> = Vec::with_capacity(page.len());
        for customer in page {
            let (holdings, transactions) =
                tokio::try_join!(parts.records.holdings(&customer.id), parts.records.transactions(&customer.id))?;
            views.push(view(customer, &holdings, &transactions, |id| catalog.product(id), today));
        }
        parts.vectors.upsert(Collection::Customers, customer_points(&views, &ingredients)).await?;
        done += views.len() as u64;
        progress("indexing customers", done, total);
    }
    Ok(parts.vectors.optimize(Collection::Customers).await?)
}
