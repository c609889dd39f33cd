# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a base with a dot in front is for its host, too
# Cost: cheap
s/(inside = is_for_below\(base\) \? host_name_is_)below/\1equal/
