//! `[approvals]` of `firn-policy.toml`: what a yes may cover besides the one statement, when it may be said, and who may break the
//! glass.
//!
//! Enters: the section's text. Leaves: [`ApprovalRules`], asked with a group and a time. Never here: who is in a group, a clock.
//! Without the section every yes is for one statement, at any hour, by the quorum alone.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Datelike as _, NaiveTime, Timelike as _, Weekday};
use chrono_tz::Tz;
use event::TimeNs;
use event::payload::ScopeKind;
use serde::Deserialize;

use super::span::{Wrong, parse_ttl};
use crate::limits::{BREAK_GLASS_MAX, SCOPE_SESSION_MAX, SCOPE_SHAPE_MAX};

/// What a yes may cover, when, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalRules {
    /// What approvers may give besides the one statement.
    scopes: Vec<ScopeTerms>,
    /// When approvers of a group may say yes; a group without one may at any time.
    windows: Vec<Window>,
}

/// What an approver of one group may give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeTerms {
    /// The group.
    pub group: String,
    /// For what kind of statements.
    pub kind: ScopeKind,
    /// At most for so long.
    pub longest: Duration,
    /// At most so many statements; none is as many as come.
    pub uses: Option<u64>,
    /// At most so many rows of one result; none is as many as come.
    pub rows: Option<u64>,
}

/// Hours of the week in which people of a group say yes, and what they said is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The group.
    pub group: String,
    days: Vec<Day>,
    from: NaiveTime,
    to: NaiveTime,
    zone: Tz,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    const fn of(weekday: Weekday) -> Self {
        match weekday {
            Weekday::Mon => Self::Mon,
            Weekday::Tue => Self::Tue,
            Weekday::Wed => Self::Wed,
            Weekday::Thu => Self::Thu,
            Weekday::Fri => Self::Fri,
            Weekday::Sat => Self::Sat,
            Weekday::Sun => Self::Sun,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl ApprovalRules {
    /// What people of `group` may give for `kind`; none if they may not.
    pub fn terms(&self, kind: ScopeKind, group: &str) -> Option<&ScopeTerms> {
        let mut own = self.scopes.iter().filter(|one| one.kind == kind);
        own.find(|one| one.group == group)
    }

    /// The break-glass group of somebody in `groups`.
    pub fn break_glass(&self, groups: &[String]) -> Option<&ScopeTerms> {
        let mut emergencies = self
            .scopes
            .iter()
            .filter(|one| one.kind == ScopeKind::BreakGlass);
        emergencies.find(|one| groups.contains(&one.group))
    }

    /// Whether people of `group` may say yes at `at`, and what they said is good then.
    pub fn is_open(&self, group: &str, at: TimeNs) -> bool {
        let mut own = self
            .windows
            .iter()
            .filter(|one| one.group == group)
            .peekable();
        own.peek().is_none() || own.any(|window| window.holds(at))
    }

    /// When people of `group` may, in words; empty if at any time.
    pub fn hours(&self, group: &str) -> String {
        let own = self.windows.iter().filter(|one| one.group == group);
        own.map(Window::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl Window {
    /// Whether `at` is in it. One that ends before it begins goes on into the next day.
    pub fn holds(&self, at: TimeNs) -> bool {
        let there = DateTime::from_timestamp_nanos(at.0).with_timezone(&self.zone);
        let (today, time) = (there.weekday(), there.time());
        let begun = |weekday: Weekday| self.days.contains(&Day::of(weekday));
        if self.from < self.to {
            return begun(today) && self.from <= time && time < self.to;
        }
        (begun(today) && self.from <= time) || (begun(today.pred()) && time < self.to)
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days: Vec<&str> = self.days.iter().map(|day| day.as_str()).collect();
        let clock = |time: NaiveTime| format!("{:02}:{:02}", time.hour(), time.minute());
        let (from, to) = (clock(self.from), clock(self.to));
        write!(f, "{} {from}-{to} {}", days.join(" "), self.zone)
    }
}

/// The section as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    scope: Vec<RawScope>,
    window: Vec<RawWindow>,
    break_glass: Option<RawGlass>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScope {
    group: String,
    kind: RawKind,
    longest: Option<String>,
    uses: Option<u64>,
    rows: Option<u64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    Shape,
    Session,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    group: String,
    #[serde(default)]
    days: Vec<Day>,
    from: String,
    to: String,
    zone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGlass {
    group: String,
    longest: Option<String>,
    uses: Option<u64>,
}

impl Raw {
    /// Checks it against the `groups` there are; `text` is the file's, for places.
    pub fn read(self, groups: &BTreeSet<String>, text: &str) -> Result<ApprovalRules, Wrong> {
        let known = |group: &str| {
            if groups.contains(group) {
                return Ok(());
            }
            let hint = format!("add {group:?} to groups, or name one that is there");
            Err(wrong(text, &format!("unknown group {group:?}"), &hint))
        };
        let mut rules = ApprovalRules::default();
        for scope in self.scope {
            known(&scope.group)?;
            let (kind, most) = match scope.kind {
                RawKind::Shape => (ScopeKind::Shape, SCOPE_SHAPE_MAX),
                RawKind::Session => (ScopeKind::Session, SCOPE_SESSION_MAX),
            };
            // Of two, one would be what people meant to bound it by.
            if rules.terms(kind, &scope.group).is_some() {
                let message = format!("{:?} may give a {kind} twice", scope.group);
                return Err(wrong(text, &message, "keep one entry of a group and kind"));
            }
            rules.scopes.push(ScopeTerms {
                group: scope.group,
                kind,
                longest: longest(text, scope.longest.as_deref(), most)?,
                uses: scope.uses,
                rows: scope.rows,
            });
        }
        if let Some(glass) = self.break_glass {
            known(&glass.group)?;
            rules.scopes.push(ScopeTerms {
                group: glass.group,
                kind: ScopeKind::BreakGlass,
                longest: longest(text, glass.longest.as_deref(), BREAK_GLASS_MAX)?,
                uses: glass.uses,
                rows: None,
            });
        }
        for window in self.window {
            known(&window.group)?;
            rules.windows.push(window.read(text)?);
        }
        Ok(rules)
    }
}

impl RawWindow {
    fn read(self, text: &str) -> Result<Window, Wrong> {
        let clock = |written: &str| {
            NaiveTime::parse_from_str(written, "%H:%M").map_err(|_| {
                let message = format!("bad time of day {written:?}");
                wrong(text, &message, "write it like \"08:00\"")
            })
        };
        let zone = self.zone.parse::<Tz>().map_err(|_| {
            let message = format!("unknown time zone {:?}", self.zone);
            wrong(text, &message, "give an IANA name like \"Europe/Berlin\"")
        })?;
        let (from, to) = (clock(&self.from)?, clock(&self.to)?);
        if from == to {
            let hint = "leave the window out where people may answer at any time";
            return Err(wrong(text, "a window that ends as it begins", hint));
        }
        let days = match self.days.as_slice() {
            [] => Day::ALL.to_vec(),
            _ => self.days,
        };
        Ok(Window {
            group: self.group,
            days,
            from,
            to,
            zone,
        })
    }
}

fn longest(text: &str, written: Option<&str>, most: Duration) -> Result<Duration, Wrong> {
    let Some(written) = written else {
        return Ok(most);
    };
    let wished = parse_ttl(written).map_err(|(message, hint)| {
        let hint = hint.unwrap_or_default();
        wrong(text, &message, &hint)
    })?;
    if wished > most {
        let message = format!("{written:?} is too long");
        let hint = format!("at most {}", humantime::format_duration(most));
        return Err(wrong(text, &message, &hint));
    }
    Ok(wished)
}

fn wrong(text: &str, message: &str, hint: &str) -> Wrong {
    let offset = text.find("[approvals").or_else(|| text.find("[[approvals"));
    let hint = Some(hint.to_owned()).filter(|hint| !hint.is_empty());
    (offset.unwrap_or_default(), message.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ApprovalRules, Wrong> {
        #[derive(Deserialize)]
        struct File {
            approvals: Raw,
        }
        let file: File = toml::from_str(text).expect("toml");
        let groups = ["oncall", "glass"].map(str::to_owned).into();
        file.approvals.read(&groups, text)
    }

    fn at(text: &str) -> TimeNs {
        let time = DateTime::parse_from_rfc3339(text).expect("a time");
        TimeNs(time.timestamp_nanos_opt().expect("fits"))
    }

    const HOURS: &str = "[[approvals.window]]\ngroup = \"oncall\"\ndays = [\"mon\", \"fri\"]\nfrom = \"08:00\"\nto = \"18:00\"\nzone = \"Europe/Berlin\"\n";
    const NIGHT: &str = "[[approvals.window]]\ngroup = \"oncall\"\ndays = [\"fri\"]\nfrom = \"22:00\"\nto = \"06:00\"\nzone = \"America/New_York\"\n";

    #[test]
    fn a_window_is_hours_of_its_own_zone() {
        let cases = [
            // A Monday in winter, one in summer: the same hours there, others in UTC.
            (HOURS, "2026-11-30T06:59:59Z", false),
            (HOURS, "2026-11-30T07:00:00Z", true),
            (HOURS, "2026-11-30T16:59:59Z", true),
            (HOURS, "2026-11-30T17:00:00Z", false),
            (HOURS, "2026-07-06T06:00:00Z", true),
            (HOURS, "2026-07-06T16:00:00Z", false),
            (HOURS, "2026-12-01T10:00:00Z", false),
            // Friday night goes on into Saturday morning there.
            (NIGHT, "2026-12-05T02:59:59Z", false),
            (NIGHT, "2026-12-05T03:00:00Z", true),
            (NIGHT, "2026-12-05T10:59:59Z", true),
            (NIGHT, "2026-12-05T11:00:00Z", false),
            (NIGHT, "2026-12-06T05:00:00Z", false),
            // The night in which clocks there go back has an hour more.
            (NIGHT, "2026-10-31T02:00:00Z", true),
        ];
        for (text, time, open) in cases {
            let rules = read(text).expect("rules");
            assert_eq!(rules.is_open("oncall", at(time)), open, "{time}: {text}");
            assert!(rules.is_open("glass", at(time)), "a group without one");
        }
        let both = read(&format!("{HOURS}{NIGHT}")).expect("rules");
        assert!(both.is_open("oncall", at("2026-12-05T03:00:00Z")));
        assert_eq!(
            both.hours("oncall"),
            "mon fri 08:00-18:00 Europe/Berlin, fri 22:00-06:00 America/New_York"
        );
    }

    #[test]
    fn without_the_section_there_is_only_once() {
        let rules = ApprovalRules::default();
        for &kind in ScopeKind::ALL {
            assert_eq!(rules.terms(kind, "oncall"), None);
        }
        assert_eq!(rules.break_glass(&["oncall".to_owned()]), None);
        assert!(rules.is_open("oncall", TimeNs(0)));
    }

    #[test]
    fn what_may_be_given_is_bounded() {
        let text = "[[approvals.scope]]\ngroup = \"oncall\"\nkind = \"shape\"\nuses = 9\n\
            [approvals.break_glass]\ngroup = \"glass\"\nlongest = \"10m\"\n";
        let rules = read(text).expect("rules");
        let terms = rules.terms(ScopeKind::Shape, "oncall").expect("may");
        assert_eq!((terms.longest, terms.uses), (SCOPE_SHAPE_MAX, Some(9)));
        assert_eq!(rules.terms(ScopeKind::Session, "oncall"), None);
        let glass = rules.break_glass(&["glass".to_owned()]).expect("may");
        assert_eq!(glass.longest, Duration::from_secs(600));
        let wrongs = [
            (
                "[[approvals.scope]]\ngroup = \"x\"\nkind = \"shape\"\n",
                "unknown group \"x\"",
            ),
            (
                "[[approvals.scope]]\ngroup = \"oncall\"\nkind = \"session\"\nlongest = \"61m\"\n",
                "\"61m\" is too long",
            ),
            (
                "[[approvals.scope]]\ngroup = \"oncall\"\nkind = \"shape\"\n\
                 [[approvals.scope]]\ngroup = \"oncall\"\nkind = \"shape\"\nuses = 5\n",
                "\"oncall\" may give a shape twice",
            ),
            (
                "[approvals.break_glass]\ngroup = \"glass\"\nlongest = \"31m\"\n",
                "\"31m\" is too long",
            ),
            (
                "[[approvals.window]]\ngroup = \"oncall\"\nfrom = \"8\"\nto = \"9:00\"\nzone = \"UTC\"\n",
                "bad time of day \"8\"",
            ),
            (
                "[[approvals.window]]\ngroup = \"oncall\"\nfrom = \"08:00\"\nto = \"08:00\"\nzone = \"UTC\"\n",
                "a window that ends as it begins",
            ),
            (
                "[[approvals.window]]\ngroup = \"oncall\"\nfrom = \"08:00\"\nto = \"09:00\"\nzone = \"CEST\"\n",
                "unknown time zone \"CEST\"",
            ),
        ];
        for (text, message) in wrongs {
            assert_eq!(read(text).expect_err("refused").1, message);
        }
    }
}
