//! Addresses that let whoever has them write or call: web hooks.
//!
//! Enters: the address behind a `://`. Leaves: where it begins and ends; the whole of it is the secret. Never here: addresses with a
//! name and a password, or with a token among others in their query.

use crate::gate::is_uuid;
use crate::hint::Bar;

/// How addresses of hooks begin.
const HOOKS: &[&[u8]] = &[
    b"hooks.slack.com/services/T",
    b"hooks.slack.com/workflows/T",
    b"hooks.slack.com/triggers/T",
    b"hooks.slack-gov.com/services/T",
    b"outlook.office.com/webhook/",
    b"outlook.office365.com/webhook/",
    b"canary.discord.com/api/webhooks/",
    b"ptb.discord.com/api/webhooks/",
    b"discord.com/api/webhooks/",
    b"discord.com/api/v10/webhooks/",
    b"discord.com/api/v9/webhooks/",
    b"discordapp.com/api/webhooks/",
    b"hooks.glip.com/webhook/",
    b"maker.ifttt.com/trigger/",
    b"events.pagerduty.com/integration/",
    b"open.feishu.cn/open-apis/bot/",
    b"open.larksuite.com/open-apis/bot/",
    b"qyapi.weixin.qq.com/cgi-bin/webhook/",
    b"oapi.dingtalk.com/robot/send?access_token=",
    b"hooks.zapier.com/hooks/catch/",
    b"hooks.zapier.com/hooks/standard/",
    b"chat.googleapis.com/v1/spaces/",
    b"hooks.workato.com/webhooks/",
    b"hooks.airtable.com/workflows/",
    b"webexapis.com/v1/webhooks/incoming/",
    b"automation.atlassian.com/pro/hooks/",
    b"api-private.atlassian.com/automation/webhooks/",
    b"alert.victorops.com/integrations/generic/",
    b"hc-ping.com/",
    b"webhook.site/",
    b"hook.integromat.com/",
    b"cloud.activepieces.com/api/v1/webhooks/",
    b"api.flock.com/hooks/sendMessage/",
    b"hooks.monday.com/",
    b"api.telegram.org/bot",
    b"api.pushcut.io/",
    b"connect.pabbly.com/workflow/sendwebhookdata/",
    b"wh.automate.io/webhook/",
];
/// What leads to the last part of a path that is a key, on a server of one's own: Mattermost, Rocket.Chat, n8n.
const PATHS: &[&[u8]] = &[b"/hooks/", b"/webhook/", b"/webhooks/", b"/incoming/"];
/// What leads to a key in the path of a link that lets in whoever has it.
const LINKS: &[&[u8]] = &[
    b"/invite/",
    b"/invites/",
    b"/invitation/",
    b"/magic/",
    b"/magic-link/",
    b"/magiclink/",
    b"/activate/",
    b"/unsubscribe/",
    b"/reset/",
    b"/password-reset/",
    b"/reset-password/",
    b"/verify-email/",
    b"/confirm-email/",
    b"/passwordless/",
    b"/one-time-login/",
    b"/autologin/",
];
/// Fewest characters of that part.
const KEY_MIN: usize = 20;
/// What ends an address.
static CLOSES: [bool; 256] = {
    let mut closes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        closes[byte] = (byte as u8).is_ascii_whitespace()
            || matches!(byte as u8, b'"' | b'\'' | b'<' | b'>' | b'`' | b')');
        byte += 1;
    }
    closes
};

/// The hook whose `://` stands at `at` and whose host ends at `body[authority]`.
pub(super) fn hook_at(
    bytes: &[u8],
    at: usize,
    body: &[u8],
    authority: usize,
) -> Option<(usize, usize)> {
    let closes = |byte: &u8| CLOSES[usize::from(*byte)];
    let hooked = || may_be_hook(body) && HOOKS.iter().any(|hook| body.starts_with(hook));
    let host = body.get(..authority)?;
    let office = host.ends_with(b".webhook.office.com") || is_make(host);
    let end = || body.iter().position(closes).unwrap_or(body.len());
    let end = if office || hooked() {
        end()
    } else if body.get(authority) == Some(&b'/') {
        let end = end();
        let path = body.get(authority..end)?;
        (is_flow(host, path) || is_own(path)).then_some(end)?
    } else {
        return None;
    };
    // A bot's address is one only with its token.
    if body.starts_with(b"api.telegram.org/bot") && !body.get(..end)?.contains(&b':') {
        return None;
    }
    let start = [5_usize, 4].iter().find_map(|length| {
        let start = at.checked_sub(*length)?;
        matches!(bytes.get(start..at), Some(b"https" | b"http")).then_some(start)
    })?;
    Some((start, at + 3 + end))
}

/// How hooks begin: their first four bytes as numbers, which are compared many at once.
static HEADS: [u32; HOOKS.len()] = {
    let mut heads = [0; HOOKS.len()];
    let mut place = 0;
    while place < HOOKS.len() {
        let hook = HOOKS[place];
        heads[place] = u32::from_le_bytes([hook[0], hook[1], hook[2], hook[3]]);
        place += 1;
    }
    heads
};

/// Whether an address begins with the four bytes of some hook: hardly any other does.
fn may_be_hook(body: &[u8]) -> bool {
    body.first_chunk::<4>().is_some_and(|head| {
        let head = u32::from_le_bytes(*head);
        HEADS
            .iter()
            .fold(false, |any, known| any | (*known == head))
    })
}

/// `hook.eu2.make.com`
fn is_make(host: &[u8]) -> bool {
    host.starts_with(b"hook.") && host.ends_with(b".make.com")
}

/// A flow of Azure that whoever has its signature starts.
fn is_flow(host: &[u8], path: &[u8]) -> bool {
    let port = memchr::memchr(b':', host).unwrap_or(host.len());
    let host = host.get(..port).unwrap_or_default();
    let azure = [
        &b".logic.azure.com"[..],
        b".powerplatform.com",
        b".azurewebsites.net",
    ];
    azure.iter().any(|end| host.ends_with(end))
        && memchr::memmem::find(path, b"/triggers/").is_some()
        && memchr::memmem::find(path, b"sig=").is_some()
}

/// Whether a cell is an address that anybody may know: no name and no part of it is drawn.
pub(crate) fn is_plain_address(cell: &[u8]) -> bool {
    let Some(body) = cell
        .strip_prefix(b"https://")
        .or_else(|| cell.strip_prefix(b"http://"))
    else {
        return false;
    };
    let part = |byte: &u8| matches!(byte, b'/' | b'?' | b'&' | b'=' | b'#' | b':' | b'@');
    !body.contains(&b'@')
        && body.split(part).all(|part| {
            !is_uuid(part) && (part.len() < PART_MIN || super::drawn::drawn(part) < Bar::Key)
        })
}

/// Shortest part of an address that may be a key.
const PART_MIN: usize = 16;

/// Whether the path leads to a hook and its last part is drawn.
fn is_own(path: &[u8]) -> bool {
    // Most addresses end in no key, which is seen sooner than what leads to it.
    let query = memchr::memchr(b'?', path).unwrap_or(path.len());
    let whole = path.get(..query).unwrap_or_default();
    let whole = whole.strip_suffix(b"/").unwrap_or(whole);
    let from = memchr::memrchr(b'/', whole).map_or(0, |slash| slash + 1);
    let last = whole.get(from..).unwrap_or_default();
    if last.len() < KEY_MIN {
        return false;
    }
    let led = |leads: &[&[u8]]| {
        leads
            .iter()
            .any(|lead| memchr::memmem::find(path, lead).is_some())
    };
    let hook = led(PATHS);
    if !hook && !led(LINKS) {
        return false;
    }
    // A UUID is longer than the shortest key, too.
    hook && is_uuid(last) || super::drawn::drawn(last) >= Bar::Key
}

#[cfg(test)]
mod tests {
    use crate::secret::credential_url;

    #[test]
    fn every_hook_is_told_by_its_first_bytes() {
        for hook in super::HOOKS {
            assert!(super::may_be_hook(hook), "{hook:?}");
        }
        assert!(!super::may_be_hook(b"cdn.example.com/a") && !super::may_be_hook(b"hoo"));
    }

    #[test]
    fn addresses_that_are_secrets_as_a_whole() {
        const HEX: &str = "e75307e22021a584d6e512fd03e31c0b";
        let of = |text: &str| {
            let at = text.find("://").unwrap();
            credential_url(text.as_bytes(), at) == Some((0, text.len()))
        };
        for text in [
            format!("https://oapi.dingtalk.com/robot/send?access_token={HEX}"),
            format!("https://hook.eu2.make.com/{HEX}"),
            format!("https://chat.example.net/hooks/{HEX}"),
            format!("https://app.example.com/invite/{HEX}"),
            "https://n8n.example.net/webhook/5f7c8ec7-c33c-4c00-8bba-fe82aa11bb22".to_owned(),
            format!(
                "https://prod-1.westeurope.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sig={HEX}"
            ),
        ] {
            assert!(of(&text), "{text}");
        }
        for text in [
            "https://api.example.net/repos/a/hooks/12345678",
            "https://example.net/webhooks/stripe",
            "https://example.net/incoming/orders-of-the-month-2024",
            "https://docs.example.net/api/webhooks/",
        ] {
            assert!(!of(text), "{text}");
        }
        for (text, plain) in [
            ("https://partners.example.com/hooks/orders", true),
            ("http://example.net/a?b=c#d", true),
            (
                "https://hooks.example.net/e75307e22021a584d6e512fd03e31c0b",
                false,
            ),
            ("https://e75307e22021a584@o1.example.net/1", false),
            ("kestrel88", false),
        ] {
            assert_eq!(super::is_plain_address(text.as_bytes()), plain, "{text}");
        }
    }
}
