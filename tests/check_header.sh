#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# dance.h is all a program needs: it compiles alone, as C and as C++. Usage: check_header.sh
# REPOSITORY
set -eu

source=$1/src
failed=0

compile()
{
	# Twice, as programs do without meaning to.
	if ! printf '#include "dance.h"\n#include "dance.h"\n' |
		"$@" -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$source" -; then
		echo "dance.h does not compile alone with: $*"
		failed=1
	fi
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
	echo "skipped: no C++ compiler is here to try dance.h with"
fi
exit "$failed"
