//! Passwords on command lines, behind a letter that means one to that program: `redis-cli -a …`, `sqlcmd -P …`, `mysql -p…`.
//!
//! Enters: a text and the word behind a dash. Leaves: where the password begins and ends. Never here: options that say what they are
//! (`--password`); programs to which the letter means a port or a path.

use super::assigned::{quoted_at, value_end};
use super::unset::is_no_value;
use crate::work::looked;

/// How far back a line is looked through for its program, bytes.
const LINE_MAX: usize = 256;
/// Shortest password.
const LEAST: usize = 4;

/// Programs, and the options behind which they take a password.
const APART: &[(&str, &[&str])] = &[
    ("redis-cli redis-benchmark valkey-cli keydb-cli", &["a"]),
    (
        "sqlcmd osql isql bcp tsql go-sqlcmd ipmitool unzip zip zipcloak",
        &["P"],
    ),
    (
        "ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami ldapcompare ldapmodrdn",
        &["w"],
    ),
    (
        "sshpass mongo mongosh mongodump mongorestore mongoimport mongoexport mongostat cqlsh dsbulk tabcmd beeline isql-fb snowsql psexec psexec64 rdesktop racadm veracrypt",
        &["p"],
    ),
    ("mosquitto_pub mosquitto_sub", &["P"]),
    ("plink pscp psftp putty kitty", &["pw"]),
    ("ssh-keygen", &["N"]),
    (
        "snmpwalk snmpget snmpset snmpbulkwalk snmpgetnext snmptrap",
        &["A", "X", "c"],
    ),
    ("openssl", &["k", "K", "pass"]),
    (
        "keytool jarsigner apksigner",
        &[
            "storepass",
            "keypass",
            "srcstorepass",
            "deststorepass",
            "srckeypass",
            "destkeypass",
        ],
    ),
];
/// Those to which the letter means so only where somebody logs in.
const LOGINS: &str = "docker podman buildah nerdctl helm oras skopeo crane az oc cf ibmcloud";
/// Programs that take it right behind the letter `p`.
const JOINED: &str = "mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlsh mysqlpump mysqlcheck mariadb mariadb-dump \
                      mariadb-admin sshpass 7z 7za 7zz 7zr rar unrar";
/// Programs that take a name and a password as one, options and the sign between the two.
const PAIRS: &[(&str, &[&str], u8)] = &[
    (
        "http https xh xhs httpie ab curl",
        &["a", "A", "u", "auth", "user"],
        b':',
    ),
    (
        "smbclient rpcclient smbget smbcacls smbtree net nmblookup",
        &["U", "user"],
        b'%',
    ),
];

/// The password behind the option `bytes[at..end]`: first byte and one past the last.
pub(crate) fn optioned_at(bytes: &[u8], at: usize, end: usize) -> Option<(usize, usize)> {
    let option = std::str::from_utf8(bytes.get(at..end)?).ok()?;
    let dash = bytes.get(at.saturating_sub(LINE_MAX)..at)?;
    let line = line_of(dash.strip_suffix(b"-")?);
    let parted = line.last().is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !parted || !(option.len() == 1 || option.starts_with('p') || option.len() <= 13) {
        return None;
    }
    let options = APART.iter().any(|(_, known)| known.contains(&option))
        || option.starts_with('p')
        || PAIRS.iter().any(|(_, known, _)| known.contains(&option));
    if !options {
        return None;
    }
    looked(line.len());
    let of = |programs: &str| runs(line, programs);
    let apart = APART
        .iter()
        .any(|(programs, known)| known.contains(&option) && of(programs))
        || option == "p" && of(LOGINS) && runs(line, "login");
    if apart {
        return value_at(bytes, end).filter(|(from, to)| is_password(bytes.get(*from..*to)));
    }
    if option.starts_with('p') && of(JOINED) {
        let (from, to) = quoted_at(bytes, at + 1);
        return is_password(bytes.get(from..to)).then_some((from, to));
    }
    let (_, _, sign) = PAIRS
        .iter()
        .find(|(programs, known, _)| known.contains(&option) && of(programs))?;
    let (from, to) = value_at(bytes, end)?;
    let colon = memchr::memchr(*sign, bytes.get(from..to)?)?;
    let password = bytes.get(from + colon + 1..to);
    (colon > 0 && is_password(password)).then_some((from + colon + 1, to))
}

/// The command that is not over yet.
fn line_of(before: &[u8]) -> &[u8] {
    let over = before
        .iter()
        .rposition(|byte| matches!(byte, b'\n' | b'|' | b';' | b'&'));
    before
        .get(over.map_or(0, |place| place + 1)..)
        .unwrap_or_default()
}

/// Whether a word of the line, without the path before it, is one of those programs.
fn runs(line: &[u8], programs: &str) -> bool {
    line.split(|byte| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'"' | b'\'' | b',' | b'[' | b'/' | b'`' | b'$' | b'(')
    })
    .filter(|word| word.len() >= 2)
    .any(|word| {
        let word = word.strip_suffix(b".exe").unwrap_or(word);
        programs
            .split_ascii_whitespace()
            .any(|program| program.as_bytes() == word)
    })
}

/// What stands behind the option that ends at `end`: behind a blank, a sign of equality, or as the next of a list.
fn value_at(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(end..)?;
    let parts = |byte: &&u8| matches!(**byte, b' ' | b'=' | b'"' | b'\'' | b',');
    let gap = rest.iter().take(5).take_while(parts).count();
    let quote = gap
        .checked_sub(1)
        .and_then(|last| rest.get(last))
        .copied()
        .filter(|mark| matches!(mark, b'"' | b'\''));
    let from = end + gap;
    let to = value_end(bytes, from, quote);
    (gap > 0 && to > from).then_some((from, to))
}

/// Whether the value is there and not left out.
fn is_password(value: Option<&[u8]>) -> bool {
    value.is_some_and(|value| {
        value.len() >= LEAST
            && !value.starts_with(b"-")
            && !value.iter().any(u8::is_ascii_whitespace)
            && !is_no_value(value)
    })
}

#[cfg(test)]
mod tests {
    use crate::Label;
    use crate::walk::tests::labelled;

    #[test]
    fn letters_that_mean_a_password_to_their_program() {
        for text in [
            "redis-cli -h c.example.net -a Heron4471x ping",
            "command: [\"redis-cli\", \"-a\", \"Heron4471x\", \"ping\"]",
            "sqlcmd -S db -U sa -P Heron4471x",
            "mysql -h db -u root -pHeron4471x shop",
            "cd /srv && mysqldump -uroot -p'Heron4471x' shop > x.sql",
            "ldapsearch -D cn=admin -w Heron4471x -b dc=x",
            "docker login -u ci -p Heron4471x registry.example.net",
            "mongosh -u app -p Heron4471x --host db",
            "keytool -list -keystore a.jks -storepass Heron4471x",
            "smbclient //nas/share -U svc%Heron4471x",
            "http -a ops:Heron4471x GET x.example/api",
            "7z x a.7z -pHeron4471x",
            "plink -ssh bob@host -pw Heron4471x",
            "ssh-keygen -t ed25519 -N 'Heron4471x' -f k",
            "snmpwalk -v3 -u bob -A Heron4471x host",
        ] {
            assert_eq!(labelled(text, Label::Secret), ["Heron4471x"], "{text}");
        }
        for text in [
            "docker run -p 8080:80 -d nginx1",
            "ssh -p 2222 root@host7",
            "ls -a Heron4471x",
            "mysql -u root -p shop1 < dump.sql",
            "redis-cli -a $REDIS_PASSWORD ping 10",
            "cp -P Heron4471x /tmp; sqlcmd",
            "well-a Heron4471x redis-cli",
        ] {
            assert!(labelled(text, Label::Secret).is_empty(), "{text}");
        }
    }
}
