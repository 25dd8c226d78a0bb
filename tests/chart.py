"""What `helm lint` would refuse in a chart, as far as it can be told without Helm.

    tests/chart.py FOLDER

The values against their schema; every value and named template that a template uses is there; every template is YAML once its
actions are taken out, with the names, ports and volumes it refers to. Where `helm` is at hand, it lints and renders the chart too.
Exit status 1 and one line a fault if any.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import ruamel.yaml

ACTION = re.compile(r"\{\{-?\s*((?:(?!\{\{|\}\}).)*?)\s*-?\}\}", re.S)
VALUE = re.compile(r"\$?\.Values((?:\.\w+)+)")
NAMED = re.compile(r'include "([^"]+)"')
DEFINED = re.compile(r'define "([^"]+)"')
OPENS, CLOSES = ("if ", "range ", "with ", "define "), "end"
KINDS = {"Deployment", "Service", "ServiceAccount", "ConfigMap", "PodDisruptionBudget", "PodMonitor", "NetworkPolicy"}


def load(text):
    return ruamel.yaml.YAML(typ="safe").load(text)


def reach(values, path):
    for name in path.strip(".").split("."):
        if not isinstance(values, dict) or name not in values:
            return False
        values = values[name]
    return True


def used(name, text, values, defined):
    for path in VALUE.findall(text):
        if not reach(values, path):
            yield f"{name}: there is no value {path[1:]}"
    for template in NAMED.findall(text):
        if template not in defined:
            yield f"{name}: there is no template {template}"


def balanced(name, text):
    depth = 0
    for action in ACTION.findall(text):
        if action.startswith(OPENS):
            depth += 1
        elif action == CLOSES:
            depth -= 1
        if depth < 0:
            yield f"{name}: an end too many"
            return
    if depth:
        yield f"{name}: {depth} without an end"
    if re.sub(ACTION, "", text).count("{{") or re.sub(ACTION, "", text).count("}}"):
        yield f"{name}: an action that does not close"


def plain(text, role):
    """The template as YAML: blocks put in whole, lines of actions taken out, what is left of actions a word."""
    text = re.sub(r"^(\s*)\{\{-?\s*(?:include \"firn\.(labels|selector)\").*?\}\}\s*$", r"\1\2: x", text, flags=re.M)
    text = re.sub(r"^(\s*)\{\{-?\s*\$?\.Values\.config \| nindent.*?\}\}\s*$", r"\1x = 1", text, flags=re.M)
    text = re.sub(r"^(\s*)\{\{-?\s*toYaml.*?\}\}\s*$", "", text, flags=re.M)
    text = re.sub(r"^\s*\{\{.*?\}\}\s*\n", "", text, flags=re.M)
    text = re.sub(r"\{\{-?\s*\$role\s*-?\}\}", role, text)
    text = re.sub(r"\{\{-?\s*\$?\.Values\.ports\.\w+\s*-?\}\}", "1", text)
    return re.sub(ACTION, "x", text)


def pods(name, document):
    """Mounts have volumes, probes have ports, and nothing runs as root."""
    spec = document["spec"]["template"]["spec"]
    volumes = {volume["name"] for volume in spec["volumes"]}
    if not spec["securityContext"].get("runAsNonRoot"):
        yield f"{name}: may run as root"
    for container in spec["containers"]:
        ports = {port["name"] for port in container["ports"]}
        for mount in container["volumeMounts"]:
            if mount["name"] not in volumes:
                yield f"{name}: there is no volume {mount['name']}"
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            if container[probe]["httpGet"]["port"] not in ports:
                yield f"{name}: {probe} asks a port that is not there"
        context = container["securityContext"]
        if context.get("allowPrivilegeEscalation") is not False or not context.get("readOnlyRootFilesystem"):
            yield f"{name}: the container may do more than it needs"
        ports_wanted = {"telemetry", "api", "gateway"}
        if ports - ports_wanted:
            yield f"{name}: unknown ports {ports - ports_wanted}"


def shapes(name, text):
    for role in ("gateway", "recorder", "query"):
        try:
            documents = list(ruamel.yaml.YAML(typ="safe").load_all(plain(text, role)))
        except ruamel.yaml.YAMLError as error:
            yield f"{name}: no YAML: {error}"
            return
        for document in filter(None, documents):
            kind = document.get("kind")
            if kind not in KINDS or not document.get("apiVersion") or not document.get("metadata", {}).get("name"):
                yield f"{name}: {kind} without what every resource has"
            elif kind == "Deployment":
                yield from pods(name, document)


def with_helm(folder):
    helm = shutil.which("helm")
    if not helm:
        return
    for arguments in (["lint", "--strict"], ["template", "firn"]):
        said = subprocess.run([helm, *arguments, str(folder)], capture_output=True, text=True)
        if said.returncode:
            yield said.stdout + said.stderr
        elif arguments[0] == "template":
            for document in filter(None, ruamel.yaml.YAML(typ="safe").load_all(said.stdout)):
                if document["kind"] == "Deployment":
                    yield from pods(document["metadata"]["name"], document)


def main(folder):
    chart = load((folder / "Chart.yaml").read_text())
    missing = [key for key in ("apiVersion", "name", "version", "appVersion") if not chart.get(key)]
    faults = [f"Chart.yaml: no {key}" for key in missing]
    if chart.get("name") != folder.name:
        faults.append(f"Chart.yaml: a chart lies in a folder of its name, {chart.get('name')}")
    values = load((folder / "values.yaml").read_text())
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        check = pathlib.Path(sys.executable).with_name("check-jsonschema")
        said = subprocess.run([check, "--schemafile", folder / "values.schema.json", file.name], capture_output=True, text=True)
        if said.returncode:
            faults.append(f"values.yaml: {said.stdout}{said.stderr}")
    templates = {path.name: path.read_text() for path in sorted((folder / "templates").iterdir())}
    defined = {name for text in templates.values() for name in DEFINED.findall(text)}
    for name, text in templates.items():
        faults += [*used(name, text, values, defined), *balanced(name, text)]
        if name.endswith(".yaml"):
            faults += shapes(name, text)
    faults += with_helm(folder)
    if faults:
        sys.exit("\n".join(dict.fromkeys(faults)))
    print(f"{folder}: {len(templates)} templates, nothing to refuse")


main(pathlib.Path(sys.argv[1]).resolve())
