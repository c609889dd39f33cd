# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: the local address stands in place of the source
# Cost: dear
s/put_octets\(end, from\.address, from\.size\)/put_octets(end, to.address, from.size)/
