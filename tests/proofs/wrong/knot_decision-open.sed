# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/decision.c
# Says: a client is left to an ACL that is open
# Cost: cheap
s/acl\.open_rule\[0\] != .\\0./false/
