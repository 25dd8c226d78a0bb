//! A bounded map that keeps what was used of late.
//!
//! Enters: keys and cheap values. Leaves: the value, if it was used within the last two generations. Never here: growth
//! beyond twice the bound.

use std::collections::HashMap;

/// Two generations: a full young one becomes the old one, and what the old one still gets asked for moves back.
pub(super) struct Recent<V> {
    young: HashMap<String, V>,
    old: HashMap<String, V>,
    max: usize,
}

impl<V: Clone> Recent<V> {
    pub fn new(max: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            max: max.max(1),
        }
    }

    pub fn get(&mut self, key: &str) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.put(key, value.clone());
        Some(value)
    }

    pub fn put(&mut self, key: String, value: V) {
        if self.young.len() >= self.max {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}
