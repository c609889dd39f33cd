# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: an extended error may have octets that are not printable
# Cost: dear
s/\*text <= '~' \?/*text <= 127 ?/
