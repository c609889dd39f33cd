# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: an extended error may have less than two octets
# Cost: dear
s/knot_edns_opt_get_length\(option\) >= 2\)/knot_edns_opt_get_length(option) >= 1)/
