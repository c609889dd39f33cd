# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.c
# Says: a subidentifier need not end
# Cost: cheap
s/return begins && content\.size > 0;/return content.size > 0;/
