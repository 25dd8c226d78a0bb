//! How often each principal had each column compared, on whichever gateway: what rules know as `range_uses`.
//!
//! Enters: `statement.counted`, in journal order, each with its own time. Leaves: how often columns were compared in the last
//! [`BUDGET_WINDOW`], and what each statement was told. Never here: a session: a search that is split over several is one search.
//!
//! The journal's order decides: a statement is told what was counted before its own event, and no two are told the same. So of
//! gateways that race, at most one lets the last comparison of a budget through. Times are kept to the hour, so a comparison
//! counts for the window and up to an hour more, and it goes on counting where clocks disagree.

use std::collections::{BTreeMap, HashMap, VecDeque};

use event::payload::{Compared, StatementCounted};
use event::{ApprovalBinding, Principal, StatementId, TimeNs};

use crate::limits::{BUDGET_HOURS_MAX, BUDGET_WINDOW, COUNTED_STATEMENTS_MAX};

const HOUR_NS: i64 = 3_600 * 1_000_000_000;

/// Whose budget it is: the issuer and its name for the principal. What a client says of itself makes no other.
type Who = (String, String);
/// One statement as it was counted.
type Asked = (StatementId, ApprovalBinding);

/// Everything counted that is not over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Budgets {
    used: HashMap<Who, BTreeMap<String, Hours>>,
    /// What each statement was told; bounded.
    told: HashMap<Asked, Vec<Compared>>,
    /// Keys of `told`, oldest first.
    order: VecDeque<Asked>,
    /// The last hour in which what is over was dropped.
    swept: i64,
}

/// Comparisons of one column by the hour since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hours(BTreeMap<i64, u32>);

impl Budgets {
    /// Counts a statement, once.
    pub fn count(
        &mut self,
        statement: StatementId,
        principal: &Principal,
        counted: &StatementCounted,
        time: TimeNs,
    ) {
        let asked = (statement, counted.binding);
        if self.told.contains_key(&asked) {
            return;
        }
        let columns = counted.compared.iter().map(|one| one.column.as_str());
        let before = self.before(principal, columns, time);
        self.told.insert(asked, before);
        self.order.push_back(asked);
        if self.order.len() > COUNTED_STATEMENTS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.told.remove(&oldest);
        }
        let hour = hour_of(time);
        self.sweep(hour);
        let own = self.used.entry(who(principal)).or_default();
        for one in &counted.compared {
            let hours = own.entry(one.column.clone()).or_default();
            hours.add(hour, one.times);
        }
    }

    /// What a statement that was counted was told.
    pub fn told(&self, statement: StatementId, binding: ApprovalBinding) -> Option<&[Compared]> {
        self.told.get(&(statement, binding)).map(Vec::as_slice)
    }

    /// How often the principal has had each of these compared, as of `now`.
    pub fn before<'c>(
        &self,
        principal: &Principal,
        columns: impl Iterator<Item = &'c str>,
        now: TimeNs,
    ) -> Vec<Compared> {
        let own = self.used.get(&who(principal));
        let times = |column: &str| {
            let hours = own.and_then(|own| own.get(column));
            hours.map_or(0, |hours| hours.since(hour_of(now) - window()))
        };
        let compared = columns.map(|column| Compared {
            column: column.to_owned(),
            times: times(column),
        });
        compared.collect()
    }

    /// Drops what no window reaches any more, once an hour. A clock that is a window ahead drops nothing of the others'.
    fn sweep(&mut self, hour: i64) {
        if hour <= self.swept {
            return;
        }
        self.swept = hour;
        let over = hour - 2 * window();
        self.used.retain(|_, own| {
            own.retain(|_, hours| hours.since(over) > 0);
            !own.is_empty()
        });
    }
}

impl Hours {
    fn add(&mut self, hour: i64, times: u32) {
        let known = self.0.entry(hour).or_default();
        *known = known.saturating_add(times);
        while self.0.len() > BUDGET_HOURS_MAX {
            self.0.pop_first();
        }
    }

    /// From that hour on.
    fn since(&self, hour: i64) -> u32 {
        let hours = self.0.range(hour..);
        hours.fold(0, |all, (_, times)| all.saturating_add(*times))
    }
}

fn who(principal: &Principal) -> Who {
    (principal.issuer.clone(), principal.subject.clone())
}

const fn hour_of(time: TimeNs) -> i64 {
    time.0.div_euclid(HOUR_NS)
}

/// The window in whole hours.
const fn window() -> i64 {
    (BUDGET_WINDOW.as_secs() / 3_600).cast_signed()
}

#[cfg(test)]
mod tests;
