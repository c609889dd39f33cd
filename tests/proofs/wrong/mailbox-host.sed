# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/mailbox.c
# Says: a mailbox is the same at every host
# Cost: cheap
s/ && host_name_is_equal\(a->host, b->host\)//
