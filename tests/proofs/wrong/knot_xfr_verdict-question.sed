# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/xfr_verdict.c
# Says: a question that begins like the kept one is it
# Cost: dear
s/now\.question, xfr->question, now\.question_size\)/now.question, xfr->question, now.question_size - 1u)/
