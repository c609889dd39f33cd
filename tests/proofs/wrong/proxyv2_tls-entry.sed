# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: the common name is the entry
# Cost: cheap
s/TLV_SSL_CN, proved->name/TLV_SSL_CN, proved->entry/
