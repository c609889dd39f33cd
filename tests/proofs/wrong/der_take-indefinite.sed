# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.h
# Says: the octet 0x80 is a length of 128
# Cost: dear
s/\*length < 0x80\)/*length < 0x81)/
