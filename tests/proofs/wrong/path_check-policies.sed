# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/path_check.c
# Says: policies are not looked at
# Cost: dear
s/return why != NULL \? why : policies_fault\(path, work\);/return policies_fault(path, work) == NULL ? why : why;/
