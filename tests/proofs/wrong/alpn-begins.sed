# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/alpn.c
# Says: a protocol is known by its beginning
# Cost: cheap
s/offered\[at\] == wanted \&\&/offered[at] >= wanted \&\&/
