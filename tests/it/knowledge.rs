//! Approved articles: the authored demo bank's, faults in authored files, terms and passages, and what is found.

mod demo;
mod index;
mod load;
mod terms;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use teller::domain::Localised;
use teller::knowledge::KnowledgeBase;
use teller::knowledge::load::{Known, load_known};
use teller::models::intent::corpus::taxonomy;

use crate::catalog;

static DEMO: LazyLock<KnowledgeBase> =
    LazyLock::new(|| match load_known(&catalog::root().join("demo/articles"), &known()) {
        Ok(articles) => KnowledgeBase::new(articles),
        Err(error) => panic!("{error}"),
    });

static LABELS: LazyLock<BTreeMap<String, Localised>> = LazyLock::new(|| catalog::demo().labels());

/// The authored articles of `demo/`, every id in them looked up.
fn demo() -> &'static KnowledgeBase {
    &DEMO
}

/// What each fact of the demo bank is called.
fn labels() -> &'static BTreeMap<String, Localised> {
    &LABELS
}

/// The ids that the demo bank has.
fn known() -> Known {
    Known {
        intents: taxonomy().unwrap().into_iter().map(|intent| intent.id).collect(),
        products: catalog::demo().products().map(|product| product.id.to_string()).collect(),
        facts: labels().keys().cloned().collect(),
    }
}
