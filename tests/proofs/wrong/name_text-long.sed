# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/name.c
# Says: a label may have one octet more
# Cost: cheap
s/label > WIRE_LABEL_SIZE/label > WIRE_LABEL_SIZE + 1/
