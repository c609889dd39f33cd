# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: a policy that the leaf would require is not
# Cost: dear
s/state->explicit_policy <= 1 \|\| limits/state->explicit_policy < 1 || limits/
