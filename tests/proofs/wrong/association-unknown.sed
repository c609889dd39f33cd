# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/association.c
# Says: what could not be paid for is another
# Cost: cheap
s/work->spent \? ASSOCIATION_UNKNOWN/work->spent ? ASSOCIATION_OTHER/
