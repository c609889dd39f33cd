# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a mask may have holes between its octets
# Cost: dear
s/\(ended && mask != 0\)/(false)/
