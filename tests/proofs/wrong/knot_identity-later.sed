# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/acl_alias.c
# Says: once hidden, an address is still to be put back
# Cost: cheap
s/^\t\talias->real = NULL;//
