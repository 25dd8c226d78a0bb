"""A proxy that misbehaves, between an exporter and its receivers: what networks and busy receivers do, drawn by seed.

Enters: requests (`http`) or connections (`raw`, TLS too). Leaves: most of them as they are; of some 429 or 503, silence, an answer that is
lost or comes in drops, a request or a connection cut in half. Never here: a change to what is passed on. Counts what it did, and how often
the receiver may have taken what its sender was not told of.
"""

import collections
import random
import socket
import struct
import threading
import time

HTTP = ["busy", "away", "stall", "torn", "mute", "slow"]
RAW = ["refused", "reset", "half", "stall", "mute"]
# After these the receiver may have what its sender must send again.
REPEATING = {"torn", "mute", "slow", "reset", "half", "stall"}
PIECE = 64 * 1024


class Faults:
    """Proxies by way, and what was done to each."""

    def __init__(self, seed, share, stall):
        self.draw, self.share, self.stall = random.Random(seed), share, stall
        self.lock, self.done = threading.Lock(), collections.Counter()

    def http(self, way, port):
        return self.listen(lambda client: self.request(way, port, client))

    def raw(self, way, port):
        return self.listen(lambda client: self.connection(way, port, client))

    def repeating(self, way):
        with self.lock:
            return sum(times for (of, kind), times in self.done.items() if of == way and kind in REPEATING)

    def over(self):
        """From now on everything is passed on."""
        with self.lock:
            self.share = 0

    def told(self):
        with self.lock:
            ways = sorted({way for way, _ in self.done})
            return {way: {kind: times for (of, kind), times in sorted(self.done.items()) if of == way} for way in ways}

    def listen(self, serve):
        server = socket.create_server(("127.0.0.1", 0))

        def guarded(client):
            with client:
                try:
                    serve(client)
                except OSError:
                    # An end in order would tell a sender of syslog that all was read.
                    reset(client)

        def accept():
            while True:
                client, _ = server.accept()
                threading.Thread(target=guarded, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        return server.getsockname()[1]

    def fault(self, way, kinds):
        with self.lock:
            if self.draw.random() >= self.share:
                return None
            kind = self.draw.choice(kinds)
            self.done[way, kind] += 1
            return kind

    def request(self, way, port, client):
        """One request a connection: whoever wants more connects again."""
        head, body = read_request(client)
        if head is None:
            return
        kind = self.fault(way, HTTP)
        if kind == "busy":
            client.sendall(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        elif kind == "away":
            client.sendall(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        elif kind == "stall":
            time.sleep(self.stall)
        else:
            with socket.create_connection(("127.0.0.1", port)) as receiver:
                receiver.sendall(head + (body[: len(body) // 2] if kind == "torn" else body))
                if kind == "torn":
                    receiver.shutdown(socket.SHUT_WR)
                answer = read_all(receiver)
            if kind == "slow":
                step = max(1, len(answer) // 8)
                for at in range(0, len(answer), step):
                    client.sendall(answer[at : at + step])
                    time.sleep(0.2)
            elif kind is None:
                client.sendall(answer)
        # Half-closed: the sender sees the end of an answer, or that there is none.
        client.shutdown(socket.SHUT_WR)
        read_all(client)

    def connection(self, way, port, client):
        kind = self.fault(way, RAW)
        if kind == "refused":
            return reset(client)
        # Where it happens: within the first bytes of a batch, or far into it.
        with self.lock:
            cut = self.draw.choice([200, 5_000, 200_000])
        with socket.create_connection(("127.0.0.1", port)) as receiver:
            through = threading.Event()
            back = threading.Thread(target=self.answers, args=(kind, receiver, client, through), daemon=True)
            back.start()
            try:
                self.pass_on(kind, cut, client, receiver, through)
                if through.is_set():
                    back.join(60)
            finally:
                # A close alone does not end what another thread waits for.
                hang_up(receiver)

    def pass_on(self, kind, cut, client, receiver, through):
        passed = 0
        while piece := client.recv(PIECE):
            passed += len(piece)
            if kind in ("reset", "half", "stall") and passed > cut:
                receiver.sendall(piece[: max(0, len(piece) - (passed - cut))])
                if kind == "stall":
                    time.sleep(self.stall)
                if kind == "half":
                    receiver.shutdown(socket.SHUT_WR)
                    time.sleep(1)
                return reset(client)
            receiver.sendall(piece)
        through.set()
        receiver.shutdown(socket.SHUT_WR)

    def answers(self, kind, receiver, client, through):
        """What comes back. Its end is what tells a syslog sender that all was read, so it is passed on only where all was passed on before
        and nothing of it was thrown away."""
        try:
            while piece := receiver.recv(PIECE):
                client.sendall(piece)
            if kind != "mute" and through.wait(1):
                # Whoever closes with something unread says so a moment later.
                time.sleep(0.02)
                if receiver.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    return client.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        reset(client)


def hang_up(peer):
    try:
        peer.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def reset(peer):
    """Closes so that the other side sees a reset."""
    try:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.shutdown(socket.SHUT_RD)
    except OSError:
        pass
    peer.close()


def read_all(peer):
    pieces = []
    while piece := peer.recv(PIECE):
        pieces.append(piece)
    return b"".join(pieces)


def read_request(client):
    """Head and body of a request whose length is said; asks the receiver to close after its answer. None where nothing came."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(PIECE)
        if not piece:
            return None, None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":", 1)[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        piece = client.recv(PIECE)
        if not piece:
            return None, None
        body += piece
    return b"\r\n".join([*lines, b"connection: close", b"", b""]), body
