#!/bin/sh
# SUMMARY: cloud-init with the datasources of the six platforms and only the modules an appliance needs.
set -eu
cd "$(dirname "$0")"
. ../lib.sh
install_files
# A device that comes or goes later is networkd's business.
mask_units cloud-init-hotplugd.socket cloud-init-hotplugd.service

# cloud-init warns of every key of a #cloud-config that its schema does not name; ours is checked by kiln-import.
python3 - <<'EOF'
import json, pathlib
path = pathlib.Path("/usr/lib/python3/dist-packages/cloudinit/config/schemas/schema-cloud-config-v1.json")
schema = json.loads(path.read_text(encoding="utf-8"))
schema["properties"]["kiln"] = {"type": "object", "description": "Configuration of this appliance"}
path.write_text(json.dumps(schema, indent=2) + "\n", encoding="utf-8")
EOF

# Built for one fixed moment, Python's compiled modules are of the kind that reads and hashes each source before use
# (PEP 552, flags 3). The root is read-only, so they can be trusted unread (flags 1).
python3 - /usr/lib/python3 /usr/lib/python3.* <<'EOF'
import pathlib, sys
for root in sys.argv[1:]:
    for path in pathlib.Path(root).rglob("*.pyc"):
        with path.open("r+b") as file:
            if file.read(8)[4:] == b"\3\0\0\0":
                file.seek(4)
                file.write(b"\1")
EOF
