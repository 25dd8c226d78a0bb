//! Random events of every kind, for tests: a seed names one event for ever.

mod audit;

use bytes::Bytes;
use event::payload::{
    self as p, Authenticator, CloseReason, FailureStage, Kept, ResultFormat, Use, Verdict,
};
use event::{
    Agent, ApprovalBinding, Digest, Event, EventId, Kind, Masked, Part, Payload, PolicyHash,
    PolicyRef, Principal, Producer, RequestId, RunId, SessionId, Source, StatementId, TimeNs,
};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use uuid::Uuid;

/// Draws values from a seed.
pub(crate) struct Draw(StdRng);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u128(self.0.random())
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    fn flag(&mut self) -> bool {
        self.0.random()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self) -> String {
        let words = [
            "",
            "a",
            "SELECT '***'",
            "ÄÖ\u{1F9CA}",
            "\u{0}\n\"",
            "DB.PUBLIC.CARDS",
            "null",
        ];
        let count = self.below(3) + 1;
        (0..count).map(|_| self.pick(&words)).collect()
    }

    fn texts(&mut self) -> Vec<String> {
        self.many(Self::text)
    }

    fn masked(&mut self) -> Masked<String> {
        masked(self.text())
    }

    fn many<T>(&mut self, draw: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = self.below(4);
        (0..count).map(|_| draw(self)).collect()
    }

    fn maybe<T>(&mut self, draw: impl Fn(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| draw(self))
    }

    /// Numbers as the tables hold them: 63 bits.
    fn number(&mut self) -> u64 {
        let edges = [0, 1, i64::MAX as u64, self.0.next_u64() >> 1];
        self.pick(&edges)
    }

    fn small(&mut self) -> u32 {
        let edges = [0, 1, u32::MAX, self.0.next_u32()];
        self.pick(&edges)
    }

    fn signed(&mut self) -> i64 {
        let edges = [0, -1, i64::MIN, i64::MAX, self.0.random()];
        self.pick(&edges)
    }

    fn time(&mut self) -> TimeNs {
        TimeNs(self.signed())
    }

    fn digest(&mut self) -> Digest {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        Digest::from_bytes(bytes)
    }

    fn binding(&mut self) -> ApprovalBinding {
        ApprovalBinding(self.digest())
    }

    fn bytes(&mut self) -> Bytes {
        let mut bytes = vec![0; self.below(40)];
        self.0.fill_bytes(&mut bytes);
        bytes.into()
    }

    fn context(&mut self) -> p::Context {
        p::Context {
            database: self.maybe(Self::text),
            schema: self.maybe(Self::text),
            warehouse: self.maybe(Self::text),
            role: self.maybe(Self::text),
        }
    }

    fn column_mask(&mut self) -> p::ColumnMask {
        p::ColumnMask {
            ordinal: self.small(),
            operator: self.text().into(),
            rule: self.text(),
            sources: self.texts(),
        }
    }

    fn part_head(&mut self) -> p::PartHead {
        p::PartHead {
            session: self.maybe(|draw| SessionId::from_uuid(draw.uuid())),
            count: self.number(),
            head: self.digest(),
        }
    }

    fn approver(&mut self) -> p::Approver {
        p::Approver {
            issuer: self.text(),
            subject: self.text(),
            display: self.text(),
            groups: self.texts(),
        }
    }

    fn scope(&mut self) -> p::GrantScope {
        p::GrantScope {
            kind: self.pick(p::ScopeKind::ALL),
            shape: self.maybe(Self::text),
            uses: self.maybe(Self::number),
            rows: self.maybe(Self::number),
            until: self.time(),
            group: self.maybe(Self::text),
            under: self.maybe(|draw| EventId::from_uuid(draw.uuid())),
        }
    }

    fn principal(&mut self) -> Principal {
        Principal {
            issuer: self.text(),
            subject: self.text(),
            display: self.text(),
            groups: self.texts(),
            agent: self.maybe(|draw| Agent {
                application: draw.text(),
                version: draw.text(),
                on_behalf_of: draw.maybe(Self::text),
                correlation_id: draw.maybe(Self::text),
            }),
        }
    }

    /// An event of `kind` with everything else drawn.
    pub(crate) fn event(&mut self, kind: Kind) -> Event {
        Event {
            event_id: EventId::from_uuid(self.uuid()),
            session_id: self.maybe(|draw| SessionId::from_uuid(draw.uuid())),
            statement_id: self.maybe(|draw| {
                StatementId::derive(
                    SessionId::from_uuid(draw.uuid()),
                    &RequestId::parse("r-1").unwrap(),
                )
            }),
            time: self.time(),
            producer: Producer {
                run: RunId::from_uuid(self.uuid()),
                seq: self.number(),
            },
            part: Part {
                index: self.number(),
                previous_hash: self.digest(),
            },
            principal: self.maybe(Self::principal),
            source: self.maybe(|draw| Source {
                ip: draw.text(),
                tls: draw.maybe(Self::text),
            }),
            connection: self.maybe(Self::text),
            policy: self.maybe(|draw| PolicyRef {
                hash: PolicyHash(draw.digest()),
                rules: draw.texts(),
            }),
            payload: self.payload(kind),
        }
    }

    fn payload(&mut self, kind: Kind) -> Payload {
        match kind {
            Kind::SessionOpened => p::SessionOpened {
                authenticator: self.pick(Authenticator::ALL),
                context: self.context(),
                parameters: self.many(|draw| p::NameValue {
                    name: draw.text(),
                    value: draw.masked(),
                }),
                upstream_session: self.maybe(Self::text),
                expires: self.time(),
            }
            .into(),
            Kind::SessionRenewed => p::SessionRenewed {
                expires: self.time(),
            }
            .into(),
            Kind::SessionClosed => p::SessionClosed {
                reason: self.pick(CloseReason::ALL),
            }
            .into(),
            Kind::SessionRefused => p::SessionRefused {
                authenticator: self.pick(Authenticator::ALL),
                code: self.text(),
                reason: self.text(),
            }
            .into(),
            Kind::StatementSubmitted => self.submitted().into(),
            Kind::StatementDecided => self.decided().into(),
            Kind::ApprovalRequested => p::ApprovalRequested {
                binding: self.binding(),
                quorum: self.many(|draw| p::Quorum {
                    group: draw.text(),
                    needed: draw.small(),
                }),
                reasons: self.texts(),
                expires: self.time(),
                execution_ttl_ns: self.number(),
                sealed: self.bytes(),
            }
            .into(),
            Kind::ApprovalGranted => p::ApprovalGranted {
                binding: self.binding(),
                by: self.approver(),
                note: self.text(),
                scope: self.maybe(Self::scope),
            }
            .into(),
            Kind::ApprovalDenied => p::ApprovalDenied {
                binding: self.binding(),
                by: self.approver(),
                note: self.text(),
            }
            .into(),
            Kind::ApprovalExpired => p::ApprovalExpired {
                binding: self.binding(),
            }
            .into(),
            Kind::ApprovalCanceled => p::ApprovalCanceled {
                binding: self.binding(),
                reason: self.text().into(),
            }
            .into(),
            Kind::StatementClaimed => p::StatementClaimed {
                binding: self.binding(),
            }
            .into(),
            Kind::StatementCounted => p::StatementCounted {
                binding: self.binding(),
                compared: self.compared(),
            }
            .into(),
            Kind::StatementAnnounced => p::StatementAnnounced {
                query_ids: self.texts(),
                sealed: self.bytes(),
            }
            .into(),
            Kind::StatementForwarded => p::StatementForwarded {
                query_id: self.maybe(Self::text),
                attempts: self.small(),
            }
            .into(),
            Kind::ResponseStarted => self.started().into(),
            Kind::ResponsePage => self.page().into(),
            Kind::ResponseFinished => self.finished().into(),
            Kind::StatementFailed => p::StatementFailed {
                stage: self.pick(FailureStage::ALL),
                code: self.text(),
                sql_state: self.text(),
                message: self.masked(),
                duration_ns: self.number(),
            }
            .into(),
            Kind::StatementCanceled => p::StatementCanceled {
                by: self.text().into(),
            }
            .into(),
            Kind::StageRefused => p::StageRefused {
                operation: self.text(),
                reason: self.text(),
            }
            .into(),
            _ => self.audit_payload(kind),
        }
    }

    fn submitted(&mut self) -> p::StatementSubmitted {
        p::StatementSubmitted {
            text: self.masked(),
            text_bytes: self.number(),
            binds: self.many(|draw| p::Bind {
                name: draw.text(),
                kind: draw.text(),
                values: draw.many(|draw| draw.maybe(Self::masked)),
            }),
            fingerprint: self.text(),
            kinds: self.many(|draw| draw.text().into()),
            reads: self.texts(),
            writes: self.texts(),
            columns: self.many(|draw| p::ColumnUse {
                table: draw.text(),
                column: draw.text(),
                usage: draw.pick(Use::ALL),
            }),
            flags: self.many(|draw| draw.text().into()),
            request_id: RequestId::parse("a1b2-c3").unwrap(),
            describe_only: self.flag(),
            asynchronous: self.flag(),
            context: self.context(),
            seen: self.maybe(Self::seen),
        }
    }

    fn seen(&mut self) -> Vec<p::Seen> {
        self.many(|draw| p::Seen {
            column: draw.text(),
            class: draw.text().into(),
            key: draw.text(),
            tokens: draw.bytes(),
        })
    }

    fn compared(&mut self) -> Vec<p::Compared> {
        self.many(|draw| p::Compared {
            column: draw.text(),
            times: draw.small(),
        })
    }

    fn decided(&mut self) -> p::StatementDecided {
        p::StatementDecided {
            verdict: self.pick(Verdict::ALL),
            reasons: self.many(|draw| p::Reason {
                rule: draw.text(),
                text: draw.text(),
                span_start: draw.maybe(Self::number),
                span_end: draw.maybe(Self::number),
            }),
            masks: self.many(Self::column_mask),
            mask_all: self.flag(),
            catalog_version: self.text(),
            evaluated_at: self.time(),
            binding: self.binding(),
            compared_before: self.maybe(Self::compared),
        }
    }

    fn started(&mut self) -> p::ResponseStarted {
        p::ResponseStarted {
            result: self.small(),
            query_id: self.text(),
            columns: self.many(|draw| p::ResultColumn {
                name: draw.text(),
                data_type: draw.text(),
                nullable: draw.flag(),
                precision: draw.maybe(Self::signed),
                scale: draw.maybe(Self::signed),
                length: draw.maybe(Self::signed),
                origin: draw.text(),
            }),
            masks: self.many(Self::column_mask),
            mask_all: self.flag(),
            format: self.pick(ResultFormat::ALL),
            rows_total: self.maybe(Self::number),
            chunks: self.small(),
            statement_type: self.maybe(Self::number),
        }
    }

    fn page(&mut self) -> p::ResponsePage {
        p::ResponsePage {
            result: self.small(),
            chunk: self.small(),
            page: self.small(),
            first_row: self.number(),
            rows: self.number(),
            masked: self.many(|draw| p::MaskCount {
                ordinal: draw.small(),
                by: draw.text(),
                cells: draw.number(),
            }),
            digest: self.digest(),
            bytes: self.number(),
            kept: self.pick(Kept::ALL),
            fragment: self.small(),
            fragments: self.small(),
            body: self.bytes(),
            seen: self.maybe(Self::seen),
        }
    }

    fn finished(&mut self) -> p::ResponseFinished {
        p::ResponseFinished {
            result: self.small(),
            chunk: self.small(),
            pages: self.small(),
            rows: self.number(),
            bytes: self.number(),
            masked_cells: self.number(),
            counts: self.maybe(|draw| p::RowCounts {
                inserted: draw.number(),
                updated: draw.number(),
                deleted: draw.number(),
                duplicates: draw.number(),
            }),
            duration_ns: self.number(),
        }
    }
}

/// A text as a mask would return it: read back from the record, as nobody but `access` may make one.
fn masked(text: String) -> Masked<String> {
    serde_json::from_value(serde_json::Value::String(text)).unwrap()
}
