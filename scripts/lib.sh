# Private servers for demo, test and bench.  To be sourced by bash scripts that run
# with "set -euo pipefail".
#
#   workspace NAME     makes $WORK, a temporary folder that is removed at exit
#   build_private      copies this source tree and a PostgreSQL into $WORK, builds and
#                      installs the one into the other; sets $SRC, $PGBIN, $PG_CONFIG
#   server NAME        makes and starts a server below $WORK; sets PGHOST and PGPORT
#   as_user COMMAND    runs a command as the user that servers run as
#
# PostgreSQL refuses to run as root; then as_user is Debian's user postgres.  Servers
# listen on a socket in their own folder alone, so they need no free port and
# nobody else reaches them.  Neither the source tree nor the system's PostgreSQL is
# written to.  What is started here, and nothing else, is ended at exit.
#
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# A caller's connection settings must not lead the scripts to a caller's server, nor
# his language, make flags or file mode into what they do.
for variable in $(compgen -e PG) $(compgen -e LC_); do
	case $variable in
	PG_CONFIG | PG_MAJOR) ;;
	*) unset "$variable" ;;
	esac
done
unset variable LANGUAGE MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
export LANG=C.UTF-8
umask 022

# Prints a message to standard error and ends the script.
die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# Prints the pg_config to build with: PG_CONFIG, else that of PG_MAJOR, else that of the
# newest major that Debian's packages put here with 15, the reference, before all others.
find_pg_config() {
	local major
	if [ -n "${PG_CONFIG:-}" ]; then
		command -v "$PG_CONFIG" || true
		return 0
	fi
	for major in ${PG_MAJOR:-15 18 17 16 14}; do
		if [ -f "$("/usr/lib/postgresql/$major/bin/pg_config" --pgxs 2>/dev/null)" ]; then
			echo "/usr/lib/postgresql/$major/bin/pg_config"
			return 0
		fi
	done
	[ -n "${PG_MAJOR:-}" ] || command -v pg_config || true
}

# The words that run a command as the user that servers run as; workspace() sets them.
AS_USER=()

# Runs a command as the user that servers run as.
as_user() {
	"${AS_USER[@]}" "$@"
}

# Makes $WORK, owned by the user that servers run as, and sees that it goes when the
# script ends.  It is that user's home too, so that no .psqlrc or .pgpass of anybody counts.
workspace() {
	local parent=${TMPDIR:-/tmp}
	if [ "$(id -u)" = 0 ]; then
		id postgres >/dev/null 2>&1 || die "PostgreSQL does not run as root, and there is no user postgres"
		AS_USER=(setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups)
		# root's TMPDIR may be closed to others.
		as_user test -w "$parent" -a -x "$parent" || parent=/tmp
	fi
	# The name of a socket has at most 107 bytes.
	[ ${#parent} -le 50 ] || parent=/tmp
	WORK=$(as_user mktemp -d "$parent/tenancy-$1.XXXXXX")
	AS_USER=(env HOME="$WORK" USER="$(as_user id -un)" "${AS_USER[@]}")
	trap 'leave $?' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	cd "$WORK" || exit 1
}

# Process group of the command that attended() waits for.
ATTENDED=

# Runs a command as as_user does, in a process group of its own, and waits for it.  A
# signal to the script is then heard at once, and leave() ends the command with all its
# children.
attended() {
	local status=0
	setsid "${AS_USER[@]}" "$@" </dev/null &
	ATTENDED=$!
	wait "$ATTENDED" || status=$?
	ATTENDED=
	return $status
}

# Runs a command as attended() does, and shows what it printed only if it fails.
quietly() {
	local log status=0
	log=$(as_user mktemp "$WORK/quiet.XXXXXX")
	attended "$@" >"$log" 2>&1 || status=$?
	if [ $status != 0 ]; then
		cat "$log" >&2
		echo "${0##*/}: failed: $*" >&2
	fi
	rm -f "$log"
	return $status
}

# At exit: ends the attended command, stops the servers below $WORK unless KEEP_SERVERS is
# set, removes $WORK unless KEEP_WORK is set.
leave() {
	local tries=0
	trap '' HUP INT TERM
	trap - EXIT
	set +e
	if [ -n "$ATTENDED" ]; then
		# Test runners stop their servers on SIGTERM: give them time.
		kill -TERM -- "-$ATTENDED" 2>/dev/null
		while kill -0 -- "-$ATTENDED" 2>/dev/null && [ $tries -lt 50 ]; do
			sleep 0.1
			tries=$((tries + 1))
		done
		kill -KILL -- "-$ATTENDED" 2>/dev/null
	fi
	[ -n "${KEEP_SERVERS:-}" ] || stop_servers
	cd /
	[ -n "${KEEP_WORK:-}" ] || rm -rf "$WORK"
	exit "$1"
}

# Stops every server whose data lies below $WORK, whoever of our children started it.
stop_servers() {
	local pid_file
	[ -x "${PGBIN:-}/pg_ctl" ] || return 0
	find "$WORK" -name postmaster.pid 2>/dev/null | while read -r pid_file; do
		as_user "$PGBIN/pg_ctl" -D "${pid_file%/*}" -m immediate -w stop >/dev/null 2>&1 </dev/null
	done
}

# Copies a PostgreSQL into $WORK/pg.  PostgreSQL finds its files relative to its programs,
# so that the copy is an installation that as_user may write to.
copy_postgres() {
	local config=$1 option folder
	for option in --bindir --pkglibdir --sharedir --includedir --includedir-server; do
		folder=$("$config" "$option")
		# A folder may lie within one that has been copied.
		[ ! -e "$WORK/pg$folder" ] || continue
		as_user mkdir -p "$WORK/pg${folder%/*}"
		as_user cp -a "$folder" "$WORK/pg${folder%/*}/"
	done
	PGBIN=$WORK/pg$("$config" --bindir)
	export PG_CONFIG=$PGBIN/pg_config
}

# Copies the source tree, without what was built in it, to $WORK/src.
copy_source() {
	SRC=$WORK/src
	as_user mkdir "$SRC"
	tar -C "$ROOT" --exclude=./.git --exclude=./build --exclude=./tmp_check --exclude=./tmp_instance \
		--exclude='*.o' --exclude='*.d' --exclude='*.so' --exclude=./results --exclude=./output_iso --exclude=node_modules -cf - . |
		as_user tar -C "$SRC" -xf -
}

# Builds the extension and installs it into a private PostgreSQL.  Arguments go to make.
# With TENANCY_BUILT, the $WORK of a caller that has done so, uses his.
build_private() {
	local config jobs
	if [ -n "${TENANCY_BUILT:-}" ]; then
		SRC=$TENANCY_BUILT/src
		# PG_CONFIG is the caller's.
		PGBIN=$("$PG_CONFIG" --bindir)
		return 0
	fi
	config=$(find_pg_config)
	[ -n "$config" ] || die "there is no pg_config; run: make setup"
	copy_postgres "$config"
	copy_source
	jobs=$(nproc 2>/dev/null || echo 1)
	quietly make --silent -C "$SRC" -j "$jobs" PG_CONFIG="$PG_CONFIG" "$@" all || return 1
	quietly make --silent -C "$SRC" PG_CONFIG="$PG_CONFIG" "$@" install
}

# Makes and starts a server NAME with the settings of test/tenancy.conf and those of
# the further arguments.  The data is thrown away with $WORK, so nothing waits for the disk.
server() {
	local folder=$WORK/$1 setting
	shift
	as_user mkdir -m 700 "$folder"
	quietly "$PGBIN/initdb" -N -A trust -U postgres --locale=C -E UTF8 -D "$folder/data" || return 1
	{
		cat "$SRC/test/tenancy.conf"
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$folder'"
		echo "fsync = off"
		for setting; do
			echo "$setting"
		done
	} | as_user tee -a "$folder/data/postgresql.conf" >/dev/null
	quietly "$PGBIN/pg_ctl" -D "$folder/data" -l "$folder/log" -w start || {
		as_user cat "$folder/log" >&2
		return 1
	}
	export PGHOST=$folder PGPORT=5432
}
