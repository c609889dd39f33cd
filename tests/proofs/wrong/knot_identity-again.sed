# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/acl_alias.c
# Says: a second instance shows its path over that of the first
# Cost: cheap
s/qdata->params->remote == shown_here\)/qdata->params->remote != shown_here)/
