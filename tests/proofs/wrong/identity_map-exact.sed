# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/front/identity_map.c
# Says: a pattern comes before the name itself
# Cost: dear
s/const struct conf_identity \*found = find\(names, text\);/const struct conf_identity *found = NULL;/
