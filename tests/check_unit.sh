#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# systemd understands every line of the daemons' units and of their users, and the units' limits
# leave room for the largest max-connections. Another program stands in for each: they are not
# installed here. Usage: check_unit.sh REPOSITORY
set -eu

# check_limit UNIT NAME NEEDED
check_limit()
{
	limit=$(sed -n "s/^$2=\([0-9][0-9]*\)\$/\1/p" "$1")
	if [ "${limit:-0}" -lt "$3" ]; then
		echo "$1: $2 is ${limit:-not set}, and has to be $3 at least"
		exit 1
	fi
}

# check_room UNIT SCHEMA FILES: so many files for a connection, and a thread.
check_room()
{
	most=$(sed -n 's/.*"max-connections", .* { 1, \([0-9][0-9]*\), .*/\1/p' "$2")
	if [ -z "$most" ]; then
		echo "$2: no largest max-connections is found"
		exit 1
	fi
	check_limit "$1" TasksMax $((most + 64))
	check_limit "$1" LimitNOFILE $(($3 * most + 256))
}

# check_unit NAME FOLDER
check_unit()
{
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	sed -e "s,@sbindir@/$1,/bin/true,g" -e "s,@conf@,/etc/dance/$1.conf," \
		"$2/$1.service.in" >"$folder/$1.service"
	sed "s,@conf@,/etc/dance/$1.conf," "$2/$1.socket.in" >"$folder/$1.socket"
	for unit in "$folder"/*; do
		said=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep "$1") || true
		if [ -n "$said" ]; then
			echo "$said"
			exit 1
		fi
	done
	systemd-sysusers --dry-run "$2/$1.sysusers" >/dev/null
	rm -rf "$folder"
}

# check_timer NAME FOLDER
check_timer()
{
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"' EXIT
	sed -e "s,@bindir@/dance roll,/bin/true," -e "s,@conf@,/etc/dance/$1.conf," \
		"$2/$1.service.in" >"$folder/$1.service"
	cp "$2/$1.timer" "$folder"
	for unit in "$folder"/*; do
		said=$(systemd-analyze verify --man=no "$unit" 2>&1 | grep "$1") || true
		if [ -n "$said" ]; then
			echo "$said"
			exit 1
		fi
	done
	rm -rf "$folder"
}

check_room "$1/modules/front/dance-front.service.in" "$1/modules/front/conf/schema.c" 2
check_room "$1/modules/ask/dance-ask.service.in" "$1/modules/ask/conf/schema.c" 1
if ! command -v systemd-analyze >/dev/null || ! command -v systemd-sysusers >/dev/null; then
	echo "skipped: the units: there is no systemd-analyze"
	exit
fi
check_unit dance-front "$1/modules/front"
check_unit dance-ask "$1/modules/ask"
check_timer dance-roll "$1/src/tool"
