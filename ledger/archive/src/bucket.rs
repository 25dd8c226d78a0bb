//! What a bucket says of its Object Lock.
//!
//! Enters: the configuration of an archive that is to be locked. Leaves: whether its bucket can, and whether it lets go what is locked no more.
//! Never here: a change of the bucket; its owner makes those.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3;
use object_store::client::{HttpRequest, HttpRequestBody, HttpResponse};
use object_store::path::Path;
use object_store::signer::Signer as _;

use crate::location::{ArchiveConfig, LocationError, s3};
use crate::lock::Keys;

/// Whether a bucket can lock what is put there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockStanding {
    /// It can.
    On {
        /// It has a rule that deletes old versions, which it keeps for ever otherwise; none if that cannot be seen.
        lets_go: Option<bool>,
    },
    /// It cannot: every put of a locked object is refused.
    Off,
    /// It does not say; why.
    Unknown(String),
}

/// Asks the bucket of `config`; none if nothing is to be locked there. An error if the store does not answer.
pub async fn lock_standing(config: &ArchiveConfig) -> Result<Option<LockStanding>, LocationError> {
    let Some(bucket) = Bucket::of(config)? else {
        return Ok(None);
    };
    let (status, said) = bucket.told("object-lock").await?;
    if status == 200 && said.contains("<ObjectLockEnabled>Enabled</ObjectLockEnabled>") {
        let lets_go = lets_go(&bucket.told("lifecycle").await?);
        return Ok(Some(LockStanding::On { lets_go }));
    }
    Ok(Some(without_lock(status, &said)))
}

/// What an answer means that does not say that there is one.
fn without_lock(status: u16, said: &str) -> LockStanding {
    match status {
        // The last two of a store that knows nothing of locks.
        200 | 404 | 405 | 501 => LockStanding::Off,
        _ => {
            let code = between(said, "<Code>", "</Code>").unwrap_or("no reason");
            LockStanding::Unknown(format!("{status}, {code}"))
        }
    }
}

/// Whether rules of a bucket's lifecycle delete versions that are no longer current.
fn lets_go((status, said): &(u16, String)) -> Option<bool> {
    match status {
        200 => Some(said.contains("<NoncurrentVersionExpiration>")),
        404 => Some(false),
        _ => None,
    }
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    Some(rest.split_once(close)?.0)
}

/// A bucket that can be asked what the library knows no question for.
pub(crate) struct Bucket {
    store: AmazonS3,
    keys: Arc<Keys>,
}

impl Bucket {
    /// That of an archive that is to be locked.
    pub(crate) fn of(config: &ArchiveConfig) -> Result<Option<Self>, LocationError> {
        if config.object_lock.is_none() || !config.url.starts_with("s3://") {
            return Ok(None);
        }
        let (store, keys, _) = s3(config)?;
        Ok(keys.map(|keys| Self { store, keys }))
    }

    /// What the bucket says of one of its settings: status and text.
    async fn told(&self, setting: &str) -> Result<(u16, String), LocationError> {
        let request = HttpRequest::new(HttpRequestBody::empty());
        let answer = self.ask(request, &Path::default(), setting).await?;
        let status = answer.status().as_u16();
        let body = answer.into_body().bytes().await.map_err(fault)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Sends `request`, which has a method, perhaps headers, and no body, to an object, or with an empty path to the bucket itself; what
    /// was answered, refusals too.
    pub(crate) async fn ask(
        &self,
        mut request: HttpRequest,
        path: &Path,
        query: &str,
    ) -> Result<HttpResponse, LocationError> {
        // The library tells where a bucket is by signing an address. That signature goes again: the headers carry the one that counts.
        let method = request.method().clone();
        let signed = self.store.signed_url(method, path, Duration::from_secs(60));
        let mut url = signed.await.map_err(LocationError::Ask)?;
        let place = url.path().trim_end_matches('/').to_owned();
        url.set_path(&place);
        url.set_query((!query.is_empty()).then_some(query));
        let uri = url.as_str().parse();
        *request.uri_mut() = uri.map_err(|_| fault(format!("{url} is no address")))?;
        self.keys.sign(&mut request).await.map_err(fault)?;
        let client = self.keys.client();
        let client = client.ok_or_else(|| fault("it was never connected"))?;
        client.execute(request).await.map_err(fault)
    }
}

fn fault(source: impl Into<Box<dyn Error + Send + Sync>>) -> LocationError {
    LocationError::Ask(object_store::Error::Generic {
        store: "S3",
        source: source.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_understood() {
        let refused = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
        for (status, said, means) in [
            (
                404,
                "<Code>ObjectLockConfigurationNotFoundError</Code>",
                LockStanding::Off,
            ),
            (200, "<ObjectLockConfiguration/>", LockStanding::Off),
            (501, "", LockStanding::Off),
            // Such as a wrong region.
            (400, "", LockStanding::Unknown("400, no reason".to_owned())),
            (
                403,
                refused,
                LockStanding::Unknown("403, AccessDenied".to_owned()),
            ),
            (503, "", LockStanding::Unknown("503, no reason".to_owned())),
        ] {
            assert_eq!(without_lock(status, said), means, "{status} {said}");
        }
        let rule = "<Rule><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule>";
        for (status, said, means) in [
            (200, rule, Some(true)),
            (200, "<Rule><Expiration/></Rule>", Some(false)),
            (
                404,
                "<Code>NoSuchLifecycleConfiguration</Code>",
                Some(false),
            ),
            (403, refused, None),
        ] {
            assert_eq!(
                lets_go(&(status, said.to_owned())),
                means,
                "{status} {said}"
            );
        }
    }
}
