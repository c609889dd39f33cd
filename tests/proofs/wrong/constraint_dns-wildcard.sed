# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: an asterisk stands for no host
# Cost: dear
s/if \(name->wildcard && !for_below &&/if (false \&\&/
