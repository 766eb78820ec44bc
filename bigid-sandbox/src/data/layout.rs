//! Which fields the data sources of a generation have, by slot and by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::fields::{BLOCK, FIELDS, Field, slot, type_of};
use super::newer::{newer_fields, newer_type_of};
use crate::profile::Generation;

/// The fields of a generation.
pub(super) struct Layout {
    types: [&'static str; BLOCK],
    fields: [Vec<&'static Field>; BLOCK],
    by_name: HashMap<&'static str, [Option<&'static Field>; BLOCK]>,
}

impl Layout {
    pub(super) fn of(generation: Generation) -> &'static Self {
        match generation {
            Generation::Recorded => &RECORDED,
            Generation::Newer => &NEWER,
        }
    }

    fn new(types: [&'static str; BLOCK], fields: [Vec<&'static Field>; BLOCK]) -> Self {
        let mut by_name: HashMap<&'static str, [Option<&'static Field>; BLOCK]> = HashMap::new();
        for (slot, of_slot) in fields.iter().enumerate() {
            for field in of_slot {
                by_name.entry(field.name).or_default()[slot] = Some(*field);
            }
        }
        Self { types, fields, by_name }
    }

    /// The connector type of a slot of a block.
    pub(super) fn kind(&self, slot: usize) -> &'static str {
        self.types[slot]
    }

    /// The fields of a slot of a block, in their order.
    pub(super) fn fields(&self, slot: usize) -> &[&'static Field] {
        &self.fields[slot]
    }

    /// The field of this name in a slot, if the slot has it.
    pub(super) fn field(&self, slot: usize, name: &str) -> Option<&'static Field> {
        self.by_name.get(name)?[slot]
    }
}

static RECORDED: LazyLock<Layout> = LazyLock::new(|| {
    let of_slot = |number: usize| FIELDS.iter().filter(|field| field.slots & slot(number as u32) != 0).collect();
    Layout::new(std::array::from_fn(type_of), std::array::from_fn(of_slot))
});

static NEWER: LazyLock<Layout> = LazyLock::new(|| {
    let of_slot = |number: usize| newer_fields(number as u32).collect();
    Layout::new(std::array::from_fn(newer_type_of), std::array::from_fn(of_slot))
});
