# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.c
# Says: a number of more than four octets is its last ones
# Cost: cheap
s/ && sum <= UINT32_MAX; i\+\+/; i++/;s/sum < UINT32_MAX \? \(uint32_t\)sum : UINT32_MAX/(uint32_t)(sum \& UINT32_MAX)/
