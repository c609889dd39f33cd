# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: the record's key is asked about whoever signed
# Cost: dear
s/^\t\t!is_signed_by_another\(search\) \&\&$/\t\ttrue \&\&/
