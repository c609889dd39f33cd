# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/general_name.c
# Says: an otherName may have something behind its value
# Cost: cheap
s/(der_take\(&content, TAG_VALUE, &tagged\)) && content\.size == 0/\1/
