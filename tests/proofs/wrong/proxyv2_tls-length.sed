# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: the length of the whole leaves TLS out
# Cost: dear
s/put_number\(header \+ LENGTH_AT, .*$/;/
