# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/identity_map.c
# Says: a name is compared with the longest suffix only
# Cost: dear
s/dot = strchr\(dot \+ 1, .\..\)/dot = NULL/
