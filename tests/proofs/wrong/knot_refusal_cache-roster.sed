# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/knot/refusal_cache.c
# Says: the refusal of one roster is that of another
# Cost: dear
s/set\[i\]\.roster == roster \&\&/true \&\&/
