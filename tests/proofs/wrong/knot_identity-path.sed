# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/acl_alias.c
# Says: a path alone tells that it is shown
# Cost: cheap
s/shown_here != NULL \&\& qdata->params->remote == shown_here/qdata->params->remote->ss_family == AF_UNIX/
