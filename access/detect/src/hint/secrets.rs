//! Names of columns under which secrets stand: passwords, tokens, keys, seeds, in the abbreviations and languages people use.
//!
//! Enters: the words of a name. Leaves: whether secrets stand there, and how much their cells must look drawn. Never here: cells.

use super::index::Index;

/// How much the cells of a column must bear out that they are secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// Its name says so: anything a person could have thought up will do.
    #[default]
    Any,
    /// Keys of a service: cells must be drawn, if only in hex.
    Key,
    /// The id of a session: cells must be drawn of more than hex, which ids that open nothing are as often.
    Woven,
    /// A bare `key` or `token`: cells must be drawn of more than hex, which surrogate keys are too.
    Drawn,
}

/// Passwords and secrets, words that say so wherever they stand.
static SURE: Index = Index::new(
    "\
    password passwords passwd passwrd passwort pwd pswd psswd pwrd passphrase passcode passkey secret secrets scrt \
    secr privkey prvkey credential credentials creds apikey sshkey psk kennwort senha wachtwoord contrasena contraseña \
    clave haslo hasło heslo jelszo jelszó lozinka geslo salasana losenord lösenord adgangskode passord parool \
    slaptazodis slaptažodis sifre şifre parola otp wifipass dbpass dbpwd mdp sandi totp hotp pinblock phpsessid jsessionid \
    пароль пароля парола гасло лозинка секрет κωδικός סיסמה סיסמא पासवर्ड รหัสผ่าน 密码 密碼 口令 密钥 密鑰 秘钥 金鑰 \
    パスワード 暗証番号 秘密鍵 비밀번호 암호 시크릿",
);

/// The same, as parts of a name that lines may divide.
static SURE_PARTS: Index = Index::new(
    "\
    apikey apitoken accesstoken authtoken refreshtoken sessiontoken sessiontkn sesstoken sesstok sesstkn idtoken \
    securitytoken resettoken invitetoken magictoken verificationtoken logintoken usertoken bottoken \
    servicetoken admintoken deploytoken personaltoken oauthtoken bearertoken authtok acctok accesstok accesstkn authtkn \
    apitok apitkn refreshtok rfrshtok rfrshtkn refreshtkn sastoken secretkey accesskey privatekey privkey prvkey \
    clientsecret connectionstring connstr connstring signingkey encryptionkey encryptkey decryptionkey webhookurl otpseed \
    otpsecret otpkey totpkey mfaseed mfasecret mfakey 2faseed 2fasecret 2fakey tfaseed tfasecret secretkeybase \
    recoverycode recoverycd otpcode otppin onetimepass onetimepin onetimecode backupcode recoverykey seedphrase recoveryphrase authheader authorizationheader basicauth \
    authcookie sessioncookie sesscookie logincookie authticket sessionticket ssoticket loginticket \
    motdepasse palavrapasse palavrachave katasandi matkhau mậtkhẩu كلمةالمرور كلمةالسر رمزعبور presharedkey \
    wifikey wpakey wepkey sharedkey sharedaccesskey signkey hmackey aeskey rsakey pgpkey gpgkey deploykey \
      keystorepass truststorepass clecapi cleapi clefapi cléapi chaveapi chavesecreta clavesecreta \
    claveapi llavesecreta llaveprivada llaveapi chiaveapi chiavesegreta apischluessel apischlüssel kluczapi klicapi \
    apianahtar gizlianahtar apiключ ключapi секретныйключ apikunci kunciapi kuncirahasia apikalit",
);

/// Ids of sessions, which let in whoever has them if a server made them for that.
static SESSIONS: Index = Index::new(
    "\
    sessionid sessid sessionkey sesskey sessionhash sessioncd sessnid sessioncookie cookieid cookieval connectsid \
    authsession websession sessionvalue sessionval sitzungsid sitzungid idsession iddesession idsesion iddesesion idsessao \
    sessaoid sessieid idsessione sessioneid sesjaid idsesji oturumid oturumkimligi sesiid idsesi sessionsid \
    идсессии сессияid 会话id 會話id セッションid 세션id",
);

/// Words that say `pass`, `pw` is a password's: passes are shown at gates, and power is written so too.
static LOGINS: Index = Index::new(
    "\
    user usr db database admin root ftp sftp smtp imap pop pop3 ldap mysql pg postgres psql oracle ora mssql sql \
    snowflake sf wifi wlan login logon auth svc service app api rdp vpn ssh snmp bind proxy router switch tmp temp initial \
    init default new old old current cur web portal http https basic ad sap erp jdbc odbc redis mongo rabbit mq kafka email \
    mail keystore jks cert p12 pfx zip pdf acct account my bank netbank net client cust customer",
);

/// Whose `key` opens something: vendors and services, and what they are called.
static SERVICES: Index = Index::new(
    "\
    gw psp webhook hook stripe paypal braintree adyen square klarna \
    razorpay paystack flutterwave midtrans xendit iyzico paytr payu mollie worldpay mercadopago pagseguro \
    twilio sendgrid mailgun mailchimp postmark sparkpost brevo slack discord telegram whatsapp github gitlab bitbucket \
    azure aws gcp google firebase fcm openai anthropic mistral cohere huggingface hf datadog dd newrelic nr sentry \
    pagerduty opsgenie grafana splunk elastic algolia mapbox heroku netlify vercel cloudflare cf fastly \
    digitalocean linode shopify woocommerce magento hubspot salesforce zendesk intercom amplitude mixpanel \
    braze klaviyo airtable notion linear jira asana okta auth0 vault snowflake databricks fivetran dbt supabase \
    planetscale mongodb redis kafka confluent azurestorage \
    admin root sso saml oauth jwt api lta enc encryption decryption cipher kek dek hsm \
    signing sign hmac aes rsa ecdsa ed25519 pgp gpg ssh tls ssl cert wifi wlan wpa vpn wireguard ipsec snmp \
    kakao wechat weixin alipay tencent aliyun alibaba baidu huawei yandex ozon wildberries \
    mpesa daraja mtn airtel safaricom jumia",
);

/// Whose keys and tokens open nothing: those of tables, caches and pages, public ones, and stand-ins of cards and devices.
static OPEN: Index = Index::new(
    "\
    primary foreign surrogate business natural partition sort range hash row record cache idempotency dedupe dedup \
    dedupl duplicate join lookup merge cluster clustering distribution dist sharding shard routing object s3 file blob \
    path image img public pub publishable anon index idx dim fact customer cust order product item store date time \
    event message msg queue topic registry reg config setting feature flag translation i18n locale lang string label \
    issue ticket task story epic project sprint page next continuation cursor pagination csrf xsrf card crd cc pan pay payment \
    network vault device push apns count cnt type id ids name names usage used limit max min total num price cost \
    input output prompt completion symbol nft erc20 contract chain coin wallet supply burn balance rate site recaptcha \
    captcha hcaptcha turnstile maps parking house hotel room locker key_value kv pair tag attribute attr field column \
    map json xml yaml node parent child group team tenant org user usr account acct member parse tokenizer word stem \
    major minor musical music song piano scale note signature fingerprint thumbprint checksum digest ref reference \
    kms arn alias vin engine car vehicle",
);

/// What makes the key of a service one that anybody may have, or no key.
static PUBLIC: Index = Index::new(
    "\
    public pub publishable anon site kms arn alias id ids name fingerprint card crd cc pan count cnt usage limit max min \
    total device push kid alg header type",
);

/// A bare key: in the languages of columns.
static KEY_WORDS: Index = Index::new(
    "\
    key keys schluessel schlüssel cle clé clef chave llave chiave klucz klic klíč kulcs cheie ключ anahtar anahtari \
    kunci khoa avain nyckel nøgle nokkel nøkkel sleutel ключа",
);
/// A bare token.
static TOKEN_WORDS: Index = Index::new(
    "\
    token tokens tkn tok jeton ficha токен トークン 토큰 令牌",
);

/// Last words of names that say what a secret is called, where it is, when it ends: never the secret.
static ABOUT: Index = Index::new(
    "\
    name names arn alias hint at on date expiry expires expiration expired rotated rotation changed updated created age days \
    attempts failures strength manager prefix suffix last4 fingerprint thumbprint kid issuer alg algorithm store location \
    scope scopes owner holder required set by",
);

/// Whether secrets stand under a name, and how much its cells must bear that out.
pub(super) fn secret(words: &[String], joined: &str) -> Option<Bar> {
    let has = |list: &Index| words.iter().any(|word| list.has(word));
    let last = words.last()?;
    if ABOUT.has(last) {
        return None;
    }
    if has(&SURE) || SURE_PARTS.is_part_of(joined) {
        return Some(Bar::Any);
    }
    let short = |word: &String| matches!(word.as_str(), "pass" | "passw" | "pw");
    if words.iter().any(short) && (has(&LOGINS) || matches!(words, [_])) {
        return Some(Bar::Any);
    }
    if let [word] = words
        && matches!(word.as_str(), "token" | "jwt" | "bearer" | "dsn")
    {
        return Some(Bar::Any);
    }
    if SESSIONS.is_part_of(joined) {
        return Some(Bar::Woven);
    }
    if matches!(words, [.., word] if word == "auth") {
        return Some(Bar::Drawn);
    }
    if words.iter().any(|word| word == "jwt") && !has(&PUBLIC) {
        return Some(Bar::Key);
    }
    let (key, token) = (has(&KEY_WORDS), has(&TOKEN_WORDS));
    let serves = has(&SERVICES) && !has(&PUBLIC);
    let open = has(&OPEN);
    if (key || token) && serves || token && words.len() > 1 && !open {
        return Some(Bar::Key);
    }
    // Surrogate keys of tables are drawn in hex: `customer_key`, `provider_key`.
    (key && words.len() > 1 && !open).then_some(Bar::Drawn)
}
