# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/proxyv2.c
# Says: the length leaves the ports out
# Cost: dear
s/2 \* from\.size \+ 4\)/2 * from.size)/
