# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/openssl/clientid.c
# Says: a name may be longer than the body that holds it
# Cost: dear
s/body_size - 1 != body\[0\]/body_size - 1 > body[0]/
