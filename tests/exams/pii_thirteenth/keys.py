"""Draws secrets: vendors' tokens by their public forms, passwords, connection strings, signatures, keys in PEM, hashes of passwords.

Enters: a source of chance. Leaves: pieces with the secret part labelled, by kind. Nothing here opens anything: every sign is drawn when cells are made.
Never here: people, things.
"""

import base64
import hashlib
import json
import pathlib

import engine

WORDS = (pathlib.Path(__file__).parent / "words" / "passwords.txt").read_text(encoding="utf-8").split()
SEED_WORDS = (pathlib.Path(__file__).parent / "words" / "mnemonic.txt").read_text(encoding="utf-8").split()


def b64(text, tail=True):
    out = base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()
    return out if tail else out.rstrip("=")


def b64url(text):
    return base64.urlsafe_b64encode(text if isinstance(text, bytes) else text.encode()).decode().rstrip("=")


def noise(r, size):
    return bytes(r.randrange(256) for _ in range(size))


def password(r):
    """What people and generators choose."""
    one, two = r.choice(WORDS), r.choice(WORDS)
    return r.choice([
        lambda: f"{one.capitalize()}{r.randint(1950, 2026)}{r.choice('!?#$')}", lambda: f"{one}{two.capitalize()}{r.randint(10, 99)}{r.choice('!*&')}", lambda: f"{one}-{two}-{r.choice(WORDS)}-{r.randint(10, 99)}",
        lambda: engine.some(r, "n", r.choice((12, 16, 20, 24))), lambda: "".join(r.choice(engine.SETS["n"] + "!#$^*+=-_") for _ in range(r.choice((14, 18, 22)))) + r.choice("7!x"),
        lambda: f"{one[:3].upper()}{r.choice('$!#')}{two}{r.randint(100, 999)}", lambda: f"{one.replace('a', '4').replace('o', '0').replace('e', '3').capitalize()}_{r.randint(10, 9999)}", lambda: f"{r.choice('!#*')}{two.capitalize()}.{one}.{r.randint(1, 9)}{r.choice('QXZ')}",
    ])()


def safe_password(r):
    """One that stands in URLs as it is."""
    while True:
        text = password(r)
        if not set(text) & set("#?$&%!^+*@:/="):
            return text


def jwt(r, who="sub"):
    head = {"alg": r.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    if r.random() < 0.4:
        head["kid"] = engine.some(r, "m", 8)
    body = {"sub": engine.some(r, "d", 6), "iss": f"https://id.{r.choice(['lumenwerk', 'portolan', 'sundvik'])}.example", "iat": r.randint(1700000000, 1790000000), "scope": r.choice(["read", "orders:write", "openid"])}
    return f"{b64url(json.dumps(head, separators=(',', ':')))}.{b64url(json.dumps(body, separators=(',', ':')))}.{b64url(noise(r, r.choice((32, 64))))}"


def jwe(r):
    return ".".join([b64url(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM"}, separators=(",", ":"))), b64url(noise(r, 96)), b64url(noise(r, 12)), b64url(noise(r, 60)), b64url(noise(r, 16))])


def pem(kind, size=160, head=""):
    def draw(r):
        text = b64((b"openssh-key-v1\0" if "SSH" in kind else b"0\x82") + noise(r, size))
        lines = "\n".join(text[at:at + 64] for at in range(0, len(text), 64))
        dash = "-" * 5
        return f"{dash}BEGIN {kind}{dash}\n{head}{lines}\n{dash}END {kind}{dash}"
    return draw


def crypt(prefix, salt, size, alphabet="./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"):
    return lambda r: prefix + "".join(r.choice(alphabet) for _ in range(salt)) + "$" * (salt > 0) + "".join(r.choice(alphabet) for _ in range(size))


def hashed(name, many=False):
    return lambda r: hashlib.new(name, noise(r, 16)).hexdigest()


def mnemonic(size):
    return lambda r: " ".join(r.choice(SEED_WORDS) for _ in range(size))


PRIVATE = "PRI" + "VATE KEY"
SIGNED = {"azure": "sv=2023-11-03&%[ss=b&srt=sco|sr=c|sr=b]&sp=%[rl|rwdl|racw]&se=202%<6-7>-0%<1-9>-%<10-28>T%<10-20>:00:00Z&spr=https&sig=⟦{k_b64_32!url}⟧"}

# Kind → a template (what is between marks is the secret), or what draws the whole secret.
KEYS = {
    # Clouds
    "aws_access_key": "⟦AK·IA%T16⟧", "aws_temporary_key": "⟦AS·IA%T16⟧", "aws_secret_key": "⟦%B40⟧", "aws_session_token": "⟦IQoJb3JpZ2luX2Vj%B180⟧", "aws_credentials_file": "[default]\naws_access_key_id = ⟦AK·IA%T16⟧\naws_secret_access_key = ⟦%B40⟧",
    "aws_presigned": "https://tide-media.s3.eu-north-1.amazonaws.com/exports/%d6.parquet?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=2026%<01-09>%<10-28>T%d6Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=⟦%x64⟧",
    "aws_bedrock_key": "⟦AB·SKQmVkcm9ja0FQSUtleS%B96⟧", "aws_mws": "⟦amzn.mws.%u⟧", "aws_cognito_secret": "⟦%m52⟧", "aws_ses_smtp": "⟦B%B43⟧",
    "gcs_signed": "https://storage.googleapis.com/lumen-invoices/2026/%d5.pdf?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Expires=3600&X-Goog-Signature=⟦%x256⟧", "gcp_api_key": "⟦AI·zaSy%b33⟧", "gcp_oauth_secret": "⟦GO·CSPX-%b28⟧", "gcp_access_token": "⟦ya·29.a0A%b120⟧",
    "gcp_refresh_token": "⟦1/·/0%b60⟧", "gcp_hmac_secret": "⟦%B40⟧", "firebase_server_key": "⟦AAAA%b7:APA91b%b134⟧", "cloudfront_signed": "https://d%m13.cloudfront.net/video/%d4.m3u8?Expires=17%d8&Key-Pair-Id=K%N13&Signature=⟦%b340__⟧",
    "azure_storage_key": "DefaultEndpointsProtocol=https;AccountName=sundvik%a4;AccountKey=⟦%B86==⟧;EndpointSuffix=core.windows.net", "azure_sas": "https://sundvik%a4.blob.core.windows.net/exports/%a5?" + SIGNED["azure"], "azure_sas_token": "?" + SIGNED["azure"],
    "azure_client_secret": "⟦%n3·8Q~%b34⟧", "azure_devops_pat": "⟦%n76·AZDO%n4⟧", "azure_devops_old": "⟦%m52⟧", "azure_service_bus": "Endpoint=sb://portolan-%a4.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=⟦%B43=⟧",
    "azure_event_hub": "Endpoint=sb://telemetry-%a3.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=⟦%B43=⟧;EntityPath=scooters", "azure_iot_hub": "HostName=lumen-%a3.azure-devices.net;DeviceId=meter-%d5;SharedAccessKey=⟦%B43=⟧", "azure_cosmos": "AccountEndpoint=https://orders-%a4.documents.azure.com:443/;AccountKey=⟦%B86==⟧;",
    "azure_redis": "brook-%a4.redis.cache.windows.net:6380,password=⟦%B43=⟧,ssl=True,abortConnect=False", "azure_signalr": "Endpoint=https://live-%a4.service.signalr.net;AccessKey=⟦%B43=⟧;Version=1.0;", "azure_function_key": "https://quay-%a4.azurewebsites.net/api/ingest?code=⟦%b54==⟧", "azure_logic_app": "https://prod-%<10-99>.westeurope.logic.azure.com:443/workflows/%x32/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%%2Ftriggers&sv=1.0&sig=⟦%b43⟧",
    "azure_openai": "⟦%x32⟧", "azure_sql": "Server=tcp:piste-%a4.database.windows.net,1433;Initial Catalog=lifts;User ID=svc_%a5;Password=⟦{k_pw_plain}⟧;Encrypt=True;", "azure_app_config": "Endpoint=https://cfg-%a4.azconfig.io;Id=%b4-l0-s0:%b20;Secret=⟦%B43=⟧",
    "digitalocean_pat": "⟦do·p_v1_%x64⟧", "digitalocean_oauth": "⟦do·o_v1_%x64⟧", "digitalocean_refresh": "⟦do·r_v1_%x64⟧", "heroku_key": "⟦HR·KU-AA%b58⟧", "linode_token": "⟦%x64⟧", "hetzner_token": "⟦%n64⟧", "flyio": "⟦Fly·V1 fm2_lJPE%B96⟧", "vercel_token": "⟦%n24⟧", "netlify_pat": "⟦nf·p_%n36⟧",
    "cloudflare_token": "⟦%b40⟧", "cloudflare_origin": "⟦v1·.0-%x24-%x146⟧", "fastly_token": "⟦%b32⟧", "alibaba_key": "⟦LT·AI5t%n20⟧", "tencent_id": "⟦AK·ID%n32⟧", "yandex_oauth": "⟦y0·_AgAAAA%b48⟧", "yandex_iam": "⟦t1·.9eu%b60.%b86⟧", "oracle_token": "⟦ocid1·.token.%m60⟧", "scaleway_secret": "⟦%u⟧", "ovh_consumer": "⟦%n32⟧", "ibm_key": "⟦%b44⟧", "supabase_pat": "⟦sb·p_%x40⟧", "supabase_secret": "⟦sb·_secret_%b31⟧",
    # Code and builds
    "github_pat": "⟦gh·p_%n36⟧", "github_oauth": "⟦gh·o_%n36⟧", "github_user": "⟦gh·u_%n36⟧", "github_app": "⟦gh·s_%n36⟧", "github_refresh": "⟦gh·r_%n76⟧", "github_fine": "⟦github·_pat_%n22_%n59⟧", "github_remote": "https://x-access-token:⟦gh·s_%n36⟧@github.com/portolan/%[tariffs|booking|pump-control].git",
    "gitlab_pat": "⟦gl·pat-%b20⟧", "gitlab_deploy": "⟦gl·dt-%b20⟧", "gitlab_runner": "⟦gl·rt-%b20⟧", "gitlab_trigger": "⟦gl·ptt-%x40⟧", "gitlab_job": "⟦gl·cbt-%x2_%b20⟧", "gitlab_feed": "⟦gl·ft-%b20⟧", "gitlab_agent": "⟦gl·agent-%b50⟧", "gitlab_mail": "⟦gl·imt-%m25⟧", "gitlab_scim": "⟦gl·soat-%b20⟧",
    "bitbucket_app": "⟦AT·BB%n32%X8⟧", "bitbucket_repo": "⟦AT·CTT3xFfGN0%b156=%X8⟧", "atlassian_token": "⟦AT·ATT3xFfGF0%b176=%X8⟧", "trello_token": "⟦AT·TA%x64%X8⟧", "npm_token": "⟦np·m_%n36⟧", "npmrc": "//registry.npmjs.org/:_authToken=⟦np·m_%n36⟧", "pypi_token": "⟦py·pi-AgEIcHlwaS5vcmc%b150⟧", "rubygems": "⟦ruby·gems_%x48⟧", "crates": "⟦ci·o%n32⟧", "nuget": "⟦oy2%m43⟧", "hex_pm": "⟦%x32⟧",
    "docker_pat": "⟦dc·kr_pat_%b27⟧", "docker_oat": "⟦dc·kr_oat_%b32⟧", "docker_auth": "{\"auths\":{\"registry.portolan.example\":{\"auth\":\"⟦{k_basic}⟧\"}}}", "artifactory": "⟦AK·Cp8%n69⟧", "artifactory_ref": "⟦cmVm·dGtuOj%n54⟧", "sonar_user": "⟦sq·u_%x40⟧", "sonar_project": "⟦sq·p_%x40⟧", "snyk": "⟦%u⟧", "circleci": "⟦CC·IPAT_%n22_%x40⟧", "buildkite": "⟦bk·ua_%x40⟧", "jenkins": "⟦11%x32⟧", "codecov": "⟦%u⟧", "terraform_cloud": "⟦%n14.atla·sv1.%b67⟧", "pulumi": "⟦pu·l-%x40⟧", "vault_service": "⟦hv·s.%b90⟧", "vault_batch": "⟦hv·b.%b130⟧", "vault_old": "⟦s.%n24⟧", "doppler_personal": "⟦dp·.pt.%n43⟧", "doppler_service": "⟦dp·.st.prd.%n43⟧", "age_secret": "⟦AGE-SEC·RET-KEY-1%N58⟧", "onepassword_service": "⟦op·s_eyJ%B250⟧", "infisical": "⟦st.%x24.%x32.%x32⟧", "bitwarden_machine": "⟦0.%u.%n30:%B22==⟧",
    # Talk
    "slack_bot": "⟦xo·xb-%z12-%z13-%n24⟧", "slack_user": "⟦xo·xp-%z12-%z12-%z13-%x32⟧", "slack_app": "⟦xa·pp-1-A%N10-%z13-%x64⟧", "slack_refresh": "⟦xo·xe-1-%B146⟧", "slack_config": "⟦xo·xe.xoxp-1-%n160⟧", "slack_webhook": "https://hooks.slack.com/services/T%N10/B%N10/⟦%n24⟧", "slack_signing": "⟦%x32⟧", "discord_bot": "⟦M%n23.G%b5.%b38⟧", "discord_webhook": "https://discord.com/api/webhooks/%z19/⟦%b68⟧", "telegram_bot": "⟦%z10:AA%b33⟧", "telegram_url": "https://api.telegram.org/bot⟦%z10:AA%b33⟧/sendMessage", "teams_webhook": "https://sundvik.webhook.office.com/webhookb2/%u@%u/IncomingWebhook/⟦%x32⟧/%u", "google_chat_webhook": "https://chat.googleapis.com/v1/spaces/AAAA%b7/messages?key=AI·zaSy%b33&token=⟦%b43⟧", "mattermost_hook": "https://chat.portolan.example/hooks/⟦%m26⟧", "lark_hook": "https://open.larksuite.com/open-apis/bot/v2/hook/⟦%u⟧", "dingtalk_hook": "https://oapi.dingtalk.com/robot/send?access_token=⟦%x64⟧", "wecom_hook": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=⟦%u⟧", "zapier_hook": "https://hooks.zapier.com/hooks/catch/%d7/⟦%m7⟧/", "make_hook": "https://hook.eu2.make.com/⟦%m32⟧", "ifttt_hook": "https://maker.ifttt.com/trigger/pump_alarm/with/key/⟦%b43⟧", "pagerduty": "⟦u+%b18⟧", "opsgenie": "GenieKey ⟦%u⟧", "twilio_key": "⟦SK%x32⟧", "twilio_auth": "⟦%x32⟧", "sendgrid": "⟦SG·.%b22.%b43⟧", "mailgun": "⟦key-%x32⟧", "mailchimp": "⟦%x32-us%<1-21>⟧", "brevo": "⟦xkey·sib-%x64-%n16⟧", "brevo_smtp": "⟦xsmtp·sib-%x64-%n16⟧", "postmark": "⟦%u⟧", "resend": "⟦re·_%n8_%n24⟧", "messagebird": "⟦%n25⟧", "vonage": "⟦%n16⟧", "line_channel": "⟦%B170=⟧", "zoom_secret": "⟦%n32⟧", "mandrill": "⟦md-%b22⟧", "sparkpost": "⟦%x40⟧",
    # Money and shops
    "stripe_secret": "⟦sk·_live_%n24⟧", "stripe_long": "⟦sk·_live_51%n97⟧", "stripe_restricted": "⟦rk·_live_51%n97⟧", "stripe_webhook": "⟦wh·sec_%n32⟧", "square_token": "⟦EA·AAE%b59⟧", "square_old": "⟦sq0·atp-%b22⟧", "square_secret": "⟦sq0·csp-%b43⟧", "paypal_braintree": "⟦access_token$·production$%m16$%x32⟧", "shopify_admin": "⟦shp·at_%x32⟧", "shopify_secret": "⟦shp·ss_%x32⟧", "shopify_custom": "⟦shp·ca_%x32⟧", "shopify_private": "⟦shp·pa_%x32⟧", "adyen": "⟦AQE·%n37-%B43=-%n16⟧", "mollie": "⟦live·_%n30⟧", "razorpay_secret": "⟦%n24⟧", "flutterwave": "⟦FLW·SECK-%x32-X⟧", "paystack": "⟦sk·_live_%x40⟧", "plaid_access": "⟦access-pro·duction-%u⟧", "gocardless": "⟦live_%b40⟧", "easypost": "⟦EZ·AK%n54⟧", "shippo": "⟦shippo_·live_%x40⟧", "lob": "⟦live_%x35⟧", "wise": "⟦%u⟧", "checkout_com": "⟦sk_%m26⟧", "klarna": "⟦klarna_·live_api_%B120⟧", "sumup": "⟦sup·_sk_%n32⟧", "coinbase": "⟦%n16⟧", "binance": "⟦%n64⟧", "kraken": "⟦%B86==⟧", "woocommerce": "⟦cs·_%x40⟧", "etsy": "⟦%m10⟧", "yookassa": "⟦live_%b43⟧",
    # Models and data
    "openai_project": "⟦sk·-proj-%b74T3Blbk·FJ%b74⟧", "openai_old": "⟦sk·-%n20T3Blbk·FJ%n20⟧", "openai_service": "⟦sk·-svcacct-%b74T3Blbk·FJ%b74⟧", "anthropic": "⟦sk·-ant-api03-%b93AA⟧", "anthropic_admin": "⟦sk·-ant-admin01-%b93AA⟧", "huggingface": "⟦hf·_%n34⟧", "replicate": "⟦r8·_%n37⟧", "groq": "⟦gs·k_%n52⟧", "perplexity": "⟦pp·lx-%n48⟧", "xai": "⟦xa·i-%n80⟧", "openrouter": "⟦sk·-or-v1-%x64⟧", "elevenlabs": "⟦sk_%x48⟧", "mistral": "⟦%n32⟧", "cohere": "⟦%n40⟧", "databricks": "⟦da·pi%x32⟧", "dbt_cloud": "⟦db·tc_%n38⟧", "pinecone": "⟦pc·sk_%n6_%n63⟧", "wandb": "⟦%x40⟧", "langsmith": "⟦ls·v2_pt_%x32_%x10⟧", "langfuse": "⟦sk·-lf-%u⟧", "prefect": "⟦pn·u_%n36⟧", "planetscale_token": "⟦pscale·_tkn_%b43⟧", "planetscale_password": "⟦pscale·_pw_%b43⟧", "neon": "⟦na·pi_%m64⟧", "airtable": "⟦pat%n14.%x64⟧", "notion_old": "⟦secret_%n43⟧", "notion": "⟦nt·n_%d11%n35⟧", "segment": "⟦sg·p_%n64⟧", "posthog": "⟦ph·x_%n43⟧", "snowflake_pat": jwt, "clickhouse_cloud": "⟦4b1d%n38⟧", "confluent": "⟦cflt%n60⟧", "mapbox_secret": "⟦sk·.eyJ1Ijoi%n60.%b22⟧", "contentful_pat": "⟦CF·PAT-%b43⟧", "algolia_admin": "⟦%x32⟧", "tableau_pat": "⟦%B22==:%n32⟧",
    # Watching
    "grafana_service": "⟦gl·sa_%n32_%x8⟧", "grafana_cloud": "⟦gl·c_eyJ%B90⟧", "newrelic_user": "⟦NR·AK-%N27⟧", "newrelic_insert": "⟦NR·II-%b32⟧", "newrelic_license": "⟦%x36NR·AL⟧", "datadog_api": "⟦%x32⟧", "datadog_app": "⟦%x40⟧", "sentry_user": "⟦sntr·yu_%x64⟧", "sentry_org": "⟦sntr·ys_eyJ%B90_%B43⟧", "honeycomb": "⟦hca·ik_01%m58⟧", "splunk_hec": "Authorization: Splunk ⟦%u⟧", "elastic_key": "Authorization: ApiKey ⟦%B58==⟧", "dynatrace": "⟦dt0·c01.%N24.%N64⟧", "logtail": "⟦%n24⟧", "rollbar": "⟦%x32⟧", "launchdarkly_sdk": "⟦sd·k-%u⟧", "launchdarkly_api": "⟦api-%u⟧", "postman": "⟦PM·AK-%x24-%x34⟧",
    # Offices
    "asana": "⟦2/%z16/%z16:%x32⟧", "linear": "⟦lin·_api_%n40⟧", "figma": "⟦fig·d_%b43⟧", "dropbox": "⟦sl·.B%b137⟧", "hubspot": "⟦pat-·eu1-%u⟧", "salesforce_session": "⟦00D%n12!AQ%n92⟧", "zendesk": "⟦%n40⟧", "intercom": "⟦dG9rOg%b54=⟧", "okta": "⟦00%b40⟧", "okta_header": "Authorization: SSWS ⟦00%b40⟧", "auth0_secret": "⟦%b64⟧", "onelogin": "⟦%x64⟧", "typeform": "⟦tf·p_%b44_%b14⟧", "readme_io": "⟦rd·me_%m70⟧", "tailscale": "⟦ts·key-auth-k%n11CNTRL-%n32⟧", "tailscale_api": "⟦ts·key-api-k%n11CNTRL-%n32⟧", "ngrok": "⟦2%n26_%n21⟧", "clickup": "⟦pk_%d8_%N32⟧", "monday": jwt, "docusign": "⟦%u⟧", "facebook": "⟦EA·AB%n180⟧", "instagram": "⟦IG·QVJ%b150⟧", "twitter_bearer": "⟦%N0AAAAAAAAAAAAAAAAAAAAA%n40%%3D%n42⟧", "linkedin": "⟦AQ%b160⟧", "twitch": "⟦oauth:%m30⟧", "spotify": "⟦%x32⟧", "vk_token": "⟦vk1·.a.%b180⟧", "strava": "⟦%x40⟧", "rapidapi": "⟦%x10msh%x15p1%x6jsn%x12⟧", "openweather": "⟦%x32⟧", "here_maps": "⟦%b43⟧", "amadeus": "⟦%n16⟧",
    # Keys of one's own
    "jwt": jwt, "jwe": jwe, "bearer": "Authorization: Bearer ⟦{k_jwt}⟧", "basic_header": "Authorization: Basic ⟦{k_basic}⟧", "digest_header": "Authorization: Digest username=\"gauge\", realm=\"quay\", nonce=\"%x32\", uri=\"/v1\", response=\"⟦%x32⟧\"", "x_api_key": "%[x-api-key|X-Api-Key|apikey]: ⟦%n40⟧", "paseto": "⟦v2·.local.%b140⟧", "macaroon": "⟦MDAx%b150⟧", "branca": "⟦870S4%n110⟧", "pem_rsa": pem("RSA " + PRIVATE, 300), "pem_ec": pem("EC " + PRIVATE, 112), "pem_pkcs8": pem(PRIVATE, 260), "pem_encrypted": pem("ENCRYPTED " + PRIVATE, 260), "pem_openssh": pem("OPENSSH " + PRIVATE, 300), "pem_dsa": pem("DSA " + PRIVATE, 200), "pgp": pem("PGP " + PRIVATE + " BLOCK", 300, "\n"),
    "putty": "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: lift-gate\nPublic-Lines: 2\nAAAAC3NzaC1lZDI1NTE5AAAAI%B40\n%B24\nPrivate-Lines: 1\n⟦%B43=⟧\nPrivate-MAC: %x64", "jwk_private": "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%b43\",\"y\":\"%b43\",\"private_key_d\":\"⟦%b43⟧\"}", "wireguard": "[Interface]\nPrivate·Key = ⟦%B43=⟧\nAddress = 10.%<0-99>.0.%<2-250>/32", "wif": "⟦%[K|L]%n51⟧", "xprv": "⟦xp·rv9s21ZrQH143K%n95⟧", "eth_key": "⟦0x%x64⟧", "mnemonic12": mnemonic(12), "mnemonic24": mnemonic(24), "ansible_vault": "⟦$ANS·IBLE_VAULT;1.1;AES256\n%x80\n%x80⟧", "k8s_secret": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: quay-db\ntype: Opaque\ndata:\n  password: ⟦{k_pw64}⟧", "kubeconfig": "users:\n- name: deployer\n  user:\n    token: ⟦{k_jwt}⟧", "rails_secret": "⟦%x128⟧", "django_secret": "SECRET_KEY = 'django-insecure-⟦%m50⟧'", "laravel_key": "APP_KEY=base64:⟦%B43=⟧", "symfony": "APP_SECRET=⟦%x32⟧", "fernet": "⟦%b43=⟧", "hmac_secret": "⟦%x64⟧", "oauth_refresh": "⟦%b64⟧", "oauth_code": "https://app.lumenwerk.example/callback?code=⟦%b43⟧&state=%x16", "id_token_url": "https://app.portolan.example/cb#id_token=⟦{k_jwt}⟧&state=%m8",
    # Codes
    "otp_url": "otp·auth://totp/%[Quay|Lumen|Piste]:desk%d2?secret=⟦%T32⟧&issuer=%[Quay|Lumen|Piste]", "otp_seed": "⟦%T32⟧", "otp_seed_groups": "⟦%T4 %T4 %T4 %T4 %T4 %T4 %T4 %T4⟧", "recovery_hex": "⟦%x5-%x5⟧", "recovery_list": "⟦%m4-%m4⟧ ⟦%m4-%m4⟧ ⟦%m4-%m4⟧ ⟦%m4-%m4⟧ ⟦%m4-%m4⟧", "bitlocker": "⟦%d6-%d6-%d6-%d6-%d6-%d6-%d6-%d6⟧", "filevault": "⟦%N4-%N4-%N4-%N4-%N4-%N4⟧", "puk": "⟦%d8⟧", "pin": "⟦%d4⟧", "pin6": "⟦%d6⟧", "one_time": "⟦%d6⟧", "door_code": "⟦%d4#⟧", "wifi_qr": "WIFI:T:WPA;S:%[Hut|Deck|Lobby]-%d2;P:⟦{k_pw_plain}⟧;;", "wpa_psk": "⟦%x64⟧", "snmp": "snmp-server community ⟦{k_pw_plain}⟧ RO", "cisco7": "enable password 7 ⟦%X20⟧", "cisco9": "enable secret 9 ⟦$9$%n14$%n43⟧", "radius": "radius-server key ⟦{k_pw_plain}⟧", "ipsec_psk": "%[conn hut|peer 10.1.1.1] : PSK \"⟦{k_pw_plain}⟧\"", "license_password": "⟦{k_pw_plain}⟧",
    # Sessions and links
    "php_session": "PHPSESSID=⟦%m26⟧", "java_session": "JSESSIONID=⟦%X32⟧", "express_session": "connect.sid=s%%3A⟦%b32.%n43⟧", "django_session": "sessionid=⟦%m32⟧; csrftoken=%n32", "laravel_session": "laravel_session=⟦eyJpdiI6%n180⟧", "aspx_auth": ".ASPXAUTH=⟦%X160⟧", "aspnet_session": "ASP.NET_SessionId=⟦%a24⟧", "rails_session": "_lumen_session=⟦%B120%%3D--%x40⟧", "cookie_header": "Cookie: theme=dark; lang=nb; session_token=⟦%b48⟧", "set_cookie": "Set-Cookie: sid=⟦%b40⟧; Path=/; HttpOnly; Secure", "reset_link": "https://login.sundvik.example/reset-password?token=⟦%b43⟧", "magic_link": "https://app.portolan.example/magic?login_token=⟦%n40⟧", "invite_link": "https://portal.lumenwerk.example/invite/accept?invitation_token=⟦%b20⟧", "access_token_url": "https://api.kirsipuu.example/v2/meters?access_token=⟦%n40⟧&limit=50", "api_key_url": "https://maps.alpenlift.example/tiles/9/%d3/%d3.png?api_key=⟦%n32⟧", "hmac_query": "https://pay.quay.example/notify?order=%d7&signature=⟦%x64⟧", "calendar_feed": "https://calendar.google.com/calendar/ical/desk/private-⟦%x32⟧/basic.ics",
    # Connections
    "postgres_url": "postgres%[|ql]://%[lifts|booking|svc_etl]:⟦{k_pw_url}⟧@%[db1|pg-main|10.2.0.%<5-90>]:5432/%[tickets|meters|lifts]", "mysql_url": "mysql%[|+pymysql]://%[herd|root|app]:⟦{k_pw_url}⟧@%[maria|10.3.1.%<5-90>]:3306/%[herd|milk]", "mongo_url": "mongodb%[|+srv]://%[ferry|svc]:⟦{k_pw_url}⟧@cluster0.%m5.mongodb.net/%[deck|cargo]?retryWrites=true", "redis_url": "redis%[|s]://%[|default]:⟦{k_pw_url}⟧@cache-%d1.lumen.example:6379/0", "amqp_url": "amqp%[|s]://%[gauge|pump]:⟦{k_pw_url}⟧@rabbit.%[quay|piste].example:5671/%%2F", "sqlserver_url": "mssql://sa:⟦{k_pw_url}⟧@sql%d2.sundvik.example:1433/clinic", "jdbc_query": "jdbc:postgresql://pg-%d2.portolan.example:5432/fares?user=fares&password=⟦{k_pw_url}⟧", "jdbc_sqlserver": "jdbc:sqlserver://sql%d2:1433;databaseName=clinic;user=sa;password=⟦{k_pw_plain}⟧;", "jdbc_oracle": "jdbc:oracle:thin:herd/⟦{k_pw_url}⟧@//ora%d2:1521/HERD", "jdbc_snowflake": "jdbc:snowflake://qk%d5.eu-north-1.snowflakecomputing.com/?user=LOADER&password=⟦{k_pw_url}⟧&warehouse=WH", "ado_net": "Data Source=sql%d2;Initial Catalog=Lockers;User Id=lockers;Password=⟦{k_pw_plain}⟧;", "odbc": "Driver={{ODBC Driver 18 for SQL Server}};Server=sql%d2;Uid=report;Pwd=⟦{k_pw_plain}⟧;".replace("{{", "{").replace("}}", "}"), "libpq": "host=pg%d2 port=5432 dbname=meters user=gauge password=⟦{k_pw_url}⟧ sslmode=require", "pgpass": "pg%d2.quay.example:5432:meters:gauge:⟦{k_pw_url}⟧", "my_cnf": "[client]\nuser=herd\npassword=⟦{k_pw_url}⟧", "netrc": "machine files.sundvik.example login deploy password ⟦{k_pw_url}⟧", "ftp_url": "ftp://%[drop|tariff]:⟦{k_pw_url}⟧@ftp.%[quay|piste].example/out", "sftp_url": "sftp://partner%d2:⟦{k_pw_url}⟧@sftp.kirsipuu.example:2222/inbox", "smtp_url": "smtps://%[mailer|noreply]:⟦{k_pw_url}⟧@smtp.lumenwerk.example:465", "ldap_bind": "ldap_bind_dn=cn=reader,dc=quay,dc=example\nldap_bind_password=⟦{k_pw_url}⟧", "basic_url": "https://%[admin|feed|meter]:⟦{k_pw_url}⟧@%[cam|gw|feed]%d2.alpenlift.example/%[api|snapshot.jpg]", "rtsp_url": "rtsp://%[admin|view]:⟦{k_pw_url}⟧@10.%<0-50>.%<0-50>.%<2-250>:554/Streaming/Channels/101", "proxy_url": "http_proxy=http://%[build|svc]:⟦{k_pw_url}⟧@proxy.portolan.example:3128", "mqtt_url": "mqtts://pump%d3:⟦{k_pw_url}⟧@mqtt.lumen.example:8883", "clickhouse_url": "clickhouse://default:⟦{k_pw_url}⟧@ch%d2.quay.example:9440/events", "cloudinary": "cloudinary://%z15:⟦%b27⟧@lumenpics", "nats_url": "nats://edge:⟦{k_pw_url}⟧@nats-%d1.quay.example:4222", "sentry_old_dsn": "https://%x32:⟦%x32⟧@sentry.portolan.example/%d2", "snowsql": "[connections.prod]\naccountname = qk%d5\nusername = LOADER\npassword = \"⟦{k_pw_url}⟧\"", "smb_mount": "mount -t cifs //nas%d1/scans /mnt -o username=scan,password=⟦{k_pw_url}⟧", "wsdl": "<wsse:UsernameToken><wsse:Username>fiscal</wsse:Username><wsse:Password>⟦{k_pw_url}⟧</wsse:Password></wsse:UsernameToken>",
    # Said in passing
    "curl_user": "curl -u %[admin|gauge]:⟦{k_pw_url}⟧ https://api.quay.example/v1/levels", "curl_header": "curl -H 'Authorization: Bearer ⟦%b48⟧' https://api.portolan.example/v3/fares", "mysql_p": "mysqldump -h maria -u herd -p⟦{k_pw_url}⟧ herd > herd.sql", "sshpass": "sshpass -p '⟦{k_pw_url}⟧' scp out.csv drop@sftp:/in", "docker_run": "docker run -d -e POSTGRES_PASSWORD=⟦{k_pw_url}⟧ -p 5432:5432 postgres:16", "helm_set": "helm upgrade tides ./chart --set auth.rootPassword=⟦{k_pw_url}⟧", "env_export": "export %[TIDES|LIFT|HERD]_API_TOKEN=⟦%n40⟧", "env_file": "SMTP_HOST=smtp.example\nSMTP_PASSWORD=⟦{k_pw_url}⟧\nSMTP_PORT=465", "powershell": "$s = ConvertTo-SecureString '⟦{k_pw_plain}⟧' -AsPlainText -Force", "net_use": "net use Z: \\\\nas\\scans /user:scan ⟦{k_pw_plain}⟧", "yaml_password": "database:\n  user: herd\n  password: ⟦{k_pw_url}⟧", "toml_token": "[registry]\ntoken = \"⟦%n40⟧\"", "xml_password": "<user><login>kiosk</login><password>⟦{k_pw_url}⟧</password></user>", "unattend": "<AutoLogon><Username>kiosk</Username><Password><Value>⟦{k_pw_url}⟧</Value><PlainText>true</PlainText></Password></AutoLogon>", "tfvars": "db_password = \"⟦{k_pw_url}⟧\"", "sql_create_user": "CREATE USER loader PASSWORD = '⟦{k_pw_url}⟧' DEFAULT_ROLE = LOADER", "sql_identified": "CREATE USER 'herd'@'%%' IDENTIFIED BY '⟦{k_pw_url}⟧'", "redis_auth": "AUTH ⟦{k_pw_url}⟧", "svn": "svn up --username build --password ⟦{k_pw_url}⟧", "openssl_pass": "openssl enc -d -aes-256-cbc -pass pass:⟦{k_pw_url}⟧ -in dump.enc", "zip_pass": "7z x batch.7z -p⟦{k_pw_url}⟧", "rest_body": "{\"grant_type\":\"client_credentials\",\"client_id\":\"tides\",\"client_secret\":\"⟦%b40⟧\"}", "form_body": "grant_type=password&username=kiosk&password=⟦{k_pw_url}⟧", "vnc": "vncpasswd: ⟦%n8⟧", "password_column": "⟦{k_pw_any}⟧",
    # Hashes of passwords
    "bcrypt": crypt("$2b$12$", 0, 53), "bcrypt_php": crypt("$2y$10$", 0, 53), "argon2id": "⟦$arg·on2id$v=19$m=65536,t=3,p=4$%B22$%B43⟧", "scrypt": "⟦$sc·rypt$ln=16,r=8,p=1$%B22$%B43⟧", "pbkdf2_django": "⟦pbkdf2_sha256$%[600000|870000]$%n22$%B43=⟧", "werkzeug": "⟦scrypt:32768:8:1$%n16$%x128⟧", "werkzeug_pbkdf2": "⟦pbkdf2:sha256:600000$%n16$%x64⟧", "sha512crypt": crypt("$6$", 12, 86), "sha256crypt": crypt("$5$", 12, 43), "md5crypt": crypt("$1$", 8, 22), "apr1": crypt("$apr1$", 8, 22), "yescrypt": crypt("$y$j9T$", 22, 43), "phpass": crypt("$P$B", 0, 30), "drupal": crypt("$S$D", 0, 51), "ssha": "{SSHA}⟦%B38==⟧", "mysql_native": "⟦*%X40⟧", "postgres_scram": "⟦SCRAM-SHA-256$4096:%B22==$%B43=:%B43=⟧", "postgres_md5": "⟦md5%x32⟧", "ntlm": "⟦%x32:%x32⟧", "shadow": "kiosk:⟦{k_sha512}⟧:197%d2:0:99999:7:::", "htpasswd": "gauge:⟦{k_apr1}⟧", "identity_v3": "⟦AQAAAAIAAYagAAAAE%B66==⟧", "sha1_hash": hashed("sha1"), "sha256_hash": hashed("sha256"), "md5_hash": hashed("md5"), "oracle_verifier": "⟦S:%X60⟧", "mssql_hash": "⟦0x0200%X136⟧",
}
KEYS["odbc"] = "Driver=ODBC Driver 18 for SQL Server;Server=sql%d2;Uid=report;Pwd=⟦{k_pw_plain}⟧;"
PARTS = {
    "k_b64_32": lambda r: b64(noise(r, 32)), "k_basic": lambda r: b64(f"{r.choice(['gauge', 'kiosk', 'deploy'])}:{safe_password(r)}"), "k_jwt": jwt, "k_pw_url": safe_password, "k_pw_any": password,
    "k_pw_plain": lambda r: next(text for text in iter(lambda: password(r), None) if not set(text) & set(";\"' &|,<>$")), "k_pw64": lambda r: b64(password(r)), "k_sha512": crypt("$6$", 12, 86), "k_apr1": crypt("$apr1$", 8, 22),
}
# Forms that tell what they are where nothing else does.
TELLING = [kind for kind, form in KEYS.items() if (isinstance(form, str) and "·" in form and kind not in ("oracle_token", "gcp_refresh_token", "otp_url")) or kind in (
    "pem_rsa", "pem_ec", "pem_pkcs8", "pem_encrypted", "pem_openssh", "pem_dsa", "pgp", "bcrypt", "bcrypt_php", "jwt", "sha512crypt", "slack_webhook", "discord_webhook", "basic_url", "postgres_url", "mongo_url", "amqp_url")]


def draw(row, kind):
    form = KEYS[kind]
    if callable(form):
        return [(form(row.r), ("secret", kind))]
    return engine.render(form, row, kind)
