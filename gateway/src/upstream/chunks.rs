//! Result chunks from cloud storage: a plain GET of a pre-signed address.
//!
//! Enters: an address and its headers, both from upstream. Leaves: status and body as they come. Never here: a token.

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderName, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyDataStream, Full};

use super::client::Client;
use crate::delivery::{ChunkBody, ChunkSource, ChunkSourceError};

#[async_trait]
impl ChunkSource for Client {
    async fn fetch(
        &self,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<ChunkBody, ChunkSourceError> {
        let uri: Uri = url.parse().map_err(|_| ChunkSourceError::Unreachable)?;
        let mut request = Request::get(uri);
        for (name, value) in headers {
            let name = HeaderName::try_from(name).map_err(|_| ChunkSourceError::Unreachable)?;
            let mut value =
                HeaderValue::try_from(value).map_err(|_| ChunkSourceError::Unreachable)?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::new()))
            .map_err(|_| ChunkSourceError::Unreachable)?;
        let asked = tokio::time::timeout(self.patience(), self.http().request(request));
        let response = asked
            .await
            .map_err(|_| ChunkSourceError::Unreachable)?
            .map_err(|_| ChunkSourceError::Unreachable)?;
        match response.status() {
            StatusCode::OK => Ok(BodyDataStream::new(response.into_body())
                .map(|piece| piece.map_err(std::io::Error::other))
                .boxed()),
            status if for_good(status) => Err(ChunkSourceError::ForGood(status.as_u16())),
            status => Err(ChunkSourceError::NotNow(status.as_u16())),
        }
    }
}

fn for_good(status: StatusCode) -> bool {
    let worth_a_retry = [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    status.is_client_error() && !worth_a_retry.contains(&status)
}
