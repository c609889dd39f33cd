# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/alpn.c
# Says: the last protocol is preferred
# Cost: cheap
s/find\(offered, size, conf->alpn\[i\]\)/find(offered, size, conf->alpn[conf->alpn_count - 1 - i])/
