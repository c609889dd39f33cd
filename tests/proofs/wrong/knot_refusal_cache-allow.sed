# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: an ALLOW is remembered
# Cost: dear
s/dance_verdict_class\((result->|refusal\.)verdict\) == DANCE_CLASS_ALLOW/false/
