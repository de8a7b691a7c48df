# SUMMARY: Hands the configuration of the appliance, where user-data holds one, to kiln-import.
"""A module of cloud-init for the key "kiln" of a #cloud-config, and a part handler for documents that are nothing else."""

import json
import logging
import os

from cloudinit.settings import PER_ALWAYS

LOG = logging.getLogger(__name__)
OFFERED = "/run/kiln/offered"
MARK = "#kiln-config"
PLAIN = ("text/plain", "text/x-not-multipart")

meta = {
    "id": "cc_kiln",
    "distros": ["all"],
    "frequency": PER_ALWAYS,
    "activate_by_schema_keys": ["kiln"],
}


def handle(name, cfg, cloud, args):
    """Called with the merged #cloud-config where it has the key."""
    del name, cloud, args
    offer("cloud-config", json.dumps(cfg["kiln"], indent=2, default=str) + "\n")


frequency = PER_ALWAYS
handler_version = 2


def list_types():
    """User-data as a whole has the last of these types when it says of itself nothing that cloud-init knows."""
    return ["text/x-kiln-config", *PLAIN]


def handle_part(_data, ctype, filename, payload, _frequency):
    """Called for each part of these types; a user-data that is one document is a part as well."""
    if ctype == "__begin__" or ctype == "__end__" or not payload or not payload.strip():
        return
    text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    if ctype == "text/plain" and not text.lstrip().startswith(MARK):
        LOG.warning("Unhandled part %s of user-data: its type is text/plain and it does not begin with %s", filename, MARK)
        return
    offer(filename, text)


def offer(name, text):
    """Leaves a document where kiln-import finds it. Two of one name are told of there, and not written over each other."""
    os.makedirs(OFFERED, mode=0o700, exist_ok=True)
    path = os.path.join(OFFERED, "user-data:" + os.path.basename(name))
    while os.path.exists(path) and read(path) != text:
        path += "+"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
