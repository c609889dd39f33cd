# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: addresses of both families are compared
# Cost: dear
s/if \(base\.size != 2 \* address\.size\)/if (base.size < 8)/
