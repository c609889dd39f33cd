# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: the end of a question may be missing
# Cost: dear
s/MESSAGE_HEADER \+ \(size_t\)name \+ 4 <= size/MESSAGE_HEADER + (size_t)name + 3 <= size/
