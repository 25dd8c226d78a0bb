// A real OpenID provider (oidc-provider) with keys that rotate on demand.
// Enters: a port; with --while-stdin-is-open it ends when its standard input does. Leaves: discovery, JWKS, access tokens as JWT by client credentials with the claims a test asks for.
// POST /_test/rotate makes a new signing key (the old one stays published until the next rotation).
// POST /_test/token {"sub","groups","audience","expires_in"} signs a token with the provider's current key.
const crypto = require("crypto");
const http = require("http");
const path = require("path");
const { createRequire } = require("module");
const { pathToFileURL } = require("url");

const modules = createRequire(path.join(process.cwd(), "package.json"));

async function main() {
  const port = Number(process.argv[2]);
  if (process.argv.includes("--while-stdin-is-open")) process.stdin.on("end", () => process.exit(0)).resume();
  const issuer = `http://127.0.0.1:${port}`;
  const { Provider } = await import(pathToFileURL(modules.resolve("oidc-provider")));
  const { SignJWT } = await import(pathToFileURL(modules.resolve("jose")));
  let keys = [fresh()];
  let provider = make();

  function fresh() {
    const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { kid: crypto.randomUUID(), use: "sig", alg: "RS256", privateKey, ...privateKey.export({ format: "jwk" }) };
  }
  function make() {
    const jwks = { keys: keys.map(({ privateKey, ...jwk }) => jwk) };
    const made = new Provider(issuer, {
      jwks,
      clients: [
        // The console: a public client; loopback redirects of any port are a native one's (RFC 8252 §7.3).
        { client_id: "firn", application_type: "native", token_endpoint_auth_method: "none", grant_types: ["authorization_code"], response_types: ["code"], redirect_uris: ["http://127.0.0.1/auth/callback"] },
        { client_id: "agent", client_secret: "agent-secret", grant_types: ["client_credentials"], redirect_uris: [], response_types: [] },
      ],
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
      claims: { openid: ["sub"], groups: ["groups", "name"] },
      scopes: ["openid", "groups"],
      conformIdTokenClaims: false,
      // Its own sign-in page takes anybody: name@group,group.
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id.split("@")[0], name: id.split("@")[0], groups: (id.split("@")[1] ?? "").split(",").filter(Boolean) }) }),
    });
    return made.callback();
  }
  async function token({ sub = "agent", groups = [], audience = "firn", expires_in = 3600, issued_ago = 0, ...claims }) {
    const now = Math.floor(Date.now() / 1000) - issued_ago;
    return new SignJWT({ groups, name: sub, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: keys[0].kid, typ: "at+jwt" })
      .setIssuer(issuer).setSubject(sub).setAudience(audience).setIssuedAt(now).setNotBefore(now).setExpirationTime(now + expires_in)
      .sign(keys[0].privateKey);
  }
  http.createServer(async (request, response) => {
    if (!request.url.startsWith("/_test/")) return provider(request, response);
    let body = "";
    for await (const piece of request) body += piece;
    if (request.url === "/_test/rotate") {
      keys = [fresh(), keys[0]];
      provider = make();
      return response.end("{}");
    }
    response.end(JSON.stringify({ token: await token(JSON.parse(body || "{}")) }));
  }).listen(port, "127.0.0.1", () => console.log(`ready ${issuer}`));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
