use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;

use super::{Entry, EntryName, Lease, NewEntry, Saved, SessionStore, StoreError};
use crate::lock::lock;

/// A store in memory, for tests and for the clients of one process. Clones share one store. Entries stay until they are
/// replaced.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<String, StoredSlot>>>);

#[derive(Debug, Default)]
struct StoredSlot {
    entry: Option<Entry>,
    is_leased: bool,
}

impl MemoryStore {
    fn slots(&self) -> MutexGuard<'_, BTreeMap<String, StoredSlot>> {
        lock(&self.0)
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        Ok(self.slots().get(name.as_str()).and_then(|slot| slot.entry.clone()))
    }

    async fn save(&self, name: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        let mut slots = self.slots();
        let slot = slots.entry(name.as_str().to_owned()).or_default();
        let generation = slot.entry.as_ref().map_or(0, |entry| entry.generation);
        if generation != entry.replaces {
            return Ok(Saved::Superseded);
        }
        slot.entry = Some(Entry::new(generation.saturating_add(1), entry.sealed.to_vec()));
        Ok(Saved::Stored)
    }

    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        let mut slots = self.slots();
        let slot = slots.entry(name.as_str().to_owned()).or_default();
        if std::mem::replace(&mut slot.is_leased, true) {
            return Ok(None);
        }
        Ok(Some(Box::new(MemoryLease { store: self.clone(), name: name.clone() })))
    }
}

#[derive(Debug)]
struct MemoryLease {
    store: MemoryStore,
    name: EntryName,
}

#[async_trait]
impl Lease for MemoryLease {
    async fn release(self: Box<Self>) {}
}

impl Drop for MemoryLease {
    fn drop(&mut self) {
        if let Some(slot) = self.store.slots().get_mut(self.name.as_str()) {
            slot.is_leased = false;
        }
    }
}
