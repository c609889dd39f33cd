# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: anyPolicy counts though it is inhibited
# Cost: dear
s/\(state->inhibit_any > 0 \|\|/(true ||/
