#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# systemd understands every line of dance-front's unit and of its user, and the unit's limits
# leave room for the largest max-connections. Another program stands in for it: it is not
# installed here. Usage: check_unit.sh REPOSITORY
set -eu

unit=$1/modules/front/dance-front.service.in
schema=$1/modules/front/conf/schema.c

# check_limit NAME NEEDED
check_limit()
{
	limit=$(sed -n "s/^$1=\([0-9][0-9]*\)\$/\1/p" "$unit")
	if [ "${limit:-0}" -lt "$2" ]; then
		echo "dance-front.service.in: $1 is ${limit:-not set}, and has to be $2 at least"
		exit 1
	fi
}

most=$(sed -n 's/.*"max-connections", .* { 1, \([0-9][0-9]*\), .*/\1/p' "$schema")
if [ -z "$most" ]; then
	echo "conf/schema.c: no largest max-connections is found"
	exit 1
fi
# A thread for each connection, and a few others; as many files as dance-front wants itself.
check_limit TasksMax $((most + 64))
check_limit LimitNOFILE $((2 * most + 256))

if ! command -v systemd-analyze >/dev/null || ! command -v systemd-sysusers >/dev/null; then
	echo "skipped: the unit of dance-front: there is no systemd-analyze"
	exit
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed -e 's,@sbindir@/dance-front,/bin/true,' -e 's,@conf@,/etc/dance/dance-front.conf,' \
	"$unit" >"$folder/dance-front.service"
said=$(systemd-analyze verify --man=no "$folder/dance-front.service" 2>&1 |
	grep dance-front) || true
if [ -n "$said" ]; then
	echo "$said"
	exit 1
fi
systemd-sysusers --dry-run "$1/modules/front/dance-front.sysusers" >/dev/null
