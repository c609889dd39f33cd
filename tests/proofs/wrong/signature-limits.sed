# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: the limits of a key for RSASSA-PSS are not looked at
# Cost: cheap
s/ && is_within\(key, scheme\)//
