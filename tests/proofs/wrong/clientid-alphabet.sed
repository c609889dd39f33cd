# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/openssl/clientid.c
# Says: the first octet of a name is not looked at
# Cost: dear
s/for \(size_t i = 0; i < size; i\+\+\)/for (size_t i = 1; i < size; i++)/
