# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/mailbox.c
# Says: a string needs no quote at its end
# Cost: cheap
s/return i < text\.size \? i \+ 1 : 0;/return i + 1;/
