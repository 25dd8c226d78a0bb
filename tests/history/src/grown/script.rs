//! What sessions of a grown history do.
//!
//! Enters: draws. Leaves: acts with their times: logins, statements with all that comes of them, logouts. Never here: positions.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use event::payload::{
    ApprovalGranted, ApprovalRequested, Approver, Authenticator, CloseReason, ColumnMask,
    ColumnUse, Context, FailureStage, Kept, MaskCount, MaskOperator, Quorum, Reason,
    ResponseFinished, ResponsePage, ResponseStarted, ResultColumn, ResultFormat, SessionClosed,
    SessionOpened, StatementClaimed, StatementDecided, StatementFailed, StatementForwarded,
    StatementKind, StatementSubmitted, Use, Verdict,
};
use event::{
    ApprovalBinding, Digest, Payload, PolicyHash, PolicyRef, Principal, SessionId, StatementId,
    TimeNs,
};

use super::draw::Draw;
use super::time_ordered;
use crate::scene::{masked, page_body, person, request_id};

const PRINCIPALS: usize = 200;
const TABLES: usize = 80;
const MS: i64 = 1_000_000;
const S: i64 = 1_000 * MS;
/// Between two statements of a session on average: 24 sessions ask every 2.6 seconds.
const PAUSE_NS: f64 = 62e9;

/// One session of the history.
pub(super) struct Session {
    pub(super) slot: u64,
    pub(super) number: u64,
    pub(super) id: SessionId,
    pub(super) principal: Principal,
    pub(super) ip: String,
    pub(super) left: u64,
    asked: u32,
}

/// What happens at a time.
pub(super) enum Act {
    /// The next session of this slot begins.
    Login(u64),
    /// The session asks its next statement, or ends.
    Ask(Box<Session>),
    Say {
        session: Arc<Session>,
        statement: Option<StatementId>,
        payload: Box<Payload>,
    },
}

type Acts = Vec<(i64, Act)>;

impl Session {
    pub(super) fn draw(draw: &mut Draw, slot: u64, now: i64, number: u64) -> Self {
        let who = draw.zipf(PRINCIPALS);
        let mut principal = person(&format!("agent{who}"), &["agents"]);
        principal.agent = Some(event::Agent {
            application: ["PythonConnector", "JDBC", "Go"][who % 3].to_owned(),
            version: "4.1.0".to_owned(),
            on_behalf_of: Some(format!("team{}", who % 17)),
            correlation_id: None,
        });
        Self {
            slot,
            number,
            id: SessionId::from_uuid(time_ordered(now, number << 20 | 0xfffff)),
            principal,
            ip: format!("10.0.{}.{}", who / 250, who % 250),
            left: (draw.lognormal(24.0, 1.1) as u64).clamp(1, 4_000),
            asked: 0,
        }
    }

    fn of(&self) -> Arc<Self> {
        Arc::new(Self {
            principal: self.principal.clone(),
            ip: self.ip.clone(),
            ..*self
        })
    }
}

fn say(session: &Arc<Session>, statement: Option<StatementId>, payload: impl Into<Payload>) -> Act {
    Act::Say {
        session: Arc::clone(session),
        statement,
        payload: Box::new(payload.into()),
    }
}

fn context() -> Context {
    Context {
        database: Some("SHOP".to_owned()),
        schema: Some("PUBLIC".to_owned()),
        warehouse: Some("WH".to_owned()),
        role: Some("AGENT".to_owned()),
    }
}

pub(super) fn login(session: Session, now: i64) -> Acts {
    let opened = SessionOpened {
        authenticator: Authenticator::Oauth,
        context: context(),
        parameters: Vec::new(),
        upstream_session: Some(session.number.to_string()),
        expires: TimeNs(now + 4 * 3_600 * S),
    };
    vec![
        (now, say(&session.of(), None, opened)),
        (now + 300 * MS, Act::Ask(Box::new(session))),
    ]
}

pub(super) fn logout(draw: &mut Draw, session: &Session, now: i64) -> Acts {
    let mut acts = vec![(now + draw.pause(PAUSE_NS), Act::Login(session.slot))];
    // Of some nobody says that they ended.
    if draw.chance(90) {
        let closed = SessionClosed {
            reason: CloseReason::Logout,
        };
        acts.push((now, say(&session.of(), None, closed)));
    }
    acts
}

/// The rules that a decision names.
pub(super) fn policy(payload: &Payload) -> Option<PolicyRef> {
    let Payload::StatementDecided(decided) = payload else {
        return None;
    };
    let rules = decided.reasons.iter().map(|reason| reason.rule.clone());
    Some(PolicyRef {
        hash: PolicyHash(Digest::of(b"policy")),
        rules: rules.collect(),
    })
}

fn table(rank: usize) -> String {
    format!("SHOP.{}.TABLE_{rank}", ["PUBLIC", "SALES", "HR"][rank % 3])
}

/// One statement with all that comes of it, and when the session asks the next.
pub(super) fn statement(draw: &mut Draw, mut session: Box<Session>, now: i64) -> Acts {
    session.asked += 1;
    session.left -= 1;
    let shared = session.of();
    let id = StatementId::derive(session.id, &request_id(session.asked));
    let mut telling = Telling {
        session: shared,
        id,
        at: now,
        acts: Vec::new(),
    };
    let roll = draw.below(100);
    let writes = (70..82).contains(&roll);
    telling.submitted(draw, session.asked, writes);
    match roll {
        0..70 => {
            telling.decided(
                Verdict::Mask,
                "mask-contact",
                "contact data is masked for agents",
            );
            telling.delivered(draw, true);
        }
        70..79 | 82..89 => {
            telling.decided(Verdict::Allow, "allow-agents", "agents may read and write");
            telling.delivered(draw, false);
        }
        79..82 => {
            telling.decided(
                Verdict::Hold,
                "hold-writes",
                "writes need a second pair of eyes",
            );
            telling.approved(draw);
            telling.delivered(draw, false);
        }
        89..96 => {
            telling.decided(Verdict::Deny, "no-ddl", "agents change no schema");
            telling.failed(FailureStage::Policy, "003001", "blocked by policy no-ddl");
        }
        _ => {
            telling.decided(Verdict::Allow, "allow-agents", "agents may read and write");
            telling.forwarded();
            telling.failed(FailureStage::Upstream, "002003", "object does not exist");
        }
    }
    // A slow approval does not keep the session from its end, but from its next statement.
    let next = telling.at.max(now) + draw.pause(PAUSE_NS);
    telling.acts.push((next, Act::Ask(session)));
    telling.acts
}

struct Telling {
    session: Arc<Session>,
    id: StatementId,
    at: i64,
    acts: Acts,
}

fn binding() -> ApprovalBinding {
    ApprovalBinding(Digest::of(b"binding"))
}

fn mask() -> Vec<ColumnMask> {
    vec![ColumnMask {
        ordinal: 1,
        operator: MaskOperator::Redact,
        rule: "mask-contact".to_owned(),
        sources: vec!["SHOP.PUBLIC.TABLE_0.EMAIL".to_owned()],
    }]
}

/// Small bodies, made once: what is in them nobody asks here.
static BODIES: LazyLock<Vec<Bytes>> = LazyLock::new(|| {
    let body = |rows: usize| {
        let ids: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
        let ids: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
        page_body(&[("ID", &ids), ("EMAIL", &vec![Some("[EMAIL]"); rows])])
    };
    (1..=16).map(body).collect()
});

impl Telling {
    fn after(&mut self, ns: i64, payload: impl Into<Payload>) {
        self.at += ns;
        let act = say(&self.session, Some(self.id), payload);
        self.acts.push((self.at, act));
    }

    fn submitted(&mut self, draw: &mut Draw, number: u32, writes: bool) {
        let tables: Vec<String> = (0..1 + draw.below(2))
            .map(|_| table(draw.zipf(TABLES)))
            .collect();
        let rare = if draw.below(2_000) == 0 {
            " and note like '%needle%'"
        } else {
            ""
        };
        let wanted = ["id", "email", "since", "state", "total"][draw.below(5) as usize];
        let text = if writes {
            format!(
                "update {} set {wanted} = '[TEXT]' where id = {}{rare}",
                tables[0],
                draw.below(1_000)
            )
        } else {
            format!(
                "select id, email, {wanted} from {} where total > {} and region = '[TEXT]'{rare} order by {wanted} limit {}",
                tables.join(" join "),
                draw.below(5_000),
                1 + draw.below(100)
            )
        };
        let usage = if writes { Use::Write } else { Use::Output };
        let mut columns: Vec<ColumnUse> = tables
            .iter()
            .flat_map(|table| {
                [("EMAIL", usage), ("ID", Use::Filter), ("TOTAL", usage)].map(|(column, usage)| {
                    ColumnUse {
                        table: table.clone(),
                        column: column.to_owned(),
                        usage,
                    }
                })
            })
            .collect();
        columns.dedup();
        let (reads, written) = if writes {
            (Vec::new(), tables)
        } else {
            (tables, Vec::new())
        };
        self.after(
            0,
            StatementSubmitted {
                text_bytes: text.len() as u64,
                fingerprint: format!("fp-{}", Digest::of(wanted.as_bytes())),
                text: masked(&text),
                binds: Vec::new(),
                kinds: vec![if writes {
                    StatementKind::Update
                } else {
                    StatementKind::Select
                }],
                reads,
                writes: written,
                columns,
                flags: Vec::new(),
                request_id: request_id(number),
                describe_only: false,
                asynchronous: false,
                context: context(),
                seen: None,
            },
        );
    }

    fn decided(&mut self, verdict: Verdict, rule: &str, text: &str) {
        let masks = if verdict == Verdict::Mask {
            mask()
        } else {
            Vec::new()
        };
        let evaluated_at = TimeNs(self.at);
        self.after(
            2 * MS,
            StatementDecided {
                verdict,
                reasons: vec![Reason {
                    rule: rule.to_owned(),
                    text: text.to_owned(),
                    span_start: None,
                    span_end: None,
                }],
                masks,
                mask_all: false,
                catalog_version: "catalog-1".to_owned(),
                evaluated_at,
                binding: binding(),
                compared_before: None,
            },
        );
    }

    fn approved(&mut self, draw: &mut Draw) {
        self.after(
            MS,
            ApprovalRequested {
                binding: binding(),
                quorum: vec![Quorum {
                    group: "approvers".to_owned(),
                    needed: 1,
                }],
                reasons: vec!["writes need a second pair of eyes".to_owned()],
                expires: TimeNs(self.at + 900 * S),
                execution_ttl_ns: 60 * S as u64,
                sealed: Bytes::from_static(b"sealed"),
            },
        );
        let by = person("olga", &["approvers"]);
        let wait = 5 * S + draw.pause(120e9);
        self.after(
            wait,
            ApprovalGranted {
                binding: binding(),
                by: Approver {
                    issuer: by.issuer,
                    subject: by.subject,
                    display: by.display,
                    groups: by.groups,
                },
                note: "agreed".to_owned(),
                scope: None,
            },
        );
        self.after(300 * MS, StatementClaimed { binding: binding() });
    }

    fn query_id(&self) -> String {
        format!("01b1-{}", self.id)
    }

    fn forwarded(&mut self) {
        let query_id = Some(self.query_id());
        self.after(
            3 * MS,
            StatementForwarded {
                query_id,
                attempts: 1,
            },
        );
    }

    fn failed(&mut self, stage: FailureStage, code: &str, message: &str) {
        self.after(
            MS,
            StatementFailed {
                stage,
                code: code.to_owned(),
                sql_state: "42501".to_owned(),
                message: masked(message),
                duration_ns: 6 * MS as u64,
            },
        );
    }

    fn delivered(&mut self, draw: &mut Draw, is_masked: bool) {
        self.forwarded();
        let chunks = u32::from(draw.chance(20));
        let column = |name: &str| ResultColumn {
            name: name.to_owned(),
            data_type: "text".to_owned(),
            nullable: true,
            precision: None,
            scale: None,
            length: None,
            origin: String::new(),
        };
        self.after(
            20 * MS + draw.pause(150e6),
            ResponseStarted {
                result: 0,
                query_id: self.query_id(),
                columns: vec![column("ID"), column("EMAIL")],
                masks: if is_masked { mask() } else { Vec::new() },
                mask_all: false,
                format: ResultFormat::Json,
                rows_total: None,
                chunks,
                statement_type: Some(4_096),
            },
        );
        for chunk in 0..=chunks {
            self.stretch(draw, chunk, is_masked);
        }
        // Some chunks are fetched once more, much later.
        if chunks > 0 && draw.chance(3) {
            let asked = self.at;
            self.at += 600 * S + draw.pause(3_600e9);
            self.stretch(draw, 1, is_masked);
            self.at = asked;
        }
    }

    fn stretch(&mut self, draw: &mut Draw, chunk: u32, is_masked: bool) {
        let drawn = draw.below(BODIES.len() as i64) as usize;
        let (body, rows) = (&BODIES[drawn], drawn as u64 + 1);
        let cells = if is_masked { rows } else { 0 };
        let counted = MaskCount {
            ordinal: 1,
            by: "rule:mask-contact".to_owned(),
            cells,
        };
        self.after(
            MS,
            ResponsePage {
                result: 0,
                chunk,
                page: 0,
                first_row: 0,
                rows,
                masked: if is_masked { vec![counted] } else { Vec::new() },
                digest: Digest::of(body),
                bytes: rows * 20,
                kept: Kept::Full,
                fragment: 0,
                fragments: 1,
                body: body.clone(),
                seen: None,
            },
        );
        self.after(
            MS,
            ResponseFinished {
                result: 0,
                chunk,
                pages: 1,
                rows,
                bytes: rows * 20,
                masked_cells: cells,
                counts: None,
                duration_ns: (30 * MS) as u64,
            },
        );
    }
}
