//! Sessions that are folded with their statements, in one reading of the events of both.
//!
//! Enters: a file of statements, and that of the sessions of the same steps. Leaves: what rows of both replace, where every row of both is what
//! it is to be. Never here: a finding: where anything is otherwise, or wrong around it, each file is looked at by itself and tells.
//!
//! By themselves, sessions are folded with what all statements say of where their earlier events stand; here, with what those before the
//! file say. Both name every earlier event where statements hold, and what was found here counts only where they all do.

use std::collections::HashMap;

use super::*;

/// A file of sessions.
pub(super) struct Partner {
    file: Arc<SealedFile>,
    /// What was sealed before it, as it was then.
    before: Vec<Arc<SealedFile>>,
    rows: RecordBatch,
    digest: Digest,
}

/// One whose rows are what they are to be.
pub(super) struct Held {
    path: String,
    pub(super) digest: Digest,
    /// What they replace, share by share.
    pub(super) replaced: Vec<Replaced>,
}

/// Those that were folded with their statements, and whose turn has not come.
#[derive(Default)]
pub(super) struct Together(HashMap<String, Held>);

impl Together {
    pub(super) fn keep(&mut self, held: Held) {
        self.0.insert(held.path.clone(), held);
    }

    pub(super) fn take(&mut self, kind: TableKind, file: &SealedFile) -> Option<Held> {
        match kind {
            TableKind::Sessions => self.0.remove(file.path()),
            TableKind::Statements
            | TableKind::Events
            | TableKind::Pages
            | TableKind::Quarantine => None,
        }
    }
}

impl Partner {
    /// The file of `sealed` that has the steps of `statements`, if it is to be checked and can be read.
    pub(super) async fn of(
        snapshot: &Snapshot,
        sealed: &Sealed,
        statements: &SealedFile,
        known: Option<Known<'_>>,
    ) -> Option<Self> {
        let (from, to) = (&statements.claim.from, &statements.claim.to);
        let mut files = sealed.files.iter();
        let number = files.position(|file| file.claim.from == *from && file.claim.to == *to)?;
        let file = sealed.files.get(number)?;
        if known.is_some_and(|known| known.dead(TableKind::Sessions, file).is_some()) {
            return None;
        }
        let archive = snapshot.archive();
        let (rows, digest) = archive.sealed_whole(TableKind::Sessions, file).await.ok()?;
        Some(Self {
            file: Arc::clone(file),
            before: sealed.files.iter().take(number).map(all_rows).collect(),
            rows,
            digest,
        })
    }

    /// What rows of the statements' file replace, and what its own do; none if one of them is not what it is to be.
    pub(super) async fn held(
        self,
        snapshot: &Snapshot,
        statements: &Folded<'_>,
        rows: &RecordBatch,
    ) -> Option<(Vec<Replaced>, Held)> {
        let (of_statements, of_sessions) = (sessions(rows), sessions(&self.rows));
        let (mut replaced, mut own) = (Vec::new(), Vec::new());
        for share in shares(&[of_statements.as_slice(), of_sessions.as_slice()]) {
            let range = Range {
                from: &statements.file.claim.from,
                to: &statements.file.claim.to,
                statements: statements.before,
                sessions: Some(&self.before),
                share: Some(share.wanted()),
                tail: None,
            };
            let rest = snapshot.rest(statements.context, &range).await.ok()?;
            let same = share.of(rows, &of_statements).ok()?
                == statement_rows(&rest.stories).ok()?
                && share.of(&self.rows, &of_sessions).ok()? == session_rows(&rest.sessions).ok()?;
            if !same {
                return None;
            }
            replaced.push(rest.replaced);
            own.push(rest.sessions_replaced);
        }
        let held = Held {
            path: self.file.path().to_owned(),
            digest: self.digest,
            replaced: own,
        };
        Some((replaced, held))
    }
}
