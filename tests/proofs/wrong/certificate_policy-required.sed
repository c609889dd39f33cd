# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate_policy.c
# Says: a certificate cannot require a policy
# Cost: dear
s/lower\(&state->explicit_policy, limits\.explicit_policy\);/;/
