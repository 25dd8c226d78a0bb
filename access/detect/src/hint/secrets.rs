//! Names of columns under which secrets stand: passwords, tokens, keys, seeds, in the abbreviations and languages people use.
//!
//! Enters: the words of a name. Leaves: whether secrets stand there, and how much their cells must look drawn. Never here: cells.

use super::index::Index;
use super::opens;
use super::vendors::{GIVE_UUIDS, JOINERS, SERVICES};

/// How much the cells of a column must bear out that they are secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bar {
    /// Its name says so: anything a person could have thought up will do.
    #[default]
    Any,
    /// A token of a service that gives out UUIDs: cells must be those, or drawn. A cell that is a UUID reaches this bar and none beyond.
    Unique,
    /// A word that means a password among other things (`clave`, `pw`): cells must be as people make passwords up, or drawn.
    Coined,
    /// Keys of a service: cells must be drawn, if only in hex.
    Key,
    /// The id of a session: cells must be drawn of more than hex, which ids that open nothing are as often.
    Woven,
    /// A bare `key` or `token`: cells must be drawn of more than hex, which surrogate keys are too.
    Drawn,
}

impl Bar {
    /// Whether a cell that looks so drawn does for this: what people make up is no UUID.
    pub(crate) fn is_met_by(self, look: Self) -> bool {
        match self {
            Self::Unique => look == Self::Unique || look >= Self::Key,
            _ => look >= self,
        }
    }
}

/// Passwords and secrets, words that say so wherever they stand.
static SURE: Index = Index::new(
    "\
    password passwords passwd passwrd passwort pwd pword паролі паролем паролей haslem haseł hasel hasla hasła hesla heslem hesel jelszava jelszavak gesla lozinke lozinku sifresi şifresi sifreler sifreniz parolasi parolası parolari ntlm pswd psswd pwrd passphrase passcode passkey secret secrets scrt \
    secr privkey prvkey cred credential credentials creds apikey sshkey psk kennwort senha wachtwoord contrasena contraseña \
    haslo hasło heslo jelszo jelszó lozinka geslo salasana passwoord losenord lösenord kodeord adgangskode passord parool \
    slaptazodis slaptažodis sifre şifre parola otp otps wifipass dbpass dbpwd mdp sandi totp hotp pinblock phpsessid jsessionid \
    пароль пароля пароли паролі парола парол гасло лозинка секрет סיסמה סיסמא पासवर्ड รหัสผ่าน 密码 密碼 口令 密钥 密鑰 秘钥 金鑰 \
    パスワード 暗証番号 秘密鍵 비밀번호 암호 시크릿 \
    zugangsdaten anmeldedaten inloggegevens credenciales credenziali credenciais geheimnis contrasenya senhas passwds pwds \
    parolă salasõna passcodes passphrases otpauth wpapsk nenosiri nywila psw pswrd",
);

/// The same, as parts of a name that lines may divide.
static SURE_PARTS: Index = Index::new(
    "\
    apikey apitoken accesstoken authtoken refreshtoken sessiontoken sessiontkn sesstoken sesstok sesstkn \
    securitytoken resettoken invitetoken magictoken verificationtoken logintoken usertoken bottoken \
    servicetoken admintoken deploytoken personaltoken oauthtoken bearertoken authtok acctok accesstok accesstkn authtkn \
    apitok apitkn refreshtok rfrshtok rfrshtkn refreshtkn sastoken secretkey accesskey privatekey privkey prvkey \
    clientsecret connectionstring connstr connstring signingkey encryptionkey encryptkey decryptionkey webhookurl otpseed \
    otpsecret totpkey mfaseed mfasecret 2faseed 2fasecret 2fakey tfaseed tfasecret secretkeybase \
    recoverycode recoverycd otpcode onetimepass onetimepin onetimecode backupcode recoverykey seedphrase recoveryphrase authheader authorizationheader basicauth \
    passphrase accesscode padlockcode zugangscode codeacces codigoacceso codigoacesso codiceaccesso \
    toegangscode lockboxcode keysafecode keypadcode unlockcode \
    keyboxcode intercomcode buildingcode elevatorcode lockercombo safecombo lockcombo digicode codeporte codeportail \
    codeentree codealarme türcode tuercode alarmkode dorrkod dörrkod ovikoodi koddomofonu \
    koddodrzwi kodwejscia codigopuerta codigoporta codigoalarma codigoportao codiceporta codicecancello codiceallarme \
    codicecassaforte kodepintu kapikodu kapıkodu кодомофона кoddveri коддвери коддомофона 门禁密码 開門密碼 解錠番号 暗証コード 출입코드 \
    현관비밀번호 eppcode domainauthcode transferauthcode smscode smsotp verificationcode verifcode verifycode twofactorcode \
    mfacode 2facode logincode resetcode signincode scratchcode rescuecode emergencycode bypasscode pairingcode \
    einmalcode einmalkennwort einmalpasswort codeunique codigounico authcookie sessioncookie sesscookie logincookie authticket sessionticket ssoticket loginticket \
    motdepasse palavrapasse palavrachave katasandi matkhau mậtkhẩu كلمةالمرور كلمةالسر رمزعبور presharedkey \
    wifikey sharedaccesskey hmackey pgpkey gpgkey deploykey \
    passwd usrpwd userpass loginpass contrasenya snmpcommunity communitystring rocommunity rwcommunity \
    twofactorseed twofactorsecret twofactorkey authenticatorkey authenticatorsecret authenticatorseed googleauthkey seedwords \
    seedhex walletseed bip39seed mnemonicphrase recoverywords wlankey tacacskey radiuskey isakmpkey eapolkey \
    securityanswer secretanswer sicherheitsantwort becomepass sudopass masterpw rootpw unsealkey \
    cléprivée cleprivee claveprivada chaveprivada chiaveprivata clésecrète clesecrete privaterschlüssel privaterschluessel \
    geheimschlüssel geheimschluessel geheimerschlüssel zugriffsschlüssel zugriffsschluessel zugriffstoken jetonacces \
    jetondacces tokenacceso tokenacesso tokendeacceso tokendeacesso llaveacceso закрытыйключ приватныйключ токендоступа \
    passordhash 密码 密碼 口令 私钥 私鑰 访问令牌 访问密钥 パスワード アクセスキー アクセストークン シークレットキー 비밀번호 개인키 액세스토큰 접근토큰 \
    รหัสผ่าน รหสผาน पासवरड كلمةمرور كلمهالمرور \
    bitlockerkey bitlockerrec bitlockerpass filevaultkey filevaultrecovery lukskey lukspass luksphrase fdekey veracryptkey veracryptpass diskencryptionkey \
    safecombination vaultcombo vaultcombination lockercombination lockcombination tresorcode tresorkode kodsejfu koddosejfu kodbramy \
    koddobramy codeconfidentiel codecoffre codigocofre pinblock jointoken frasesemilla frasederecuperacion fraserecuperacion \
    phrasederecuperation phraserecuperation frasedirecupero backupwords snmpcomm netzwerkschluessel netzwerkschlüssel wlanschluessel \
    wlanschlüssel nettverksnokkel nettverksnøkkel netværksnøgle netvaerksnogle nätverksnyckel natverksnyckel clereseau cléréseau \
    clavedered clavered chiavedirete chiaverete kluczsieci netwerksleutel verkkoavain \
    recoverypass emergencykit recoverykit totpuri otpuri otpauthuri otpurl συνθηματικο συνθηματικό κωδικοσπροσβασησ κωδικοσασφαλειασ \
    keystorepass truststorepass clecapi cleapi clefapi cléapi chaveapi chavesecreta clavesecreta \
    claveapi llavesecreta llaveprivada llaveapi chiaveapi chiavesegreta apischluessel apischlüssel kluczapi klicapi \
    backupcd backupcds recoverycds scratchcd kdbxmaster keepassmaster mnemonic12 mnemonic24 mnemonicwords mnemonicphr \
    apianahtar gizlianahtar apiключ ключapi секретныйключ apikunci kunciapi kuncirahasia apikalit \
    kennwort passwort passord passwoord wachtwoord lösenord losenord adgangskod kodeord salasan lozink contrasen contraseñ passphrase \
    motpasse motsecret motdepass telefonkennwort geheimwort losungswort lösungswort losungswort codewort kodewort palabraclave palavrasecreta \
    palabrasecreta parolasegreta hemligtord geheimword memorableword memorableinfo securityword secretword magicword plainpass \
    cleartextpass pwdplain plainpwd pwdclear sicherheitsfrageantwort antwortsicherheitsfrage respuestaseguridad respuestasecreta \
    reponsesecrete réponsesecrète respostasecreta rispostasegreta \
    pwhash pwdhash passhash passwdhash hashmdp hashpw sipha1 hashnt \
    sharedaccesssignature sastoken hemlignyckel hemmelignøkkel hemmelignokkel hemmelignøgle geheimesleutel salainenavain tajnyklic tajnyklucz \
    toegangstoken atkomsttoken åtkomsttoken tilgangstoken adgangstoken tokendostepu tokendostępu \
    twofaseed twofasecret twofakey tfakey b32seed seedb32 base32seed seedbase32 grainetotp semillatotp sementetotp \
    secanswer challengeanswer safeword authkey \
    wiederherstellungscode wiederherstellungskey wiederherstellungsschluessel wiederherstellungsschlüssel codesecours codesdesecours \
    codedesecours coderecuperation coderécupération codigorecuperacion codigoderecuperacion codigosderecuperacion códigorecuperación \
    códigoderecuperación codigorespaldo codigoderespaldo codigosrespaldo codigorecuperacao codigoderecuperacao códigoderecuperação \
    codicerecupero codicedirecupero codicidirecupero herstelcode aterstallningskod återställningskod gjenopprettingskode \
    gendannelseskode palautuskoodi kodzapasow kodyzapasow zalohovykod záložníkód zaloznikod kurtarmakodu kodepemulihan mãkhôiphục \
    reservekod reservekode reservkod backupkod \
    密钥 密鑰 秘钥 金鑰 私密钥 验证码 驗證碼 校验码 認証コード 確認コード 認証番号 暗証番号 取件码 開箱碼 开箱密码 apiキー 인증번호 인증코드 확인코드 비번 비밀키 \
    인증키 api키 รหัสผาน ключапи апиключ секретныйкод кодсмс смскод",
);

/// The same where a word begins only: `content_hash` is no `nt_hash`, `block_code` opens nothing.
static SURE_STARTS: Index = Index::new(
    "\
    nthash lmhash ntlmhash ikekey bgpkey ospfkey signkey gatecode doorcode lockcode safecode alarmcode vaultcode entrycode turcode portkod \
    dorkode dørkode mfakey otpkey otppin rsakey aeskey wepkey wpakey idtoken sharedkey lockercode garagecode frontdoorcode",
);

/// Words of passwords, among logins or alone; passes are shown at gates too.
static PASSES: Index = Index::new("pass passw pw");
/// The same, of which codes and power are called too: cells say so.
static COINED: Index = Index::new("clave claves pw pws pwds recovery rescue κωδικός κωδικος");

/// Networks in the air, and what is said of them besides their key.
static AIR: Index = Index::new("hotspot wifi wlan wpa wpa2 wpa3 ssid");
static AIR_OTHERS: Index = Index::new(
    "mgmt management exchange length type alg public id ids name rotation version index",
);

/// What a `pin` or a bare access code opens; of places it is a post code, of chips a leg.
static PIN_OWNERS: Index = Index::new(
    "\
    card atm sim usim esim debit credit login door gate entry alarm user voicemail access safe keysafe lockbox keybox key \
    keypad locker room garage unlock lock device phone telephone tel call caller calling bank banking netbank mobile app \
    signature sign signing elster tax taxes mfa auth transaction txn wallet parental security building house home inmate \
    meeting conference host participant admin pos till cashier agent employee emp staff member student patient portal web \
    online service customer cust client subscriber account acct pickup parcel collection locker verification verify \
    confirm reset temp temporary new old default initial filing efile ippin trustee driver rider guest tenant owner \
    smartlock doorlock vm tablet laptop kiosk fob badge keycard operator cabinet drawer medcart bike parcelbox \
    puk smartcard eid token cardholder tarjeta carte karte karten kort acceso accès acces accesso acesso cliente kunden usuario \
    zugang zugangs puerta porte tür tuer porta banca banque geheim secret persönlich personal",
);
/// A number that somebody keeps to himself.
static PINS: Index = Index::new(
    "pin pins mpin tpin upin epin puk puk1 puk2 pinhash pinkod пин pinkode tan mtan nip",
);
/// Whose pin opens nothing: places, parts, boards.
static PLACES: Index = Index::new(
    "code codes postal post postcode zip area city town district state address addr region india location parcel property gpio \
    chip connector board led pinout map header bus socket ic plug layout type count status name no flag set expiry attempts tries \
    bowling hair safety",
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
    ipmi idrac ilo bios laps enable vtp sa dba nexus harbor jenkins veeam nas camera cctv dvr nvr voicemail sip voip pbx asterisk \
    registry docker podman repo artifactory sonar grafana git svn ci pypi npm maven firewall fortinet wpa hotspot unifi esxi vcenter vmware idp sso md5 cassandra clickhouse hana db2 teradata vertica sysadmin superuser \
    mail keystore jks cert p12 pfx zip pdf acct account my bank netbank net client cust customer",
);

/// Keys by the words that those have for them who make cards, radios and vaults: cells must be drawn, if only in hex.
static CIPHERS: Index = Index::new(
    "\
    kek kekhex dek dekhex mek zmk zmkhex tmk tpk bdk ipek zpk tek lmk ltk pmk appskey nwkskey fnwksintkey snwksintkey appkey nwkkey ki opc \
    xprv xpriv zprv yprv tprv wifkey privhex",
);
/// Words beside `key` that say that it ciphers or opens a radio's network.
static CIPHERED: Index = Index::new(
    "\
    emv hex b64 base64 pem unseal lora lorawan nwk zigbee zwave thread bluetooth ble matter iot eventhub servicebus cosmos cosmosdb \
    iothub transport working zone pinpad terminal master sim dukpt hsm otaa abp s2 tacacs radius smtp bind",
);

/// Whose keys and tokens open nothing: those of tables, caches and pages, public ones, and stand-ins of cards and devices.
static OPEN: Index = Index::new(
    "\
    primary foreign surrogate business natural partition sort range hash row record cache idempotency dedupe dedup \
    dedupl duplicate join lookup merge cluster clustering distribution dist sharding shard routing object s3 file blob \
    path image img public pub publishable anon index idx dim fact customer cust order product item store date time \
    event message msg queue topic registry reg config setting feature flag translation i18n locale lang string label \
    issue ticket task story epic project sprint page next continuation cursor pagination csrf xsrf card crd cc pan \
    network vault device push apns count cnt type id ids name names usage used limit max min total num price cost \
    input output prompt completion symbol nft erc20 contract chain coin wallet supply burn balance rate site recaptcha \
    captcha hcaptcha turnstile maps parking house hotel room locker key_value kv pair tag attribute attr field column \
    map json xml yaml node parent child group team tenant org user usr account acct member parse tokenizer word stem \
    sync delta resume state watermark address addr contract major minor musical music song piano scale note signature fingerprint thumbprint checksum digest ref reference \
    kms arn alias vin engine car vehicle",
);

/// What makes the key of a service one that anybody may have, or no key.
static PUBLIC: Index = Index::new(
    "\
    public pub publishable anon site kms arn alias id ids name fingerprint card crd cc pan count cnt usage limit max min \
    total device push kid alg header type",
);

/// What makes a key, though it is called a master's or written in hex, one of data.
static DATA: Index = Index::new(
    "surrogate row hash record customer cust item product partition sort business natural join merge dedup entity party mdm data",
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
    scope scopes owner holder required set by fp fpr exp change am op le em geaendert geändert modifie modifié modificado modificada cambiada \
    cambiado alterada alterado modificata cambiata gewijzigd zmieniono zmiana zmeneno změněno endret ændret andrad ändrad degisim degisti \
    algo scheme backend provider engine label title note notes comment comments remark remarks memo notiz bemerkung gueltig gültig ablauf caduca vence scadenza validade expira vervalt изменен",
);
/// Sessions by their last words.
static SESSION_WORDS: Index =
    Index::new("session sess sesion sesión sitzung sessione sessao sessão sesja sesji oturum");

/// Whether secrets stand under a name, and how much its cells must bear that out.
pub(super) fn secret(words: &[String], joined: &str) -> Option<Bar> {
    let has = |list: &Index| words.iter().any(|word| list.has(word));
    let has_word = |known: &str| words.iter().any(|word| word == known);
    let last = words.last()?;
    let named = words.get(..words.len() - 1).and_then(<[String]>::last);
    if ABOUT.has(last) || named.is_some_and(|named| is_id_of(named, last)) {
        return None;
    }
    if is_pin(words) || is_bare_pin(words) {
        return Some(Bar::Any);
    }
    // The key of a network in the air is made up of words as often as it is drawn.
    let air = has(&AIR) && !has(&AIR_OTHERS);
    if air && (has(&KEY_WORDS) || has(&COINED) || has(&PASSES) || last == "code") {
        return Some(Bar::Any);
    }
    if is_sure(words, joined) || has(&PASSES) && (has(&LOGINS) || matches!(words, [_])) {
        return Some(Bar::Any);
    }
    // What a domain is moved to another registrar by; payments have such words too.
    if has(&COINED) || joined.contains("authinfo") {
        return Some(Bar::Coined);
    }
    if words.len() > 1 && has_word("bearer") || is_stored(words) || is_short_of_service(words) {
        return Some(Bar::Key);
    }
    if let [word] = words
        && matches!(word.as_str(), "token" | "jwt" | "bearer" | "dsn")
    {
        return Some(Bar::Any);
    }
    if matches!(words, [word] if matches!(word.as_str(), "tok" | "tkn")) {
        return Some(Bar::Woven);
    }
    if matches!(words, [word] if matches!(word.as_str(), "wpa2" | "wpa3")) {
        return Some(Bar::Coined);
    }
    if SESSIONS.is_part_of(joined) || words.len() > 1 && SESSION_WORDS.has(last) {
        return Some(Bar::Woven);
    }
    if matches!(words, [.., word] if word == "auth") {
        return Some(if has(&SERVICES) { Bar::Key } else { Bar::Drawn });
    }
    if has(&CIPHERS) || CIPHERS.has(joined) || words.len() > 1 && last == "private" {
        return Some(Bar::Key);
    }
    if has_word("jwt") && !has(&PUBLIC) {
        return Some(Bar::Key);
    }
    if matches!(
        last.as_str(),
        "pat" | "pats" | "salt" | "pepper" | "priv" | "privk" | "prv" | "wif" | "xprv" | "nsec"
    ) {
        return Some(Bar::Key);
    }
    let alone =
        matches!(words, [word] if matches!(word.as_str(), "session" | "sid" | "authorization"));
    // Of a store of Azure, and of rows of a table, which are drawn in hex at most.
    let of_account = joined.ends_with("accountkey") || joined.ends_with("storagekey");
    if is_exchanged(words) || alone || of_account {
        return Some(Bar::Drawn);
    }
    of_service(words)
}

/// Whether one of its words says surely that a name is one of secrets.
fn is_sure(words: &[String], joined: &str) -> bool {
    words.iter().any(|word| SURE.has(word))
        || SURE_PARTS.is_part_of(joined)
        || SURE_STARTS.begins_in(words, joined)
        || is_clave(words)
        || opens::is_code(words)
}

/// Whether a name's last word is one for passwords, whatever is said before it: `email_password`, `card_passwort`.
pub(super) fn is_password(words: &[String]) -> bool {
    let ends = |word: &String| {
        PASSWORD_ENDS.iter().any(|end| {
            word.trim_end_matches(|sign: char| sign.is_ascii_digit())
                .ends_with(end)
        })
    };
    words.last().is_some_and(ends) || is_clave(words)
}

/// How words for passwords end, in compounds too.
const PASSWORD_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "kennwort",
    "wachtwoord",
    "passord",
    "losenord",
    "lösenord",
    "adgangskode",
    "passphrase",
    "contrasena",
    "contraseña",
    "salasana",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
];

/// `clave_voz`, `clave_de_la_puerta`: what a `clave` opens or who speaks it.
fn is_clave(words: &[String]) -> bool {
    static OF: Index = Index::new(
        "voz telefonica telefónica telefono teléfono cajero dinamica dinámica puerta alarma wifi web portal banca bancaria internet usuario \
        temporal provisional personal secreta cofre maestra correo router buzon buzón taquilla candado",
    );
    let small = |word: &&String| matches!(word.as_str(), "de" | "del" | "la" | "el" | "los");
    let mut rest = words
        .iter()
        .skip_while(|word| *word != "clave" && *word != "claves");
    rest.next().is_some()
        && rest
            .find(|word| !small(word))
            .is_some_and(|word| OF.has(word))
}

/// `oauth_code`, `code_verifier`: what is exchanged for a token.
fn is_exchanged(words: &[String]) -> bool {
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(&["code", "codes"])
        && has(&[
            "oauth",
            "oauth2",
            "authorization",
            "authorisation",
            "pkce",
            "magic",
            "verifier",
            "grant",
        ])
}

/// `stripe_sk`, `whsec`: a secret key, a restricted one, a hook's secret, by the letters that its service writes before it.
fn is_short_of_service(words: &[String]) -> bool {
    let short = matches!(words, [.., last] if matches!(last.as_str(), "sk" | "rk" | "whsec"));
    short
        && (words.iter().any(|word| SERVICES.has(word))
            || matches!(words, [word] if word == "whsec"))
}

/// Whether stored passwords are named, by who keeps them: `ldap_hash`, `sip_ha1`.
fn is_stored(words: &[String]) -> bool {
    static KEEPERS: Index = Index::new(
        "ldap sip auth shadow htpasswd login krb kerberos windows samba mysql postgres logon unix linux digest",
    );
    let hash = |word: &String| matches!(word.as_str(), "hash" | "hashes" | "ha1");
    words.last().is_some_and(hash) && words.iter().any(|word| KEEPERS.has(word))
}

/// The key or token of a service.
fn of_service(words: &[String]) -> Option<Bar> {
    let has = |list: &Index| words.iter().any(|word| list.has(word));
    let (key, token) = (has(&KEY_WORDS), has(&TOKEN_WORDS));
    if key && has(&CIPHERED) && !has(&PUBLIC) && !has(&DATA) {
        return Some(Bar::Key);
    }
    let serves = has(&SERVICES) && !has(&PUBLIC);
    // What joins a cluster; its key is one of data.
    let open = has(&OPEN) && !(token && words.iter().any(|word| word == "cluster"));
    let paid = words
        .iter()
        .any(|word| matches!(word.as_str(), "pay" | "payment"));
    let unique = has(&GIVE_UUIDS) && !has(&PUBLIC) || token && (serves || has(&JOINERS)) && !open;
    if (key || token) && words.len() > 1 && unique && !paid {
        return Some(Bar::Unique);
    }
    if (key || token) && serves || token && words.len() > 1 && !open && !paid {
        return Some(Bar::Key);
    }
    if serves
        && matches!(words, [.., last] if matches!(last.as_str(), "refresh" | "license" | "hmac" | "crc" | "skey"))
    {
        return Some(Bar::Key);
    }
    // Surrogate keys of tables are drawn in hex: `customer_key`, `provider_key`.
    (key && words.len() > 1 && !open).then_some(Bar::Drawn)
}

/// Whether the last word and the one before it are those of an id, of a key or of what a device signs in by: `api_key_id`.
fn is_id_of(named: &str, last: &str) -> bool {
    let credential = matches!(
        named,
        "credential" | "credentials" | "passkey" | "cred" | "webauthn" | "arn"
    );
    matches!(last, "id" | "ids") && (credential || KEY_WORDS.has(named) || TOKEN_WORDS.has(named))
}

/// Whether a number is kept under that name that lets in whoever knows it: `keysafe_pin`, `sim_puk`.
pub(super) fn is_pin(words: &[String]) -> bool {
    let any = |list: &Index| words.iter().any(|word| list.has(word));
    let sure = |word: &String| {
        matches!(
            word.as_str(),
            "puk" | "puk1" | "puk2" | "mpin" | "tpin" | "mtan" | "ippin" | "pukkode" | "pukkod"
        )
    };
    let places = |word: &String| PLACES.has(word) && !matches!(word.as_str(), "code" | "no");
    any(&PINS) && !any(&PLACES) && any(&PIN_OWNERS)
        || words.iter().any(sure) && !words.iter().any(places)
}

/// Boxes at doors that keys are kept in, and keypads: under these alone stands what they open by.
static KEY_BOXES: Index = Index::new(
    "\
    keysafe keysafeno keysafenumber keybox keypad keysafepin doorpad schluesselsafe schlüsselsafe schluesseltresor \
    schlüsseltresor schluesselbox schlüsselbox nokkelboks nøkkelboks nogleboks nøgleboks nyckelbox nyckelskap nyckelskåp \
    avainlokero avainsäilö sleutelkluis sleutelkastje boiteacles boîteàclés coffreacles cajadellaves cajallaves cajetinllaves \
    cassettachiavi cassettaportachiavi cofredechaves sejfnaklucze skrytkanaklucze schrankanaklice kulcsszef kulcsszéf \
    keycabinet keysafebox keylocker lockbox lockboxno keylockbox",
);

/// Words for a number that somebody keeps to himself, and compounds of them with a word for a code.
static BARE_PINS: Index = Index::new(
    "pin pins пин pincode pinkod pinkode pinkodu pincodes codepin codigopin kodepin kodpin pinnummer pinnumber tan smstan mtan pushtan",
);

/// Whether a pin is named and not whose: its cells must be written as pins are, for those of posts have six digits, and those of boards
/// one or two.
pub(super) fn is_bare_pin(words: &[String]) -> bool {
    let others =
        |word: &String| PLACES.has(word) && !matches!(word.as_str(), "code" | "codes" | "no");
    let pin = words.len() <= 3
        && !super::person::is_persons_number(words, &words.concat())
        && (words.iter().any(|word| BARE_PINS.has(word)) || BARE_PINS.has(&words.concat()))
        && !words.iter().any(others);
    pin || words.len() <= 4 && KEY_BOXES.has(&words.concat())
}
