//! Which collections this process has opened on the server, and as what. Must not know the client.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::store::vectors::{Collection, CollectionSpec, VectorError};

/// Specs of the collections opened so far.
#[derive(Debug, Default)]
pub(super) struct Opened {
    specs: [RwLock<Option<CollectionSpec>>; Collection::ALL.len()],
    closed: AtomicBool,
}

impl Opened {
    /// # Errors
    /// [`VectorError::NotOpen`] before the collection was opened, [`VectorError::Unavailable`] after the close.
    pub fn spec(&self, collection: Collection) -> Result<CollectionSpec, VectorError> {
        self.refuse_if_closed()?;
        let spec = self.specs[collection as usize].read().unwrap_or_else(PoisonError::into_inner);
        spec.clone().ok_or(VectorError::NotOpen { collection: collection.name() })
    }

    pub fn set(&self, collection: Collection, spec: Option<CollectionSpec>) {
        *self.specs[collection as usize].write().unwrap_or_else(PoisonError::into_inner) = spec;
    }

    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// # Errors
    /// [`VectorError::Unavailable`] after the close.
    pub fn refuse_if_closed(&self) -> Result<(), VectorError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(VectorError::Unavailable("it is closed".to_owned()));
        }
        Ok(())
    }
}
