# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/decision.c
# Says: the ACL is shown the name of a client that is not allowed
# Cost: cheap
s/allowed \&\& ctx->section->identity_address/ctx->section->identity_address/
