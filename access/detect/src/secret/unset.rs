//! What stands where a secret was left out: `null`, `${DB_PASSWORD}`, `your-token-here`, `process.env.API_KEY`.
//!
//! Enters: a value. Leaves: yes or no. Never here: names; what is a secret.

/// What stands where a secret was left out.
pub(crate) fn is_no_value(value: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "null",
        "none",
        "true",
        "false",
        "nil",
        "undefined",
        "required",
        "optional",
        "invalid",
        "expired",
        "redacted",
        "hidden",
        "empty",
        "missing",
        "unknown",
        "string",
        "changed",
        "reset",
        "masked",
        "removed",
        "revoked",
    ];
    let left_out = matches!(
        value,
        [b'$', b'{' | b'(' | b'A'..=b'Z', ..]
            | [b'{', b'{', ..]
            | [b'<', ..]
            | [b'%', b'(' | b's', ..]
            | [b'[', ..]
            | [b'#', b'{', ..]
            | [b'(', b'(', ..]
            | [b'{', b'0'..=b'9', b'}', ..]
    ) || is_filled_in(value)
        || is_digest(value)
        || matches!(
            value,
            b"!vault"
                | b"!secret"
                | b"!Ref"
                | b"!Sub"
                | b"!env"
                | b"!ENV"
                | b"!reference"
                | b"!GetAtt"
                | b"!ImportValue"
        );
    // `ENC(…)`: encrypted where it stands. `VARCHAR(64)`: what kind of value.
    let kind = value
        .iter()
        .position(|byte| *byte == b'(')
        .filter(|open| *open > 2)
        .is_some_and(|open| {
            let (head, tail) = value.split_at(open);
            let within = tail.get(1..).unwrap_or_default();
            let size = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b')' | b',');
            head == b"ENC" || head.iter().all(u8::is_ascii_uppercase) && within.iter().all(size)
        });
    // `sk_live_****a1B2`: masked already.
    let masked = memchr::memmem::find(value, b"****").is_some();
    if kind || masked || value.starts_with(b"ENC[") || value.starts_with(b"ENV[") {
        return true;
    }
    let same = value.iter().all(|byte| Some(byte) == value.first());
    let word = |word: &&str| word.as_bytes().eq_ignore_ascii_case(value);
    left_out || same || WORDS.iter().any(word) || is_to_be_filled(value) || is_code(value)
}

/// `%PASSWORD%`, `__PWD__`, `@DB_PASS@`, `:password`: a name where a program puts the value in.
fn is_filled_in(value: &[u8]) -> bool {
    let name = |name: &[u8]| {
        name.len() >= 2
            && name
                .iter()
                .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.'))
    };
    let between = |sign: &[u8]| {
        value
            .strip_prefix(sign)
            .and_then(|rest| rest.strip_suffix(sign))
            .is_some_and(name)
    };
    let bound = || {
        value
            .strip_prefix(b":")
            .is_some_and(|rest| name(rest) && rest.iter().all(|byte| !byte.is_ascii_uppercase()))
    };
    between(b"%") || between(b"__") || between(b"@") || bound() || value.starts_with(b"@Microsoft.")
}

/// `SHA256:WMcp2mb4…`, `sha512:32006e…`: what of a key or a file may be shown.
fn is_digest(value: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', value.get(..value.len().min(7)).unwrap_or_default())
    else {
        return false;
    };
    let (kind, rest) = value.split_at(colon);
    let rest = rest.get(1..).unwrap_or_default();
    let hex = rest.len() >= 32 && rest.iter().all(|byte| byte.is_ascii_hexdigit());
    match kind {
        b"SHA256" => rest.len() >= 43,
        b"MD5" => rest.len() == 47,
        b"sha1" | b"sha256" | b"sha384" | b"sha512" | b"md5" => hex,
        _ => false,
    }
}

/// `REPLACE_ME`, `your-token-here`, `changeme`, `xxxx-xxxx`: what somebody is to put a secret for.
fn is_to_be_filled(value: &[u8]) -> bool {
    const BEGINS: &[&str] = &[
        "replace",
        "changeme",
        "change-me",
        "change_me",
        "your-",
        "your_",
        "yourtoken",
        "yourpassword",
        "insert-",
        "insert_",
        "example",
        "dummy",
        "todo",
        "placeholder",
        "enter-",
        "enter_",
        "my-secret",
        "sample",
        "mypassword",
        "my_secret",
        "putyour",
        "fixme",
    ];
    let begins = |word: &&str| {
        value
            .get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    let digits = value.iter().any(u8::is_ascii_digit);
    let crossed = value
        .iter()
        .all(|byte| matches!(byte, b'x' | b'X' | b'*' | b'-' | b'.' | b'_' | b'#'));
    crossed || !digits && BEGINS.iter().any(begins)
}

/// An expression that says where the secret is, not what: `process.env.API_KEY`, `os.environ[`, `get_secret(`, `vault:secret/app`.
fn is_code(value: &[u8]) -> bool {
    const ROOTS: &[&[u8]] = &[
        b"process.",
        b"os.",
        b"env.",
        b"ENV.",
        b"self.",
        b"this.",
        b"args.",
        b"config.",
        b"cfg.",
        b"settings.",
        b"options.",
        b"opts.",
        b"request.",
        b"req.",
        b"ctx.",
        b"params.",
        b"secrets.",
        b"System.",
    ];
    const STORES: &[&[u8]] = &[
        b"vault:",
        b"env:",
        b"ssm:",
        b"file:",
        b"op://",
        b"k8s://",
        b"azurekv:",
        b"keyring:",
        b"secretsmanager:",
        b"arn:aws:",
        b"projects/",
        b"kv/",
        b"secret/data/",
        b"ref+",
        b"ssm://",
        b"gcpsm:",
        b"/run/secrets/",
        b"sops:",
        b"doppler:",
        b"Microsoft.KeyVault(",
        b"lookup(",
    ];
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let called = match value {
        [head @ .., b'(' | b'['] => head.iter().all(name),
        _ => false,
    };
    let path = value
        .iter()
        .all(|byte| name(byte) || matches!(byte, b'[' | b']' | b'(' | b')'))
        && ROOTS.iter().any(|root| value.starts_with(root));
    called || path || STORES.iter().any(|store| value.starts_with(store))
}

#[cfg(test)]
mod tests {
    use super::is_no_value;

    #[test]
    fn names_and_digests_where_a_secret_was_left_out() {
        for value in [
            "%PASSWORD%",
            "__DB_PASS__",
            "@DB_PASS@",
            ":password",
            "#{secret}#",
            "{0}",
            "((vault.db))",
            "@Microsoft.KeyVault(SecretUri=https://kv.example.net/secrets/x)",
            "SHA256:Zxl1xLa/h6wcsbpiOg1L7SCeSKvn2M6dXb+gLPHD2eQ",
            "sha256:e75307e22021a584d6e512fd03e31c0be75307e22021a584d6e512fd03e31c0b",
            "changeme",
        ] {
            assert!(is_no_value(value.as_bytes()), "{value}");
        }
        for value in [
            "%p9x!Kq%",
            "__x9",
            ":p4ssword",
            "@Winter2024",
            "SHA256:x9",
            "sha256:1000:Zxl1:h6wc",
        ] {
            assert!(!is_no_value(value.as_bytes()), "{value}");
        }
    }
}
