# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/acl_alias.c
# Says: the real address is not kept
# Cost: cheap
s/alias->real = qdata->params->remote;/alias->real = \&alias->shown;/
