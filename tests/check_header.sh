#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# Each header is all a program needs: it compiles alone, as C and as C++. Usage: check_header.sh
# REPOSITORY
set -eu

repository=$1
failed=0

compile()
{
	for header in dance.h dance_openssl.h; do
		# Twice, as programs do without meaning to.
		if ! printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
			"$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$repository/src" \
				-I"$repository/modules/openssl" -; then
			echo "$header does not compile alone with: $*"
			failed=1
		fi
	done
}

first_of()
{
	for program; do
		if command -v "$program"; then
			return
		fi
	done
}

for compiler in gcc clang; do
	if command -v "$compiler" >/dev/null; then
		compile "$compiler" -std=c11 -x c
	fi
done
compiler=$(first_of g++ clang++)
if [ -n "$compiler" ]; then
	compile "$compiler" -std=c++11 -x c++
else
	echo "skipped: no C++ compiler is here to try the headers with"
fi
exit "$failed"
