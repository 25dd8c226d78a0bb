//! Files to and from storage by plain HTTP: Google's and Azure's.
//!
//! Enters: an address, a file, what storage keeps beside it. Leaves: the file, with what was kept beside it. Never here: an error's text.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use serde::Deserialize;
use serde_json::json;

use super::cipher::Envelope;
use super::{Beside, StorageError};
use crate::upstream::client::{Client, root_cause};

type Headers = Vec<(&'static str, String)>;

const GOOG_ENCRYPTION: &str = "x-goog-meta-encryptiondata";
const GOOG_DESCRIBES: &str = "x-goog-meta-matdesc";
const AZURE_ENCRYPTION: &str = "x-ms-meta-encryptiondata";
const AZURE_DESCRIBES: &str = "x-ms-meta-matdesc";

/// What Google's storage keeps beside a file.
pub(super) fn goog(beside: &Beside) -> Headers {
    let mut headers = Headers::new();
    if let Some(digest) = beside.digest_text() {
        headers.push(("x-goog-meta-sfc-digest", digest));
    }
    if let Some(envelope) = &beside.envelope {
        headers.push((GOOG_ENCRYPTION, written(envelope)));
        headers.push((GOOG_DESCRIBES, envelope.describes.clone()));
    }
    headers
}

/// What Azure's storage keeps beside a file.
pub(super) fn azure(beside: &Beside) -> Headers {
    let mut headers = vec![("x-ms-blob-type", "BlockBlob".to_owned())];
    if let Some(digest) = beside.digest_text() {
        headers.push(("x-ms-meta-sfcdigest", digest));
    }
    if let Some(envelope) = &beside.envelope {
        headers.push((AZURE_ENCRYPTION, written(envelope)));
        headers.push((AZURE_DESCRIBES, envelope.describes.clone()));
    }
    headers
}

/// An envelope in the form of the Java client, which all clients read.
fn written(envelope: &Envelope) -> String {
    json!({
        "EncryptionMode": "FullBlob",
        "WrappedContentKey": {
            "KeyId": "symmKey1",
            "EncryptedKey": envelope.key,
            "Algorithm": "AES_CBC_256",
        },
        "EncryptionAgent": { "Protocol": "1.0", "EncryptionAlgorithm": "AES_CBC_256" },
        "ContentEncryptionIV": envelope.iv,
        "KeyWrappingMetadata": { "EncryptionLibrary": "Java 5.3.0" },
    })
    .to_string()
}

fn read(headers: &HeaderMap) -> Result<Option<Envelope>, StorageError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Written {
        wrapped_content_key: Wrapped,
        #[serde(rename = "ContentEncryptionIV")]
        iv: String,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Wrapped {
        encrypted_key: String,
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(encryption) = text(GOOG_ENCRYPTION).or_else(|| text(AZURE_ENCRYPTION)) else {
        return Ok(None);
    };
    // What is not encrypted may say so.
    let read: Option<Written> =
        serde_json::from_str(encryption).map_err(|_| StorageError::Encryption)?;
    let describes = text(GOOG_DESCRIBES).or_else(|| text(AZURE_DESCRIBES));
    Ok(read.map(|read| Envelope {
        key: read.wrapped_content_key.encrypted_key,
        iv: read.iv,
        describes: describes.unwrap_or_default().to_owned(),
    }))
}

/// Puts a file there.
pub(super) async fn put(
    client: &Client,
    url: &str,
    file: Bytes,
    headers: Headers,
) -> Result<(), StorageError> {
    let answer = ask(client, Method::PUT, url, headers, file).await?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(refused(status)),
    }
}

/// Takes a file from there, and what opens it.
pub(super) async fn get(
    client: &Client,
    url: &str,
    limit_bytes: usize,
    token: Option<&String>,
) -> Result<(Bytes, Option<Envelope>), StorageError> {
    let headers = token.map(|token| ("authorization", format!("Bearer {token}")));
    let headers = headers.into_iter().collect();
    let answer = ask(client, Method::GET, url, headers, Bytes::new()).await?;
    if answer.status() != StatusCode::OK {
        return Err(refused(answer.status()));
    }
    let envelope = read(answer.headers())?;
    let mut body = answer.into_body();
    let mut file = BytesMut::new();
    let all = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| StorageError::Unreachable)?;
            let Ok(piece) = frame.into_data() else {
                continue;
            };
            if file.len() + piece.len() > limit_bytes {
                return Err(StorageError::TooLarge { limit_bytes });
            }
            file.extend_from_slice(&piece);
        }
        Ok(())
    };
    let read = tokio::time::timeout(client.patience(), all).await;
    read.map_err(|_| StorageError::Unreachable)??;
    Ok((file.freeze(), envelope))
}

async fn ask(
    client: &Client,
    method: Method,
    url: &str,
    headers: Headers,
    file: Bytes,
) -> Result<Response<Incoming>, StorageError> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        let mut value = HeaderValue::try_from(value).map_err(|_| StorageError::Address)?;
        value.set_sensitive(true);
        request = request.header(name, value);
    }
    let request = request.body(Full::new(file));
    let request = request.map_err(|_| StorageError::Address)?;
    let asked = tokio::time::timeout(client.patience(), client.http().request(request));
    let answer = asked.await.map_err(|_| StorageError::Unreachable)?;
    answer.map_err(|error| {
        // Of this side of the connection: names, sockets, certificates.
        let cause = root_cause(&error);
        tracing::warn!(cause, "the stage's storage cannot be reached");
        StorageError::Unreachable
    })
}

fn refused(status: StatusCode) -> StorageError {
    let passing = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    match status {
        StatusCode::NOT_FOUND => StorageError::NotThere,
        status if status.is_server_error() || passing.contains(&status) => {
            StorageError::NotNow(status.as_u16())
        }
        status => StorageError::ForGood(status.as_u16()),
    }
}
