# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/message.c
# Says: a text may be longer than its room
# Cost: dear
s/size < sizeof\(data\); text/size <= sizeof(data); text/
