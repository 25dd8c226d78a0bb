//! Requests as a store gets them: which carry a lock, and whether it is signed.

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::{ObjectStore, PutMode, PutOptions};

use super::*;

/// Keeps what it is asked, and says that it was done.
#[derive(Clone, Debug, Default)]
struct Heard(Arc<Mutex<Vec<HttpRequest>>>);

#[async_trait]
impl HttpService for Heard {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.0.lock().push(request);
        let mut answer = HttpResponse::new(Vec::<u8>::new().into());
        let tag = HeaderValue::from_static("\"e1\"");
        answer.headers_mut().insert("etag", tag);
        Ok(answer)
    }
}

impl HttpConnector for Heard {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl Heard {
    /// A header of the only request.
    fn header(&self, name: &str) -> Option<String> {
        let heard = self.0.lock();
        assert_eq!(heard.len(), 1);
        let value = heard[0].headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }
}

/// What reaches a bucket under a lock of thirty days when `options` put something there.
async fn heard(options: PutOptions, payload_is_signed: bool) -> Heard {
    let heard = Heard::default();
    let lock = ObjectLock {
        mode: LockMode::Compliance,
        days: 30,
    };
    let keys = Keys::new("eu-central-1".to_owned());
    let store = AmazonS3Builder::new()
        .with_bucket_name("records")
        .with_region("eu-central-1")
        .with_access_key_id("key")
        .with_secret_access_key("secret")
        .with_unsigned_payload(!payload_is_signed)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_checksum_algorithm(object_store::aws::Checksum::SHA256)
        .with_http_connector(keys.connector(lock, heard.clone()))
        .build()
        .unwrap();
    keys.take(&store);
    let path = Path::from("firn/events/partition=events-0/1.parquet");
    let put = store.put_opts(&path, "rows".into(), options);
    put.await.unwrap();
    heard
}

/// Names of the headers that a request's signature is over.
fn signed(heard: &Heard) -> Vec<String> {
    let authorization = heard.header("authorization").unwrap();
    let (_, names) = authorization.split_once("SignedHeaders=").unwrap();
    let (names, _) = names.split_once(',').unwrap();
    names.split(';').map(str::to_owned).collect()
}

#[tokio::test]
async fn a_file_of_the_record_is_put_with_its_lock_signed() {
    for payload_is_signed in [true, false] {
        let heard = heard(crate::object::once(), payload_is_signed).await;
        assert_eq!(heard.header(MODE).unwrap(), "COMPLIANCE");
        let until = heard.header(UNTIL).unwrap();
        let until = NaiveDateTime::parse_from_str(&until, "%Y-%m-%dT%H:%M:%SZ").unwrap();
        let at = heard.header(SIGNED_AT).unwrap();
        let at = NaiveDateTime::parse_from_str(&at, "%Y%m%dT%H%M%SZ").unwrap();
        // It was counted from the first signature, this is the second's time.
        assert!((29..=30).contains(&(until - at).num_days()), "{until} {at}");
        let signed = signed(&heard);
        for name in [MODE, UNTIL, BODY, SIGNED_AT, "host", "if-none-match"] {
            assert!(
                signed.iter().any(|signed| signed == name),
                "{name}: {signed:?}"
            );
        }
        // Nothing that a store would want signed is left out.
        let request = heard.0.lock().remove(0);
        for name in request.headers().keys() {
            let name = name.as_str();
            assert!(
                !name.starts_with("x-amz-") || signed.iter().any(|signed| signed == name),
                "{name}: {signed:?}"
            );
        }
        let checked = request.headers().get("x-amz-checksum-sha256");
        assert!(
            checked.is_some(),
            "S3 refuses a lock on what it cannot check"
        );
        let body = request.headers().get(BODY).unwrap();
        assert_eq!(body.as_bytes() == UNSIGNED, !payload_is_signed);
    }
}

#[tokio::test]
async fn what_changes_or_is_cleaned_up_is_not_locked() {
    for mode in [PutMode::Overwrite, PutMode::Create] {
        let heard = heard(PutOptions::from(mode), true).await;
        assert_eq!((heard.header(MODE), heard.header(UNTIL)), (None, None));
        assert!(heard.header("authorization").is_some());
    }
}

#[tokio::test]
async fn a_lock_signs_what_the_library_would_have_signed() {
    // The body's hash is in the signature: signed again over another one, every put would be refused.
    let locked = heard(crate::object::once(), true).await;
    let plain = heard(PutOptions::from(PutMode::Create), true).await;
    assert_eq!(locked.header(BODY), plain.header(BODY));
    assert_eq!(locked.header("host"), plain.header("host"));
}

#[test]
fn a_date_is_counted_in_days_of_the_calendar() {
    for (at, days, then) in [
        ("20261201T093005Z", 1, Some("2026-12-02T09:30:05Z")),
        ("20280228T235959Z", 1, Some("2028-02-29T23:59:59Z")),
        ("20261201T000000Z", 365, Some("2027-12-01T00:00:00Z")),
        ("20261201T000000Z", 36_500, Some("2126-11-07T00:00:00Z")),
        ("2026-12-01T00:00:00Z", 1, None),
        ("", 1, None),
    ] {
        assert_eq!(until(at, days).as_deref(), then, "{at} {days}");
    }
}
