//! Vendors and services whose keys and tokens open something, as names of columns and variables call them.
//!
//! Enters, leaves: lists of words. Never here: what is done with them; cells.

use super::index::Index;

/// Whose `key` or `token` opens something: vendors and services, and what they are called.
pub(super) static SERVICES: Index = Index::new(
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
    mpesa daraja mtn airtel safaricom jumia \
    snowplow rudderstack posthog fullstory logrocket plausible matomo honeycomb lightstep dynatrace instana appdynamics \
    loggly logzio logdna papertrail sumologic sumo mezmo rollbar bugsnag honeybadger airbrake raygun appsignal scoutapm statuspage \
    victorops xmatters uptimerobot pingdom checkly \
    vonage nexmo messagebird plivo sinch telnyx bandwidth clickatell infobip textmagic smsapi smsru smsc gupshup msg91 textlocal \
    mandrill mailjet sendinblue sendpulse mailersend elasticemail campaignmonitor constantcontact activecampaign iterable \
    customerio getresponse moosend omnisend pushwoosh onesignal airship urbanairship pusher ably pubnub agora zego sendbird getstream \
    akamai bunny bunnycdn keycdn stackpath imperva incapsula vultr hetzner ovh scaleway contabo upcloud exoscale ionos civo kamatera \
    flyio koyeb cockroach turso upstash timescale influx influxdb clickhouse elasticsearch opensearch meili \
    meilisearch typesense pinecone weaviate qdrant milvus chroma zilliz \
    openweather openweathermap owm weatherapi tomtom mapquest opencage locationiq positionstack ipstack ipinfo ipgeolocation maxmind geoip \
    abuseipdb virustotal shodan censys greynoise urlscan hibp securitytrails alienvault \
    alphavantage finnhub polygonio iexcloud quandl tiingo twelvedata marketstack fixer exchangerates currencylayer coinmarketcap cmc coingecko \
    binance kraken coinbase bitfinex bybit okx kucoin gemini bitstamp etherscan infura alchemy moralis quicknode \
    redsys cybersource authnet authorizenet przelewy24 p24 tpay dotpay przelewy sofort giropay sagepay opayo eway bluesnap checkoutcom \
    gocardless ebanx pagarme cielo getnet iugu asaas dlocal wompi openpay conekta culqi kushki paymob hyperpay moyasar cashfree \
    instamojo ccavenue billdesk phonepe paytm payfast ozow flywire transferwise plaid truelayer tink yapily nordigen \
    trello freshdesk freshsales freshworks pipedrive zoho clickup smartsheet basecamp wrike todoist helpscout gorgias drift tawk \
    livechat liveperson surveymonkey typeform qualtrics docusign hellosign pandadoc calendly zoom webex dropbox egnyte \
    onelogin duo jumpcloud keycloak cognito clerk workos stytch frontegg \
    travis codecov coveralls sonar sonarqube circleci buildkite jenkins bitrise appveyor appcenter semaphore teamcity \
    bamboo codefresh octopus spacelift terraform pulumi ansible npm pypi nuget artifactory nexus quay sonatype snyk veracode \
    checkmarx gitguardian shippo easypost aftership shipstation shipengine sendcloud dhl ups fedex usps gls packeta inpost \
    ebay etsy walmart bigcommerce prestashop shopware akeneo contentful prismic sanity strapi storyblok kentico umbraco cloudinary imgix \
    uploadcare tinypng bitly rebrandly tmdb omdb spotify twitch youtube vimeo soundcloud lastfm flickr unsplash pexels giphy tenor \
    facebook instagram twitter linkedin pinterest tiktok snapchat reddit viber vk consul nomad scim hec write ingest transloadit deepl \
    openrouter groq perplexity replicate stability elevenlabs assemblyai deepgram langsmith langfuse pinpoint rapidapi scraperapi serpapi \
    proxycrawl brightdata zapier ifttt workato n8n retool airflow prefect dagster airbyte hightouch looker \
    tableau powerbi metabase thoughtspot workday bamboohr gusto rippling adp netsuite xero quickbooks sage \
    datev lexoffice sevdesk odoo servicenow genesys five9 talkdesk aircall dialpad ringcentral \
    signer deployer relayer crypto ddns rndc tsig letsencrypt zerossl",
);

/// Services whose tokens, and whose keys, are UUIDs.
pub(super) static GIVE_UUIDS: Index = Index::new(
    "\
    opsgenie genie heroku postmark snyk splunk hec consul nomad scaleway scw coinmarketcap cmc octopus umbraco statuspage apim ocp \
    mailersend codecov coveralls bitrise rollbar raygun honeybadger betterstack logtail instatus exoscale pingdom \
    ingest scim vault hook webhook lokalise loggly logzio sumologic appcenter azure devops sendbird vonage ably telnyx wit \
    integration provisioning gravitee kong tyk wso2",
);

/// What serves, signs in or joins: tokens of these are UUIDs often enough.
pub(super) static JOINERS: Index = Index::new(
    "\
    http server bearer agent installer enroll enrol enrollment enrolment registration runner write acl service admin root bot api auth \
    pairing provision provisioning bootstrap join deploy build publish ci ingest management mgmt oauth sso integration secret",
);
