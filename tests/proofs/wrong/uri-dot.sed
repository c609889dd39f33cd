# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/uri.c
# Says: a dot before the host is not of it
# Cost: cheap
s/found\.data\[found\.size - 1\] ==/found.data[0] ==/
