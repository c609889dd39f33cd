# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verify.c
# Says: the first claim counts
# Cost: dear
s/verdict_rank\(verdict\) > verdict_rank\(decision->result->verdict\)/false/
