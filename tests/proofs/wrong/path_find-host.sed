# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a server is asked for its owner name
# Cost: cheap
s/name_to_host\(name, &host\);/;/
