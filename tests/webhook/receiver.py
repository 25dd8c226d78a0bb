"""A receiver of Standard Webhooks that is none of ours: PyPI `standardwebhooks` reads the signature.

Enters: a port, the secret, a file. Leaves: one JSON line in the file for each message that it accepts, and for each that it does not.
Never here: our own reading of the signature.

Every third message is refused once with 503, so that a second try is seen.
"""

import http.server
import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

port, secret, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
seen: dict[str, int] = {}


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:  # noqa: N802
        body = self.rfile.read(int(self.headers["content-length"]))
        name = self.headers.get("webhook-id", "")
        seen[name] = seen.get(name, 0) + 1
        again = len(seen) % 3 == 0 and seen[name] == 1
        try:
            told = Webhook(secret).verify(body, {key.lower(): value for key, value in self.headers.items()})
            line = {"id": name, "ok": True, "refused": again, "occasion": told["occasion"], "statement": told["statement_id"]}
        except WebhookVerificationError as error:
            line = {"id": name, "ok": False, "refused": again, "why": str(error)}
        with open(path, "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        self.send_response(503 if again else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
