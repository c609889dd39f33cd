# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: alternative names that cannot be read are passed
# Cost: dear
s/names->data != NULL && !extension_is_names\(\*names\)/false/
