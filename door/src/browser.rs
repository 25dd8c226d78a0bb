//! Browsers that signed in: a cookie stands for the token that this process keeps.
//!
//! Enters: a proved token with its end, random bytes; later the headers of requests. Leaves: cookies, and the token again, which is then
//! verified like any other. Never here: who somebody is (see [`crate::who`]); an id or a token in clear in the table's keys, in an error
//! or in a log; a write on the word of the cookie alone.

use std::collections::HashMap;
use std::time::Duration;

use event::TimeNs;
use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use parking_lot::Mutex;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::limits::{BROWSER_SESSION_MAX, BROWSERS_MAX};

/// What a page sends back with every write, from [`Browsers::seen`]: another site's page can send the cookie, but cannot read this.
pub const CSRF_HEADER: HeaderName = HeaderName::from_static("x-firn-csrf");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Everybody who signed in with a browser, in this process.
pub struct Browsers {
    name: String,
    secure: bool,
    kept: Mutex<HashMap<[u8; 32], Kept>>,
}

struct Kept {
    token: Zeroizing<String>,
    csrf: Zeroizing<String>,
    expires: TimeNs,
}

/// A browser that is signed in.
pub struct Seen {
    /// The token it signed in with.
    pub token: Zeroizing<String>,
    /// What its page sends in [`CSRF_HEADER`].
    pub csrf: Zeroizing<String>,
}

/// A request on the word of a cookie, refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// It changes something, and lacks the header or has another.
    #[error(
        "the request lacks the page's own {CSRF_HEADER} header, so it may come from another site"
    )]
    Unmarked,
    /// The browser itself says that another site asks.
    #[error("the browser says that another site sent the request")]
    Foreign,
}

impl Browsers {
    /// None yet. Cookies do not know ports, so where there is no host of our own their name does: `secure` is whether browsers come by https.
    pub fn new(secure: bool, port: u16) -> Self {
        let name = if secure {
            "__Host-firn".to_owned()
        } else {
            format!("firn_{port}")
        };
        let kept = Mutex::default();
        Self { name, secure, kept }
    }

    /// Keeps `token` for a browser, which gets a new id whatever it had; the header that tells it so.
    pub fn open(
        &self,
        token: Zeroizing<String>,
        expires: TimeNs,
        now: TimeNs,
        random: [[u8; 32]; 2],
    ) -> Option<HeaderValue> {
        let [id, csrf] = random.map(|bytes| Zeroizing::new(hex::encode(bytes)));
        let expires = expires.min(later(now, BROWSER_SESSION_MAX));
        let mut kept = self.kept.lock();
        kept.retain(|_, one| now < one.expires);
        if kept.len() >= BROWSERS_MAX {
            let first = kept.iter().min_by_key(|(_, one)| one.expires);
            if let Some(first) = first.map(|(key, _)| *key) {
                kept.remove(&first);
            }
        }
        let one = Kept {
            token,
            csrf,
            expires,
        };
        kept.insert(key(&id), one);
        self.cookie(&id, None)
    }

    /// Forgets the browser of `headers`, if it is known; the header that lets it forget too.
    pub fn close(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        if let Some(id) = cookie(headers, &self.name) {
            self.kept.lock().remove(&key(id));
        }
        self.cookie("", Some(0))
    }

    /// The browser of `headers`, if it is signed in.
    pub fn seen(&self, headers: &HeaderMap, now: TimeNs) -> Option<Seen> {
        let id = cookie(headers, &self.name)?;
        let kept = self.kept.lock();
        let one = kept.get(&key(id)).filter(|one| now < one.expires)?;
        Some(Seen {
            token: one.token.clone(),
            csrf: one.csrf.clone(),
        })
    }

    fn cookie(&self, value: &str, age: Option<u32>) -> Option<HeaderValue> {
        let (name, secure) = (&self.name, if self.secure { "; Secure" } else { "" });
        let age = age.map_or_else(String::new, |age| format!("; Max-Age={age}"));
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
        HeaderValue::from_str(&text).ok()
    }
}

impl Seen {
    /// Whether a request with this browser's cookie is its page's own.
    pub fn admits(&self, method: &Method, headers: &HeaderMap) -> Result<(), Forged> {
        if method.is_safe() {
            return Ok(());
        }
        let site = headers.get(FETCH_SITE);
        if site.is_some_and(|site| site != "same-origin") {
            return Err(Forged::Foreign);
        }
        let sent = headers
            .get(CSRF_HEADER)
            .map_or(&b""[..], HeaderValue::as_bytes);
        if bool::from(sent.ct_eq(self.csrf.as_bytes())) {
            Ok(())
        } else {
            Err(Forged::Unmarked)
        }
    }
}

/// The value of the cookie `name`; none where there are two, and which one counts would be a matter of who reads.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
    let mut values = pairs
        .filter(|(key, _)| *key == name)
        .map(|(_, value)| value);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

fn key(id: &str) -> [u8; 32] {
    *blake3::hash(id.as_bytes()).as_bytes()
}

/// `now` and `by`.
pub fn later(now: TimeNs, by: Duration) -> TimeNs {
    let by = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
    TimeNs(now.0.saturating_add(by))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn open(browsers: &Browsers, token: &str, expires: i64, seed: u8) -> String {
        let random = [[seed; 32], [seed.wrapping_add(1); 32]];
        let token = Zeroizing::new(token.to_owned());
        let said = browsers.open(token, TimeNs(expires), TimeNs(0), random);
        let said = said.unwrap().to_str().unwrap().to_owned();
        said.split(';').next().unwrap().to_owned()
    }

    #[test]
    fn a_cookie_stands_for_its_token_until_it_ends() {
        let browsers = Browsers::new(false, 8086);
        let (ana, olga) = (
            open(&browsers, "ana", 50, 1),
            open(&browsers, "olga", 90, 3),
        );
        assert!(ana.starts_with("firn_8086=") && ana != olga);
        let token = |cookie: &str, now: i64| {
            let seen = browsers.seen(&headers(&[("cookie", cookie)]), TimeNs(now));
            seen.map(|seen| seen.token.to_string())
        };
        assert_eq!(token(&ana, 49).as_deref(), Some("ana"));
        assert_eq!(token(&format!("a=b; {olga}"), 49).as_deref(), Some("olga"));
        assert_eq!(token(&ana, 50), None, "it ends with its token");
        assert_eq!(token(&format!("{ana}; {olga}"), 1), None, "two of them");
        assert_eq!(token("firn_8086=", 1), None);
        assert_eq!(token(&olga.replace("firn_8086", "firn_8087"), 1), None);
        let gone = browsers.close(&headers(&[("cookie", &olga)])).unwrap();
        assert!(gone.to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(token(&olga, 1), None, "signed out");
    }

    #[test]
    fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
        for (secure, want) in [
            (
                true,
                "__Host-firn=x; Path=/; HttpOnly; SameSite=Strict; Secure",
            ),
            (false, "firn_8086=x; Path=/; HttpOnly; SameSite=Strict"),
        ] {
            assert_eq!(Browsers::new(secure, 8086).cookie("x", None).unwrap(), want);
        }
    }

    #[test]
    fn writes_need_what_only_the_page_can_read() {
        let browsers = Browsers::new(false, 1);
        let cookie = open(&browsers, "olga", 90, 1);
        let seen = browsers
            .seen(&headers(&[("cookie", &cookie)]), TimeNs(1))
            .unwrap();
        let csrf = seen.csrf.to_string();
        let of =
            |method: Method, lines: &[(&'static str, &str)]| seen.admits(&method, &headers(lines));
        assert_eq!(of(Method::GET, &[]), Ok(()));
        assert_eq!(of(Method::POST, &[]), Err(Forged::Unmarked));
        assert_eq!(
            of(Method::POST, &[("x-firn-csrf", "")]),
            Err(Forged::Unmarked)
        );
        assert_eq!(of(Method::POST, &[("x-firn-csrf", &csrf)]), Ok(()));
        let own = [
            ("x-firn-csrf", csrf.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        assert_eq!(of(Method::POST, &own), Ok(()));
        for site in ["cross-site", "same-site", "none"] {
            let lines = [("x-firn-csrf", csrf.as_str()), ("sec-fetch-site", site)];
            assert_eq!(of(Method::POST, &lines), Err(Forged::Foreign), "{site}");
        }
    }

    #[test]
    fn who_signs_in_when_all_places_are_taken_takes_the_place_of_who_leaves_first() {
        let browsers = Browsers::new(false, 1);
        for index in 0..=BROWSERS_MAX {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&index.to_le_bytes());
            let expires = TimeNs(1_000_000 - i64::try_from(index).unwrap());
            let _ = browsers.open(Zeroizing::default(), expires, TimeNs(0), [id, id]);
        }
        assert_eq!(browsers.kept.lock().len(), BROWSERS_MAX);
    }
}
