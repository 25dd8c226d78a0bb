//! Result chunks from cloud storage: a plain GET of a pre-signed address.
//!
//! Enters: an address and its headers, both from upstream. Leaves: status and body as they come. Never here: a token.

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::{BodyDataStream, Full};

use super::client::Client;
use crate::delivery::{ChunkFetched, ChunkSource, ChunkSourceError};

#[async_trait]
impl ChunkSource for Client {
    async fn fetch(
        &self,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<ChunkFetched, ChunkSourceError> {
        let uri: Uri = url.parse().map_err(|_| ChunkSourceError)?;
        let mut request = Request::get(uri);
        for (name, value) in headers {
            let name = HeaderName::try_from(name).map_err(|_| ChunkSourceError)?;
            let mut value = HeaderValue::try_from(value).map_err(|_| ChunkSourceError)?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let request = request
            .body(Full::new(Bytes::new()))
            .map_err(|_| ChunkSourceError)?;
        let asked = tokio::time::timeout(self.patience(), self.http().request(request));
        let response = asked
            .await
            .map_err(|_| ChunkSourceError)?
            .map_err(|_| ChunkSourceError)?;
        let status = response.status();
        let body = BodyDataStream::new(response.into_body())
            .map(|piece| piece.map_err(std::io::Error::other))
            .boxed();
        Ok(ChunkFetched { status, body })
    }
}
