//! An issuer's public keys: discovered, kept, fetched anew when they rotate. The one place of this crate with a network.
//!
//! Enters: an issuer's address, the time. Leaves: its key set. Never here: a redirect followed, a document without bound, a
//! fetch for every unknown key id somebody makes up.

use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};
use event::TimeNs;
use openidconnect::core::CoreJsonWebKeySet;
use parking_lot::RwLock;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::config::{OidcConfig, OidcConfigError, is_trusted};
use super::{IdentityError, IssuerConfig};
use crate::limits;

/// The client all issuers share.
pub(super) fn client(config: &OidcConfig) -> Result<Client, OidcConfigError> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(limits::ISSUER_TIMEOUT)
        .https_only(!config.development)
        .build()
        .map_err(|error| OidcConfigError::Client(error.to_string()))?;
    Ok(Client {
        http,
        development: config.development,
    })
}

/// An HTTP client that knows what it may trust.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    development: bool,
}

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct Keys {
    source: Source,
    age_max: Duration,
    stale_max: Duration,
    interval_min: Duration,
    kept: RwLock<Option<Kept>>,
    /// Held while fetching, so that a rotation costs one fetch, however many log in.
    tries: Mutex<Tries>,
}

/// Where the keys come from.
#[derive(Clone, Debug)]
struct Source {
    issuer: String,
    jwks_uri: Option<String>,
    client: Client,
}

#[derive(Clone, Debug)]
struct Kept {
    set: Arc<CoreJsonWebKeySet>,
    fetched: TimeNs,
}

#[derive(Debug)]
struct Tries {
    last: Option<TimeNs>,
    /// The last one, until somebody took what came of it. It goes on though the login that began it hangs up: begun anew for each login
    /// it would be a flood, and not begun anew it would keep the others out.
    under_way: JoinSet<Result<CoreJsonWebKeySet, String>>,
    /// Not before this long after the last one.
    wait: Duration,
    /// Of failures in a row, each wait longer. Without jitter: nobody tries by the clock, a login does.
    waits: ExponentialBackoff,
    why: String,
}

impl Tries {
    fn new(interval: Duration) -> Self {
        Self {
            last: None,
            under_way: JoinSet::new(),
            wait: interval,
            waits: waits(interval),
            why: String::new(),
        }
    }

    fn fetched(&mut self, interval: Duration) {
        self.wait = interval;
        self.waits = waits(interval);
    }

    fn failed(&mut self) {
        self.wait = self.waits.next().unwrap_or(self.wait);
    }
}

fn waits(interval: Duration) -> ExponentialBackoff {
    let backoff = ExponentialBuilder::new()
        .with_min_delay(interval)
        .with_max_delay(limits::ISSUER_BACKOFF_MAX.max(interval))
        .without_max_times();
    backoff.build()
}

/// What is needed of a discovery document. Issuers of workloads leave out most of what OpenID Connect requires there.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl Keys {
    pub fn new(config: &IssuerConfig, client: Client) -> Self {
        Self {
            source: Source {
                issuer: config.issuer.clone(),
                jwks_uri: config.jwks_uri.clone(),
                client,
            },
            age_max: config.keys_age_max,
            stale_max: config.keys_stale_max,
            interval_min: config.keys_interval_min,
            kept: RwLock::new(None),
            tries: Mutex::new(Tries::new(config.keys_interval_min)),
        }
    }

    /// The key set; fetched first if there is none, it is old, or it lacks what is `wanted`.
    pub async fn get(
        &self,
        now: TimeNs,
        wanted: impl Fn(&CoreJsonWebKeySet) -> bool,
    ) -> Result<Arc<CoreJsonWebKeySet>, IdentityError> {
        if let Some(set) = self.fresh(now, &wanted) {
            return Ok(set);
        }
        let mut tries = self.tries.lock().await;
        self.settle(&mut tries).await;
        if let Some(set) = self.fresh(now, &wanted) {
            return Ok(set);
        }
        if tries.last.is_none_or(|last| since(last, now) >= tries.wait) {
            tries.last = Some(now);
            tries.under_way.spawn(self.source.clone().fetch());
            self.settle(&mut tries).await;
        }
        let kept = self.kept.read().clone();
        match kept.filter(|kept| since(kept.fetched, now) < self.stale_max) {
            Some(kept) => Ok(kept.set),
            None => Err(IdentityError::Unavailable {
                issuer: self.source.issuer.clone(),
                why: tries.why.clone(),
            }),
        }
    }

    /// Waits for the fetch that is under way, if one is, and takes what came of it.
    async fn settle(&self, tries: &mut Tries) {
        while let Some(done) = tries.under_way.join_next().await {
            match done.unwrap_or_else(|error| Err(error.to_string())) {
                Ok(set) => {
                    tries.fetched(self.interval_min);
                    *self.kept.write() = tries.last.map(|began| Kept {
                        set: Arc::new(set),
                        fetched: began,
                    });
                }
                Err(why) => {
                    tries.failed();
                    let issuer = &self.source.issuer;
                    tracing::warn!(%issuer, %why, "an issuer's keys could not be fetched");
                    tries.why = why;
                }
            }
        }
    }

    fn fresh(
        &self,
        now: TimeNs,
        wanted: impl Fn(&CoreJsonWebKeySet) -> bool,
    ) -> Option<Arc<CoreJsonWebKeySet>> {
        let kept = self.kept.read();
        let kept = kept.as_ref()?;
        let fresh = since(kept.fetched, now) < self.age_max && wanted(&kept.set);
        fresh.then(|| kept.set.clone())
    }
}

impl Source {
    async fn fetch(self) -> Result<CoreJsonWebKeySet, String> {
        let address = match &self.jwks_uri {
            Some(address) => address.clone(),
            None => self.discover().await?,
        };
        let body = self.client.document(&address).await?;
        serde_json::from_slice(&body).map_err(|_| format!("{address} is not a key set"))
    }

    /// OpenID Connect Discovery 1.0 §4: the document must name the issuer it was asked of.
    async fn discover(&self) -> Result<String, String> {
        let base = self.issuer.trim_end_matches('/');
        let address = format!("{base}/.well-known/openid-configuration");
        let body = self.client.document(&address).await?;
        let found: Discovery = serde_json::from_slice(&body)
            .map_err(|_| format!("{address} is not a discovery document"))?;
        if found.issuer != self.issuer {
            return Err(format!("{address} speaks for another issuer"));
        }
        if !is_trusted(&found.jwks_uri, self.client.development) {
            return Err(format!("{address} names a key address that is not https"));
        }
        Ok(found.jwks_uri)
    }
}

impl Client {
    async fn document(&self, address: &str) -> Result<Vec<u8>, String> {
        let failed = |error: reqwest::Error| format!("{address}: {}", error.without_url());
        let mut response = self.http.get(address).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(format!("{address} answered {}", response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > limits::ISSUER_DOCUMENT_BYTES_MAX {
                return Err(format!("{address} is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Time passed; none if the clock went back.
fn since(then: TimeNs, now: TimeNs) -> Duration {
    Duration::from_nanos(u64::try_from(now.0.saturating_sub(then.0)).unwrap_or(0))
}
