# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/identity_map.c
# Says: a list does not count
# Cost: dear
s/result->entry\[0\] != '.0' \? result->entry : result->name/result->name/
