# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a salt may take one octet more than there is room for
# Cost: cheap
s/room - hash - 2;/room - hash - 1;/
