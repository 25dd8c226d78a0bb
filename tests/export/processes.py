"""Processes of a test by name: started until they answer, killed, started again, stopped; and what they took of the machine."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

READY_WITHIN = 90


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url, data=None, patience=120):
    with urllib.request.urlopen(url, data=data, timeout=patience) as response:
        return response.read().decode()


class World:
    """Processes by name, each of which can be killed and started again."""

    def __init__(self, folder):
        self.folder, self.commands, self.running = folder, {}, {}

    def start(self, name, command, ready=None):
        """Runs `command`; where there is an address that says when it is ready, waits for that."""
        self.commands[name] = (command, ready)
        log = open(self.folder / f"{name}.log", "a")
        environment = os.environ | ({"FIRN_TELEMETRY": f"127.0.0.1:{urllib.parse.urlparse(ready).port}"} if ready else {})
        self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
        begun = time.monotonic()
        while ready:
            try:
                get(ready, patience=2)
                return
            except OSError:
                self.alive(name)
                if time.monotonic() - begun > READY_WITHIN:
                    self.fail(name, "did not get ready")
                time.sleep(0.05)

    def alive(self, name):
        if self.running[name].poll() is not None:
            self.fail(name, "ended")

    def fail(self, name, what):
        sys.exit(f"{name} {what}:\n" + (self.folder / f"{name}.log").read_text()[-4000:])

    def kill(self, name):
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()

    def again(self, name):
        self.start(name, *self.commands[name])

    def end(self, name):
        """Ends one in order."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop(self):
        for process in self.running.values():
            process.terminate()
        for name in list(self.running):
            self.end(name)

    def cpu(self, name):
        """Seconds of CPU it took so far."""
        fields = pathlib.Path(f"/proc/{self.running[name].pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self, name):
        """MiB it held at most; of what it holds now, MiB of its own and MiB of files, its binary above all."""
        lines = pathlib.Path(f"/proc/{self.running[name].pid}/status").read_text().splitlines()
        kilobytes = {key: int(rest.split()[0]) for key, _, rest in (line.partition(":") for line in lines) if rest.endswith(" kB")}
        return tuple(kilobytes[key] / 1024 for key in ("VmHWM", "RssAnon", "RssFile"))


def victorialogs(world, name, dev):
    """Starts a VictoriaLogs with a folder of its own; its address and its port for syslog."""
    port, syslog = free_port(), free_port()
    world.start(
        name,
        [dev / "victorialogs/bin/victoria-logs", f"-storageDataPath={world.folder}/{name}", f"-httpListenAddr=127.0.0.1:{port}",
         f"-syslog.listenAddr.tcp=127.0.0.1:{syslog}", "-retentionPeriod=100y", "-futureRetention=100y", "-insert.maxLineSizeBytes=2MiB",
         "-search.maxQueryDuration=10m", "-inmemoryDataFlushInterval=1s"],
        f"http://127.0.0.1:{port}/health",
    )
    return f"http://127.0.0.1:{port}", syslog
