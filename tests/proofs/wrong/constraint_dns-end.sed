# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/host_name.c
# Says: a host that only ends in the same letters is below
# Cost: dear
s/ \|\| host\.data\[host\.size - base\.size - 1\] != .\..\)/)/
