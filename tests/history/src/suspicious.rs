//! A working week of agents among whom seven do what a detection is for, each beside one who nearly does.
//!
//! Enters: nothing. Leaves: the same events for ever. Never here: what a rule says of them.

use bytes::Bytes;
use event::payload::{
    ApprovalGranted, ApprovalRequested, Approver, ColumnMask, ColumnUse, Context, FailureStage,
    Kept, MaskCount, MaskOperator, Quorum, Reason, ResponseFinished, ResponsePage, ResponseStarted,
    ResultFormat, StatementDecided, StatementFailed, StatementForwarded, StatementKind,
    StatementSubmitted, Use, Verdict,
};
use event::{ApprovalBinding, Digest, Event, TimeNs};
use journal::Position;

use crate::place::{chain, partition, placed};
use crate::scene::{Scene, masked, request_id};

const CUSTOMERS: &str = "SHOP.PUBLIC.CUSTOMERS";
const ORDERS: &str = "SHOP.PUBLIC.ORDERS";
const PAYROLL: &str = "SHOP.PUBLIC.PAYROLL";

/// Wednesday, 2026-03-04T00:00:00Z, nanoseconds: the day to look at.
pub const DAY_NS: i64 = 1_772_582_400_000_000_000;
const MINUTE_NS: i64 = 60_000_000_000;
/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The week, as a journal of one control partition and one event partition would hold it.
pub fn suspicious() -> Vec<(Position, Event)> {
    let mut told = Told {
        scene: Scene::new(),
        sessions: 100,
        number: 0,
    };
    told.baseline();
    told.first_use();
    told.mass_read();
    told.rephrased();
    told.approvals();
    told.probing();
    told.addresses();
    told.drift();
    placed(chain(told.scene.events), |event| {
        partition(journal::emit::topic_of(event.kind()), event, 1)
    })
}

struct Told {
    scene: Scene,
    sessions: u32,
    number: u32,
}

/// A statement that somebody runs.
struct Run<'a> {
    table: &'a str,
    /// The column it filters by.
    filter: Option<&'a str>,
    /// Equal for the same text with other literals.
    fingerprint: &'a str,
    rows: u64,
    masked: u64,
}

const PLAIN: Run<'_> = Run {
    table: CUSTOMERS,
    filter: None,
    fingerprint: "usual",
    rows: 5,
    masked: 0,
};

impl Told {
    /// `name` acts from here on, in a session of its own, `minutes` after the day began.
    fn agent(&mut self, name: &str, minutes: i64) {
        self.scene.agent(name, "PythonConnector");
        self.sessions += 1;
        self.scene.session = Some(self.sessions);
        self.at(minutes);
    }

    fn at(&mut self, minutes: i64) {
        self.scene.set(TimeNs(DAY_NS + minutes * MINUTE_NS));
    }

    fn submit(&mut self, run: &Run<'_>) {
        self.number += 1;
        self.scene.statement = Some(self.number);
        let used = |column: &str, usage| ColumnUse {
            table: run.table.to_owned(),
            column: column.to_owned(),
            usage,
        };
        let mut columns: Vec<ColumnUse> = run
            .filter
            .map(|column| used(column, Use::Filter))
            .into_iter()
            .collect();
        columns.push(used("ID", Use::Output));
        self.scene.emit(StatementSubmitted {
            text: masked("select id from some_table"),
            text_bytes: 25,
            binds: Vec::new(),
            fingerprint: run.fingerprint.to_owned(),
            kinds: vec![StatementKind::Select],
            reads: vec![run.table.to_owned()],
            writes: Vec::new(),
            columns,
            flags: Vec::new(),
            request_id: request_id(self.number),
            describe_only: false,
            asynchronous: false,
            context: Context::default(),
            seen: None,
        });
    }

    fn decide(&mut self, verdict: Verdict, rule: &str) {
        let evaluated_at = self.scene.now();
        self.scene.rules = Some(vec![rule.to_owned()]);
        self.scene.emit(StatementDecided {
            verdict,
            reasons: vec![Reason {
                rule: rule.to_owned(),
                text: "as the policy says".to_owned(),
                span_start: None,
                span_end: None,
            }],
            masks: Vec::new(),
            mask_all: false,
            catalog_version: "catalog-1".to_owned(),
            evaluated_at,
            binding: binding(),
            compared_before: None,
        });
        self.scene.rules = None;
    }

    fn succeed(&mut self, run: &Run<'_>) {
        self.submit(run);
        self.decide(Verdict::Allow, "reads");
        self.deliver(run);
    }

    fn deliver(&mut self, run: &Run<'_>) {
        let query_id = format!("01b1-{:04}", self.number);
        self.scene.emit(StatementForwarded {
            query_id: Some(query_id.clone()),
            attempts: 1,
        });
        let masks = (run.masked > 0).then(|| ColumnMask {
            ordinal: 0,
            operator: MaskOperator::Redact,
            rule: "mask-contact".to_owned(),
            sources: vec![format!("{CUSTOMERS}.EMAIL")],
        });
        self.scene.emit(ResponseStarted {
            result: 0,
            query_id,
            columns: Vec::new(),
            masks: masks.into_iter().collect(),
            mask_all: false,
            format: ResultFormat::Json,
            rows_total: Some(run.rows),
            chunks: 0,
            statement_type: Some(4096),
        });
        if run.masked > 0 {
            self.scene.emit(ResponsePage {
                result: 0,
                chunk: 0,
                page: 0,
                first_row: 0,
                rows: run.rows,
                masked: vec![MaskCount {
                    ordinal: 0,
                    by: "rule:mask-contact".to_owned(),
                    cells: run.masked,
                }],
                digest: Digest::of(b"page"),
                bytes: run.rows * 10,
                kept: Kept::Digest,
                fragment: 0,
                fragments: 1,
                body: Bytes::new(),
                seen: None,
            });
        }
        self.scene.emit(ResponseFinished {
            result: 0,
            chunk: 0,
            pages: 1,
            rows: run.rows,
            bytes: run.rows * 10,
            masked_cells: run.masked,
            counts: None,
            duration_ns: 1_000_000,
        });
        self.scene.statement = None;
    }

    fn refuse(&mut self, run: &Run<'_>) {
        self.submit(run);
        self.decide(Verdict::Deny, "no-payroll");
        self.scene.emit(StatementFailed {
            stage: FailureStage::Policy,
            code: "390500".to_owned(),
            sql_state: "42501".to_owned(),
            message: masked("denied by no-payroll"),
            duration_ns: 1_000_000,
        });
        self.scene.statement = None;
    }

    fn grant(&mut self, minutes: i64, approver: &str) {
        self.at(minutes);
        self.submit(&PLAIN);
        self.decide(Verdict::Hold, "second-pair-of-eyes");
        self.scene.emit(ApprovalRequested {
            binding: binding(),
            quorum: vec![Quorum {
                group: "approvers".to_owned(),
                needed: 1,
            }],
            reasons: vec!["writes need a second pair of eyes".to_owned()],
            expires: TimeNs(DAY_NS + (minutes + 15) * MINUTE_NS),
            execution_ttl_ns: 300_000_000_000,
            sealed: Bytes::new(),
        });
        self.scene.emit(ApprovalGranted {
            binding: binding(),
            by: Approver {
                issuer: "https://id.example".to_owned(),
                subject: format!("{approver}@example.com"),
                display: approver.to_owned(),
                groups: vec!["approvers".to_owned()],
            },
            note: String::new(),
            scope: None,
        });
        self.deliver(&PLAIN);
    }

    /// Monday: what is usual.
    fn baseline(&mut self) {
        for name in ["fay", "drew", "dora"] {
            self.agent(name, -2 * DAY + 600);
            for fingerprint in ["usual", "often", "sometimes", "rare"].repeat(6) {
                self.succeed(&Run {
                    fingerprint,
                    ..PLAIN
                });
            }
        }
    }

    /// Fay reads the payroll for the first time; a newcomer reads what he always will, and Fay is refused the orders.
    fn first_use(&mut self) {
        self.agent("fay", 600);
        self.succeed(&PLAIN);
        self.succeed(&Run {
            table: PAYROLL,
            ..PLAIN
        });
        self.succeed(&Run {
            table: PAYROLL,
            ..PLAIN
        });
        self.refuse(&Run {
            table: ORDERS,
            ..PLAIN
        });
        self.agent("newcomer", 601);
        self.succeed(&Run {
            table: PAYROLL,
            ..PLAIN
        });
    }

    /// Max reads 180,000 rows within an hour; Mia fewer than 100,000, and as many again three hours later.
    fn mass_read(&mut self) {
        self.agent("max", 610);
        for _ in 0..3 {
            self.succeed(&Run {
                rows: 60_000,
                ..PLAIN
            });
        }
        self.agent("mia", 610);
        self.succeed(&Run {
            rows: 99_999,
            ..PLAIN
        });
        self.at(800);
        self.succeed(&Run {
            rows: 99_999,
            ..PLAIN
        });
    }

    /// Dan asks for the payroll in other words two minutes after a denial; others ask for another table, too late, or the same again.
    fn rephrased(&mut self) {
        let payroll = |fingerprint| Run {
            table: PAYROLL,
            fingerprint,
            ..PLAIN
        };
        for (name, later, run) in [
            ("dan", 2, payroll("other words")),
            (
                "deb",
                2,
                Run {
                    table: ORDERS,
                    fingerprint: "other words",
                    ..PLAIN
                },
            ),
            ("del", 45, payroll("other words")),
            ("dot", 2, payroll("first words")),
        ] {
            self.agent(name, 620);
            self.refuse(&payroll("first words"));
            self.at(620 + later);
            self.succeed(&run);
        }
    }

    /// Nina approves at ten in the evening, Noel at half past ten in the morning.
    fn approvals(&mut self) {
        self.agent("ann", 630);
        self.grant(630, "noel");
        self.grant(22 * 60, "nina");
    }

    /// Pat filters by the masked e-mail address six times within the hour; Pam four times, Pia by a column that nobody masks.
    fn probing(&mut self) {
        for (name, column, times) in [("pat", "EMAIL", 6), ("pam", "EMAIL", 4), ("pia", "CITY", 9)]
        {
            self.agent(name, 640);
            for _ in 0..times {
                self.succeed(&Run {
                    filter: Some(column),
                    rows: 1,
                    masked: 1,
                    ..PLAIN
                });
            }
        }
    }

    /// Ivy comes from three addresses within the hour, Ira from two, and from a third in the evening.
    fn addresses(&mut self) {
        for (name, last) in [("ivy", 652), ("ira", 1_200)] {
            for (minutes, ip) in [
                (650, "192.0.2.1"),
                (651, "198.51.100.2"),
                (last, "203.0.113.3"),
            ] {
                self.agent(name, minutes);
                self.scene.ip = ip.to_owned();
                self.succeed(&PLAIN);
            }
            self.scene.ip = "10.0.0.7".to_owned();
        }
    }

    /// Drew's program asks five things that it never asked; Dora's one.
    fn drift(&mut self) {
        self.agent("drew", 660);
        for fingerprint in ["usual", "new 1", "new 2", "new 3", "new 4", "new 5"] {
            self.succeed(&Run {
                fingerprint,
                ..PLAIN
            });
        }
        self.agent("dora", 660);
        for fingerprint in ["usual", "often", "sometimes", "rare", "usual", "new 1"] {
            self.succeed(&Run {
                fingerprint,
                ..PLAIN
            });
        }
    }
}

fn binding() -> ApprovalBinding {
    ApprovalBinding(Digest::of(b"binding"))
}
