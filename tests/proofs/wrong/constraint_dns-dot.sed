# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: a base with a dot in front is for its host too
# Cost: dear
s/\(!for_below && host_name_is_equal\(name->host, host\)\)/(host_name_is_equal(name->host, host))/
