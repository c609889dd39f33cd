# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/freshness.c
# Says: expired records count while nothing fails
# Cost: cheap
s/\(trouble != DANCE_UNDECIDED \|\| may_be_failing\)/true/
