# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a certificate without the name is searched a path from
# Cost: cheap
s/if \(search->unnamed != NULL\)/if (false)/
