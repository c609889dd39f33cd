# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: the local part does not count
# Cost: dear
s/if \(!mailbox_is_same\(mailbox, &wanted\)\)/if (!host_name_is_equal(mailbox->host, wanted.host))/
