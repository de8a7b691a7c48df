#!/bin/sh
# SUMMARY: Installs what a bake and the tests need on Debian 12 or 13, as root or with sudo, and nothing else.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
    exit 1
}

command -v node >/dev/null || fail 'node is not installed' 'Install Node.js 20.17 or later and npm.'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 17) ? 0 : 1)' ||
    fail "node $(node --version) is too old" 'Install Node.js 20.17 or later.'

# npm notes in node_modules/.package-lock.json what it installed.
installed=node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ -n "$(find package-lock.json -newer "$installed")" ]; then
    echo 'Installing the npm packages of package-lock.json' >&2
    npm ci --no-audit --no-fund >&2
fi

install=$(node scripts/kiln.mjs check --print-install)
if [ -n "$install" ]; then
    printf 'Installing what kiln check lists as missing:\n  %s\n' "$install" >&2
    DEBIAN_FRONTEND=noninteractive sh -ec "$install" >&2 ||
        fail 'the packages could not be installed' 'Run the command above by hand, as root, and then this one again.'
fi

# Says what is still in the way, which no package cures; quiet when all is well.
report=$(node scripts/kiln.mjs check 2>&1) || {
    printf '%s\n' "$report" >&2
    exit 1
}
