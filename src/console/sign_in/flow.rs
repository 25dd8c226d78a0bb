//! The code flow itself: what waits for the provider's answer, and the answer's exchange for a token.
//!
//! Enters: `[console]`, random bytes, the time. Leaves: an address to send a browser to; later the ID token, whose signature, audience and
//! nonce were checked. Never here: cookies, or a token in an error.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Context as _;
use door::Secret;
use door::browser::later;
use event::TimeNs;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::config::{CALLBACK, ConsoleConfig};

/// A sign-in must be through within this.
const WAIT_MAX: Duration = Duration::from_secs(600);
/// Sign-ins that wait for the provider at once; one more takes the place of the oldest.
const WAITING_MAX: usize = 1024;
/// How long the provider may take to answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

/// The client at `provider`: its type says which endpoints are known, so it is made in place.
macro_rules! client {
    ($flow:expr, $provider:expr) => {
        CoreClient::from_provider_metadata(
            $provider,
            ClientId::new($flow.config.client_id.clone()),
            $flow
                .secret
                .as_ref()
                .map(|secret| ClientSecret::new(secret.to_string())),
        )
        .set_redirect_uri($flow.redirect.clone())
    };
}

/// Why a browser is not signed in. Nothing of a token or a code is in it.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// Its answer belongs to no sign-in of this browser, or comes too late.
    #[error("the sign-in is not one that this browser began here, or took too long")]
    Stale,
    /// The provider said no.
    #[error("the identity provider refused the sign-in")]
    Refused,
    /// The provider cannot be asked.
    #[error("the identity provider cannot be asked: {0}")]
    Provider(String),
    /// The token is not for firn.
    #[error("the identity provider's token is not taken: {0}")]
    Token(String),
}

impl FlowError {
    /// The word by which the page knows it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::Provider(_) => "provider",
            Self::Token(_) => "token",
        }
    }
}

/// The flow of one client at one provider.
pub struct Flow {
    config: ConsoleConfig,
    secret: Option<Zeroizing<String>>,
    redirect: RedirectUrl,
    issuer: IssuerUrl,
    http: openidconnect::reqwest::Client,
    waiting: Mutex<HashMap<String, Waiting>>,
    /// What the provider said of itself, and until when that is good for beginning.
    known: Mutex<Option<(CoreProviderMetadata, TimeNs)>>,
}

/// A sign-in that waits for the provider's answer.
pub struct Waiting {
    /// Proves that who brings the code is who asked for it.
    pub verifier: PkceCodeVerifier,
    /// Binds the token to this sign-in.
    pub nonce: Nonce,
    /// Where the browser goes then.
    pub to: String,
    until: TimeNs,
}

impl Flow {
    /// Checks `config`; asks the provider nothing yet.
    pub fn new(config: &ConsoleConfig) -> anyhow::Result<Self> {
        let secret = config.client_secret.as_ref().map(Secret::read).transpose();
        let redirect = config.url.join(CALLBACK).context("[console] url")?;
        let http = openidconnect::reqwest::Client::builder()
            .redirect(openidconnect::reqwest::redirect::Policy::none())
            .timeout(PROVIDER_TIMEOUT)
            .build()
            .context("no HTTP client for the issuer")?;
        Ok(Self {
            secret: secret.context("[console] client_secret")?,
            redirect: RedirectUrl::from_url(redirect),
            issuer: IssuerUrl::new(config.issuer.clone()).context("[console] issuer")?,
            config: config.clone(),
            http,
            waiting: Mutex::default(),
            known: Mutex::default(),
        })
    }

    /// Whether browsers come by https.
    pub fn is_secure(&self) -> bool {
        self.config.is_secure()
    }

    /// Begins a sign-in: where to send the browser, and the state that its answer must bring.
    pub async fn begin(
        &self,
        to: String,
        random: [u8; 32],
        now: TimeNs,
    ) -> Result<(String, String), FlowError> {
        let provider = self.known(now).await?;
        let client = client!(self, provider);
        let state = hex::encode(random);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let begun = state.clone();
        let scopes = self.config.scopes.iter().filter(|scope| *scope != "openid");
        let (address, _, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(begun),
                Nonce::new_random,
            )
            .add_scopes(scopes.cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        let until = later(now, WAIT_MAX);
        let one = Waiting {
            verifier,
            nonce,
            to,
            until,
        };
        let mut waiting = self.waiting.lock();
        waiting.retain(|_, one| now < one.until);
        if waiting.len() >= WAITING_MAX {
            let oldest = waiting.iter().min_by_key(|(_, one)| one.until);
            if let Some(oldest) = oldest.map(|(state, _)| state.clone()) {
                waiting.remove(&oldest);
            }
        }
        waiting.insert(state.clone(), one);
        Ok((address.into(), state))
    }

    /// The sign-in that began with `state`, once.
    pub fn waiting(&self, state: &str, now: TimeNs) -> Option<Waiting> {
        let found = self.waiting.lock().remove(state);
        found.filter(|one| now < one.until)
    }

    /// The ID token for `code`.
    pub async fn redeem(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
        nonce: &Nonce,
    ) -> Result<Zeroizing<String>, FlowError> {
        let provider = self.provider().await?;
        let client = client!(self, provider);
        let exchange = client.exchange_code(AuthorizationCode::new(code));
        let exchange = exchange.map_err(|error| FlowError::Provider(error.to_string()))?;
        let answer = exchange
            .set_pkce_verifier(verifier)
            .request_async(&self.http)
            .await;
        // The provider's own words may quote the code.
        let answer = answer.map_err(|_| FlowError::Refused)?;
        let missing =
            || FlowError::Token("there is no ID token: ask for the scope openid".to_owned());
        let token = answer.id_token().ok_or_else(missing)?;
        // Further audiences are no fault: whether one of them is firn's is for `Authenticate` to say, as with every token.
        let checks = client
            .id_token_verifier()
            .set_other_audience_verifier_fn(|_| true);
        let checked = token.claims(&checks, nonce);
        checked.map_err(|error| FlowError::Token(error.to_string()))?;
        Ok(Zeroizing::new(token.to_string()))
    }

    /// The provider as it was lately: whoever may ask to begin must not make firn ask the provider each time.
    async fn known(&self, now: TimeNs) -> Result<CoreProviderMetadata, FlowError> {
        let known = self.known.lock().clone();
        if let Some((provider, _)) = known.filter(|(_, until)| now < *until) {
            return Ok(provider);
        }
        let provider = self.provider().await?;
        *self.known.lock() = Some((provider.clone(), later(now, WAIT_MAX)));
        Ok(provider)
    }

    /// The provider and its keys as they are now.
    async fn provider(&self) -> Result<CoreProviderMetadata, FlowError> {
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        found.map_err(|error| FlowError::Provider(error.to_string()))
    }
}
