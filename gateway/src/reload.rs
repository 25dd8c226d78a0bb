//! Other parts in force while the gateway runs: checked whole first, then all at once.
//!
//! Enters: parts read anew. Leaves: a gateway that serves by them; sessions, holds and results are as they were. Never here: half
//! a change, or a statement under way that changes its rules.

use std::sync::Arc;

use access::engine::Engine;
use door::{Certificate, CertificateHandle};

use crate::build::{BuildError, Parts, Prepared, prepare};
use crate::shared::{InForce, Shared};

/// Puts other parts in force. Cheap to clone.
#[derive(Clone)]
pub struct Reloader {
    in_force: Arc<InForce>,
    certificate: CertificateHandle,
}

/// Parts that are good, and not in force yet.
pub struct Renewed {
    prepared: Prepared,
    certificate: Option<Certificate>,
    changed: Vec<&'static str>,
}

impl Renewed {
    /// Which parts differ from those in force, for people; policy, catalog and masks apart.
    pub fn changed(&self) -> &[&'static str] {
        &self.changed
    }
}

impl Reloader {
    pub(crate) const fn new(in_force: Arc<InForce>, certificate: CertificateHandle) -> Self {
        Self {
            in_force,
            certificate,
        }
    }

    /// Policy and catalog that are in force now.
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.in_force.get().engine)
    }

    /// The connections that there are now.
    pub fn connections(&self) -> Vec<String> {
        let shared = self.in_force.get();
        shared.config.connections.keys().cloned().collect()
    }

    /// Checks `parts` and reads everything they name. Changes nothing.
    pub fn prepare(&self, parts: Parts) -> Result<Renewed, BuildError> {
        let running = self.in_force.get();
        let certificate = parts.config.tls.as_ref().map(Certificate::read);
        let certificate = certificate.transpose()?;
        let prepared = prepare(parts, Some(&running.accounts))?;
        prepared.sealer.replaces(&running.sealer)?;
        let mut changed = Vec::new();
        let mut differs = |is: bool, what| changed.extend(is.then_some(what));
        let certificate_differs = |one| self.certificate.differs(one);
        differs(
            certificate.as_ref().is_some_and(certificate_differs),
            "certificates",
        );
        differs(
            prepared.sealer.names().ne(running.sealer.names()),
            "sealing keys",
        );
        differs(
            !prepared.accounts.has_credentials_of(&running.accounts),
            "credentials",
        );
        differs(
            format!("{:?}", prepared.config) != format!("{:?}", running.config),
            "connections",
        );
        Ok(Renewed {
            prepared,
            certificate,
            changed,
        })
    }

    /// Puts them in force: what begins from now on goes by them.
    pub fn put(&self, renewed: Renewed) {
        let Renewed {
            prepared,
            certificate,
            ..
        } = renewed;
        if let Some(certificate) = certificate {
            self.certificate.put(certificate);
        }
        let lives = Arc::clone(&self.in_force.get().lives);
        // Readings of accounts put other engines in force too.
        let _changing = lives.changing();
        let old = self.in_force.get();
        let dressed = lives.dress(&prepared.engine, &prepared.config);
        // Opened before anything is sealed with it.
        old.control.seal_with(prepared.sealer.clone());
        old.queries.pasts().decide_by(Arc::clone(&dressed.engine));
        let recorder = old
            .recorder
            .with(prepared.masking.clone(), prepared.audits());
        self.in_force.put(Shared {
            delivery: prepared.delivery(recorder.clone(), &old.clock),
            accounts: prepared.accounts,
            sealer: prepared.sealer,
            recorder,
            clock: Arc::clone(&old.clock),
            base: prepared.engine,
            engine: dressed.engine,
            places: dressed.places,
            lives: Arc::clone(&lives),
            masking: prepared.masking,
            authenticate: Arc::clone(&old.authenticate),
            control: old.control.clone(),
            views: Arc::clone(&old.views),
            queries: Arc::clone(&old.queries),
            sent: Arc::clone(&old.sent),
            replies: Arc::clone(&old.replies),
            closed: Arc::clone(&old.closed),
            watch: Arc::clone(&old.watch),
            turns: old.turns.clone(),
            chunks: old.chunks.clone(),
            explains: Arc::clone(&old.explains),
            stages: Arc::clone(&old.stages),
            tasks: old.tasks.clone(),
            leaving: old.leaving.clone(),
            stop: old.stop.clone(),
            alone: old.alone,
            config: prepared.config,
            in_force: Arc::downgrade(&self.in_force),
        });
    }
}
