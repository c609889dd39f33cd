#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# systemd understands every line of dance-front's unit and of its user. Another program
# stands in for it: it is not installed here. Usage: check_unit.sh REPOSITORY
set -eu

if ! command -v systemd-analyze >/dev/null || ! command -v systemd-sysusers >/dev/null; then
	echo "skipped: the unit of dance-front: there is no systemd-analyze"
	exit
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed -e 's,@sbindir@/dance-front,/bin/true,' -e 's,@conf@,/etc/dance/dance-front.conf,' \
	"$1/modules/front/dance-front.service.in" \
	>"$folder/dance-front.service"
said=$(systemd-analyze verify --man=no "$folder/dance-front.service" 2>&1 |
	grep dance-front) || true
if [ -n "$said" ]; then
	echo "$said"
	exit 1
fi
systemd-sysusers --dry-run "$1/modules/front/dance-front.sysusers" >/dev/null
