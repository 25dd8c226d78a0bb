//! What is elsewhere, tried: accounts, issuers, journal, archive, sinks.
//!
//! Enters: a configuration. Leaves: what answered, and what did not. Never here: a topic, a folder, an object that was not there before;
//! at an account a session that is opened and ended.

use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use archive::LockStanding;
use gateway::rehearsal;
use journal::Journal as _;
use journal::Topic;
use journal::embedded::Embedded;
use journal::kafka::Kafka;

use super::Findings;
use crate::compose;
use crate::config::{Config, JournalConfig};

/// Whatever has not answered by then counts as away.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was tried, and what came of it: a fact for people.
type Tried = (&'static str, Result<String>);

/// Tries everything, all at the same time.
pub async fn all(config: &Config, found: &mut Findings) {
    let (accounts, issuers, journal, archive, sinks) = tokio::join!(
        accounts(config),
        issuers(config),
        within(journal(config)),
        within(archive(config)),
        sinks(config)
    );
    let one = [
        ("journal", journal.context("[journal]")),
        ("archive", archive.context("[archive]")),
    ];
    let all = accounts.into_iter().chain(issuers).chain(one).chain(sinks);
    for (about, tried) in all {
        if let Some(said) = found.take(tried) {
            found.fact(about, said);
        }
    }
}

async fn within(work: impl Future<Output = Result<String>>) -> Result<String> {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.map_err(|_| anyhow!("no answer within {} s", PATIENCE.as_secs()))?
}

async fn accounts(config: &Config) -> Vec<Tried> {
    let Some(gateway) = &config.gateway else {
        return Vec::new();
    };
    let now = compose::clock().now();
    let tried = gateway
        .connections
        .iter()
        .map(|(name, connection)| async move {
            let stood = match rehearsal::log_in(gateway, connection, now).await {
                Ok(stood) => stood,
                // What cannot be read is a fault already.
                Err(error) if error.is_of_the_configuration() => return None,
                Err(error) => {
                    let about = format!("[gateway.connections.{name}] {}", connection.upstream);
                    return Some(("gateway", Err(anyhow::Error::from(error).context(about))));
                }
            };
            let said = |what: Option<String>| what.unwrap_or_else(|| "none".to_owned());
            Some((
                "gateway",
                Ok(format!(
                    "{name}: the account lets {} in: role {}, warehouse {}",
                    connection.user,
                    said(stood.role),
                    said(stood.warehouse)
                )),
            ))
        });
    let tried = futures::future::join_all(tried).await;
    tried.into_iter().flatten().collect()
}

async fn issuers(config: &Config) -> Vec<Tried> {
    // Without issuers there is only that of development, which is this process's own.
    if config.oidc.issuers.is_empty() {
        return Vec::new();
    }
    let Ok(verifier) = compose::verifier(config, None) else {
        return Vec::new();
    };
    let away = verifier.warm_up(compose::clock().now()).await;
    if away.is_empty() {
        let count = config.oidc.issuers.len();
        let said = format!("{count} issuers give their keys");
        return vec![("identity", Ok(said))];
    }
    let away = away.into_iter();
    away.map(|error| {
        (
            "identity",
            Err(anyhow::Error::from(error).context("[oidc]")),
        )
    })
    .collect()
}

async fn journal(config: &Config) -> Result<String> {
    match &config.journal {
        JournalConfig::Embedded(_) => {
            let folder = config.data.join("journal");
            if !folder.exists() {
                return Ok("it is made at the first start".to_owned());
            }
            let reader = Embedded::open_reader(&folder)?;
            let partitions = reader.partitions(Topic::Events).await?.len();
            Ok(format!("it opens, {partitions} partitions"))
        }
        JournalConfig::Kafka(settings) => {
            let standing = Kafka::look(compose::kafka(settings, &config.producer)?).await?;
            let topic = |partitions| match partitions {
                0 => "to be made".to_owned(),
                1 => "1 partition".to_owned(),
                several => format!("{several} partitions"),
            };
            Ok(format!(
                "{} brokers answer; events: {}, control: {}",
                standing.brokers,
                topic(standing.events),
                topic(standing.control)
            ))
        }
    }
}

async fn archive(config: &Config) -> Result<String> {
    let place = config.archive();
    let there = archive::look(&place).await.map_err(|error| {
        let error = anyhow::Error::from(error);
        let hint = compose::archive_hint(&format!("{error:#}"));
        error.context(format!("{} does not answer{hint}", place.url))
    })?;
    let standing = if there {
        "there is one"
    } else {
        "nothing is there yet: it is made at the first start"
    };
    let lock = archive::lock_standing(&place).await;
    match lock.with_context(|| format!("{} does not tell of its Object Lock", place.url))? {
        None => Ok(standing.to_owned()),
        Some(lock) => Ok(format!("{standing}; {}", locked(&lock, &place.url)?)),
    }
}

/// What a bucket that is to lock says of it, and what to do.
fn locked(lock: &LockStanding, url: &str) -> Result<String> {
    let bucket = url.strip_prefix("s3://").unwrap_or(url);
    let bucket = bucket.split_once('/').map_or(bucket, |(bucket, _)| bucket);
    match lock {
        LockStanding::On { lets_go } => Ok(format!(
            "its bucket has Object Lock on{}",
            match lets_go {
                Some(true) => "",
                Some(false) => {
                    ", and no lifecycle rule with NoncurrentVersionExpiration: what was deleted stays for ever, after its lock too"
                }
                None => {
                    "; whether a lifecycle rule deletes old versions cannot be seen without s3:GetLifecycleConfiguration"
                }
            }
        )),
        LockStanding::Off => Err(anyhow!(
            "object_lock is configured, and bucket {bucket} has no Object Lock: it would refuse every file. Its owner turns it on with \
             `aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled` and then \
             `aws s3api put-object-lock-configuration --bucket {bucket} --object-lock-configuration ObjectLockEnabled=Enabled`; \
             other stores want a bucket that was made with it (`aws s3api create-bucket --bucket NAME --object-lock-enabled-for-bucket`)"
        )),
        LockStanding::Unknown(why) => Ok(format!(
            "whether its bucket has Object Lock on it does not say ({why}): without, it refuses every file; \
             the key needs s3:GetBucketObjectLockConfiguration to see it"
        )),
    }
}

async fn sinks(config: &Config) -> Vec<Tried> {
    let tried = config.export.sink.iter().map(|sink| async move {
        let probed = match sink.outlet() {
            Ok(outlet) => outlet.sink.probe().await.map_err(anyhow::Error::from),
            Err(error) => Err(error.into()),
        };
        let name = &sink.name;
        let said = probed.map(|said| format!("{name}: {said}"));
        (
            "export",
            said.with_context(|| format!("[[export.sink]] {name}")),
        )
    });
    futures::future::join_all(tried).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_cannot_lock_is_a_fault_that_says_what_to_do() {
        let said = |lock: LockStanding| {
            let said = locked(&lock, "s3://records/firn/archive");
            said.map_err(|error| error.to_string())
        };
        let off = said(LockStanding::Off).unwrap_err();
        assert!(
            off.contains("put-object-lock-configuration --bucket records "),
            "{off}"
        );
        for (lock, part) in [
            (
                LockStanding::On {
                    lets_go: Some(true),
                },
                "has Object Lock on",
            ),
            (
                LockStanding::On {
                    lets_go: Some(false),
                },
                "stays for ever",
            ),
            (
                LockStanding::On { lets_go: None },
                "s3:GetLifecycleConfiguration",
            ),
            (
                LockStanding::Unknown("403, AccessDenied".to_owned()),
                "(403, AccessDenied)",
            ),
        ] {
            let told = said(lock).unwrap();
            assert!(told.contains(part), "{told}");
        }
    }
}
