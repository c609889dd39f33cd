# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/alpn.c
# Says: a protocol need not be whole
# Cost: cheap
s/size - at > wanted \&\&/true \&\&/
