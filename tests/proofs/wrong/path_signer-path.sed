# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_build.c
# Says: a certificate on the path is asked about
# Cost: dear
s/work_of\(search\)\) \&\&$/work_of(search));/;s/^\t\t!is_on_path\(search, issuer\);//
