"""What `docker compose config` would refuse in a compose file, told without Docker.

    tests/compose.py FILE

First the published schema of compose files (shipped by check-jsonschema): known keys, types, forms. Then what a schema cannot
say: that services, volumes, networks, configs and secrets that are referred to exist, that ports are well formed and taken once,
that variables have a default, that files which are mounted, built from or read are there. Exit status 1 and one line a fault if any.
"""

import pathlib
import re
import subprocess
import sys

import ruamel.yaml

VARIABLE = re.compile(r"\$(?:(\$)|\{([^}]*)\}|([A-Za-z_]\w*))")
PORT = re.compile(r"(?:(?P<ip>\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):)?(?:(?P<host>\d+(?:-\d+)?):)?(?P<inside>\d+(?:-\d+)?)(?:/(?:tcp|udp))?")


def texts(node, path=""):
    """Every text in the document with where it is."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{path}.{key}" if path else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from texts(value, f"{path}[{number}]")
    elif isinstance(node, str):
        yield path, node


def undefaulted(document):
    for path, text in texts(document):
        for escaped, braced, bare in VARIABLE.findall(text):
            if not escaped and not re.fullmatch(r"\w+:?[-+].*", braced or ""):
                yield f"{path}: variable {braced or bare} has no default"


def listed(value):
    """A list or a mapping's keys: compose takes either in many places."""
    return list(value or [])


def source(mount):
    """The source of a service's volume, in short or long form; none where it is anonymous or in memory."""
    if isinstance(mount, dict):
        return mount.get("source")
    parts = mount.split(":")
    return parts[0] if len(parts) > 1 else None


def mounts(name, service, document, folder):
    for mount in listed(service.get("volumes")):
        what = source(mount)
        if what is None:
            continue
        if what.startswith((".", "/", "~")):
            if what.startswith(".") and not (folder / what).exists():
                yield f"services.{name}.volumes: {what} is not there"
        elif what not in listed(document.get("volumes")):
            yield f"services.{name}.volumes: volume {what} is not declared"


def references(name, service, document):
    services = document["services"]
    for other in listed(service.get("depends_on")):
        if other not in services:
            yield f"services.{name}.depends_on: there is no service {other}"
    mode = service.get("network_mode", "")
    if mode.startswith("service:"):
        other = mode.removeprefix("service:")
        if other not in services:
            yield f"services.{name}.network_mode: there is no service {other}"
        for key in ("ports", "networks"):
            if key in service:
                yield f"services.{name}.{key}: not with network_mode {mode}; give it to {other}"
    for kind in ("networks", "configs", "secrets"):
        for used in listed(service.get(kind)):
            used = used.get("source") if isinstance(used, dict) else used
            if used not in listed(document.get(kind)) and (kind, used) != ("networks", "default"):
                yield f"services.{name}.{kind}: {used} is not declared"
    if "image" not in service and "build" not in service:
        yield f"services.{name}: neither image nor build"


def files(name, service, folder):
    build = service.get("build")
    if build is not None:
        build = {"context": build} if isinstance(build, str) else build
        context = folder / build.get("context", ".")
        if not (context / build.get("dockerfile", "Dockerfile")).is_file():
            yield f"services.{name}.build: there is no {build.get('dockerfile', 'Dockerfile')} in {build.get('context', '.')}"
    read = service.get("env_file")
    for file in [read] if isinstance(read, str) else listed(read):
        file = file["path"] if isinstance(file, dict) else file
        if not (folder / file).is_file():
            yield f"services.{name}.env_file: {file} is not there"


def ports(document):
    taken = {}
    for name, service in document["services"].items():
        for port in listed(service.get("ports")):
            if isinstance(port, dict):
                host, numbers = str(port.get("published", "")), [port["target"]]
            else:
                match = PORT.fullmatch(str(port))
                if not match:
                    yield f"services.{name}.ports: {port} is not [IP:][HOST:]CONTAINER"
                    continue
                host, numbers = match["host"] or "", re.findall(r"\d+", f"{match['host'] or ''} {match['inside']}")
            if any(not 0 < int(number) < 65536 for number in numbers):
                yield f"services.{name}.ports: {port} is beyond 65535"
            if host and taken.setdefault(host, name) != name:
                yield f"services.{name}.ports: {host} is taken by {taken[host]} already"


def declared(document, folder):
    for kind in ("configs", "secrets"):
        for name, what in (document.get(kind) or {}).items():
            file = (what or {}).get("file")
            if file and not (folder / file).is_file():
                yield f"{kind}.{name}: {file} is not there"


def cycle(document):
    """Services that wait for each other."""
    waits = {name: set(listed(service.get("depends_on"))) for name, service in document["services"].items()}
    while True:
        free = [name for name, others in waits.items() if not others & waits.keys()]
        if not free:
            break
        for name in free:
            del waits[name]
    if waits:
        yield f"depends_on: {', '.join(sorted(waits))} wait for each other"


def main(path):
    schema = subprocess.run(
        [pathlib.Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", path],
        capture_output=True, text=True,
    )
    if schema.returncode != 0:
        sys.exit(schema.stdout + schema.stderr)
    document = ruamel.yaml.YAML(typ="safe").load(pathlib.Path(path))
    folder = pathlib.Path(path).parent
    faults = [*undefaulted(document), *ports(document), *declared(document, folder), *cycle(document)]
    for name, service in document["services"].items():
        faults += [*references(name, service, document), *mounts(name, service, document, folder), *files(name, service, folder)]
    if faults:
        sys.exit("\n".join(faults))
    print(f"{path}: {len(document['services'])} services, nothing to refuse")


main(sys.argv[1])
