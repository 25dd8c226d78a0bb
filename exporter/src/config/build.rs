//! From settings to sinks.
//!
//! Enters: `[export]`. Leaves: outlets, or the first thing that cannot work, with what to do. Never here: the network.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Config, SinkConfig};
use crate::connection::{BuildError, Connection};
use crate::filter::Filter;
use crate::format::{Fields, Format};
use crate::limits;
use crate::line::Outlet;
use crate::metrics::Meter;
use crate::plan::{Batching, Plan, Wanted};
use crate::sink::Sink;
use crate::sink::ask::Asked;

/// Why a configuration cannot work.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Something about one sink.
    #[error("[[export.sink]] {name:?}: {source}")]
    Sink {
        /// The sink.
        name: String,
        /// What is wrong.
        source: BuildError,
    },
}

/// Cuts what batches may have to what all of them may have together.
fn share<'a>(batches: impl Iterator<Item = &'a mut usize>) {
    let batches: Vec<&mut usize> = batches.collect();
    let wanted: usize = batches.iter().map(|bytes| **bytes).sum();
    if wanted <= limits::BATCHES_BYTES {
        return;
    }
    for bytes in batches {
        let share = *bytes as u128 * limits::BATCHES_BYTES as u128 / wanted as u128;
        let share = usize::try_from(share).unwrap_or(*bytes);
        *bytes = share.max(limits::BATCH_BYTES_MIN).min(*bytes);
    }
}

impl Config {
    /// Every sink, ready to run.
    pub fn outlets(&self) -> Result<Vec<Arc<Outlet>>, ConfigError> {
        let mut names = BTreeSet::new();
        let mut outlets = Vec::with_capacity(self.sink.len());
        for sink in &self.sink {
            let wrong = |source| ConfigError::Sink {
                name: sink.name.clone(),
                source,
            };
            if !names.insert(&sink.name) {
                return Err(wrong(BuildError::Twice));
            }
            outlets.push(sink.outlet().map_err(wrong)?);
        }
        share(outlets.iter_mut().map(|outlet| &mut outlet.batching.bytes));
        Ok(outlets.into_iter().map(Arc::new).collect())
    }

    /// What is wrong with the settings alone, secrets and files aside.
    pub fn check(&self) -> Result<(), ConfigError> {
        let mut names = BTreeSet::new();
        for sink in &self.sink {
            let once = if names.insert(&sink.name) {
                sink.check()
            } else {
                Err(BuildError::Twice)
            };
            once.map_err(|source| ConfigError::Sink {
                name: sink.name.clone(),
                source,
            })?;
        }
        Ok(())
    }

    /// The sink called `name`.
    pub fn named(&self, name: &str) -> Option<&SinkConfig> {
        self.sink.iter().find(|sink| sink.name == name)
    }
}

impl SinkConfig {
    /// What is wrong with it, secrets and files aside.
    fn check(&self) -> Result<(), BuildError> {
        let named = (1..=63).contains(&self.name.len());
        let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let plain = self
            .name
            .bytes()
            .all(|byte| letters(byte) || b"-_".contains(&byte));
        if !named || !plain {
            return Err(BuildError::Name);
        }
        if self.items.is_empty() {
            return Err(BuildError::Nothing);
        }
        self.check_choice()?;
        let batching = self.batching();
        let ranges = [
            ("batch_items", batching.items, 1, limits::BATCH_ITEMS_MAX),
            ("batch_bytes", batching.bytes, 1, limits::BATCH_BYTES_MAX),
            (
                "record_bytes",
                self.record_bytes(),
                limits::RECORD_BYTES_MIN,
                limits::BATCH_BYTES_MAX,
            ),
        ];
        for (key, value, low, high) in ranges {
            if !(low..=high).contains(&value) {
                return Err(BuildError::Range {
                    key,
                    value,
                    low,
                    high,
                });
            }
        }
        for (key, value) in [("batch_age", batching.age), ("timeout", self.timeout)] {
            if value.is_zero() {
                return Err(BuildError::Zero(key));
            }
        }
        if self.rate == Some(0) {
            return Err(BuildError::Zero("rate"));
        }
        if let Some(ask) = &self.ask {
            ask.check(self.format())?;
        }
        self.to
            .check(self.format(), self.record_bytes(), &self.connection())
    }

    /// What is wrong with what it wants of the record.
    fn check_choice(&self) -> Result<(), BuildError> {
        let events = self.filter.is_some() || !self.kinds.is_empty() || !self.except.is_empty();
        if events && !self.items.contains(&Wanted::Events) {
            return Err(BuildError::NoEvents);
        }
        if self.filter_statements.is_some() && !self.items.contains(&Wanted::Statements) {
            return Err(BuildError::NoStatements);
        }
        if let Some(both) = self.kinds.iter().find(|kind| self.except.contains(kind)) {
            return Err(BuildError::Both(*both));
        }
        Fields::parse(&self.fields, self.format())?;
        Ok(())
    }

    fn format(&self) -> Format {
        self.format.unwrap_or_else(|| self.to.format())
    }

    fn record_bytes(&self) -> usize {
        self.record_bytes.unwrap_or_else(|| self.to.record_bytes())
    }

    fn batching(&self) -> Batching {
        let usual = self.to.batching();
        Batching {
            items: self.batch_items.unwrap_or(usual.items),
            bytes: self.batch_bytes.unwrap_or(usual.bytes),
            age: self.batch_age.unwrap_or(usual.age),
        }
    }

    /// The sink, ready to run.
    pub fn outlet(&self) -> Result<Outlet, BuildError> {
        self.check()?;
        let filter = self.filter.as_deref().map(Filter::events).transpose()?;
        let of_statements = self.filter_statements.as_deref();
        let filter_statements = of_statements.map(Filter::statements).transpose()?;
        Ok(Outlet {
            name: self.name.clone(),
            plan: Plan {
                wanted: self.items.clone(),
                kinds: self.kinds.clone(),
                except: self.except.clone(),
                filter,
                filter_statements,
                fields: Fields::parse(&self.fields, self.format())?,
                format: self.format(),
                record_bytes: self.record_bytes(),
            },
            batching: self.batching(),
            rate: self.rate,
            start: self.start,
            sink: self.receiver()?,
            meter: Meter::new(&self.name),
        })
    }

    fn receiver(&self) -> Result<Arc<dyn Sink>, BuildError> {
        let sink = self.to.sink(self.format(), &self.connection())?;
        match &self.ask {
            None => Ok(sink),
            Some(ask) => {
                let asked = Asked::new(sink, ask, self.format(), &self.connection())?;
                Ok(Arc::new(asked))
            }
        }
    }

    /// How its receiver is reached.
    pub fn connection(&self) -> Connection {
        Connection {
            timeout: self.timeout,
            proxy: self.proxy.clone(),
            compression: self.compression,
            tls: self.tls.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1024 * 1024;

    fn shared<const N: usize>(mut batches: [usize; N]) -> [usize; N] {
        share(batches.iter_mut());
        batches
    }

    #[test]
    fn batches_of_all_sinks_have_no_more_than_the_process_has_for_them() {
        let lake = limits::BATCH_BYTES_MAX;
        assert_eq!(shared([lake]), [lake]);
        assert_eq!(shared([MIB; 10]), [MIB; 10]);
        let some = shared([lake, lake, MIB, 1_000]);
        // Beside what is too small to be cut.
        let most = limits::BATCHES_BYTES + limits::BATCH_BYTES_MIN;
        assert!(some.iter().sum::<usize>() <= most, "{some:?}");
        assert!(some[0] > 7 * MIB && some[0] == some[1], "{some:?}");
        // A small one is not cut to nothing, and none grows.
        assert_eq!(some[3], 1_000);
        assert_eq!(shared([lake; 300]), [limits::BATCH_BYTES_MIN; 300]);
    }
}
