# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a mask may have holes within an octet
# Cost: dear
s/\(zeros & \(zeros \+ 1\)\) != 0/false/
