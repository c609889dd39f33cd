# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/packet.c
# Says: a record of another owner counts
# Cost: dear
s/^\t\t\t!is_of_owner\(reader, \&record\)\) \{/\t\t\t(false \&\& !is_of_owner(reader, \&record))) {/
