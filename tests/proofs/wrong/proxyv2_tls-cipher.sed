# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: a cipher suite may have any name
# Cost: dear
s/strlen\(cipher\) > PROXYV2_CIPHER_MAX/false/
