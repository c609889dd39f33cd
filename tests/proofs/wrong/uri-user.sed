# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: a user may hold any character
# Cost: dear
s/if \(!is_alpha\(c\) && !is_digit\(c\) && !is_of.*$/if (false) {/
